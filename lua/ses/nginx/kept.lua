--- What a worker makes of options and keeps: a request that writes the same options again gets the same.
-- @module ses.nginx.kept
local kept = {}

-- Options that differ in every request (a function written in place is another one each time) must not fill the
-- memory: of each kind so many are kept, those used last.
local MOST = 32

local kinds = {}

local function equal(a, b)
  if rawequal(a, b) then return true end
  if type(a) ~= "table" or type(b) ~= "table" or getmetatable(a) ~= nil or getmetatable(b) ~= nil then return false end
  for key, value in pairs(a) do
    if not equal(value, b[key]) then return false end
  end
  for key in pairs(b) do
    if a[key] == nil then return false end
  end
  return true
end

-- A copy, since the caller may change its own. What has a metatable is an object, and stays what it is.
local function copy(value)
  if type(value) ~= "table" or getmetatable(value) ~= nil then return value end
  local made = {}
  for key, item in pairs(value) do made[key] = copy(item) end
  return made
end

local function find(list, options)
  for i, entry in ipairs(list) do
    if equal(entry.options, options) then
      if i > 1 then table.insert(list, 1, table.remove(list, i)) end
      return entry.value
    end
  end
end

--- What was made of these options, or is made now.
-- @tparam string kind a word for what is made
-- @tparam table options compared by content; functions and objects by identity
-- @tparam function make function(options) → value | nil, err; what fails is not kept
-- @return the value
-- @treturn[2] nil
-- @treturn[2] ses.Error
function kept.by(kind, options, make)
  local list = kinds[kind]
  if not list then
    list = {}
    kinds[kind] = list
  end
  local found = find(list, options)
  if found ~= nil then return found end
  local own = copy(options)
  local value, err = make(own)
  if value == nil then return nil, err end
  -- Another request may have come here while this one waited.
  found = find(list, own)
  if found ~= nil then return found end
  table.insert(list, 1, { options = own, value = value })
  if #list > MOST then
    table.remove(list)
    if not list.told then
      list.told = true
      ngx.log(ngx.WARN, "ses: the options of a handler (", kind, ") differ from request to request, so that it is ",
        "made anew each time; write functions in them outside of the request")
    end
  end
  return value
end

--- All that is kept of a kind.
-- @tparam string kind
-- @treturn table list of values
function kept.all(kind)
  local values = {}
  for i, entry in ipairs(kinds[kind] or {}) do values[i] = entry.value end
  return values
end

return kept
