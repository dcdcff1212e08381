--- The region of the instance, where nothing else names one: asked of the metadata service once, at the
-- first request; by one worker of an nginx for all.
-- @module ses.credentials.region
local core = require "ses.core"
local effects = require "ses.credentials.effects"
local errors = require "ses.errors"
local lazy = require "ses.lazy"

local single_flight = lazy "ses.pipeline.single_flight"

local region = {}

-- A look-up that was killed in the middle holds up nobody for longer.
local LEASE_SECONDS = 30

-- An instance has one.
local KEY = "ses:region"

local function search_of(settings)
  return core.credentials.imds_region {
    profile = settings.profile, config_file = settings.config_file, credentials_file = settings.credentials_file,
  }
end

-- What each process would be told again for itself.
local function for_all(failure)
  return errors.is(failure) and failure or errors.from_core(failure)
end

local function look_up(self)
  local search = search_of(self.settings)
  if not search then return nil end
  local ports = { clock = self.clock, transport = self.transport }
  local store = self.host.shared_store(self.settings)
  if not store then return effects.run(search, ports) end
  local name, err = single_flight.run({ store = store, clock = self.clock }, {
    key = KEY, lease = LEASE_SECONDS, patience = LEASE_SECONDS,
    read = function() return store:get(KEY) end,
    work = function()
      local found, failure = effects.run(search, ports)
      if not found then return nil, for_all(failure) end
      store:set(KEY, found)
      return found
    end,
  })
  search:close()
  return name, err
end

local function settle(self, name, failure)
  -- A task that was cancelled says nothing of the service.
  if failure and failure.kind == "cancelled" then return end
  self.settled = true
  if not name then return end
  local settings = self.settings
  settings.region, settings.sources.region = name, "imds"
  settings.origins.region = "the instance metadata service"
end

local function find(self)
  while not self.settled and self.busy_until and self.clock.monotonic() < self.busy_until
    and self.host.can_wait() do
    local _, err = self.condition:wait(1)
    if type(err) == "table" then return end
  end
  if self.settled then return end
  self.busy_until = self.clock.monotonic() + LEASE_SECONDS
  local ok, name, failure = pcall(look_up, self)
  self.busy_until = nil
  settle(self, ok and name or nil, ok and failure or nil)
  self.condition:broadcast()
end

--- Makes a function that puts the region into `settings`, where the metadata service names one; where it
-- does not, the default stays. It returns whether it may have changed something: not the second time.
-- @tparam ses.Settings settings
-- @tparam table ports `clock`, `transport` (of ses.ports), `host` (of ses.adapters.host)
-- @treturn function
function region.new(settings, ports)
  if settings.sources.region ~= "default" or not settings.use_imds then
    return function() return false end
  end
  local self = {
    settings = settings, clock = ports.clock, transport = ports.transport, host = ports.host,
    condition = ports.host.condition(),
  }
  return function()
    if self.settled then return false end
    find(self)
    return true
  end
end

return region
