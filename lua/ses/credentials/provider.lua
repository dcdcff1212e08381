--- Credentials for a client: looked for at the first request, kept, and fetched anew in time.
--
-- One fetch at a time, however many tasks want credentials: the others wait for it, or go on with what
-- there is. Where the place allows it (a task of the loop, a timer of nginx) a fetch runs by itself, so
-- that it disturbs no request and no request that is cancelled takes it along. Processes that have a store and
-- a seal in common, the workers of an nginx, fetch once for all of them (ses.credentials.shared).
-- @module ses.credentials.provider
local config = require "ses.config"
local core = require "ses.core"
local credential_sources = require "ses.credentials"
local effects = require "ses.credentials.effects"
local errors = require "ses.errors"
local lazy = require "ses.lazy"

local shared = lazy "ses.credentials.shared"

local provider = {}

-- A task that waits looks up at least this often, should whoever fetches be gone.
local LOOK_UP_SECONDS = 5

local Provider = { __name = "ses.CredentialsProvider" }
Provider.__index = Provider

-- Says no more than that: the fields are the ports, and with them settings.
function Provider:__tostring()
  return "ses.CredentialsProvider (" .. (self.found and tostring(self.found) or "nothing yet") .. ")"
end

-- ---- where credentials come from: function(self, deadline) → credentials | nil, ses.Error ----

local function search_options(settings)
  local options = config.credentials_chain(settings)
  local chosen = settings.credentials
  if not chosen then return options end
  for name, value in pairs(chosen.search) do options[name] = value end
  -- The whole chain goes by a profile that the program names; a source that is asked for by name is asked.
  options.skip_environment = not chosen.search.sources
    and (options.skip_environment or chosen.search.profile ~= nil)
  return options
end

local function search_error(failure)
  if errors.is(failure) then return failure end
  local none = failure.status == "credentials" and not failure.source
  return errors.from_core(failure, {
    kind = "credentials", code = none and "NoCredentials" or "CredentialsError", tried = failure.tried,
    source = failure.source,
  })
end

local function search(self, deadline)
  local resolver, failure = core.credentials.resolver(search_options(self.settings))
  if not resolver then return nil, search_error(failure) end
  local found
  found, failure = effects.run(resolver, {
    clock = self.clock, transport = self.transport, run_program = self.host.run_program,
    mfa_token = self.settings.mfa_token, deadline = deadline, logger = self.logger,
  })
  if found then return found end
  return nil, search_error(failure)
end

local function from_search(self, deadline)
  if not self.shared then return search(self, deadline) end
  return self.shared:fetch(deadline, function() return search(self, deadline) end)
end

local function function_error(message)
  return errors.new {
    kind = "credentials", code = "CredentialsError", source = "custom",
    message = "the credentials function " .. message,
  }
end

-- The first line of what a function of the user's says.
local function words_of(reason)
  return (tostring(reason):match("^[^\r\n]*"):sub(1, 200))
end

-- A table's secrets go to wiped memory at once.
local function from_table(fields)
  local ok, found, failure = pcall(core.credentials.static, {
    access_key_id = fields.access_key_id, secret_access_key = fields.secret_access_key,
    session_token = fields.session_token, account_id = fields.account_id, expiration = fields.expiration,
    custom = true,
  })
  if not ok then
    return nil, function_error("gave a table with a field of a wrong type: "
      .. tostring(found):match("field .*$"))
  end
  if found then return found end
  return nil, function_error("gave credentials whose " .. (failure.field or "") .. " " .. failure.message)
end

local function from_function(call)
  return function()
    local ok, given, reason = pcall(call)
    if not ok then return nil, function_error("raised an error: " .. words_of(given)) end
    if type(given) == "table" then return from_table(given) end
    if type(given) == "userdata" then return given end
    if errors.is(reason) then return nil, reason end
    return nil, function_error(reason == nil and "gave none" or "gave none: " .. words_of(reason))
  end
end

local function source_of(chosen)
  if type(chosen) == "function" then return from_function(chosen) end
  if type(chosen) == "table" and not credential_sources.is_source(chosen) then
    return from_function(function() return chosen:get() end)
  end
  return from_search
end

-- ---- fetching ----

local function this_coroutine()
  return coroutine.running() or "main"
end

