--- The configuration of a client: what may be set, where it is looked for, and what it has to be.
--
-- Each setting is taken from the first of these places that has it: the options given, the
-- environment, the profile of the shared config file (its `ses =` block before its own settings),
-- the default. Nothing is read before `config.resolve` is called.
--
-- Source of AWS's own variables and properties: "Settings reference", AWS SDKs and Tools Reference
-- Guide.
-- @module ses.config
local core = require "ses.core"
local credential_sources = require "ses.credentials"
local errors = require "ses.errors"
local lazy = require "ses.lazy"
local ports = require "ses.ports"

local address = lazy "ses.mail.address"
local keys = lazy "ses.keys"
local registry = lazy "ses.observe.registry"
local suggest = lazy "ses.suggest"
local traces = lazy "ses.observe.traces"

local config = {}

---@class ses.Settings
---@field region string
---@field endpoint string|nil an http or https URL in place of AWS's own
---@field credentials userdata|function|table|nil credentials of ses.core; a function or an object with
--- `get`; a source of ses.credentials; nil: looked up at the first request
---@field mfa_token function|nil (serial) → the code that the MFA device shows
---@field metrics table|boolean|nil true: the client's work is counted in the process's registry; or a registry of
--- ses.observe
---@field traces table|boolean|nil true: the client's calls are traced by OpenTelemetry's variables; or what
--- `ses.observe.traces` gave
---@field metrics_dict string inside nginx: the shared dictionary that its workers count in
---@field log table|false|nil { level =, sink = (as it was given), slow_ms = }; false and nil: nothing is logged
---@field owns_credentials boolean whether `credentials` were made here and are the client's to close
---@field profile string|nil
---@field config_file string|nil
---@field credentials_file string|nil
---@field use_imds boolean
---@field use_fips boolean
---@field use_dualstack boolean
---@field connect_timeout_ms integer
---@field read_timeout_ms integer
---@field operation_timeout_ms integer
---@field max_retries integer tries after the first
---@field retry_mode string "standard" or "adaptive", or "legacy"
---@field retry_in_doubt boolean
---@field initial_backoff_ms number
---@field max_backoff_ms number
---@field backoff_multiplier number
---@field circuit_failure_threshold integer
---@field circuit_reset_timeout_ms integer
---@field circuit_half_open_requests integer
---@field on_circuit_change function|nil ({ endpoint =, from =, to =, time = }) is told of each change of a
--- circuit breaker
---@field max_concurrent_requests integer|nil
---@field rate_limit string|nil "account": as GetAccount says
---@field rate_limit_rps number|nil recipients a second
---@field rate_limit_burst number|nil
---@field max_connections integer
---@field idle_timeout_ms integer
---@field max_lifetime_ms integer
---@field max_response_bytes integer
---@field default_config_set string|nil
---@field default_from_address string|nil
---@field sandbox_mode boolean
---@field max_message_bytes integer of a mail with its attachments in base64
---@field verify_ssl boolean
---@field ca_bundle string|nil
---@field cache_dict string inside nginx: the shared dictionary that its workers cache in, where nginx.conf
--- declares it (`lua_shared_dict ses_cache 1m;`); else each worker caches for itself
---@field cache_ttl_ms integer how long what is known of a template or a verified identity counts as known
---@field cache_negative_ttl_ms integer the same for what is missing or not verified
---@field validate_template boolean whether a send looks first whether its template is there
---@field validate_identity boolean whether a send looks first whether its sender is verified
---@field sources table name → "explicit", "environment", "profile" or "default"
---@field origins table name → the variable, or the property with its profile and file

-- Types. Each has `explicit`, which takes a Lua value, and `text`, which takes what a variable or a
-- file holds; both give the value, or nil and what it must be. No message repeats the value: it may
-- be a secret in the wrong place.

local function within(setting, value)
  return value >= setting.min and value <= setting.max
end

local function number_range(setting, what)
  return ("must be %s from %s to %s"):format(what, string.format("%.14g", setting.min),
    string.format("%.14g", setting.max))
end

local types = {}

types.integer = {
  explicit = function(setting, value)
    if type(value) ~= "number" or value % 1 ~= 0 or not within(setting, value) then
      return nil, number_range(setting, "a whole number")
    end
    return math.tointeger and math.tointeger(value) or value
  end,
  text = function(setting, text)
    if not text:find("^%d+$") then return nil, number_range(setting, "a whole number") end
    return types.integer.explicit(setting, tonumber(text:sub(1, 18)))
  end,
}

