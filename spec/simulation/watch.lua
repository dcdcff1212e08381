-- Puts a model beside every breaker and retry quota that the library makes, whoever makes it.
local breaker_model = require "spec.simulation.breaker_model"
local core = require "ses.core"
local quota_model = require "spec.simulation.quota_model"

local watch = {}

-- Changes how ses.core makes objects while `fn` runs. `parts` breaks some on purpose (spec.simulation.mutations);
-- the models stand around what is broken.
function watch.during(parts, report, fn)
  local watching = { breakers = {} }
  local makers = { breaker = core.breaker.new, limiter = core.limiter.new, retry = core.retry.new }
  for name, make in pairs(makers) do
    core[name].new = function(options)
      local object, failure = make(options)
      if not object then return nil, failure end
      if parts[name] then object = parts[name](object) end
      if name == "retry" then return quota_model.around(object, report) end
      if name ~= "breaker" then return object end
      local watched = breaker_model.around(object, options, report)
      table.insert(watching.breakers, watched)
      return watched
    end
  end
  local results = { xpcall(function() return fn(watching) end, debug.traceback) }
  for name, make in pairs(makers) do core[name].new = make end
  return results[1], results[2]
end

return watch
