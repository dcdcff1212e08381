--- Header fields of mail: what may stand in one, encoded words (RFC 2047), parameters (RFC 2045, 2231),
-- folding (RFC 5322).
-- @module ses.mail.header
local charset = require "ses.mail.charset"
local core = require "ses.core"
local transfer = require "ses.mail.encoding"

local header = {}

--- No encoded word is longer than this (RFC 2047, section 2).
header.MAX_ENCODED_WORD = 75

--- Lines are folded to this length (RFC 5322 recommends 78 at most, RFC 2047 asks for 76).
header.MAX_LINE = 76

--- The hard limit of a line (RFC 5322, section 2.1.1), its CRLF not counted.
header.MAX_LINE_HARD = 998

local B_START, Q_START, WORD_END = "=?UTF-8?B?", "=?UTF-8?Q?", "?="
local FRAME = #B_START + #WORD_END
-- Shorter words than this are not worth their frame.
local MIN_ENCODED_WORD = 40

--- Whether `value` may stand in a header field: well-formed UTF-8 without CR, LF, NUL or another
-- control character (a tab is allowed), so that no value can begin a field of its own.
-- @tparam any value
-- @treturn boolean|nil true
-- @treturn ?string the reason otherwise, which does not repeat the value
function header.check_value(value)
  if type(value) ~= "string" then return nil, "must be a string" end
  if not value:find("[^ -~]") then return true end
  if value:find("[\r\n]") then return nil, "must not contain a line break" end
  if value:find("\0", 1, true) then return nil, "must not contain NUL" end
  if value:gsub("\t", ""):find("%c") then return nil, "must not contain control characters" end
  if not charset.is_utf8(value) then return nil, "must be UTF-8" end
  return true
end

--- Whether a header field of this name and value may be written.
-- @tparam string name printable ASCII without colon, at most 126 characters (the limit of SES)
-- @tparam string value see `check_value`
-- @treturn boolean|nil true
-- @treturn ?string the reason otherwise
function header.check(name, value)
  if type(name) ~= "string" then return nil, "header name must be a string" end
  if name == "" then return nil, "header name is empty" end
  if #name > 126 then return nil, "header name is longer than 126 characters" end
  if name:find("[^!-9;-~]") then
    return nil, "header name must be printable ASCII without space or colon"
  end
  local ok, reason = header.check_value(value)
  if not ok then return nil, "header " .. name .. " " .. reason end
  return true
end

-- The Q encoding of each byte. Only what RFC 2047 section 5 (3) allows inside a phrase stays as it is, so
-- that the words are right in every place.
local Q = { [" "] = "_" }
for byte = 0, 255 do
  local char = string.char(byte)
  if not Q[char] then Q[char] = char:find("^[%w!*+/-]$") and char or ("=%02X"):format(byte) end
end

