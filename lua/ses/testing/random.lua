--- Numbers that are the same in every run: the random port from a seed or a list. Never for secrets.
-- @module ses.testing.random
local random = {}

-- Source: S. K. Park, K. W. Miller, "Random number generators: good ones are hard to find" (1988): exact in doubles.
local MULTIPLIER, MODULUS = 16807, 2147483647

local function from_seed(seed)
  if type(seed) ~= "number" or seed % 1 ~= 0 then error("seed must be a whole number", 3) end
  local state = seed % (MODULUS - 1) + 1
  return function()
    state = state * MULTIPLIER % MODULUS
    return (state - 1) / (MODULUS - 1)
  end
end

local function from_values(values)
  if type(values) ~= "table" or #values == 0 then error("values must be a list that is not empty", 3) end
  for i, value in ipairs(values) do
    if type(value) ~= "number" or not (value >= 0 and value < 1) then
      error(("values[%d] must be a number of at least 0 and less than 1"):format(i), 3)
    end
  end
  local at = 0
  return function()
    at = at % #values + 1
    return values[at]
  end
end

--- Makes a random.
-- @tparam ?table options `seed`: a whole number (1); `values`: a list of what `uniform` gives, in turn and again from
--   its start, each at least 0 and less than 1
-- @treturn table `uniform()` → number, `bytes(n)` → string, each byte of one `uniform`
function random.new(options)
  options = options or {}
  local uniform = options.values and from_values(options.values) or from_seed(options.seed or 1)
  return {
    uniform = uniform,
    bytes = function(n)
      local bytes = {}
      for i = 1, n do bytes[i] = string.char(math.floor(uniform() * 256)) end
      return table.concat(bytes)
    end,
  }
end

return random