types.number = {
  explicit = function(setting, value)
    if type(value) ~= "number" or not within(setting, value) then
      return nil, number_range(setting, "a number")
    end
    return value
  end,
  text = function(setting, text)
    if not (text:find("^%d+%.?%d*$") or text:find("^%.%d+$")) then
      return nil, number_range(setting, "a number")
    end
    return types.number.explicit(setting, tonumber(text))
  end,
}

local WORDS = { ["true"] = true, ["1"] = true, ["false"] = false, ["0"] = false }

types.boolean = {
  explicit = function(_, value)
    if type(value) ~= "boolean" then return nil, "must be true or false" end
    return value
  end,
  text = function(_, text)
    local value = WORDS[text:lower()]
    if value == nil then return nil, "must be true or false" end
    return value
  end,
}

-- Text that `setting.check`, where there is one, finds no fault with.
types.string = {
  explicit = function(setting, value)
    if type(value) ~= "string" then return nil, "must be a string" end
    if value == "" then return nil, "is empty" end
    if value:find("%c") then return nil, "holds a control character" end
    local reason = setting.check and setting.check(value)
    if reason then return nil, reason end
    return value
  end,
  text = function(setting, text)
    return types.string.explicit(setting, text)
  end,
}

local LEVELS = { error = true, warn = true, info = true, debug = true, trace = true }
local ONE_LEVEL = "must be one of error, warn, info, debug, trace, off"
local LOG_FIELDS = { level = true, sink = true, slow_ms = true }
local NAMED_SINKS = { stderr = true, nginx = true }
local SLOW_MS = 5000

local function log_of(level, sink, slow_ms)
  if level == "off" then return false end
  if not LEVELS[level] then return nil, ONE_LEVEL end
  return { level = level, sink = sink, slow_ms = slow_ms or SLOW_MS }
end

local function fault_of_sink(sink)
  if sink == nil or NAMED_SINKS[sink] or type(sink) == "function" then return nil end
  if type(sink) == "table" and sink.file ~= nil then
    return type(sink.file) ~= "string" and "has a sink whose file is no path" or nil
  end
  if type(sink) == "table" and ports.check("sink", sink) then return nil end
  return "has a sink that is none: stderr, nginx, { file = path }, a function, or an object with a method log"
end

-- A level; in a program also a table { level =, sink =, slow_ms = }, or false.
types.level = {
  explicit = function(_, value)
    if value == false then return false end
    if type(value) ~= "table" then return log_of(value) end
    for name in pairs(value) do
      if not LOG_FIELDS[name] then
        return nil, "has a field that there is not" .. suggest.hint(tostring(name), LOG_FIELDS)
      end
    end
    local reason = fault_of_sink(value.sink)
    if reason then return nil, reason end
    local slow_ms = value.slow_ms
    if slow_ms ~= nil and not (type(slow_ms) == "number" and slow_ms >= 1 and slow_ms <= 3600000) then
      return nil, "has a slow_ms that is no number from 1 to 3600000"
    end
    return log_of(value.level or "info", value.sink, slow_ms)
  end,
  text = function(_, text) return log_of(text:lower()) end,
}

local function check_region(value)
  if #value > 63 or not value:find("^%w[%w-]*$") then
    return "must be a region's name, such as us-east-1"
  end
end

local function check_endpoint(value)
  local request, failure = core.http.request("GET", value)
  if not request then return failure.message end
  request:close()
  if value:find("?", 1, true) then return "must not have a query" end
end

local function check_address(value)
  local mailbox, reason = address.parse(value)
  if not mailbox then return "is no mail address: " .. reason end
end

local function check_config_set(value)
  if #value > 64 or not value:find("^[%w_-]+$") then
    return "must be a configuration set's name: at most 64 letters, digits, _ and -"
  end
end

local function check_dict(value)
  if not value:find("^[%w_]+$") then return "must be the name of a shared dictionary: letters, digits and _" end
end

-- A bundle that cannot be read would end as a TLS failure that says nothing of the file.
local function check_file(value)
  local file, reason = io.open(value, "rb")
  if not file then return "cannot be read: " .. tostring(reason):gsub("^.*: ", "") end
  file:close()
end

local function one_of(...)
  local names, list = {}, table.concat({ ... }, ", ")
  for _, name in ipairs { ... } do names[name] = true end
  return function(value)
    if not names[value] then return "must be one of " .. list end
  end