local function remember_failure(self, round, err)
  self.failure = err
  self.cache:failed(round, "credentials", err.message, self.clock.now(), self.random.uniform())
end

-- Gives what was found to the cache. → nil, or the error where it is not fit
local function keep(self, round, found)
  local ok, kept = pcall(self.cache.put, self.cache, round, found, self.clock.now(), self.random.uniform())
  if not ok then
    local err = function_error("gave something that is no credentials")
    remember_failure(self, round, err)
    return err
  end
  -- The cache has a reference of its own.
  if self.owns then found:close() end
  if kept then return nil end
  self.failure = errors.new {
    kind = "credentials", code = "ExpiredCredentials", message = "the credentials that were found have expired",
  }
  return self.failure
end

local function tell(self, source, err)
  if not err then
    self.logger:found_credentials(source, self.has_found)
    self.has_found = true
  elseif err.kind ~= "cancelled" then
    self.logger:missed_credentials(err)
  end
end

-- A function of the user's may have given anything.
local function name_of(found)
  local known, source = pcall(function() return found:source() end)
  return known and source or nil
end

-- When it was, and whose answer it had: the source that gave credentials or failed, or the whole chain.
local function remember_fetch(self, from, source, err)
  self.last_fetch = {
    from = from, to = self.clock.monotonic(), source = source or err and err.source or "chain", err = err,
  }
end

-- Ends the round in every case. → nil, or the error where it gave nothing
local function fetch(self, round, deadline)
  local who = this_coroutine()
  self.fetchers[who] = true
  local from = self.clock.monotonic()
  local ok, found, err = pcall(self.source, self, deadline)
  self.fetchers[who] = nil
  if not ok then found, err = nil, function_error("cannot be used: " .. words_of(found)) end
  if self.closed then
    if found and self.owns then found:close() end
    return provider.closed_error()
  end
  local source = name_of(found)
  remember_fetch(self, from, source, not found and err or nil)
  if found then
    err = keep(self, round, found)
  elseif err.kind == "cancelled" or err.code == "OperationTimeout" then
    self.cache:abandon(round)
  else
    remember_failure(self, round, err)
  end
  if self.logger then tell(self, source, err) end
  self.found, self.good_until = nil, nil
  self.condition:broadcast()
  return err
end

-- Whether the fetch was left to somebody else.
local function fetch_in_background(self, round)
  if not self.own_task then return false end
  return self.host.background(function(ended)
    if not ended then
      fetch(self, round)
    elseif not self.closed then
      self.cache:abandon(round)
      self.condition:broadcast()
    end
  end)
end

-- Waits for somebody's fetch. → nil, or the error that ends the wait
local function wait_for_fetch(self, deadline)
  local left = deadline and deadline - self.clock.monotonic() or LOOK_UP_SECONDS
  if left <= 0 then
    return errors.new {
      kind = "timeout", code = "OperationTimeout",
      message = "the operation's time ran out while its credentials were looked for",
    }
  end
  local _, err = self.condition:wait(math.min(left, LOOK_UP_SECONDS))
  return errors.is(err) and err or nil
end

-- ---- asking ----

function provider.closed_error()
  return errors.new { kind = "client", code = "ClientClosed", message = "this client is closed" }
end

-- One error a caller, since the pipeline writes into it.
local function copy_error(err)
  local fields = {}
  for name, value in pairs(err) do fields[name] = value end
  return errors.new(fields)
end

local function use(self, credentials, good_until)
  self.found, self.good_until = credentials, good_until
  return credentials
end

-- What to do where there are no credentials: fetch, or wait until another has. → error or nil
local function obtain(self, action, round, deadline)
  if self.fetchers[this_coroutine()] then
    return function_error("asks for the credentials that it is to give")
  end
  local can_wait = self.host.can_wait()
  if action == "wait" and can_wait then return wait_for_fetch(self, deadline) end
  -- Another task is at it, and this coroutine cannot let it run.
  if action == "wait" then return fetch(self, 0, deadline) end
  if can_wait and fetch_in_background(self, round) then return wait_for_fetch(self, deadline) end
  local err = fetch(self, round, deadline)
  return err and (err.kind == "cancelled" or err.kind == "timeout") and err or nil
end

