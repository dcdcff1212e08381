--- The operations that are the same for every kind of named resource: create, get, update, delete, list, and
-- the Put operations that change one part of it.
--
-- A resource's document is its input without what names it, so that an answer is the document with the
-- names added; members that an answer does not have in AWS's model are left out when it is written.
-- @module ses.emulator.crud
local crud = {}

local Operations = { __name = "ses.emulator.Operations" }
Operations.__index = Operations

local function pass() return true end

--- The operations of a collection.
-- @tparam Collection collection
-- @tparam table options
--   `name` the member of inputs that names the resource; `parent` { operations =, name = } where it belongs
--   to another one; `defaults` of a new document; `check(value, context, parent, entry)` → true, or nil and
--   the error that SES answers, before a document is written: `entry` is what it will replace; `fixed`
--   members that an update leaves as they are; `inside` the member that the answer of a get is wrapped in;
--   `created` and `updated` the members for the times; `children` collections that go with it
-- @treturn Operations with functions `create`, `get`, `update`, `delete` of (params, context)
function crud.operations(collection, options)
  local self = setmetatable({ collection = collection, options = options }, Operations)
  self.check = options.check or pass
  for _, name in ipairs { "create", "get", "update", "delete" } do
    self[name] = function(params, context) return Operations[name .. "_entry"](self, params, context) end
  end
  return self
end

--- The parent that an input names.
-- @treturn ?string its key, "" where the resource has no parent
-- @treturn ?table NotFoundException
-- @treturn ?table the parent's entry
function Operations:parent_of(params)
  local parent = self.options.parent
  if not parent then return "" end
  local entry, err = parent.operations.collection:get(params[parent.name])
  if not entry then return nil, err end
  return entry.key, nil, entry
end

--- The resource that an input names.
-- @treturn ?table its entry
-- @treturn ?table NotFoundException, of the resource or of its parent
-- @treturn ?table the parent's entry
function Operations:find(params)
  local key, err, parent = self:parent_of(params)
  if not key then return nil, err end
  local entry
  entry, err = self.collection:get(params[self.options.name], key)
  if not entry then return nil, err end
  return entry, nil, parent
end

local function document(self, params)
  local value = {}
  for name, default in pairs(self.options.defaults or {}) do value[name] = default end
  for name, item in pairs(params) do value[name] = item end
  value[self.options.name] = nil
  if self.options.parent then value[self.options.parent.name] = nil end
  return value
end

--- What a get answers of an entry.
-- @tparam table entry
-- @tparam ?table parent its parent's entry
-- @treturn table
function Operations:show(entry, parent)
  local options, answer = self.options, {}
  for name, item in pairs(entry.value) do answer[name] = item end
  answer[options.name] = entry.name
  if parent then answer[options.parent.name] = parent.name end
  if options.created then answer[options.created] = entry.created end
  if options.updated then answer[options.updated] = entry.updated end
  return answer
end

function Operations:create_entry(params, context)
  local key, err, parent = self:parent_of(params)
  if not key then return nil, err end
  local value = document(self, params)
  local ok
  ok, err = self.check(value, context, parent)
  if not ok then return nil, err end
  local entry
  entry, err = self.collection:add(params[self.options.name], value, context.now, key)
  if not entry then return nil, err end
  return {}
end

function Operations:get_entry(params)
  local entry, err, parent = self:find(params)
  if not entry then return nil, err end
  local answer = self:show(entry, parent)
  if self.options.inside then return { [self.options.inside] = answer } end
  return answer
end

--- Replaces an entry's document after it was checked.
-- @treturn ?table an empty answer
-- @treturn ?table the error that SES answers
function Operations:replace(entry, value, context, parent)
  local ok, err = self.check(value, context, parent, entry)
  if not ok then return nil, err end
  entry.value = value
  self.collection:save(entry, context.now)
  return {}
end

function Operations:update_entry(params, context)
  local entry, err, parent = self:find(params)
  if not entry then return nil, err end
  local value = document(self, params)
  for _, name in ipairs(self.options.fixed or { "Tags" }) do value[name] = entry.value[name] end
  return self:replace(entry, value, context, parent)
end

function Operations:delete_entry(params)
  local entry, err = self:find(params)
  if not entry then return nil, err end
  self.collection:remove(entry.name, entry.parent)
  for _, child in ipairs(self.options.children or {}) do child:remove_below(entry.key) end
  return {}
end

local function copy(value)
  local result = {}
  for name, item in pairs(value) do result[name] = item end
  return result
end

--- An operation that puts one member of the document.
-- @tparam string member what the input holds it as; or, where the input has no such member, what the input's
--   other members together become
-- @treturn function of (params, context)
function Operations:put(member)
  return function(params, context)
    local entry, err, parent = self:find(params)
    if not entry then return nil, err end
    local value = copy(entry.value)
    local item = params[member]
    if item == nil then item = document({ options = { name = self.options.name } }, params) end
    value[member] = item
    return self:replace(entry, value, context, parent)
  end
end

--- A list operation.
-- @tparam string member of the answer that holds the items
-- @tparam ?function show entry → item; its name, unless given
-- @treturn function of (params, context)
function Operations:list(member, show)
  return function(params)
    local key, err = self:parent_of(params)
    if not key then return nil, err end
    return self.collection:list(member, params, { default = 100, max = 1000, parent = key, show = show })
  end
end

return crud