end

local function negate(value) return not value end
local function retries_of_attempts(value) return value - 1 end

local MIB = 1024 * 1024
local MINUTE, DAY = 60 * 1000, 24 * 60 * 60 * 1000

-- `env` and `profile` name variables and properties in the order in which they count; an entry that
-- is a table reads a value of another type or range and `convert`s it. Every setting but those
-- marked `outside` can stand under its own name in the profile's `ses =` block.
local SCHEMA = {
  { name = "profile", type = "string", env = { "AWS_PROFILE", "AWS_DEFAULT_PROFILE" }, outside = true },
  { name = "config_file", type = "string", env = { "AWS_CONFIG_FILE" }, outside = true },
  { name = "credentials_file", type = "string", env = { "AWS_SHARED_CREDENTIALS_FILE" }, outside = true },
  { name = "region", type = "string", default = "us-east-1", check = check_region,
    env = { "AWS_REGION", "AWS_DEFAULT_REGION" }, profile = { "region" } },
  { name = "endpoint", type = "string", check = check_endpoint,
    env = { "AWS_ENDPOINT_URL_SESV2", "AWS_ENDPOINT_URL_SES", "AWS_ENDPOINT_URL" },
    profile = { "services.sesv2.endpoint_url", "services.ses.endpoint_url", "ses.endpoint_url", "endpoint_url" } },
  { name = "use_imds", type = "boolean", default = true,
    env = { { "AWS_EC2_METADATA_DISABLED", type = "boolean", convert = negate } } },
  { name = "use_fips", type = "boolean", default = false,
    env = { "AWS_USE_FIPS_ENDPOINT" }, profile = { "use_fips_endpoint" } },
  { name = "use_dualstack", type = "boolean", default = false,
    env = { "AWS_USE_DUALSTACK_ENDPOINT" }, profile = { "use_dualstack_endpoint" } },
  { name = "connect_timeout_ms", type = "integer", default = 5000, min = 1, max = 10 * MINUTE },
  { name = "read_timeout_ms", type = "integer", default = 30000, min = 1, max = 60 * MINUTE },
  { name = "operation_timeout_ms", type = "integer", default = 60000, min = 1, max = DAY,
    env = { "SES_INTEGRATION_TIMEOUT_MS", "SES_TIMEOUT_MS" } },
  { name = "max_retries", type = "integer", default = 3, min = 0, max = 100,
    env = { "SES_INTEGRATION_MAX_RETRIES", "SES_MAX_RETRIES",
      { "AWS_MAX_ATTEMPTS", type = "integer", min = 1, max = 101, convert = retries_of_attempts } },
    profile = { { "max_attempts", type = "integer", min = 1, max = 101, convert = retries_of_attempts } } },
  { name = "retry_mode", type = "string", default = "standard", check = one_of("standard", "adaptive", "legacy"),
    env = { "AWS_RETRY_MODE" }, profile = { "retry_mode" } },
  { name = "retry_in_doubt", type = "boolean", default = true },
  { name = "initial_backoff_ms", type = "number", default = 100, min = 0, max = 10 * MINUTE },
  { name = "max_backoff_ms", type = "number", default = 20000, min = 0, max = 60 * MINUTE },
  { name = "backoff_multiplier", type = "number", default = 2.0, min = 1, max = 100 },
  { name = "circuit_failure_threshold", type = "integer", default = 5, min = 1, max = 1000000,
    env = { "SES_INTEGRATION_CB_THRESHOLD" } },
  { name = "circuit_reset_timeout_ms", type = "integer", default = 30000, min = 1, max = DAY,
    env = { "SES_INTEGRATION_CB_RESET_MS" } },
  { name = "circuit_half_open_requests", type = "integer", default = 3, min = 1, max = 1000 },
  { name = "max_concurrent_requests", type = "integer", min = 1, max = 100000 },
  { name = "rate_limit", type = "string", check = one_of("account") },
  { name = "rate_limit_rps", type = "number", min = 0.001, max = 1000000,
    env = { "SES_INTEGRATION_RATE_LIMIT_RPS" } },
  { name = "rate_limit_burst", type = "number", min = 1, max = 1000000 },
  { name = "max_connections", type = "integer", default = 100, min = 1, max = 10000 },
  { name = "idle_timeout_ms", type = "integer", default = 90000, min = 1, max = DAY },
  { name = "max_lifetime_ms", type = "integer", default = 300000, min = 1, max = 7 * DAY },
  { name = "max_response_bytes", type = "integer", default = 64 * MIB, min = 1, max = 1024 * MIB },
  { name = "default_config_set", type = "string", check = check_config_set,
    env = { "SES_INTEGRATION_DEFAULT_CONFIG_SET" } },
  { name = "default_from_address", type = "string", check = check_address,
    env = { "SES_INTEGRATION_DEFAULT_FROM" } },
  { name = "sandbox_mode", type = "boolean", default = false, env = { "SES_INTEGRATION_SANDBOX_MODE" } },
  { name = "max_message_bytes", type = "integer", default = 10 * MIB, min = 1, max = 40 * MIB },
  { name = "verify_ssl", type = "boolean", default = true },
  { name = "ca_bundle", type = "string", check = check_file, env = { "AWS_CA_BUNDLE" }, profile = { "ca_bundle" } },
  { name = "cache_dict", type = "string", default = "ses_cache", check = check_dict },
  { name = "metrics_dict", type = "string", default = "ses_metrics", check = check_dict },
  { name = "log", type = "level", env = { "SES_INTEGRATION_LOG", "SES_LOG" } },
  { name = "cache_ttl_ms", type = "integer", default = 5 * MINUTE, min = 1, max = DAY },
  { name = "cache_negative_ttl_ms", type = "integer", default = 30 * 1000, min = 1, max = DAY },
  { name = "validate_template", type = "boolean", default = false },
  { name = "validate_identity", type = "boolean", default = false },
}