-- Cuts `text` into encoded words, none of which splits a code point. `size(char)` is what a code
-- point takes, `room` what a word holds, `encode(chunk)` makes the word.
local function cut_into_words(text, size, room, encode)
  local words, start, used, position = {}, 1, 0, 1
  while position <= #text do
    local last = charset.sequence_end(text, position) or position
    local needed = size(text:sub(position, last))
    if used + needed > room then
      words[#words + 1] = encode(text:sub(start, position - 1))
      start, used = position, 0
    end
    used = used + needed
    position = last + 1
  end
  if start <= #text then words[#words + 1] = encode(text:sub(start)) end
  return words
end

local function q_size(char)
  return Q[char] and #Q[char] or 3 * #char
end

local function q_words(text, room)
  return cut_into_words(text, q_size, room, function(chunk) return Q_START .. chunk:gsub(".", Q) .. WORD_END end)
end

-- How many bytes fit into a word.
local function b_room(room) return math.floor(room / 4) * 3 end

local function b_words(text, room)
  return cut_into_words(text, function(char) return #char end, b_room(room), function(chunk)
    return B_START .. core.base64.encode(chunk) .. WORD_END
  end)
end

--- Text as encoded words, whatever it holds: B or Q, whichever is shorter; no word longer than 75
-- characters; no code point cut in two; usable in a phrase (a display name) as well as in a subject.
-- @tparam string text UTF-8
-- @tparam ?integer max_length of a word, 40 to 75, so that the first one fits beside a field's name
-- @treturn string the words, with single spaces between them
function header.encode_word(text, max_length)
  if text == "" then return "" end
  local room = math.max(MIN_ENCODED_WORD, math.min(max_length or 75, header.MAX_ENCODED_WORD)) - FRAME
  local all = text:gsub(".", Q)
  local q, b
  if #all <= room and #text <= b_room(room) then
    q, b = Q_START .. all .. WORD_END, B_START .. core.base64.encode(text) .. WORD_END
  else
    q, b = table.concat(q_words(text, room), " "), table.concat(b_words(text, room), " ")
  end
  return #q <= #b and q or b
end

--- The value of an unstructured field (Subject, Comments) for `text`: itself where it is plain ASCII
-- and cannot be mistaken for an encoded word, encoded words otherwise.
-- @tparam string text UTF-8 without line breaks
-- @tparam ?string name of the field, whose first line then keeps to 76 characters
-- @treturn string
function header.encode_text(text, name)
  local max_length = name and header.MAX_LINE - #name - 2
  local plain = not text:find("[^\t -~]") and not text:find("=?", 1, true)
    and not text:find("^%s") and not text:find("%s$")
  if plain then
    -- A word that no fold can shorten would break the line limit: encoded words can be folded.
    for word in text:gmatch("%S+") do
      if #word > header.MAX_LINE_HARD - 100 then return header.encode_word(text, max_length) end
    end
    return text
  end
  return header.encode_word(text, max_length)
end

--- A whole field, folded at its spaces so that lines stay within 76 characters where they can.
-- @tparam string name
-- @tparam string value ASCII, checked by `check`
-- @treturn string with CRLF at the end
function header.fold(name, value)
  local lines, line = {}, name .. ":"
  local only_space = true
  for space, word in (" " .. value):gmatch("([ \t]*)([^ \t]*)") do
    if #space + #word > 0 then
      -- A folded line must hold more than white space, and so must the first.
      if not only_space and word ~= "" and #line + #space + #word > header.MAX_LINE then
        lines[#lines + 1] = line
        line = ""
      end
      line = line .. space .. word
      only_space = false
    end
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\r\n") .. "\r\n"
end

local function decode_q(text)
  text = text:gsub("_", " ")
  return (text:gsub("=(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

local function decode_words(text)
  local out, position = {}, 1
  local pending, pending_charset = {}, nil
  local function flush()
    if pending_charset then
      out[#out + 1] = charset.to_utf8(table.concat(pending), pending_charset)
      pending, pending_charset = {}, nil
    end
  end
  while true do
    local first, last, name, encoding, data = text:find("=%?([^%s?]+)%?([BbQq])%?([^%s?]*)%?=", position)
    if not first then break end
    name = name:match("^[^*]*"):lower() -- without the language of RFC 2231
    local between = text:sub(position, first - 1)
    -- White space between two encoded words is not part of the text (RFC 2047, section 6.2).
    if not (pending_charset and not between:find("%S")) then
      flush()
      out[#out + 1] = charset.scrub(between)
    elseif pending_charset ~= name then
      flush()
    end
    pending_charset = name
    pending[#pending + 1] = (encoding == "B" or encoding == "b") and transfer.decode_base64(data) or decode_q(data)
    position = last + 1
  end
  flush()
  out[#out + 1] = charset.scrub(text:sub(position))
  return table.concat(out)
end

--- Decodes the encoded words in a header value; what is no encoded word stays as it is. Neighbouring
-- words of one charset are joined before they are decoded, because some senders split code points.
-- @tparam string text any bytes
-- @treturn string well-formed UTF-8
function header.decode(text)
  if not text:find("=?", 1, true) then return charset.scrub(text) end
  return decode_words(text)
end

-- RFC 2231: one value in pieces of at most this many octets of source text.
local SEGMENT = 18

local function percent_encode(text)
  return (text:gsub("[^%w._-]", function(byte) return ("%%%02X"):format(byte:byte()) end))
end

--- A parameter of Content-Type or Content-Disposition, `; name=value` with what precedes it: a token
-- or quoted string for ASCII, RFC 2231 (with continuations where it is long) for the rest.
-- @tparam string name ASCII token
-- @tparam string value UTF-8, checked by `check_value`
-- @treturn string with "; " before each piece
function header.format_parameter(name, value)
  local short = #value <= 60
  if short and value:find("^[%w!#$&+.^_`{|}~-]+$") then return "; " .. name .. "=" .. value end
  if short and not value:find("[^ -~]") then
    return "; " .. name .. '="' .. value:gsub('[\\"]', "\\%0") .. '"'
  end
  local pieces = cut_into_words(value, function(char) return #char end, SEGMENT, percent_encode)
  if #pieces <= 1 then return "; " .. name .. "*=UTF-8''" .. (pieces[1] or "") end
  local out = {}
  for i, piece in ipairs(pieces) do
    out[i] = ("; %s*%d*=%s%s"):format(name, i - 1, i == 1 and "UTF-8''" or "", piece)
  end
  return table.concat(out)
end

-- No field has more parameters than this; what comes after is not looked at.
local MAX_PARAMETERS = 100

-- Reads `name=value` pairs: name → raw value, in one pass over any bytes.
local function scan_parameters(text, position)
  local raw, count = {}, 0
  while count < MAX_PARAMETERS do
    local _, last, name = text:find("^[^;]-;%s*([^%s=;]*)", position)
    if not last then break end
    position = last + 1
    local _, equals = text:find("^%s*=%s*", position)
    if name ~= "" and equals then
      local value
      position = equals + 1
      if text:sub(position, position) == '"' then
        local closing = position + 1
        while closing <= #text and text:sub(closing, closing) ~= '"' do
          closing = closing + (text:sub(closing, closing) == "\\" and 2 or 1)
        end
        value = text:sub(position + 1, closing - 1):gsub("\\(.)", "%1")
        position = closing + 1
      else
        value = text:match("^[^;%s]*", position)
        position = position + #value
      end
      name = name:lower()
      if raw[name] == nil then raw[name] = value end
      count = count + 1
    end
  end
  return raw
end

local function percent_decode(text)
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

-- RFC 2231: name*, name*0, name*0* … become one value of `name`.
local function join_parameter(raw, name)
  if raw[name .. "*"] then
    local set, data = raw[name .. "*"]:match("^([^']*)'[^']*'(.*)$")
    return charset.to_utf8(percent_decode(data or raw[name .. "*"]), set ~= "" and set or nil)
  end
  local pieces, set = {}, nil
  for i = 0, MAX_PARAMETERS do
    local encoded, plain = raw[name .. "*" .. i .. "*"], raw[name .. "*" .. i]
    if not encoded and not plain then break end
    if encoded and i == 0 then
      local found, data = encoded:match("^([^']*)'[^']*'(.*)$")
      if found then set, encoded = found, data end
    end
    pieces[#pieces + 1] = encoded and percent_decode(encoded) or plain
  end
  if #pieces == 0 then return nil end
  return charset.to_utf8(table.concat(pieces), set ~= "" and set or nil)
end

--- Reads a structured value such as `text/plain; charset="utf-8"; name*0*=UTF-8''a…`.
-- @tparam string text any bytes
-- @treturn string the value before the parameters, lower-case, without white space around it
-- @treturn table parameters by lower-case name, as UTF-8; RFC 2231 and (against the letter, but with
--   the mail that exists) RFC 2047 are decoded
function header.parse_parameters(text)
  local value = text:match("^[^;]*"):match("^%s*(.*%S)") or ""
  local raw = scan_parameters(text, 1)
  local parameters = {}
  for name, plain in pairs(raw) do
    local base = name:match("^([^*]+)%*")
    if base then
      -- The extended form is the better one where both are given (RFC 6266, section 4.3).
      parameters[base] = join_parameter(raw, base) or parameters[base]
    elseif not (raw[name .. "*"] or raw[name .. "*0"] or raw[name .. "*0*"]) then
      parameters[name] = header.decode(plain)
    end
  end
  return charset.scrub(value):lower(), parameters
end

return header
