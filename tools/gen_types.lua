-- Writes the types of SES v2's operations for lua-language-server, from the model that ses carries:
--
--   LUA_PATH="lua/?.lua;lua/?/init.lua;;" lua5.4 tools/gen_types.lua types/library/ses/generated
--
-- `shapes.lua` has a class for each structure (ses.types.Destination) and an alias for each enumeration, their names
-- in snake_case as the services have them; `services.lua` has the services, with a method for each operation. Methods
-- that are more than their operation are written by hand, beside these. The same model gives the same bytes.
local keys = require "ses.keys"
local model = require "ses.model"
local operations = require "ses.services.operations"
local service = require "ses.services.service"

local HEAD = "---@meta _\n-- Made by tools/gen_types.lua from the model. Change that, not this.\n"

-- Methods that take and give other things than their operations do.
local BY_HAND = { emails = { send = true, send_bulk = true } }

-- Shapes that ses takes in more forms than SES does.
local WIDER = { PrivateKey = "string|ses.dkim.Key" }

local SCALARS = {
  string = "string", integer = "integer", long = "integer", double = "number", float = "number", boolean = "boolean",
  blob = "string",
}

-- ---- shapes ----

-- Adds a shape, and all that is in it, to `found`: name → shape.
local function collect(shape, found)
  if found[shape.name] then return end
  found[shape.name] = shape
  for _, member in ipairs(shape.members or {}) do collect(member.shape, found) end
  for _, inner in pairs { shape.member, shape.key, shape.value } do collect(inner, found) end
end

-- The shapes of all inputs, and those of all outputs.
local function shapes_of_operations()
  local inputs, outputs = {}, {}
  for _, name in ipairs(model.operations()) do
    local op = model.operation(name)
    if op.input then collect(model.shape(op.input), inputs) end
    if op.output then collect(model.shape(op.output), outputs) end
  end
  return inputs, outputs
end

local type_of

local function element(shape, answered)
  local text = type_of(shape, answered)
  return text:find("|", 1, true) and "(" .. text .. ")" or text
end

-- Times are numbers in what SES answers; they may be given as text, too.
function type_of(shape, answered)
  if WIDER[shape.name] then return WIDER[shape.name] end
  if shape.enum or shape.type == "structure" then return "ses.types." .. shape.name end
  if shape.type == "timestamp" then return answered and "number" or "number|string" end
  if shape.type == "list" then return element(shape.member, answered) .. "[]" end
  if shape.type == "map" then
    return ("table<%s, %s>"):format(type_of(shape.key, answered), type_of(shape.value, answered))
  end
  return assert(SCALARS[shape.type], "no type for " .. shape.type)
end

local UNITS = { string = " characters", list = " items", map = " entries", blob = " bytes" }

local function limits(shape)
  local unit, low, high = UNITS[shape.type] or "", shape.min, shape.max
  if shape.enum or not (low or high) then return nil end
  if low == high then return ("%d%s"):format(low, unit) end
  if not high then return low > 0 and ("at least %d%s"):format(low, unit) or nil end
  if not low or low == 0 and unit ~= "" then return ("at most %d%s"):format(high, unit) end
  return ("%d to %d%s"):format(low, high, unit)
end

