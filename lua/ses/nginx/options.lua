--- The options of the handlers: known ones alone, and what is made of them kept.
-- @module ses.nginx.options
local errors = require "ses.errors"
local kept = require "ses.nginx.kept"
local suggest = require "ses.suggest"

local options_of = {}

--- An option that is wrong, as an error.
-- @tparam string field
-- @tparam string message what it must be
-- @treturn ses.Error
function options_of.fault(field, message)
  return errors.new { kind = "validation", code = "InvalidParameter", field = field, message = field .. " " .. message }
end

--- A number of an option.
-- @tparam table options
-- @tparam string name
-- @tparam table range `default`, `min`, `max`, `unit` (a word)
-- @treturn integer
-- @treturn[2] nil
-- @treturn[2] ses.Error
function options_of.number(options, name, range)
  local value = options[name]
  if value == nil then return range.default end
  if type(value) ~= "number" or value < range.min or value > range.max then
    return nil, options_of.fault(name, ("must be from %d to %d %s"):format(range.min, range.max, range.unit))
  end
  return math.floor(value)
end

--- What a handler makes of its options, once for the same content.
-- @tparam string handler its name
-- @tparam table known name → "kept", or "own": those that are another one in each request, such as functions that are
--   written there, and that nothing is made of
-- @tparam table options
-- @tparam function make function(the kept options) → value | nil, err
-- @return the value
-- @treturn[2] nil
-- @treturn[2] ses.Error
function options_of.read(handler, known, options, make)
  local settings = {}
  for name, value in pairs(options) do
    if not known[name] then
      return nil, options_of.fault(tostring(name), "is not known" .. suggest.hint(tostring(name), known))
    end
    if known[name] == "kept" then settings[name] = value end
  end
  return kept.by(handler, settings, make)
end

return options_of
