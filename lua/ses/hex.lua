--- Bytes in hexadecimal digits.
-- @module ses.hex
local hex = {}

local function digits(byte) return ("%02x"):format(byte:byte()) end

--- Two digits a byte, in lower case.
-- @tparam string bytes
-- @treturn string
function hex.encode(bytes)
  return (bytes:gsub(".", digits))
end

return hex
