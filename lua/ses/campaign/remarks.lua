--- What in the audience was passed over, counted: time zones and languages that nobody knows.
-- @module ses.campaign.remarks
local format = require "ses.campaign.format"

local remarks = {}

-- So many different values are told of.
local MAX_TOLD = 3

local SENTENCES = {
  timezone = "%s with a time zone that is not known (%s): the campaign's own counts there",
  language = "%s with a language that the message is not written in (%s): the message itself goes there",
}

local ORDER = { "timezone", "language" }

local Remarks = { __name = "ses.campaign.Remarks" }
Remarks.__index = Remarks

-- A value as a note may show it: not one that could be somebody's address.
local function shown(text)
  if type(text) == "string" and #text <= 40 and text:find("^%a[%w_/+-]*$") then return "'" .. text .. "'" end
  return "a value of another kind"
end

--- Counts a value.
-- @tparam string kind "timezone" or "language"
-- @param text the value
-- @tparam integer row where it stands
function Remarks:add(kind, text, row)
  local found = self[kind]
  if not found then
    found = { n = 0, told = {}, seen = {} }
    self[kind] = found
  end
  found.n = found.n + 1
  local word = shown(text)
  if found.seen[word] then return end
  if #found.told == MAX_TOLD then
    found.more = true
    return
  end
  found.seen[word] = true
  found.told[#found.told + 1] = ("%s first in %s %d"):format(word, self.unit, row)
end

--- The sentences.
-- @treturn table list
function Remarks:texts()
  local list = {}
  for _, kind in ipairs(ORDER) do
    local found = self[kind]
    if found then
      local told = table.concat(found.told, ", ") .. (found.more and ", and others" or "")
      list[#list + 1] = SENTENCES[kind]:format(format.many(found.n, self.unit), told)
    end
  end
  return list
end

--- Begins to count.
-- @tparam string unit what the source has many of, "row"
function remarks.new(unit)
  return setmetatable({ unit = unit }, Remarks)
end

return remarks
