--- Credentials that processes of one place have in common, as the workers of an nginx do: fetched by one of them,
-- and handed to the others sealed (ses/seal.h) through the store that they share. The seal's key is in their memory
-- alone: it was made before they were forked.
--
-- What a process reads for itself, such as its environment, is not put there.
-- @module ses.credentials.shared
local core = require "ses.core"
local single_flight = require "ses.pipeline.single_flight"

local shared = {}

-- Whoever fetches for longer counts as gone; the others fetch for themselves then.
local LEASE_SECONDS = 20
-- Of the metadata service's credentials that have expired and are used on: it is asked again after that.
local EXTENDED_SECONDS = 60

-- Sources that any process reads at once.
local OF_THE_PROCESS = { environment = true, profile = true, static = true }

local Shared = { __name = "ses.SharedCredentials" }
Shared.__index = Shared

local function option_text(value)
  if type(value) == "table" then return table.concat(value, ",") end
  return type(value) == "string" and value or tostring(value)
end

-- The same for those who look for the same credentials.
local function scope_of(options)
  local parts = {}
  for name, value in pairs(options) do
    local text = option_text(value)
    parts[#parts + 1] = ("%s:%d:%s"):format(name, #text, text)
  end
  table.sort(parts)
  return core.digest.sha256(table.concat(parts, "\n")):sub(1, 32)
end

--- Makes what one client shares with those of other processes that look for credentials in the same way.
-- @tparam table options of the search, as ses.core takes them
-- @tparam table ports `clock` (of ses.ports); `place` { `store` that the processes share, `seal` of ses.core whose key
--   they all have }
-- @treturn ses.SharedCredentials
function shared.new(options, ports)
  local place = ports.place
  return setmetatable({
    store = place.store, seal = place.seal, clock = ports.clock,
    -- A generation of processes with another key could not open it: each has an entry of its own.
    key = "ses:credentials:" .. place.seal:id() .. ":" .. scope_of(options),
  }, Shared)
end

-- What is there and was not taken before; nil where there is nothing new.
local function read(self)
  local sealed = self.store:get(self.key)
  if type(sealed) ~= "string" or sealed == self.taken then return nil end
  local found = self.seal:open_credentials(sealed, self.key)
  if not found then return nil end
  local expiration = found:expiration()
  if expiration and expiration <= self.clock.now() and found:source() ~= "imds" then
    found:close()
    return nil
  end
  self.taken = sealed
  return found
end

local function write(self, found)
  if OF_THE_PROCESS[found:source()] then return end
  local expiration, ttl = found:expiration(), nil
  if expiration then
    ttl = expiration - self.clock.now()
    if ttl <= 0 then ttl = EXTENDED_SECONDS end
  end
  local sealed = self.seal:credentials(found, self.key)
  -- Where there is no room for it, each process fetches its own.
  if sealed and self.store:set(self.key, sealed, ttl) then self.taken = sealed end
end

--- Credentials newer than those that were given before: from the store, or fetched, by whichever process is first.
-- @tparam ?number deadline of the monotonic clock
-- @tparam function fetch function() → credentials | nil, ses.Error
-- @treturn userdata credentials of ses.core; the caller's to close
-- @treturn[2] nil
-- @treturn[2] ses.Error
function Shared:fetch(deadline, fetch)
  return single_flight.run(self, {
    key = self.key, lease = LEASE_SECONDS, patience = LEASE_SECONDS, deadline = deadline,
    read = function() return read(self) end,
    work = function()
      local found, err = fetch()
      if found then write(self, found) end
      return found, err
    end,
  })
end

--- The service has refused what was given last: no other process is to take it.
function Shared:reject()
  if self.taken and self.store:get(self.key) == self.taken then self.store:set(self.key, nil) end
end

return shared
