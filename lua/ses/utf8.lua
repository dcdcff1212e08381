--- UTF-8 on either Lua: LuaJIT has no library for it.
-- @module ses.utf8
local utf8_text = {}

local byte, find = string.byte, string.find

-- The least second byte and the greatest, where the lead byte narrows them: no overlong forms, no
-- surrogates, nothing beyond U+10FFFF.
local SECOND_LEAST = { [0xE0] = 0xA0, [0xF0] = 0x90 }
local SECOND_MOST = { [0xED] = 0x9F, [0xF4] = 0x8F }

-- How many bytes the sequence at `at` has, or nil where it is none.
local function sequence_length(text, at, lead)
  if lead < 0x80 then return 1 end
  local length = (lead >= 0xC2 and lead <= 0xDF and 2) or (lead >= 0xE0 and lead <= 0xEF and 3)
    or (lead >= 0xF0 and lead <= 0xF4 and 4)
  if not length then return nil end
  local second = byte(text, at + 1)
  if not second then return nil end
  if second < (SECOND_LEAST[lead] or 0x80) or second > (SECOND_MOST[lead] or 0xBF) then return nil end
  for i = at + 2, at + length - 1 do
    local trail = byte(text, i)
    if not trail or trail < 0x80 or trail > 0xBF then return nil end
  end
  return length
end

local function length_by_hand(text)
  local at, count, size = 1, 0, #text
  while at <= size do
    local length = sequence_length(text, at, byte(text, at))
    if not length then return nil, at end
    at, count = at + length, count + 1
  end
  return count
end

local native = utf8 and utf8.len

--- The number of characters (code points) of a text.
-- @tparam string text
-- @treturn ?integer nil where the text is not UTF-8
-- @treturn ?integer the byte at which it stops being so
function utf8_text.length(text)
  if not find(text, "[\128-\255]") then return #text end
  if native then return native(text) end
  return length_by_hand(text)
end

return utf8_text
