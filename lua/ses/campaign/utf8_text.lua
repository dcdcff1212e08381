--- Whether text is valid UTF-8, alike on every Lua.
-- @module ses.campaign.utf8_text
local lpeg = require "lpeg"

local utf8_text = {}

local R, S = lpeg.R, lpeg.S
local tail = R "\128\191"
-- RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
local character = R "\0\127"
  + R "\194\223" * tail
  + S "\224" * R "\160\191" * tail
  + R "\225\236" * tail * tail
  + S "\237" * R "\128\159" * tail
  + R "\238\239" * tail * tail
  + S "\240" * R "\144\191" * tail * tail
  + R "\241\243" * tail * tail * tail
  + S "\244" * R "\128\143" * tail * tail
local whole = character ^ 0 * -1

--- @treturn boolean
function utf8_text.valid(text)
  return whole:match(text) ~= nil
end

return utf8_text
