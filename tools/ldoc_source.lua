-- Copies the Lua modules that a program calls for LDoc, which does not know the annotations of the Lua language
-- server: a class becomes a table of LDoc's with its fields, the other annotations become blank lines. Methods get
-- the name that a user calls them by, where it is not that of the table they stand in.
--
--   lua5.4 tools/ldoc_source.lua FOLDER
local catalogue = require "tools.reference.catalogue"

local modules = require "tools.reference.modules"

local folder = assert(arg[1], "usage: ldoc_source.lua FOLDER")

-- "integer|nil" → "?integer", as LDoc has it.
local function type_of(text)
  local without, count = text:gsub("|nil$", "")
  return (count > 0 and "?" or "") .. without
end

-- path:line → "client.emails:send"; and the files to copy.
local labels, wanted = {}, {}
for _, path in ipairs(modules) do wanted["lua/ses/" .. path] = true end
catalogue.each_written(catalogue.read(), function(source)
  labels[source.path .. ":" .. source.line] = source.label
  wanted[source.path] = true
end)

-- What a method is called by, as `Client:call`, whatever table it stands in.
local function called(line, label)
  if label then return (line:gsub("^function [%w_.:]+%(", "function " .. label .. "("):gsub("%(self, ", "(")) end
  return (line:gsub("^function methods:", "function Client:"))
end

local function converted(line, inside, label)
  local class = line:match("^%-%-%-@class ([%w_.]+)")
  if class then return ("--- The fields of a %s.\n-- @table %s"):format(class, class), true end
  local name, kind, words = line:match("^%-%-%-@field (%S+) (%S+)%s*(.*)$")
  if name then return ("-- @tfield %s %s %s"):format(type_of(kind), name, words), true end
  if line:find("^%-%-%-@") then return "", false end
  if inside and line:find("^%-%-%- ") then return "-- " .. line:sub(5), true end
  return called(line, label), false
end

local function copy(path)
  local target = folder .. "/" .. path
  assert(os.execute(("mkdir -p '%s'"):format(target:match("^(.*)/"))))
  local out, inside, number = assert(io.open(target, "wb")), false, 0
  for text in io.lines(path) do
    local line
    number = number + 1
    line, inside = converted(text, inside, labels[path .. ":" .. number])
    out:write(line, "\n")
  end
  out:close()
end

for path in pairs(wanted) do copy(path) end
