--- Which traces are recorded. The ratio goes by the trace's id, so that all who sample by the same one agree.
-- @module ses.observe.sampler
-- Source: "SDK environment variables" and "Sampling", OpenTelemetry Specification.
local sampler = {}

local function always_on() return true end
local function always_off() return false end

-- The last 64 bits of the id as a fraction of one, to the digits that a double has.
local function by_ratio(ratio)
  return function(trace_id) return tonumber(trace_id:sub(17, 29), 16) / 2 ^ 52 < ratio end
end

-- The parent decides where there is one.
local function by_parent(root)
  return function(trace_id, parent)
    if parent then return parent.sampled end
    return root(trace_id)
  end
end

local MAKE = {
  always_on = function() return always_on end,
  always_off = function() return always_off end,
  traceidratio = by_ratio,
  parentbased_always_on = function() return by_parent(always_on) end,
  parentbased_always_off = function() return by_parent(always_off) end,
  parentbased_traceidratio = function(ratio) return by_parent(by_ratio(ratio)) end,
}

--- The names of the samplers.
sampler.names = {}
for name in pairs(MAKE) do sampler.names[#sampler.names + 1] = name end
table.sort(sampler.names)

--- Makes a sampler.
-- @tparam string name one of `names`
-- @tparam number ratio 0 to 1, for those that go by one
-- @treturn function (trace_id, parent of ses.observe.trace_context or nil) → whether it is recorded
function sampler.new(name, ratio) return MAKE[name](ratio) end

return sampler
