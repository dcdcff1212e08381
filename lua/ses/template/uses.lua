--- Which attributes of its data a template names, inside and outside of its blocks, and how data compare with that.
--
-- The answer is a tree of uses. A use is an attribute: `name` (its path as users know it, "items[].title"), `read`
-- (whether a tag names it itself, and not just something in it), `part` and `position` of the first such tag, and
-- `children` by key, with EACH for what `#each` goes over.
-- @module ses.template.uses
local value = require "ses.template.value"

local uses = {}

local EACH = "[]"

-- Partials can call each other so often that the uses would have no end.
local MAX_USES = 10000

-- Values of the data that are looked at: data of Lua may hold themselves.
local MAX_VALUES = 10000
local MAX_DEPTH = 100

local function child_of(state, use, key)
  local found = use.children[key]
  if found then return found end
  -- Beyond the bound everything is one use: nothing is said of what is in it.
  if state.count >= MAX_USES then return use end
  state.count = state.count + 1
  local name = key
  if key == EACH or use.name then name = (use.name or "") .. (key == EACH and EACH or "." .. key) end
  found = { name = name, children = {} }
  use.children[key] = found
  return found
end

-- The use that a path means in a scope; nil for @index and the like, and for what is above the root.
local function find(state, scope, path)
  local use, first = state.root, 2
  if path.data then
    if path[1] ~= "root" then return nil end
  else
    for _ = 1, path.up do
      scope = scope and scope.parent
    end
    use, first = scope and scope.use, 1
  end
  for i = first, use and #path or 0 do use = child_of(state, use, path[i]) end
  return use
end

local function read(state, scope, node, path)
  if not path or not path.text then return nil end
  local use = find(state, scope, path)
  if use and not use.read then use.read, use.part, use.position = true, state.part, node.position end
  return use
end

-- As in a rendering, a context that is the one already there adds no level.
local function within(scope, use)
  if use == scope.use then return scope end
  return { use = use or { children = {} }, parent = scope }
end

local walk

local NODES = {}

function NODES.output(node, state, scope) read(state, scope, node, node.path) end

function NODES.block(node, state, scope, calls)
  local use, inner = read(state, scope, node, node.param), scope
  if node.helper == "with" then inner = within(scope, use) end
  if node.helper == "each" then inner = within(scope, use and child_of(state, use, EACH)) end
  walk(node.program, state, inner, calls, scope)
  if node.inverse then walk(node.inverse, state, scope, calls, scope) end
end

-- A partial is looked at once for each context that it is called in. One that is being looked at already goes on in
-- data of the same form.
function NODES.partial(node, state, scope, calls)
  local target, use = node.target, scope.use
  if node.param then use = read(state, scope, node, node.param) or { children = {} } end
  local place = state.places[target]
  local running = state.running[target]
  if running then
    if running ~= use and not use.like then use.like = running end
    return
  end
  local seen = state.seen[target] or {}
  state.seen[target] = seen
  if seen[use] or calls <= 0 then return end
  seen[use], state.running[target] = true, use
  walk(target.program, state, place and within(place, use) or { use = use }, calls - 1, place)
  state.running[target] = nil
end

-- `place` is the scope around the program, from which `../` goes up in the inline partials that it defines.
function walk(program, state, scope, calls, place)
  for _, node in ipairs(program) do
    if node.type == "inline" then state.places[node] = place end
  end
  for _, node in ipairs(program) do
    local visit = NODES[node.type]
    if visit then visit(node, state, scope, calls) end
  end
end

--- The uses of several templates together.
-- @tparam table list each { part =, tree =, calls = how deep partials call each other }
-- @treturn table the use of the data as a whole
function uses.of(list)
  local root = { children = {} }
  local state = { root = root, count = 0, seen = {}, running = {}, places = {} }
  for _, one in ipairs(list) do
    state.part = one.part
    walk(one.tree, state, { use = root }, one.calls)
  end
  return root
end

-- ---- data ----

