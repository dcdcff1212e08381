--- What a load of the audience does alike in every database: recipients are inserted many a statement.
--
-- The load has `db`, `journal`, and the beginning and the end of the statement, `insert` and `on_conflict`; its
-- `changed` counts what came of them, and `total` whoever was added.
-- @module ses.adapters.journal_load
local load = {}

local BYTES_PER_INSERT = 262144

--- Makes a load.
-- @tparam table class of the database's loads, with the methods here
-- @tparam table fields `db`, `journal`, `number`, `insert`, `on_conflict`, `rows_per_insert`
function load.new(class, fields)
  fields.values, fields.n, fields.bytes, fields.total, fields.changed = {}, 0, 0, 0, 0
  return setmetatable(fields, class)
end

load.methods = {}

--- Inserts what has come together.
function load.methods:_flush()
  if self.n == 0 then return true end
  local sql = self.insert .. table.concat(self.values, ",", 1, self.n) .. self.on_conflict
  self.n, self.bytes = 0, 0
  local changed, err = self.db:exec(sql)
  if not changed then return nil, err end
  self.changed = self.changed + changed
  return true
end

--- Takes a recipient, "(…)" in SQL.
function load.methods:_put(text)
  self.n, self.bytes = self.n + 1, self.bytes + #text
  self.values[self.n] = text
  if self.n >= self.rows_per_insert or self.bytes >= BYTES_PER_INSERT then return self:_flush() end
  return true
end

--- Inserts what is left, and keeps texts with the load.
-- @tparam ?table meta texts by key
function load.methods:_end(meta)
  local done, err = self:_flush()
  for key, value in pairs(meta or {}) do
    if done then done, err = self.journal:set_meta(key, value) end
  end
  return done and true, err
end

return load
