local child = require "spec.support.child"
local config = require "ses.config"
local core = require "ses.core"
local errors = require "ses.errors"
local process = require "spec.support.process"

-- What a process with this environment resolves: one setting and where it is from, or the error.
local function resolved(name, env, options)
  local code = ([[
    local settings, err = require("ses.config").resolve(%s)
    if not settings then return print(tostring(err)) end
    print(tostring(settings.%s), settings.sources.%s, settings.origins.%s)]]):format(options or "{}", name, name, name)
  return child.lua(code, env)
end

local function fault_of(options)
  local settings, err = config.resolve(options)
  assert.is_nil(settings)
  assert.is_true(errors.is(err))
  assert.equal("validation", err.kind)
  return err.message
end

describe("ses.config", function()
  local folder

  setup(function() folder = process.folder() end)
  teardown(function() process.remove(folder) end)

  local function profile_env(text, env)
    process.write(folder .. "/config", text)
    env = env or {}
    env.AWS_CONFIG_FILE = folder .. "/config"
    return env
  end

  it("has the defaults that the design gives", function()
    local settings = assert(config.resolve())
    local defaults = {
      region = "us-east-1", use_imds = false, connect_timeout_ms = 5000, read_timeout_ms = 30000,
      operation_timeout_ms = 60000, max_retries = 3, initial_backoff_ms = 100, max_backoff_ms = 20000,
      backoff_multiplier = 2.0, circuit_failure_threshold = 5, circuit_reset_timeout_ms = 30000,
      circuit_half_open_requests = 3, max_connections = 100, idle_timeout_ms = 90000, max_lifetime_ms = 300000,
      max_response_bytes = 67108864, sandbox_mode = false, verify_ssl = true, retry_in_doubt = true,
    }
    for name, value in pairs(defaults) do assert.equal(value, settings[name], name) end
    for _, name in ipairs { "endpoint", "rate_limit_rps", "rate_limit_burst", "default_config_set",
      "default_from_address", "ca_bundle", "credentials" } do
      assert.is_nil(settings[name], name)
      assert.equal("default", settings.sources[name])
    end
    -- The specs run with AWS_EC2_METADATA_DISABLED=true.
    assert.equal("environment", settings.sources.use_imds)
    assert.equal("true\tdefault\tnil", resolved("use_imds", { AWS_EC2_METADATA_DISABLED = "" }))
  end)

  it("reads nothing when it is loaded", function()
    local out = child.lua([[
      local read = {}
      local getenv, open = os.getenv, io.open
      os.getenv = function(name) read[#read + 1] = name return getenv(name) end
      io.open = function(name, mode) read[#read + 1] = name return open(name, mode) end
      require("ses.core").profile.read = function() read[#read + 1] = "profile" end
      require "ses.config"
      print(table.concat(read, " "))]], { AWS_REGION = "eu-west-1" })
    assert.equal("", out)
  end)

  it("takes options before the environment, the environment before the profile", function()
    local env = profile_env("[default]\nregion = eu-west-1\n")
    assert.equal("eu-west-1\tprofile\tregion in profile 'default' of " .. folder .. "/config", resolved("region", env))
    env.AWS_DEFAULT_REGION = "eu-west-2"
    assert.equal("eu-west-2\tenvironment\tAWS_DEFAULT_REGION", resolved("region", env))
    env.AWS_REGION = "eu-west-3"
    assert.equal("eu-west-3\tenvironment\tAWS_REGION", resolved("region", env))
    assert.equal("eu-north-1\texplicit\tnil", resolved("region", env, [[{ region = "eu-north-1" }]]))
  end)

  it("knows every variable of the design", function()
    for name, row in pairs {
      AWS_ENDPOINT_URL = { "http://h:1/", "endpoint", "http://h:1/" },
      AWS_ENDPOINT_URL_SES = { "http://h", "endpoint", "http://h" },
      AWS_ENDPOINT_URL_SESV2 = { "https://h", "endpoint", "https://h" },
      AWS_CA_BUNDLE = { "/dev/null", "ca_bundle", "/dev/null" },
      AWS_MAX_ATTEMPTS = { "5", "max_retries", "4" },
      AWS_RETRY_MODE = { "adaptive", "retry_mode", "adaptive" },
      AWS_USE_FIPS_ENDPOINT = { "true", "use_fips", "true" },
      AWS_USE_DUALSTACK_ENDPOINT = { "TRUE", "use_dualstack", "true" },
      AWS_EC2_METADATA_DISABLED = { "false", "use_imds", "true" },
      SES_INTEGRATION_TIMEOUT_MS = { "1500", "operation_timeout_ms", "1500" },
      SES_TIMEOUT_MS = { " 1500 ", "operation_timeout_ms", "1500" },
      SES_INTEGRATION_MAX_RETRIES = { "0", "max_retries", "0" },
      SES_MAX_RETRIES = { "7", "max_retries", "7" },
      SES_INTEGRATION_RATE_LIMIT_RPS = { "2.5", "rate_limit_rps", "2.5" },
      SES_INTEGRATION_CB_THRESHOLD = { "9", "circuit_failure_threshold", "9" },
      SES_INTEGRATION_CB_RESET_MS = { "100", "circuit_reset_timeout_ms", "100" },
      SES_INTEGRATION_DEFAULT_CONFIG_SET = { "main_set", "default_config_set", "main_set" },
      SES_INTEGRATION_DEFAULT_FROM = { "Ann <a@example.com>", "default_from_address", "Ann <a@example.com>" },
      SES_INTEGRATION_SANDBOX_MODE = { "1", "sandbox_mode", "true" },
    } do
      assert.equal(row[3] .. "\tenvironment\t" .. name, resolved(row[2], { [name] = row[1] }))
    end
  end)

  it("names the variable whose value does not parse, and keeps the value to itself", function()
    for name, value in pairs {
      AWS_REGION = "hunter2 x", AWS_ENDPOINT_URL_SESV2 = "hunter2", AWS_CA_BUNDLE = "/hunter2",
      AWS_MAX_ATTEMPTS = "0", AWS_RETRY_MODE = "hunter2", AWS_USE_FIPS_ENDPOINT = "hunter2",
      AWS_EC2_METADATA_DISABLED = "hunter2", SES_INTEGRATION_TIMEOUT_MS = "10s", SES_MAX_RETRIES = "-1",
      SES_INTEGRATION_RATE_LIMIT_RPS = "0x10", SES_INTEGRATION_CB_THRESHOLD = "1.5",
      SES_INTEGRATION_CB_RESET_MS = "99999999999999999999", SES_INTEGRATION_DEFAULT_CONFIG_SET = "hunter2!",
      SES_INTEGRATION_DEFAULT_FROM = "hunter2", SES_INTEGRATION_SANDBOX_MODE = "hunter2",
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS = "hunter2",
    } do
      local out = resolved("region", { [name] = value })
      assert.equal(name .. " ", out:sub(1, #name + 1))
      assert.is_nil(out:find("hunter2", 1, true), out)
    end
  end)

  it("takes a variable that is set to nothing as not set", function()
    assert.equal("us-east-1\tdefault\tnil", resolved("region", { AWS_REGION = "", AWS_DEFAULT_REGION = " " }))
    assert.equal("3\tdefault\tnil", resolved("max_retries", { AWS_MAX_ATTEMPTS = "" }))
  end)

  it("reads the profile's ses block before its own settings", function()
    local env = profile_env([[
[default]
max_attempts = 2
retry_mode = legacy
[profile work]
max_attempts = 9
ses =
  max_retries = 5
  rate_limit_rps = 14
  some_other_tools_key = 1
]])
    assert.matches("^1\tprofile\tmax_attempts in profile 'default'", resolved("max_retries", env))
    assert.matches("^legacy\tprofile", resolved("retry_mode", env))
    env.AWS_PROFILE = "work"
    assert.matches("^5\tprofile\tses.max_retries in profile 'work'", resolved("max_retries", env))
    assert.matches("^14\tprofile", resolved("rate_limit_rps", env))
    assert.matches("^1\tprofile", resolved("max_retries", env, [[{ profile = "default" }]]))
  end)

  it("finds an endpoint where the SDKs do, and ignores it where they do", function()
    local env = profile_env([[
[default]
services = local
endpoint_url = http://general
[services local]
sesv2 =
  endpoint_url = http://special
]])
    assert.matches("^http://special\tprofile\tservices.sesv2.endpoint_url", resolved("endpoint", env))
    env.AWS_ENDPOINT_URL = "http://variable"
    assert.matches("^http://variable\tenvironment\tAWS_ENDPOINT_URL$", resolved("endpoint", env))
    env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS = "true"
    assert.equal("nil\tdefault\tnil", resolved("endpoint", env))
    assert.equal("http://given\texplicit\tnil", resolved("endpoint", env, [[{ endpoint = "http://given" }]]))
  end)

  it("names property, profile and file of a value that does not parse", function()
    local where = "in profile 'default' of " .. folder .. "/config "
    assert.equal("ses.max_retries " .. where .. "must be a whole number from 0 to 100 (ValidationException)",
      resolved("region", profile_env("[default]\nses =\n  max_retries = many\n")))
    assert.equal("region " .. where .. "must not be a block (ValidationException)",
      resolved("region", profile_env("[default]\nregion =\n  a = 1\n")))
  end)

  it("says what is wrong with a profile or its file", function()
    assert.equal(folder .. "/config: line 2 has no '=' (ValidationException)",
      resolved("region", profile_env("[default]\nhunter2\n")))
    assert.matches("^AWS_PROFILE 'nobody' is in neither ",
      resolved("region", profile_env("[default]\n", { AWS_PROFILE = "nobody" })))
    assert.matches("^profile 'nobody' is in neither ",
      resolved("region", profile_env("[default]\n"), [[{ profile = "nobody" }]]))
  end)

  it("refuses an unknown option and says what was meant", function()
    assert.equal("regoin is no option; did you mean 'region'?", fault_of { regoin = "x" })
    assert.equal("maxRetries is no option; did you mean 'max_retries'?", fault_of { maxRetries = 3 })
    assert.equal("1 is no option", fault_of { "us-east-1" })
    assert.matches("^secret_access_key belongs into the table credentials", fault_of { secret_access_key = "hunter2" })
  end)

  it("refuses options of a wrong type or out of range, and lists them all", function()
    assert.equal("region must be a string; max_retries must be a whole number from 0 to 100; "
      .. "verify_ssl must be true or false", fault_of { max_retries = 1.5, region = 5, verify_ssl = "no" })
    for name, value in pairs {
      connect_timeout_ms = 0, read_timeout_ms = 1 / 0, operation_timeout_ms = "5", max_retries = 101,
      backoff_multiplier = 0.5, rate_limit_rps = 0, rate_limit_burst = 0 / 0, max_connections = -1,
      endpoint = "example.com", region = "a_b", ca_bundle = "/nonexistent/bundle", default_config_set = "a b",
      default_from_address = "nobody", profile = "", retry_mode = "fast", initial_backoff_ms = true,
    } do
      assert.equal(name .. " ", fault_of({ [name] = value }):sub(1, #name + 1))
    end
    assert.equal("max_backoff_ms must not be less than initial_backoff_ms", fault_of { initial_backoff_ms = 30000 })
    assert.equal("rate_limit_burst has no effect without rate_limit_rps or rate_limit",
      fault_of { rate_limit_burst = 5 })
    assert.matches("^on_circuit_change must be a function", fault_of { on_circuit_change = "tell me" })
    assert.has_error(function() config.resolve("us-east-1") end)
  end)

  it("moves credentials into wiped memory at once", function()
    local settings = assert(config.resolve {
      credentials = { access_key_id = "AKIAEXAMPLE", secret_access_key = "hunter2", session_token = "t" },
    })
    assert.equal("userdata", type(settings.credentials))
    assert.equal("AKIAEXAMPLE", settings.credentials:access_key_id())
    assert.is_true(settings.owns_credentials)
    local described = config.describe(settings)
    assert.equal("ses.credentials(AKIAEXAMPLE, [REDACTED])", described.credentials.value)
    assert.equal("explicit", described.credentials.source)
  end)

  it("takes credentials that are the caller's as they are", function()
    local credentials = assert(core.credentials.static { access_key_id = "A", secret_access_key = "s" })
    local settings = assert(config.resolve { credentials = credentials })
    assert.equal(credentials, settings.credentials)
    assert.is_false(settings.owns_credentials)
    credentials:close()
    assert.matches("^credentials must be", fault_of { credentials = credentials })
  end)

  it("names the part of the credentials that is wrong", function()
    assert.equal("credentials.secret_access_key is empty", fault_of { credentials = { access_key_id = "A" } })
    assert.equal("credentials.access_key_id must be a string",
      fault_of { credentials = { access_key_id = 5, secret_access_key = "hunter2" } })
    assert.equal("credentials.secret_acces_key is no field of credentials; did you mean 'secret_access_key'?",
      fault_of { credentials = { access_key_id = "A", secret_acces_key = "hunter2" } })
    assert.matches("^credentials must be a table", fault_of { credentials = "hunter2" })
    assert.matches("^credentials must be a table", fault_of { credentials = io.stdout })
  end)

  it("asks a profile that the program names before the environment's keys", function()
    process.write(folder .. "/config", "[profile work]\nregion = eu-west-1\n")
    local settings = assert(config.resolve { profile = "work", config_file = folder .. "/config" })
    assert.same({ profile = "work", config_file = folder .. "/config", skip_environment = true,
      use_imds = false, region = "eu-west-1", use_fips = false, use_dualstack = false,
      credentials_file = os.getenv("AWS_SHARED_CREDENTIALS_FILE") }, config.credentials_chain(settings))
    assert.is_false(config.credentials_chain(assert(config.resolve())).skip_environment)
  end)

  it("takes whatever can be asked for credentials, and shows nothing of it", function()
    local sources = require "ses.credentials"
    local object = { get = function() end, secret_access_key = "hunter2" }
    for _, given in ipairs { function() end, object, sources.imds() } do
      local settings = assert(config.resolve { credentials = given, mfa_token = function() end })
      assert.equal(given, settings.credentials)
      local described = config.describe(settings)
      assert.equal("explicit", described.credentials.source)
      assert.is_nil(described.credentials.value:find("hunter2", 1, true))
      assert.equal("a function", described.mfa_token.value)
    end
    assert.matches("^mfa_token must be a function", fault_of { mfa_token = "123456" })
  end)

  it("takes a level of the log, or a table with one and a sink", function()
    local sink = { log = function() end }
    for _, case in ipairs {
      { "info", { level = "info", slow_ms = 5000 } }, { "off", false }, { false, false },
      { {}, { level = "info", slow_ms = 5000 } },
      { { level = "trace", sink = sink, slow_ms = 1 }, { level = "trace", sink = sink, slow_ms = 1 } },
      { { level = "error", sink = { file = "x" } }, { level = "error", sink = { file = "x" }, slow_ms = 5000 } },
    } do
      local settings = assert(config.resolve { log = case[1] })
      assert.same(case[2], settings.log)
      assert.equal(settings.log and settings.log.level, config.describe(settings).log.value)
    end
    local levels = "log must be one of error, warn, info, debug, trace, off"
    assert.equal(levels, fault_of { log = "loud" })
    assert.equal(levels, fault_of { log = true })
    assert.equal(levels, fault_of { log = { level = "loud" } })
    assert.equal("log has a field that there is not; did you mean 'level'?", fault_of { log = { levels = "info" } })
    assert.matches("^log has a sink that is none: stderr, nginx, ", fault_of { log = { sink = "syslog" } })
    assert.matches("^log has a sink that is none", fault_of { log = { sink = {} } })
    assert.equal("log has a sink whose file is no path", fault_of { log = { sink = { file = 1 } } })
    assert.equal("log has a slow_ms that is no number from 1 to 3600000", fault_of { log = { slow_ms = 0 } })
  end)

  it("bounds a message by what SES takes", function()
    assert.equal(10485760, assert(config.resolve()).max_message_bytes)
    assert.equal(41943040, assert(config.resolve { max_message_bytes = 41943040 }).max_message_bytes)
    assert.matches("^max_message_bytes must be a whole number from 1 to 41943040",
      fault_of { max_message_bytes = 41943041 })
  end)

  it("lists its options", function()
    local names = config.names()
    assert.equal("backoff_multiplier", names[1])
    for _, name in ipairs(names) do assert.is_truthy(config.describe(assert(config.resolve()))[name], name) end
  end)
end)
