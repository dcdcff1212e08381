--- Does what a search of the C core asks for: exchanges, programs, codes of an MFA device.
--
-- The core decides, this module acts, with the ports of the place that it runs in.
-- @module ses.credentials.effects
local errors = require "ses.errors"

local effects = {}

local STATUS_OF_KIND = { network = "network", timeout = "timeout", client = "state" }

local function status_of(err)
  if err.code == "TLSError" then return "tls" end
  return STATUS_OF_KIND[err.kind] or "internal"
end

-- What is left until the deadline, at most `ms`; nil where nothing is.
local function within(ports, ms)
  if not ports.deadline then return ms end
  local left = (ports.deadline - ports.clock.monotonic()) * 1000
  if left < 1 then return nil end
  return math.min(ms, math.ceil(left))
end

local function out_of_time()
  return errors.new {
    kind = "timeout", code = "OperationTimeout",
    message = "the operation's time ran out while its credentials were looked for",
  }
end

-- Each of these feeds the search with an outcome, or returns an error that ends it.
local perform = {}

function perform.http(search, effect, ports)
  if effect.delay_ms > 0 then
    local slept, err = ports.clock.sleep(effect.delay_ms / 1000)
    if not slept then return err end
  end
  local timeout_ms = within(ports, effect.timeout_ms)
  if not timeout_ms then return out_of_time() end
  local response, err = ports.transport:perform(effect.request, {
    connect_timeout_ms = math.min(effect.connect_timeout_ms, timeout_ms), timeout_ms = timeout_ms,
    direct = effect.direct, keep_response = true,
  })
  effect.request:close()
  if response then
    search:feed_response(response)
    if type(response) == "userdata" then response:close() end
  elseif err.kind == "cancelled" then
    return err
  else
    search:feed_failure(status_of(err), err.message)
  end
end

function perform.process(search, effect, ports)
  local timeout_ms = within(ports, effect.timeout_ms)
  if not timeout_ms then return out_of_time() end
  local exit_status, output = ports.run_program(effect.command, timeout_ms)
  if exit_status then
    search:feed_process(exit_status, output)
    if type(output) == "userdata" then output:close() end
  elseif output.kind == "cancelled" then
    return output
  else
    search:feed_failure(output.status or "internal", output.message)
  end
end

function perform.mfa(search, effect, ports)
  if not ports.mfa_token then
    search:feed_failure("not_found",
      "a code of the MFA device " .. effect.mfa_serial .. " is needed; the option mfa_token gives one")
    return nil
  end
  local ok, code = pcall(ports.mfa_token, effect.mfa_serial)
  if ok and type(code) == "string" and code ~= "" then
    search:feed_mfa(code)
  else
    search:feed_failure("invalid", "mfa_token gave no code for the MFA device " .. effect.mfa_serial)
  end
end

--- Takes a search to its end.
-- @param search of ses.core.credentials: a `resolver` or an `imds_region`; closed at the end
-- @tparam table ports `clock`, `transport` (of ses.ports); `run_program` (of ses.adapters.host);
--   `mfa_token`, a function(serial) → code, or nil; `deadline`, of the monotonic clock, or nil; `logger`, or nil
-- @return what the search's `take` gives: credentials or a region; nil, failure of ses.core, which has
--   `status`, `message` and, where the search has several sources, `tried`
-- @return nil, ses.Error of kind "cancelled" or "timeout" where the search was broken off
function effects.run(search, ports)
  local broken_off
  while not broken_off do
    local kind, effect = search:next(ports.clock.now())
    if not perform[kind] then break end
    if ports.logger then ports.logger:searched(kind, effect) end
    broken_off = perform[kind](search, effect, ports)
  end
  local found, failure
  if not broken_off then found, failure = search:take() end
  search:close()
  if broken_off then return nil, broken_off end
  return found, failure
end

return effects
