-- What types/ says, and what the code says of itself, for the specs beside this file.
local lua_types = require "tools.lua_types"
local process = require "spec.support.process"

local support = {}

local read

-- The files that `find` finds.
function support.find(arguments)
  local paths = {}
  for path in process.shell("find " .. arguments .. " | LC_ALL=C sort"):gmatch "[^\n]+" do paths[#paths + 1] = path end
  return paths
end

-- All of types/, read once.
function support.read()
  if not read then
    read = lua_types.read(support.find "types -name '*.lua'")
  end
  return read
end

function support.sorted(...)
  local seen, list = {}, {}
  for _, set in ipairs { ... } do
    for key in pairs(set) do
      if not seen[key] then list[#list + 1] = key end
      seen[key] = true
    end
  end
  table.sort(list)
  return list
end

-- The fields of a class and of those that it comes from, as keys.
function support.fields(name)
  local class = assert(support.read().classes[name], name)
  local all = {}
  for _, parent in ipairs(class.parents) do
    for field in pairs(support.fields(parent)) do all[field] = true end
  end
  for field in pairs(class.fields) do all[field] = true end
  return all
end

function support.methods(name) return assert(support.read().classes[name], name).methods end

-- The names in the table that a module of lua/ses keeps to itself: `local KEYS = { "a", b = … }`.
function support.names_in(path, variable)
  local text = process.read("lua/ses/" .. path)
  local body = assert(text:match("\nlocal " .. variable .. " = (%b{})"), path .. " has no " .. variable)
  local found = {}
  body = body:sub(2, -2):gsub("%b{}", "nested")
  for name in body:gsub("=%s*[^,]+", "= value"):gmatch '([%a_][%w_]*)%s*=' do found[name] = true end
  if not next(found) then
    for name in body:gmatch '"([^"]+)"' do found[name] = true end
  end
  return found
end

function support.set(list)
  local set = {}
  for _, name in ipairs(list) do set[name] = true end
  return set
end

return support