local function look(self, deadline)
  local waited_for
  while not self.closed do
    local action, credentials, third = self.cache:get(self.clock.now(), waited_for)
    if action == "use" then return use(self, credentials, third) end
    if action == "failed" then return nil, copy_error(self.failure) end
    if credentials then
      if fetch_in_background(self, third) then return credentials end
      -- What they are worth is known: a fetch that fails costs nothing but its time.
      fetch(self, third, deadline)
      action, credentials, third = self.cache:get(self.clock.now(), third)
      if action == "use" then return use(self, credentials, third) end
      if credentials then return credentials end
    else
      local err = obtain(self, action, third, deadline)
      if err then return nil, copy_error(err) end
      waited_for = third
    end
  end
  return nil, provider.closed_error()
end

--- The credentials to sign by now. With such as do not expire it looks nowhere after the first time.
-- @tparam ?number deadline of the monotonic clock
-- @treturn userdata credentials of ses.core; not the caller's to close
-- @treturn[2] nil
-- @treturn[2] ses.Error; of kind "credentials" where there are none: its `tried` lists the sources, each
--   { source =, message = }
function Provider:get(deadline)
  local found, good_until = self.found, self.good_until
  if found and (good_until == math.huge or self.clock.now() < good_until) then return found end
  return look(self, deadline)
end

--- The service says that credentials have expired which were given out before.
-- @treturn boolean whether others can be had, so that it is worth asking again
function Provider:reject(credentials)
  if self.fixed or self.closed or not credentials:expiration() then return false end
  local current = self.cache:reject(credentials)
  if current and self.shared then self.shared:reject() end
  self.found, self.good_until = nil, nil
  return true
end

--- What there is, without a secret and without looking for it.
-- @treturn ?table { value = (text that shows the key id), source =, expiration =, extended =, failures =,
--   last_error =, shared = (whether the workers of an nginx have them in common), unshared_because = (text, where
--   they could but do not) }
function Provider:describe()
  if self.closed then return nil end
  if self.fixed then
    return { value = tostring(self.found), source = self.found:source(), expiration = self.found:expiration() }
  end
  local state = self.cache:state(self.clock.now())
  state.value = self.found and tostring(self.found) or nil
  state.shared, state.unshared_because = self.shared ~= nil, self.unshared_because
  return state
end

--- Wipes what is the provider's own. Whoever waits gets an error.
function Provider:close()
  if self.closed then return end
  self.closed = true
  if self.found and (self.owns or not self.fixed) then self.found:close() end
  self.found = nil
  if self.cache then self.cache:close() end
  if self.condition then self.condition:broadcast() end
end

local function fixed(settings, clock)
  return setmetatable({
    clock = clock, fixed = true, found = settings.credentials, good_until = math.huge,
    owns = settings.owns_credentials,
  }, Provider)
end

-- What the client shares with those of other processes. → nil, and why where it could be otherwise
local function shared_of(settings, ports)
  local place, reason = ports.host.shared_secrets(settings)
  if not place then return nil, reason end
  return shared.new(search_options(settings), { clock = ports.clock, place = place })
end

--- Makes a provider by `settings.credentials`: credentials of ses.core, which are used as they are; a
-- function or an object with a method `get`, which gives credentials or a table { access_key_id =,
-- secret_access_key =, session_token =, expiration = (seconds since 1970) }, or nil and why not; a
-- source of `ses.credentials`; nil for the whole chain. No I/O until it is asked.
-- @tparam ses.Settings settings
-- @tparam table ports `clock`, `random`, `transport` (of ses.ports), `host` (of ses.adapters.host), `logger` (of
--   ses.observe.logger, or nil)
-- @treturn ses.CredentialsProvider
function provider.new(settings, ports)
  local chosen = settings.credentials
  if type(chosen) == "userdata" then return fixed(settings, ports.clock) end
  local source = source_of(chosen)
  local in_common, reason
  -- A function of the user's may give what is meant for its request alone.
  if source == from_search then in_common, reason = shared_of(settings, ports) end
  return setmetatable({
    settings = settings, clock = ports.clock, random = ports.random, transport = ports.transport,
    host = ports.host, logger = ports.logger, cache = assert(core.credentials.cache()),
    condition = ports.host.condition(), source = source,
    shared = in_common, unshared_because = reason, fetchers = setmetatable({}, { __mode = "k" }),
    -- A function of the user's may need the request that it is called in.
    own_task = source == from_search,
    owns = source == from_search,
  }, Provider)
end

return provider
