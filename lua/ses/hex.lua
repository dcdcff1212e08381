--- Bytes in hexadecimal digits.
-- @module ses.hex
local hex = {}

local DIGITS = {}
for byte = 0, 255 do DIGITS[string.char(byte)] = ("%02x"):format(byte) end

--- Two digits a byte, in lower case.
-- @tparam string bytes
-- @treturn string
function hex.encode(bytes)
  return (bytes:gsub(".", DIGITS))
end

return hex
