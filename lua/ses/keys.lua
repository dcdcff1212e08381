--- The keys of a table in an order that does not change from run to run.
-- @module ses.keys
local keys = {}

--- The keys, sorted.
-- @tparam table map whose keys can be compared with each other
-- @treturn table a new list
function keys.sorted(map)
  local list = {}
  for key in pairs(map) do list[#list + 1] = key end
  table.sort(list)
  return list
end

return keys
