--- Fingerprints of files and texts: whether something has changed since it was looked at last.
--
-- SHA-256 of each block chained to the one before, so that a file of any size is hashed in flat memory.
-- @module ses.campaign.fingerprint
local core = require "ses.core"

local fingerprint = {}

local BLOCK = 65536

local Fingerprint = { __name = "ses.campaign.Fingerprint" }
Fingerprint.__index = Fingerprint

--- Takes a block of bytes. Two fingerprints are alike only where the blocks were cut alike.
-- @treturn Fingerprint itself
function Fingerprint:add(bytes)
  self.digest = core.digest.sha256(self.digest .. bytes)
  return self
end

--- @treturn string 64 hexadecimal digits
function Fingerprint:hex()
  return self.digest
end

--- Begins a fingerprint.
function fingerprint.new()
  return setmetatable({ digest = core.digest.sha256("") }, Fingerprint)
end

--- The fingerprint of texts, in their order.
-- @tparam string ...
function fingerprint.of(...)
  local made = fingerprint.new()
  for i = 1, select("#", ...) do made:add((select(i, ...))) end
  return made:hex()
end

--- The fingerprint of a file, cut as `file:read(65536)` cuts it.
-- @tparam string path
-- @treturn string|nil nil where the file cannot be read
function fingerprint.file(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local made = fingerprint.new()
  while true do
    local block = file:read(BLOCK)
    if not block then break end
    made:add(block)
  end
  file:close()
  return made:hex()
end

return fingerprint
