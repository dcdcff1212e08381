--- Ids as SES makes them.
-- @module ses.emulator.ids
local core = require "ses.core"
local hex = require "ses.hex"

local ids = {}

-- Fetched from the system by the thousand: an id needs 16.
local POOL = 4096
local pool, used = "", 0

local function random_hex()
  if used + 16 > #pool then pool, used = assert(core.random.bytes(POOL)), 0 end
  local bytes = pool:sub(used + 1, used + 16)
  used = used + 16
  return hex.encode(bytes)
end

--- A random UUID (version 4), such as a request id.
-- @treturn string
function ids.uuid()
  local digits = random_hex()
  local variant = ("89ab"):sub(tonumber(digits:sub(17, 17), 16) % 4 + 1):sub(1, 1)
  return table.concat({
    digits:sub(1, 8), digits:sub(9, 12), "4" .. digits:sub(14, 16), variant .. digits:sub(18, 20), digits:sub(21, 32),
  }, "-")
end

--- A message id: the time in milliseconds, a UUID, and a number.
-- @tparam number now seconds since 1970
-- @treturn string "0100" and 12 hexadecimal digits, the UUID, "000000"
function ids.message(now)
  return ("0100%012x-%s-000000"):format(math.floor(now * 1000), ids.uuid())
end

return ids
