--- What an emulator can be told: the options of `launcher.start`, their defaults and their checks.
-- @module ses.emulator.settings
local errors = require "ses.errors"
local suggest = require "ses.suggest"

local settings = {}

--- The credentials that an emulator takes where none are given. They are no secret.
settings.ACCESS_KEY_ID = "AKIAEMULATOR00000000"
settings.SECRET_ACCESS_KEY = "emulator-secret-key"

-- SES gives a new account 200 mails a day at one a second until it leaves the sandbox. Outside it every
-- account has numbers of its own; these are large enough not to be in a test's way.
local SANDBOX = { rate = 1, daily = 200 }
local PRODUCTION = { rate = 500, daily = 1000000 }

local KINDS = {
  port = "number", bind = "string", data = "string", rate = "number", daily = "number",
  sandbox = "boolean", access_key_id = "string", secret_access_key = "string", verify = "boolean",
  region = "string", identities = "table",
  verify_after = "number", job_seconds = "number", detach = "boolean", nginx = "string",
}

local function fault(path, message)
  return nil, errors.validation { { path = path, message = message } }
end

local function check_kinds(options)
  for name, value in pairs(options) do
    local kind = KINDS[name]
    if not kind then
      return fault(tostring(name), "is no option of the emulator" .. suggest.hint(tostring(name), KINDS))
    end
    if type(value) ~= kind then return fault(name, "must be a " .. kind) end
  end
  return true
end

local function check_ranges(options)
  local port = options.port or 0
  if port % 1 ~= 0 or port < 0 or port > 65535 then return fault("port", "must be from 0 to 65535") end
  if options.rate and (options.rate <= 0 or options.rate ~= options.rate) then
    return fault("rate", "must be more than 0")
  end
  if options.daily and not (options.daily >= 0 or options.daily == -1) then
    return fault("daily", "must be 0 or more, or -1 for no limit")
  end
  for _, name in ipairs { "verify_after", "job_seconds" } do
    local seconds = options[name]
    if seconds and (seconds < 0 or seconds ~= seconds) then return fault(name, "must be 0 or more") end
  end
  if options.bind and not options.bind:find("^[%d.]+$") and not options.bind:find("^%[[%x:.]+%]$") then
    return fault("bind", "must be an IPv4 address, or an IPv6 address in brackets")
  end
  for i, identity in ipairs(options.identities or {}) do
    if type(identity) ~= "string" then return fault(("identities[%d]"):format(i), "must be a string") end
  end
  return true
end

--- The settings that given options mean.
-- @tparam table options see `ses.emulator.launcher`
-- @treturn ?table with every default filled in
-- @treturn ?table an error that names the option
function settings.resolve(options)
  local ok, err = check_kinds(options)
  if ok then ok, err = check_ranges(options) end
  if not ok then return nil, err end
  local limits = options.sandbox and SANDBOX or PRODUCTION
  local resolved = {
    port = 0, bind = "127.0.0.1", rate = limits.rate, daily = limits.daily, sandbox = false,
    access_key_id = settings.ACCESS_KEY_ID, secret_access_key = settings.SECRET_ACCESS_KEY,
    verify = true, identities = {}, detach = false,
  }
  for name, value in pairs(options) do resolved[name] = value end
  return resolved
end

return settings
