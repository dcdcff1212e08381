local child = require "spec.support.child"
local core = require "ses.core"
local process = require "spec.support.process"

local SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

describe("ses.core.credentials", function()
  local folder

  setup(function()
    folder = process.folder()
    process.write(folder .. "/credentials", "[default]\naws_access_key_id = AKIAFILE\n"
      .. "aws_secret_access_key = " .. SECRET .. "\n[half]\naws_access_key_id = AKIAHALF\n")
    process.write(folder .. "/config", "[profile work]\naws_access_key_id = AKIAWORK\n"
      .. "aws_secret_access_key = " .. SECRET .. "\naws_session_token = token\n")
    process.write(folder .. "/broken", "[default]\n" .. SECRET .. "\n")
  end)

  teardown(function() process.remove(folder) end)

  local function files(options)
    options = options or {}
    options.config_file = options.config_file or folder .. "/config"
    options.credentials_file = options.credentials_file or folder .. "/credentials"
    return options
  end

  it("shows the key id and never the secret", function()
    local credentials = assert(core.credentials.static {
      access_key_id = "AKIASTATIC", secret_access_key = SECRET, session_token = "t",
    })
    assert.equal("AKIASTATIC", credentials:access_key_id())
    assert.equal("static", credentials:source())
    assert.equal("ses.credentials(AKIASTATIC, [REDACTED])", tostring(credentials))
    assert.is_nil(credentials.secret_access_key)
    assert.is_nil(credentials.secret)
  end)

  it("is unusable once closed, and says so", function()
    local credentials = assert(core.credentials.static { access_key_id = "A", secret_access_key = "s" })
    credentials:close()
    credentials:close()
    assert.equal("ses.credentials (closed)", tostring(credentials))
    assert.has_error(function() credentials:access_key_id() end, "this ses.credentials is closed")
  end)

  it("names the part that is wrong, without its value", function()
    local none, failure = core.credentials.static { access_key_id = "A", secret_access_key = SECRET .. "\n" }
    assert.is_nil(none)
    assert.equal("secret_access_key", failure.field)
    assert.is_nil(failure.message:find("wJalr", 1, true))
    none, failure = core.credentials.static {}
    assert.is_nil(none)
    assert.equal("access_key_id", failure.field)
    assert.has_error(function() core.credentials.static { access_key_id = 5 } end,
      "field 'access_key_id' must be a string, not a number")
  end)

  it("comes from the environment", function()
    local code = [[print(require("ses.core").credentials.from_environment())]]
    assert.equal("ses.credentials(AKIAENV, [REDACTED])",
      child.lua(code, { AWS_ACCESS_KEY_ID = "AKIAENV", AWS_SECRET_ACCESS_KEY = SECRET }))
    code = [[local _, f = require("ses.core").credentials.from_environment() print(f.status, f.field, f.message)]]
    assert.equal("credentials\tAWS_ACCESS_KEY_ID\tis not set", child.lua(code))
    assert.equal("invalid\tAWS_SECRET_ACCESS_KEY\tis not set, though AWS_ACCESS_KEY_ID is",
      child.lua(code, { AWS_ACCESS_KEY_ID = "AKIAENV" }))
  end)

  it("comes from a profile of the credentials or the config file", function()
    local credentials = assert(core.credentials.from_profile(files()))
    assert.equal("AKIAFILE", credentials:access_key_id())
    assert.equal("profile", credentials:source())
    assert.equal("AKIAWORK", assert(core.credentials.from_profile(files { profile = "work" })):access_key_id())
  end)

  it("finds the files where the environment and the home directory have them", function()
    local code = [[print(require("ses.core").credentials.from_profile())]]
    assert.equal("ses.credentials(AKIAWORK, [REDACTED])", child.lua(code, {
      AWS_PROFILE = "work", AWS_CONFIG_FILE = folder .. "/config", AWS_SHARED_CREDENTIALS_FILE = "",
      HOME = folder,
    }))
    os.execute("mkdir -p " .. folder .. "/.aws && cp " .. folder .. "/credentials " .. folder .. "/.aws/")
    assert.equal("ses.credentials(AKIAFILE, [REDACTED])", child.lua(code, {
      AWS_CONFIG_FILE = "", AWS_SHARED_CREDENTIALS_FILE = "", HOME = folder,
    }))
    assert.equal("ses.credentials(AKIAFILE, [REDACTED])", child.lua(code, {
      AWS_CONFIG_FILE = "~/none", AWS_SHARED_CREDENTIALS_FILE = "~/credentials", HOME = folder,
    }))
  end)

  it("says which file and which line cannot be read, and nothing of what is there", function()
    local _, failure = core.credentials.from_profile(files { credentials_file = folder .. "/broken" })
    assert.equal("parse", failure.status)
    assert.equal(folder .. "/broken: line 2 has no '='", failure.message)
    _, failure = core.credentials.from_profile(files { credentials_file = folder })
    assert.equal("io", failure.status)
    assert.equal(folder .. " cannot be read: Is a directory", failure.message)
    _, failure = core.credentials.from_profile(files { profile = "nobody" })
    assert.equal("not_found", failure.status)
    assert.equal("profile", failure.field)
    _, failure = core.credentials.from_profile(files { profile = "half" })
    assert.equal("aws_secret_access_key", failure.field)
  end)

  it("prints no secret, whatever is printed", function()
    local out = child.lua([[
      local core, config = require("ses.core"), require("ses.config")
      local function resolve(options)
        options.use_imds = false
        local resolver = core.credentials.resolver(options)
        options.use_imds = nil
        return resolver, select(2, resolver:next(os.time())), resolver:take()
      end
      local function show(value, seen)
        if type(value) ~= "table" then return print(tostring(value)) end
        for k, v in pairs(value) do show(k) show(v) end
      end
      for _, options in ipairs { {}, { profile = "half" }, { credentials_file = os.getenv("DIR") .. "/broken" } } do
        for _, find in ipairs { resolve, core.credentials.from_profile, core.profile.read } do
          for _, value in pairs { find(options) } do show(value) end
        end
        local settings, err = config.resolve(options)
        show(settings) show(settings and config.describe(settings)) show(err) print(tostring(err))
      end]], {
      DIR = folder, AWS_SHARED_CREDENTIALS_FILE = folder .. "/credentials", AWS_CONFIG_FILE = folder .. "/config",
    })
    assert.matches("AKIAFILE", out)
    assert.is_nil(out:find("wJalr", 1, true))
    assert.is_nil(out:find("CYEXAMPLE", 1, true))
  end)
end)
