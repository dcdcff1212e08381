--- A bounded set of what was met a short while ago and is costly to look at again. Once it is full it begins anew.
-- @module ses.recent
local recent = {}

local Recent = { __name = "ses.Recent" }
Recent.__index = Recent

--- Makes an empty set. Whether a value is in it is `set.has[value]`: true or nil.
-- @tparam integer most how many values it holds
-- @treturn ses.Recent
function recent.new(most)
  return setmetatable({ has = {}, count = 0, most = most }, Recent)
end

--- Adds a value.
-- @param value
function Recent:add(value)
  if self.has[value] then return end
  if self.count == self.most then self.has, self.count = {}, 0 end
  self.has[value], self.count = true, self.count + 1
end

return recent
