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

local function write_list(out, list, indent)
  local deeper = indent .. "  "
  out[#out + 1] = "[\n"
  for i, value in ipairs(list) do
    out[#out + 1] = deeper
    write(out, value, deeper)
    out[#out + 1] = i < #list and ",\n" or "\n"
  end
  out[#out + 1] = indent .. "]"
end

local function write_map(out, map, indent)
  local deeper = indent .. "  "
  local keys = sorted_keys(map)
  out[#out + 1] = "{\n"
  for i, key in ipairs(keys) do
    out[#out + 1] = deeper .. json.encode(key) .. ": "
    write(out, map[key], deeper)
    out[#out + 1] = i < #keys and ",\n" or "\n"
  end
  out[#out + 1] = indent .. "}"
end

function write(out, value, indent)
  if type(value) ~= "table" or next(value) == nil then
    out[#out + 1] = json.encode(value)
  elseif #value > 0 then
    write_list(out, value, indent)
  else
    write_map(out, value, indent)
  end
end

--- A value as JSON text over several lines.
-- @param value as `ses.model.json` decodes it
-- @treturn string without a line break at its end
function pretty.json(value)
  local out = {}
  write(out, value, "")
  return table.concat(out)
end

return pretty