local function field(member, answered)
  local shape, notes = member.shape, {}
  notes[#notes + 1] = limits(shape)
  if shape.type == "timestamp" then notes[#notes + 1] = "seconds since 1970" end
  if shape.deprecated then notes[#notes + 1] = "deprecated" end
  local note = #notes > 0 and " " .. table.concat(notes, ", ") or ""
  return ("---@field %s%s %s%s"):format(member.snake, member.required and "" or "?", type_of(shape, answered), note)
end

local function class(shape, answered)
  local lines = { "---@class ses.types." .. shape.name }
  if shape.union then table.insert(lines, 1, "---One member is set.") end
  for _, member in ipairs(shape.members) do lines[#lines + 1] = field(member, answered) end
  return table.concat(lines, "\n") .. "\n"
end

local function enumeration(shape)
  local lines = { "---@alias ses.types." .. shape.name }
  for _, value in ipairs(shape.enum) do lines[#lines + 1] = ('---| %q'):format(value) end
  return table.concat(lines, "\n") .. "\n"
end

local function shapes()
  local inputs, outputs = shapes_of_operations()
  local all = {}
  for _, set in ipairs { inputs, outputs } do
    for name, shape in pairs(set) do all[name] = shape end
  end
  local parts = { HEAD }
  for _, name in ipairs(keys.sorted(all)) do
    local shape = all[name]
    if shape.enum then
      parts[#parts + 1] = enumeration(shape)
    elseif shape.type == "structure" then
      parts[#parts + 1] = class(shape, outputs[name] ~= nil)
    end
  end
  return table.concat(parts, "\n")
end

-- ---- services ----

local function local_name(name)
  return (("_" .. name):gsub("_(%l)", string.upper))
end

local function has_required(shape)
  for _, member in ipairs(shape.members) do
    if member.required then return true end
  end
  return false
end

local function input_line(op)
  local optional = not (op.input and has_required(model.shape(op.input)))
  return ("---@param params%s %s"):format(optional and "?" or "", op.input and "ses.types." .. op.input or "table")
end

local function method(class_name, name, op)
  return table.concat({
    ("---%s.%s"):format(op.name, #op.errors > 0 and " Errors: " .. table.concat(op.errors, ", ") .. "." or ""),
    input_line(op),
    "---@param options? ses.CallOptions",
    ("---@return %s? result"):format(op.output and "ses.types." .. op.output or "table"),
    "---@return ses.Error? err",
    "---@return ses.CallInfo? info",
    ("function %s:%s(params, options) end"):format(class_name, name),
  }, "\n") .. "\n"
end

local function iterator(class_name, name, op, given, what)
  return table.concat({
    ("---%s of %s, asked for as the loop goes on; `false` and an error where a page fails."):format(what, op.name),
    input_line(op), ("---@return fun(): %s|false|nil, ses.Error?"):format(given),
    ("function %s:%s(params) end"):format(class_name, name),
  }, "\n") .. "\n"
end

local function iterators(class_name, name, op, parts)
  local each, page = service.iterator_names(name)
  if not (op.pagination and each) then return end
  local output = model.shape(op.output)
  local items = output.by_name[op.pagination.result_key].shape
  parts[#parts + 1] = iterator(class_name, each, op, element(items.member, true), "The items")
  parts[#parts + 1] = iterator(class_name, page, op, "ses.types." .. op.output, "The pages")
end

local function service_class(name)
  local class_name = local_name(name)
  local parts = { ("---`client.%s`\n---@class ses.services.%s\nlocal %s = {}\n"):format(name, name, class_name) }
  for _, method_name in ipairs(keys.sorted(operations[name])) do
    local op = model.operation(operations[name][method_name])
    if not (BY_HAND[name] or {})[method_name] then parts[#parts + 1] = method(class_name, method_name, op) end
    iterators(class_name, method_name, op, parts)
  end
  return table.concat(parts, "\n")
end

local function operation_names()
  local lines = { "---AWS's names of the operations\n---@alias ses.OperationName" }
  for _, name in ipairs(model.operations()) do lines[#lines + 1] = ('---| %q'):format(name) end
  return table.concat(lines, "\n") .. "\n"
end

local function services()
  local parts, accessors = { HEAD, operation_names() }, { "---@class ses.Client" }
  for _, name in ipairs(keys.sorted(operations)) do
    accessors[#accessors + 1] = ("---@field %s ses.services.%s"):format(name, name)
  end
  parts[#parts + 1] = table.concat(accessors, "\n") .. "\n"
  for _, name in ipairs(keys.sorted(operations)) do parts[#parts + 1] = service_class(name) end
  return table.concat(parts, "\n")
end

local function write(path, text)
  local file = assert(io.open(path, "wb"))
  assert(file:write(text))
  assert(file:close())
end

local function main()
  local target = arg[1]
  if not target then
    io.stderr:write("usage: lua5.4 tools/gen_types.lua FOLDER\n")
    os.exit(2)
  end
  write(target .. "/shapes.lua", shapes())
  write(target .. "/services.lua", services())
end

main()
