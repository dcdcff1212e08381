--- Transfer encodings of mail (RFC 2045): quoted-printable and base64, read leniently.
-- @module ses.mail.encoding
local core = require "ses.core"

local encoding = {}

--- No encoded line is longer than this, its CRLF not counted (RFC 2045, sections 6.7 and 6.8).
encoding.MAX_LINE = 76

local function hex(byte) return ("=%02X"):format(byte:byte()) end

-- Breaks one encoded line softly, never inside an =XX.
local function soften(line, out)
  local position, limit = 1, encoding.MAX_LINE
  while #line - position + 1 > limit do
    local cut = position + limit - 2
    if line:byte(cut) == 61 then
      cut = cut - 1
    elseif line:byte(cut - 1) == 61 then
      cut = cut - 2
    end
    out[#out + 1] = line:sub(position, cut) .. "="
    position = cut + 1
  end
  out[#out + 1] = line:sub(position)
end

--- Text as quoted-printable: lines end with CRLF whatever they ended with before.
-- @tparam string text
-- @treturn string lines of at most 76 characters; ASCII
function encoding.encode_quoted_printable(text)
  local escaped = text:gsub("\r\n?", "\n"):gsub("[^\t\n -<>-~]", hex)
  -- White space at the end of a line does not survive transport.
  escaped = (escaped .. "\n"):gsub("([ \t])\n", function(space) return hex(space) .. "\n" end)
  local out = {}
  for line in escaped:gmatch("([^\n]*)\n") do
    if #line > encoding.MAX_LINE then
      soften(line, out)
    else
      out[#out + 1] = line
    end
  end
  return table.concat(out, "\r\n")
end

--- Decodes quoted-printable. An "=" that begins no valid sequence stays as it is.
-- @tparam string text
-- @treturn string bytes
function encoding.decode_quoted_printable(text)
  -- The frontier keeps this linear: a run of spaces is looked at once, from its start.
  text = text:gsub("%f[ \t][ \t]+(\r?\n)", "%1"):gsub("=\r?\n", "")
  return (text:gsub("=(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

--- Bytes as base64 in lines of 76 characters.
-- @tparam string bytes
-- @treturn string ends with CRLF unless it is empty
function encoding.encode_base64(bytes)
  local encoded = core.base64.encode(bytes)
  local lines = encoded:gsub(("."):rep(encoding.MAX_LINE), "%0\r\n")
  if lines ~= "" and lines:sub(-2) ~= "\r\n" then lines = lines .. "\r\n" end
  return lines
end

--- Decodes base64: line breaks and foreign characters are passed over, padding may be missing, and what
-- follows the first "=" is ignored.
-- @tparam string text
-- @treturn string bytes
function encoding.decode_base64(text)
  local padding = text:find("=", 1, true)
  if padding then text = text:sub(1, padding - 1) end
  text = text:gsub("[^%w+/]", "")
  local rest = #text % 4
  if rest == 0 then return core.base64.decode(text) or "" end
  if rest == 1 then return core.base64.decode(text:sub(1, -2)) or "" end
  -- Filled with zero bits rather than "=", so that stray bits at the end do no harm.
  local bytes = core.base64.decode(text .. ("A"):rep(4 - rest)) or ""
  return bytes:sub(1, rest - 5)
end

local DECODERS = {
  ["quoted-printable"] = encoding.decode_quoted_printable,
  base64 = encoding.decode_base64,
}

--- Decodes a body by the name of its transfer encoding; one that is not known leaves it as it is.
-- @tparam string body
-- @tparam ?string name of the Content-Transfer-Encoding, in any letter case
-- @treturn string bytes
function encoding.decode(body, name)
  local decoder = name and DECODERS[name:lower():match("[%w-]+")]
  return decoder and decoder(body) or body
end

return encoding
