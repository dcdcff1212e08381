--- Values in records: where they are found, and what texts they may hold.
-- @module ses.campaign.sources.value
local utf8_text = require "ses.utf8"

local value = {}

local find = string.find

--- A column's place in records whose fields are found by name: the name, or where it has dots the list of its
-- parts, for what is nested ("address.city").
-- @tparam string column
-- @treturn string|table
function value.place(column)
  if not find(column, ".", 1, true) then return column end
  local parts = { whole = column }
  for part in column:gmatch("[^.]+") do parts[#parts + 1] = part end
  return parts[1] and parts or column
end

--- What a record has at a place. A field whose own name has dots comes before what is nested.
-- @tparam table record
-- @tparam string|integer|table place
function value.at(record, place)
  if type(place) ~= "table" then return record[place] end
  local found = record[place.whole]
  if found ~= nil then return found end
  found = record
  for _, part in ipairs(place) do
    if type(found) ~= "table" then return nil end
    found = found[part]
  end
  return found
end

--- Text that no later step could carry: bytes that are no UTF-8, and NUL.
-- @tparam string text
-- @treturn ?string what is wrong with it
function value.text_fault(text)
  if find(text, "%z") then return "holds a NUL byte" end
  if find(text, "[\128-\255]") and not utf8_text.length(text) then return "is not valid UTF-8" end
end

return value
