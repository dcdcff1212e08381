--- JSON for people: indented, keys in order.
-- @module ses.cli.pretty
local json = require "ses.model.json"

local pretty = {}

local function sorted_keys(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = tostring(key) end
  table.sort(keys)
  return keys
end

local write

local function write_list(out, list, indent, shape)
  local deeper = indent .. "  "
  out[#out + 1] = "[\n"
  for i, value in ipairs(list) do
    out[#out + 1] = deeper
    write(out, value, deeper, shape and shape.member)
    out[#out + 1] = i < #list and ",\n" or "\n"
  end
  out[#out + 1] = indent .. "]"
end

local function write_map(out, map, indent, shape)
  local deeper = indent .. "  "
  local keys = sorted_keys(map)
  out[#out + 1] = "{\n"
  for i, key in ipairs(keys) do
    local member = shape and shape.by_name and shape.by_name[key]
    out[#out + 1] = deeper .. json.quote(key) .. ": "
    write(out, map[key], deeper, member and member.shape or shape and shape.value)
    out[#out + 1] = i < #keys and ",\n" or "\n"
  end
  out[#out + 1] = indent .. "}"
end

function write(out, value, indent, shape)
  local kind = shape and shape.type
  if kind == "blob" and type(value) == "string" then
    out[#out + 1] = json.quote(require("ses.core").base64.encode(value))
  elseif type(value) ~= "table" then
    out[#out + 1] = json.encode(value)
  elseif next(value) == nil then
    out[#out + 1] = kind == "list" and "[]" or json.encode(value)
  elseif #value > 0 then
    write_list(out, value, indent, shape)
  else
    write_map(out, value, indent, shape)
  end
end

--- A value as JSON text over several lines.
-- @param value as `ses.model.json` or the client gives it, in AWS's names
-- @tparam ?ses.Shape shape what the value is: tells an empty list from an empty map, and bytes (which
--   become base64) from text
-- @treturn string without a line break at its end
function pretty.json(value, shape)
  local out = {}
  write(out, value, "", shape)
  return table.concat(out)
end

return pretty
