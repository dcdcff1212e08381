--- Character sets of mail: UTF-8 checked and cut at code points, and what old mail is written in.
-- @module ses.mail.charset
local utf8_text = require "ses.utf8"

local charset = {}

local REPLACEMENT = "\239\191\189" -- U+FFFD

-- Well-formed sequences by their first byte (the Unicode Standard, table 3-7): no overlong form, no
-- surrogate, nothing above U+10FFFF.
local TAIL = "[\128-\191]"
local SEQUENCES = {
  { 0x00, 0x7F, "^.", 1 },
  { 0xC2, 0xDF, "^." .. TAIL, 2 },
  { 0xE0, 0xE0, "^.[\160-\191]" .. TAIL, 3 },
  { 0xE1, 0xEC, "^." .. TAIL .. TAIL, 3 },
  { 0xED, 0xED, "^.[\128-\159]" .. TAIL, 3 },
  { 0xEE, 0xEF, "^." .. TAIL .. TAIL, 3 },
  { 0xF0, 0xF0, "^.[\144-\191]" .. TAIL .. TAIL, 4 },
  { 0xF1, 0xF3, "^." .. TAIL .. TAIL .. TAIL, 4 },
  { 0xF4, 0xF4, "^.[\128-\143]" .. TAIL .. TAIL, 4 },
}

local by_first_byte = {}
for _, sequence in ipairs(SEQUENCES) do
  for byte = sequence[1], sequence[2] do by_first_byte[byte] = sequence end
end

-- Windows-1252 where it differs from ISO 8859-1: 0x80 to 0x9F.
local WINDOWS_1252 = {
  [0x80] = 0x20AC, [0x82] = 0x201A, [0x83] = 0x0192, [0x84] = 0x201E, [0x85] = 0x2026, [0x86] = 0x2020,
  [0x87] = 0x2021, [0x88] = 0x02C6, [0x89] = 0x2030, [0x8A] = 0x0160, [0x8B] = 0x2039, [0x8C] = 0x0152,
  [0x8E] = 0x017D, [0x91] = 0x2018, [0x92] = 0x2019, [0x93] = 0x201C, [0x94] = 0x201D, [0x95] = 0x2022,
  [0x96] = 0x2013, [0x97] = 0x2014, [0x98] = 0x02DC, [0x99] = 0x2122, [0x9A] = 0x0161, [0x9B] = 0x203A,
  [0x9C] = 0x0153, [0x9E] = 0x017E, [0x9F] = 0x0178,
}

local SINGLE_BYTE = {
  ["iso-8859-1"] = true, ["iso8859-1"] = true, ["iso_8859-1"] = true, ["latin1"] = true,
  ["l1"] = true, ["windows-1252"] = true, ["cp1252"] = true, ["x-cp1252"] = true,
}

--- The last byte of the code point that starts at `position`.
-- @tparam string text
-- @tparam integer position
-- @treturn integer|nil nil where no well-formed UTF-8 sequence starts there
function charset.sequence_end(text, position)
  local sequence = by_first_byte[text:byte(position)]
  if not sequence then return nil end
  if sequence[4] == 1 or text:find(sequence[3], position) then return position + sequence[4] - 1 end
  return nil
end

--- Whether all of `text` is well-formed UTF-8.
-- @tparam string text
-- @treturn boolean
function charset.is_utf8(text)
  return utf8_text.length(text) ~= nil
end

--- `text` with U+FFFD in place of every byte that is no part of well-formed UTF-8.
-- @tparam string text
-- @treturn string
function charset.scrub(text)
  if charset.is_utf8(text) then return text end
  local out, start, position = {}, 1, text:find("[\128-\255]")
  while position do
    local last = charset.sequence_end(text, position)
    if not last then
      out[#out + 1] = text:sub(start, position - 1)
      out[#out + 1] = REPLACEMENT
      last = position
      start = position + 1
    end
    position = text:find("[\128-\255]", last + 1)
  end
  out[#out + 1] = text:sub(start)
  return table.concat(out)
end

--- The UTF-8 of a code point.
-- @tparam integer code U+0000 to U+10FFFF
-- @treturn string
function charset.utf8_char(code)
  if code < 0x80 then return string.char(code) end
  if code < 0x800 then
    return string.char(0xC0 + math.floor(code / 0x40), 0x80 + code % 0x40)
  end
  if code < 0x10000 then
    return string.char(0xE0 + math.floor(code / 0x1000), 0x80 + math.floor(code / 0x40) % 0x40,
      0x80 + code % 0x40)
  end
  return string.char(0xF0 + math.floor(code / 0x40000), 0x80 + math.floor(code / 0x1000) % 0x40,
    0x80 + math.floor(code / 0x40) % 0x40, 0x80 + code % 0x40)
end

--- Turns bytes of a named charset into UTF-8. ISO 8859-1 is read as Windows-1252, as the WHATWG
-- Encoding Standard has it: mail that says the one holds the other. A charset that is not known is
-- taken for UTF-8, with what does not fit replaced.
-- @tparam string bytes
-- @tparam ?string name of the charset, in any letter case
-- @treturn string well-formed UTF-8
function charset.to_utf8(bytes, name)
  if not SINGLE_BYTE[(name or "utf-8"):lower()] then return charset.scrub(bytes) end
  return (bytes:gsub("[\128-\255]", function(char)
    local byte = char:byte()
    return charset.utf8_char(WINDOWS_1252[byte] or byte)
  end))
end

return charset
