--- Answers of the service that are worth keeping for a while: looked for in a store, asked for once.
--
-- What is in the store belongs to one account: its keys hold a hash of the endpoint, the region and the account (of
-- the access key id, where that is not known). Each thing has a generation there; who changes it begins the next one,
-- so that an answer which was on its way meanwhile, in whatever worker, is never read.
-- @module ses.pipeline.cache
local core = require "ses.core"
local errors = require "ses.errors"
local json = require "ses.model.json"

local cache = {}

-- Whoever waits for another's question looks up at least this often, should the other be gone.
local LOOK_UP_SECONDS = 5

-- Errors that will be the same for a while.
local LASTING = { NotFoundException = true, AccessDeniedException = true, AccessDenied = true }

local Cache = { __name = "ses.Cache" }
Cache.__index = Cache

local function short_hash(text) return core.digest.sha256(text):sub(1, 32) end

local function count(self, name) self.counts[name] = self.counts[name] + 1 end

-- Where the thing is kept now; nil where the store does not work.
local function place_of(self, scope, key)
  local base = table.concat({ "ses", scope, self.kind, short_hash(key) }, ":")
  -- A generation that was given up for want of room begins again at a number that was never used.
  local generation = self.store:get(base)
  if not generation then generation = self.store:add(base, 0, math.floor(self.clock.now() * 1000)) end
  return generation and ("%s:%.0f"):format(base, generation), base
end

local function read(self, place)
  local text = place and self.store:get(place)
  local kept = type(text) == "string" and json.decode(text)
  if type(kept) ~= "table" then return nil end
  return kept
end

-- A value of its own, or an error of its own, for each that asks.
local function unpack_kept(kept)
  if not kept.error then return kept.value end
  local fields = {}
  for name, value in pairs(kept.error) do fields[name] = value end
  return nil, errors.new(fields)
end

local function write(self, place, value, err)
  if not place then return end
  local kept, ttl
  if value ~= nil then
    kept = { value = value }
    ttl = self.is_lasting(value) and self.ttl or self.negative_ttl
  elseif LASTING[err.code] then
    kept = { error = {
      kind = err.kind, code = err.code, message = err.message, status = err.status, operation = err.operation,
    } }
    ttl = self.negative_ttl
  else
    return
  end
  local text = json.encode(kept)
  -- What does not fit is asked for again.
  if text then self.store:set(place, text, ttl) end
end

-- Asks, and tells all that wait.
local function load(self, place, key, options)
  local flight = { condition = self.host.condition(), ends = self.clock.monotonic() + self.patience }
  if place then self.flights[place] = flight end
  local ok, value, err = pcall(self.load, key, options)
  if place and self.flights[place] == flight then self.flights[place] = nil end
  flight.done = true
  if not ok then
    flight.condition:broadcast()
    error(value, 0)
  end
  if value == nil and err.kind == "cancelled" then
    flight.condition:broadcast()
    return nil, err
  end
  write(self, place, value, err)
  flight.kept = value ~= nil and { value = value } or { error = err }
  flight.condition:broadcast()
  return value, err
end

-- Waits for another's answer. → what it got, or nil where it got none
local function join(self, flight)
  while not flight.done and self.clock.monotonic() < flight.ends do
    local _, err = flight.condition:wait(LOOK_UP_SECONDS)
    if errors.is(err) then return { error = err } end
  end
  return flight.kept
end

--- What is known of a thing: from the store, from another that asks for it just now, or from the service.
-- @tparam string key its name
-- @tparam ?table options for `load`
-- @return the value; not to be changed, as others may get the same
-- @treturn[2] nil
-- @treturn[2] ses.Error
function Cache:get(key, options)
  local scope, err = self.scope()
  if not scope then return nil, err end
  local place = place_of(self, scope, key)
  local kept = read(self, place)
  if kept then
    count(self, kept.error and "negative_hits" or "hits")
    return unpack_kept(kept)
  end
  local flight = place and self.flights[place]
  if flight and self.host.can_wait() then
    kept = join(self, flight)
    if kept then
      count(self, "shared")
      return unpack_kept(kept)
    end
  end
  count(self, "misses")
  return load(self, place, key, options)
end

--- Says that a thing has changed: what is kept of it is not read again, by nobody who shares the store.
-- @tparam string key
function Cache:forget(key)
  local scope = self.scope()
  if not scope then return end
  local _, base = place_of(self, scope, key)
  self.store:add(base, 1, math.floor(self.clock.now() * 1000))
end

--- Says how a thing was found to be just now, by whoever asked the service himself: what is kept of it is
-- forgotten where it says otherwise.
-- @tparam string key
-- @param value nil where it is missing
function Cache:found(key, value)
  local scope = self.scope()
  local kept = scope and read(self, (place_of(self, scope, key)))
  if not kept then return end
  local function lasts(it) return it ~= nil and self.is_lasting(it) end
  if lasts(kept.value) ~= lasts(value) then self:forget(key) end
end

--- What the cache has done since it was made.
-- @treturn table { hits =, negative_hits = (a thing known to be missing), misses =, shared = (waited for
--   another's question) }
function Cache:stats()
  local stats = {}
  for name, value in pairs(self.counts) do stats[name] = value end
  return stats
end

--- Makes a cache.
-- @tparam table ports `store`, `clock` (of ses.ports), `host` (of ses.adapters.host), `scope` (function → what
--   tells this account from others | nil, err)
-- @tparam table options `kind` a word for what is kept; `ttl`, `negative_ttl` in seconds; `patience` seconds after
--   which a question counts as lost; `load` (function(key, options) → value | nil, err); `is_lasting`
--   (function(value) → whether it is kept for `ttl`, else for `negative_ttl`; by default all are)
-- @treturn ses.Cache
function cache.new(ports, options)
  return setmetatable({
    store = ports.store, clock = ports.clock, host = ports.host, scope = ports.scope, kind = options.kind,
    ttl = options.ttl, negative_ttl = options.negative_ttl, patience = options.patience, load = options.load,
    is_lasting = options.is_lasting or function() return true end, flights = {},
    counts = { hits = 0, negative_hits = 0, misses = 0, shared = 0 },
  }, Cache)
end

return cache
