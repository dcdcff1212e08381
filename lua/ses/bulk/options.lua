--- The options of a run, checked.
-- @module ses.bulk.options
local errors = require "ses.errors"
local suggest = require "ses.suggest"

local options = {}

local function whole(min, max)
  return function(value)
    if type(value) ~= "number" or value % 1 ~= 0 or value < min or value > max then
      return ("must be a whole number from %d to %d"):format(min, max)
    end
  end
end

local function of_type(kind)
  return function(value)
    if type(value) ~= kind then return "must be a " .. kind .. ", not a " .. type(value) end
  end
end

local function positive(value)
  if type(value) ~= "number" or value ~= value or value <= 0 then return "must be a number above 0" end
end

-- A trace that is none is no reason not to send.
local function ignored() end

--- What each option must be: name → function(value) → what is wrong, or nil.
options.checks = {
  concurrency = whole(1, 1000), batch_size = whole(1, 50), on_result = of_type "function",
  retry_in_doubt = of_type "boolean", operation_timeout_ms = positive, timeout_ms = positive,
  traceparent = ignored, tracestate = ignored,
  reason = function(value)
    if value ~= "BOUNCE" and value ~= "COMPLAINT" then return "must be BOUNCE or COMPLAINT" end
  end,
}

--- Checks options.
-- @tparam ?table given
-- @tparam table allowed the names, as keys
-- @tparam string operation AWS's name, for the error
-- @treturn table the options
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "validation", with every fault
function options.check(given, allowed, operation)
  if given == nil then return {} end
  if type(given) ~= "table" then
    return nil, errors.validation({ { path = "", message = "options must be a table, not a " .. type(given) } },
      operation)
  end
  local faults = {}
  for name, value in pairs(given) do
    local reason
    if not allowed[name] then
      reason = "is no option" .. suggest.hint(tostring(name), allowed)
    else
      reason = options.checks[name](value)
    end
    if reason then faults[#faults + 1] = { path = tostring(name), message = reason } end
  end
  table.sort(faults, function(a, b) return a.path < b.path end)
  if #faults > 0 then return nil, errors.validation(faults, operation) end
  return given
end

return options
