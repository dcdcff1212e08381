--- What the adapters of SQL databases write alike.
-- @module ses.adapters.sql
local sql = {}

local function quote_text(value)
  if value:find("\0", 1, true) then error("a value for SQL holds a NUL byte", 3) end
  return "'" .. value:gsub("'", "''") .. "'"
end

--- Makes a function that quotes a value for SQL.
-- @tparam string yes how the database writes true
-- @tparam string no how it writes false
-- @treturn function function(value) → string, of nil, a string, a number or a boolean; a NUL byte, which would
--   end the statement early, raises
function sql.quoter(yes, no)
  return function(value)
    local kind = type(value)
    if kind == "string" then
      return (quote_text(value)) -- no tail call, which would lose the level of the error
    elseif kind == "number" then
      -- Lua 5.4 writes an integral float as 3.0.
      if value % 1 == 0 and value > -2 ^ 53 and value < 2 ^ 53 then return ("%d"):format(value) end
      return ("%.17g"):format(value)
    elseif kind == "boolean" then
      return value and yes or no
    end
    return "NULL"
  end
end

--- Inserts rows, many a statement.
-- @tparam table db a database of ses.adapters.sqlite or ses.adapters.postgres
-- @tparam string statement with `%s` where the rows stand
-- @tparam integer most rows a statement
-- @tparam function next_row gives one row in SQL after the other, such as "('a',1)", then nil; or nil and an error
-- @treturn integer|nil how many rows were given
-- @treturn ?ses.Error
function sql.insert_each(db, statement, most, next_row)
  local n, batch = 0, {}
  local function flush()
    if #batch == 0 then return true end
    local text = statement:format(table.concat(batch, ","))
    batch = {}
    return db:exec(text)
  end
  while true do
    local row, reason = next_row()
    if reason then return nil, reason end
    if not row then break end
    n = n + 1
    batch[#batch + 1] = row
    if #batch == most then
      local done, err = flush()
      if not done then return nil, err end
    end
  end
  local done, err = flush()
  if not done then return nil, err end
  return n
end

return sql
