--- Why mail cannot be sent, or not for long, and what to do about it. `ses doctor` prints it.
--
--     for _, found in ipairs(doctor.examine(client, { from = { "news@shop.example" } })) do
--       print(found.status, found.check, found.message, found.remedy)
--     end
--
-- SES is asked by calls that change nothing: GetAccount; GetEmailIdentity, or ListEmailIdentities where no sender is
-- named; GetConfigurationSet and GetConfigurationSetEventDestinations. Without the first nothing else is asked, unless
-- the credentials may not call just that one.
-- @module ses.observe.doctor
local account = require "ses.observe.doctor.account"
local configuration_set = require "ses.observe.doctor.configuration_set"
local failure = require "ses.observe.doctor.failure"
local finding = require "ses.observe.doctor.finding"
local sender = require "ses.observe.doctor.sender"

local doctor = {}

-- ---- the way to SES ----

local ORIGINS = {
  explicit = "as given", environment = "from ", profile = "from the profile", imds = "of the EC2 instance",
}

local function configuration(client)
  local region = client:describe_config().region
  local url = client.pipeline.endpoint {}
  local where = ORIGINS[region.source]
  if region.source == "environment" then where = where .. tostring(region.origin) end
  local message = ("region %s (%s)%s"):format(tostring(region.value), where or "the default",
    url and ", " .. url.url or "")
  -- At an endpoint of one's own the region is but a word in the signature.
  if where or client.settings.endpoint then return finding.ok("configuration", message) end
  return finding.warning("configuration", message, "name the region that your identities are in: AWS_REGION")
end

local PLACES = {
  static = "given by the program", environment = "found in the environment", profile = "found in a profile",
  custom = "given by a function", container = "of the container", imds = "of the EC2 instance",
  sso = "of IAM Identity Center", web_identity = "of a web identity", process = "given by a command of the profile",
  assume_role = "of a role",
}

-- The time that is left, in the words of a clock.
local function left_of(seconds)
  if seconds < 120 then return ("%.0f seconds"):format(math.max(seconds, 0)) end
  return ("%.0f minutes"):format(seconds / 60)
end

local function credentials(client)
  local state = client:describe_config().credentials
  local place = state.found_in and (PLACES[state.found_in] or state.found_in) or PLACES.static
  if not state.expiration then return finding.ok("credentials", place) end
  return finding.ok("credentials", ("%s; they end in %s"):format(place, left_of(state.expiration - client.clock.now())))
end

local function clock(client)
  local skew = client:resilience().clock_skew
  if skew == 0 then return finding.ok("clock", "SES takes this machine's time") end
  return finding.warning("clock", ("this machine's clock is %s %s SES's; ses signs with SES's time"):format(
    left_of(math.abs(skew)), skew > 0 and "behind" or "ahead of"), failure.CLOCK)
end

-- → what SES says of the account, or nil; whether there is a way to it
local function reach(client, list)
  local from = client.clock.monotonic()
  local found, err = client:call("GetAccount", {})
  local took = (client.clock.monotonic() - from) * 1000
  if not found and not failure.is_not_allowed(err) then
    list[#list + 1] = failure.of(err)
    return nil, false
  end
  list[#list + 1] = credentials(client)
  list[#list + 1] = clock(client)
  list[#list + 1] = finding.ok("connection", ("SES answered in %.0f ms"):format(took))
  if not found then list[#list + 1] = failure.not_allowed("account", "GetAccount") end
  return found, true
end

-- ---- all of it ----

local function add(list, more)
  for _, found in ipairs(more) do list[#list + 1] = found end
end

--- Looks at all that mail needs to be sent.
-- @tparam ses.Client client
-- @tparam ?table options `from`: list of addresses or domains to send from (the client's `default_from_address`, or
--   else the account's identities); `config_set`: name of a configuration set (the client's `default_config_set`)
-- @treturn table list of ses.Finding, in the order in which one stands on the other
function doctor.examine(client, options)
  options = options or {}
  local list = {}
  local found, reached = reach(client, list)
  -- The call may have found the region out.
  table.insert(list, 1, configuration(client))
  if not reached then return list end
  if found then add(list, account.findings(found)) end
  local senders = options.from or {}
  if not senders[1] then senders = { client.settings.default_from_address } end
  for _, from in ipairs(senders) do add(list, sender.findings(client, from)) end
  if not senders[1] then add(list, sender.all(client)) end
  local set = options.config_set or client.settings.default_config_set
  if set then add(list, configuration_set.findings(client, set)) end
  return list
end

doctor.worst = finding.worst

return doctor
