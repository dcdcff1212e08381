-- The one source of chance in a simulation: the same numbers for the same seed on every Lua.
--
-- P. L'Ecuyer, "Efficient and Portable Combined Random Number Generators", 1988; its products stay below 2^53.
local draw = {}

local M1, M2 = 2147483563, 2147483399

local Draw = {}
Draw.__index = Draw

function draw.new(seed)
  local self = setmetatable({ a = seed % (M1 - 1) + 1, b = (seed * 69069 + 12345) % (M2 - 1) + 1 }, Draw)
  -- Neighbouring seeds begin alike.
  for _ = 1, 12 do self:uniform() end
  return self
end

-- At least 0 and less than 1.
function Draw:uniform()
  self.a = self.a * 40014 % M1
  self.b = self.b * 40692 % M2
  return (self.a - self.b) % (M1 - 1) / (M1 - 1)
end

function Draw:between(least, most) return least + self:uniform() * (most - least) end

-- A whole number, both ends included.
function Draw:whole(least, most) return least + math.floor(self:uniform() * (most - least + 1)) end

function Draw:chance(probability) return self:uniform() < probability end

function Draw:one(list) return list[self:whole(1, #list)] end

-- One of the names of a list { { name, weight }, … }.
function Draw:weighted(list)
  local sum = 0
  for _, item in ipairs(list) do sum = sum + item[2] end
  local at = self:uniform() * sum
  for _, item in ipairs(list) do
    at = at - item[2]
    if at < 0 then return item[1] end
  end
  return list[#list][1]
end

function Draw:bytes(n)
  local out = {}
  for i = 1, n do out[i] = string.char(self:whole(0, 255)) end
  return table.concat(out)
end

return draw