local NAMES = { credentials = true, mfa_token = true, on_circuit_change = true, metrics = true, traces = true }
for _, setting in ipairs(SCHEMA) do NAMES[setting.name] = true end

local CREDENTIAL_FIELDS = { access_key_id = true, secret_access_key = true, session_token = true }

local function add(faults, path, message)
  faults[#faults + 1] = { path = path, message = message }
end

local function trim(text)
  return (text:gsub("^%s+", ""):gsub("%s+$", ""))
end

-- AWS's SDKs take a variable that is set to nothing as not set.
local function getenv(name)
  local value = os.getenv(name)
  value = value and trim(value)
  return value ~= "" and value or nil
end

-- A reading is a name, or { name, type =, min =, max =, convert = }.
local function parse(setting, reading, text)
  if type(reading) == "string" then return types[setting.type].text(setting, text) end
  local value, reason = types[reading.type].text(reading, text)
  if value == nil then return nil, reason end
  return reading.convert(value)
end

local function name_of(reading)
  return type(reading) == "table" and reading[1] or reading
end

-- "services.sesv2.endpoint_url" in the tables of a profile.
local function property(profile, path)
  local value = profile
  for key in path:gmatch("[^.]+") do
    if type(value) ~= "table" then return nil end
    value = value[key]
  end
  return value
end

-- One run of resolve: what it reads from, what it has found, and what was wrong.
local Run = {}
Run.__index = Run

function Run:set(name, value, source, origin)
  local settings = self.settings
  settings[name], settings.sources[name], settings.origins[name] = value, source, origin
end

-- Each of these three says whether its place has the setting, be it a faulty one.
function Run:from_options(setting)
  local given = self.options[setting.name]
  if given == nil then return false end
  local value, reason = types[setting.type].explicit(setting, given)
  if value == nil then
    add(self.faults, setting.name, reason)
  else
    self:set(setting.name, value, "explicit")
  end
  return true
end

function Run:from_environment(setting)
  for _, reading in ipairs(setting.env or {}) do
    local name = name_of(reading)
    local text = getenv(name)
    if text then
      local value, reason = parse(setting, reading, text)
      if value == nil then
        add(self.faults, name, reason)
      else
        self:set(setting.name, value, "environment", name)
      end
      return true
    end
  end
  return false
end

function Run:from_property(setting, reading)
  local path = name_of(reading)
  local text = property(self.profile, path)
  if text == nil or text == "" then return false end
  local info = self.info
  local file = info.overridden[path:match("^[^.]+")] and info.credentials_file or info.config_file
  local origin = ("%s in profile '%s' of %s"):format(path, info.profile, file)
  local value, reason
  if type(text) == "table" then
    reason = "must not be a block"
  else
    value, reason = parse(setting, reading, text)
  end
  if value == nil then
    add(self.faults, origin, reason)
  else
    self:set(setting.name, value, "profile", origin)
  end
  return true
end

function Run:from_profile(setting)
  if not self.profile or setting.outside then return false end
  if self:from_property(setting, "ses." .. setting.name) then return true end
  for _, reading in ipairs(setting.profile or {}) do
    if self:from_property(setting, reading) then return true end
  end
  return false
end

-- AWS_IGNORE_CONFIGURED_ENDPOINT_URLS silences every endpoint but the one in the options.
function Run:ignores_endpoints()
  local name = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"
  local text = getenv(name)
  if not text and self.profile then
    name, text = "ignore_configured_endpoint_urls", property(self.profile, "ignore_configured_endpoint_urls")
  end
  if type(text) ~= "string" then return false end
  local value, reason = types.boolean.text(nil, text)
  if value == nil then add(self.faults, name, reason) end
  return value == true
end

function Run:resolve(setting)
  if self:from_options(setting) then return end
  local configured = setting.name ~= "endpoint" or not self:ignores_endpoints()
  if configured and (self:from_environment(setting) or self:from_profile(setting)) then return end
  self:set(setting.name, setting.default, "default")
end

function Run:refuse_unknown()
  for name in pairs(self.options) do
    if CREDENTIAL_FIELDS[name] then
      add(self.faults, name, "belongs into the table credentials = { access_key_id =, secret_access_key = }")
    elseif not NAMES[name] then
      add(self.faults, tostring(name), "is no option" .. suggest.hint(tostring(name), NAMES))
    end
  end
  table.sort(self.faults, function(a, b) return a.path < b.path end)
end

local function is_credentials(value)
  if type(value) ~= "userdata" then return false end
  local ok, id = pcall(function() return value:access_key_id() end)
  return ok and type(id) == "string"
end

-- What is asked for credentials when they are needed.
local function is_provider(value)
  if type(value) == "function" or credential_sources.is_source(value) then return true end
  return type(value) == "table" and type(value.get) == "function"
end

function Run:take_function(name)
  local given = self.options[name]
  if given == nil then return self:set(name, nil, "default") end
  if type(given) ~= "function" then return add(self.faults, name, "must be a function") end
  self:set(name, given, "explicit")
end

function Run:take_metrics()
  local given = self.options.metrics
  if given == nil or given == false then return self:set("metrics", nil, given == nil and "default" or "explicit") end
  if given ~= true and not registry.is(given) then
    return add(self.faults, "metrics", "must be true, or a registry of ses.observe")
  end
  self:set("metrics", given, "explicit")
end

function Run:take_traces()
  local given = self.options.traces
  if given == nil or given == false then return self:set("traces", nil, given == nil and "default" or "explicit") end
  if given ~= true and not traces.is(given) then
    return add(self.faults, "traces", "must be true, or traces of ses.observe")
  end
  self:set("traces", given, "explicit")
end

-- A table's secrets go to wiped memory at once: the settings never hold them.
function Run:take_credentials()
  local given, settings = self.options.credentials, self.settings
  settings.owns_credentials = false
  if given == nil then return self:set("credentials", nil, "default") end
  if is_credentials(given) or is_provider(given) then return self:set("credentials", given, "explicit") end
  if type(given) ~= "table" then
    return add(self.faults, "credentials",
      "must be a table { access_key_id =, secret_access_key = }, a function that gives one, a source of "
        .. "ses.credentials or open credentials of ses.core.credentials")
  end
  local before = #self.faults
  for name, value in pairs(given) do
    if not CREDENTIAL_FIELDS[name] then
      add(self.faults, "credentials." .. tostring(name),
        "is no field of credentials" .. suggest.hint(tostring(name), CREDENTIAL_FIELDS))
    elseif type(value) ~= "string" then
      add(self.faults, "credentials." .. name, "must be a string")
    end
  end
  if #self.faults > before then return end
  local credentials, failure = core.credentials.static(given)
  if not credentials then
    return add(self.faults, "credentials" .. (failure.field and "." .. failure.field or ""), failure.message)
  end
  settings.owns_credentials = true
  self:set("credentials", credentials, "explicit")
end

function Run:read_profile()
  local settings = self.settings
  local profile, info = core.profile.read {
    profile = settings.profile, config_file = settings.config_file, credentials_file = settings.credentials_file,
  }
  if profile then
    self.profile, self.info = profile, info
  elseif info.field == "profile" then
    add(self.faults, settings.origins.profile or "profile", info.message)
  else
    add(self.faults, info.field, info.message)
  end
end

function Run:check_together()
  local settings, faults = self.settings, self.faults
  if settings.max_backoff_ms < settings.initial_backoff_ms then
    add(faults, "max_backoff_ms", "must not be less than initial_backoff_ms")
  end
  if settings.rate_limit_burst and not (settings.rate_limit_rps or settings.rate_limit) then
    add(faults, "rate_limit_burst", "has no effect without rate_limit_rps or rate_limit")
  end
end

function Run:all()
  self:refuse_unknown()
  for _, setting in ipairs(SCHEMA) do
    if setting.outside then self:resolve(setting) end
  end
  if #self.faults == 0 then self:read_profile() end
  for _, setting in ipairs(SCHEMA) do
    if not setting.outside then self:resolve(setting) end
  end
  if #self.faults == 0 then self:check_together() end
  self:take_function "mfa_token"
  self:take_function "on_circuit_change"
  self:take_metrics()
  self:take_traces()
  if #self.faults == 0 then self:take_credentials() end
end

--- Finds every setting.
-- @tparam ?table options the names of `ses.Settings` up to `ca_bundle`; `credentials` may be a table
--   { access_key_id =, secret_access_key =, session_token = }, a userdata of ses.core.credentials, which
--   stays the caller's, a source of `ses.credentials`, or a function or an object with a method `get`;
--   see `ses.credentials.provider`. `mfa_token` is a function(serial) → code,
--   `on_circuit_change` a function({ endpoint =, from =, to =, time = }),
--   `metrics` true or a registry of `ses.observe`, `traces` true or what `ses.observe.traces` gave.
-- @treturn ses.Settings
-- @treturn[2] nil
-- @treturn[2] ses.Error of kind "validation" that lists every fault, named by its option, variable or
--   property; values are never repeated
function config.resolve(options)
  if options ~= nil and type(options) ~= "table" then
    error("options must be a table, not a " .. type(options), 2)
  end
  local run = setmetatable({
    options = options or {}, faults = {}, settings = { sources = {}, origins = {} },
  }, Run)
  run:all()
  if #run.faults > 0 then return nil, errors.validation(run.faults) end
  return run.settings
end

--- What to look for credentials by, for `ses.core.credentials.resolver`, where none were given.
-- @tparam ses.Settings settings
-- @treturn table
function config.credentials_chain(settings)
  return {
    profile = settings.profile, config_file = settings.config_file, credentials_file = settings.credentials_file,
    skip_environment = settings.sources.profile == "explicit", use_imds = settings.use_imds,
    region = settings.sources.region ~= "default" and settings.region or nil,
    use_fips = settings.use_fips, use_dualstack = settings.use_dualstack,
  }
end

local OBJECTS = { mfa_token = true, on_circuit_change = true }

--- What each setting is and where it came from, without a secret.
-- @tparam ses.Settings settings
-- @treturn table name → { value =, source =, origin = }; credentials as text that shows the key id alone
function config.describe(settings)
  local described = {}
  for name in pairs(NAMES) do
    local value = settings[name]
    -- A function or an object of the user's says nothing of itself that is safe to repeat.
    if OBJECTS[name] or name == "credentials" and is_provider(value) then
      value = value and "a " .. (credential_sources.is_source(value) and tostring(value) or type(value))
    elseif name == "credentials" and value ~= nil then
      value = tostring(value)
    elseif name == "log" then
      value = value and value.level
    elseif name == "metrics" or name == "traces" then
      value = value and (value == true or tostring(value))
    end
    described[name] = { value = value, source = settings.sources[name], origin = settings.origins[name] }
  end
  return described
end

local function reading_names(readings)
  local names = {}
  for i, reading in ipairs(readings or {}) do names[i] = name_of(reading) end
  return names
end

--- What may be set in a variable or a file as well: the settings but `credentials` and `mfa_token`, which are
-- options alone.
-- @treturn table in the order in which they are looked for, each { name =, type =, default =, min =, max =,
--   env = the variables, profile = the properties, outside = true where no profile can have it }
function config.schema()
  local list = {}
  for i, setting in ipairs(SCHEMA) do
    list[i] = {
      name = setting.name, type = setting.type, default = setting.default, min = setting.min, max = setting.max,
      env = reading_names(setting.env), profile = reading_names(setting.profile), outside = setting.outside == true,
    }
  end
  return list
end

--- The names of all options, sorted.
-- @treturn table
function config.names()
  return keys.sorted(NAMES)
end

return config