local function sorted_keys(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  return keys
end

-- A use and those whose form it has.
local function with_like(use)
  local all, seen = {}, {}
  while use and not seen[use] do
    seen[use] = true
    all[#all + 1] = use
    use = use.like
  end
  return all
end

local function add(list, item)
  if not value.is_null(item) then list[#list + 1] = item end
end

-- What the values have under a key of a use.
local function members(values, key)
  local found = {}
  for _, one in ipairs(values) do
    if type(one) == "table" then
      if key == EACH then
        for _, item in pairs(one) do add(found, item) end
      elseif one[key] ~= nil then
        add(found, one[key])
      elseif key == "length" and value.is_list(one) then
        found[#found + 1] = #one
      else
        add(found, key:find("^%d+$") and one[tonumber(key) + 1] or nil)
      end
    end
  end
  return found
end

-- All that is read of a use or in it, but not what is in the entries of a list that is not there.
local function add_read(use, list)
  if use.read then list[#list + 1] = use end
  for _, key in ipairs(sorted_keys(use.children)) do
    if key ~= EACH then add_read(use.children[key], list) end
  end
end

local function add_missing(use, values, found, depth)
  found.left = found.left - #values
  if depth > MAX_DEPTH or found.left < 0 then return end
  for _, one in ipairs(with_like(use)) do
    for _, key in ipairs(sorted_keys(one.children)) do
      local child, inner = one.children[key], members(values, key)
      if #inner > 0 then
        add_missing(child, inner, found, depth + 1)
      elseif key ~= EACH then
        add_read(child, found.list)
      end
    end
  end
end

--- The uses that data have nothing for: what is missing or null. Of the entries of a list one that has it will do;
-- what stands in an `#each` over an empty list is not looked at.
-- @tparam table root of `of`
-- @tparam table data
-- @treturn table a list of uses
function uses.missing(root, data)
  local found = { list = {}, left = MAX_VALUES }
  add_missing(root, { data }, found, 0)
  return found.list
end

-- The uses that a member of some data has.
local function of_member(list, key, is_list)
  local found, reads = {}, false
  for _, use in ipairs(list) do
    for _, one in ipairs(with_like(use)) do
      local children = one.children
      local at = children[EACH]
      if at then found[#found + 1] = at end
      at = children[is_list and type(key) == "number" and tostring(key - 1) or tostring(key)]
      if at then found[#found + 1] = at end
    end
  end
  for _, use in ipairs(found) do
    for _, one in ipairs(with_like(use)) do reads = reads or next(one.children) ~= nil end
  end
  return found, reads
end

local function add_unused(list, data, name, found, depth)
  if depth > MAX_DEPTH then return end
  local is_list = value.is_list(data)
  for _, key in ipairs(sorted_keys(data)) do
    found.left = found.left - 1
    if found.left < 0 then return end
    local path = (name or "") .. EACH
    if not is_list then path = (name and name .. "." or "") .. tostring(key) end
    local matched, goes_deeper = of_member(list, key, is_list)
    if #matched > 0 then
      if goes_deeper and type(data[key]) == "table" then add_unused(matched, data[key], path, found, depth + 1) end
    elseif not found.seen[path] then
      found.seen[path] = true
      found.list[#found.list + 1] = path
    end
  end
end

--- The attributes of data that no tag uses.
-- @tparam table root of `of`
-- @tparam table data
-- @treturn table a list of paths, such as "items[].title"
function uses.unused(root, data)
  local found = { list = {}, seen = {}, left = MAX_VALUES }
  add_unused({ root }, data, nil, found, 0)
  return found.list
end

-- ---- a sample ----

local function sample_of(use, depth)
  local keys = sorted_keys(use.children)
  if #keys == 0 or depth > 10 then return (use.name or ""):gsub("%[%]", ""):match("[^.]+$") or "" end
  if use.children[EACH] then return { sample_of(use.children[EACH], depth + 1) } end
  local made = {}
  for _, key in ipairs(keys) do made[key] = sample_of(use.children[key], depth + 1) end
  return made
end

--- Data that have all that is used: texts that are the attributes' names.
-- @tparam table root of `of`
-- @treturn table
function uses.sample(root)
  local made = sample_of(root, 0)
  -- What goes over the data as a whole says nothing of what is in them.
  return type(made) == "table" and made[1] == nil and made or {}
end

return uses
