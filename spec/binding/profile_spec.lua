local core = require "ses.core"
local process = require "spec.support.process"

describe("ses.core.profile", function()
  local folder

  setup(function() folder = process.folder() end)
  teardown(function() process.remove(folder) end)

  local function read(config, credentials, profile)
    process.write(folder .. "/config", config)
    process.write(folder .. "/credentials", credentials or "")
    return core.profile.read {
      config_file = folder .. "/config", credentials_file = folder .. "/credentials", profile = profile,
    }
  end

  it("gives a profile's settings, its blocks as tables", function()
    local settings, info = read("[default]\r\nRegion = eu-west-1 # here\r\nses =\r\n  max_retries = 5\r\n")
    assert.same({ region = "eu-west-1", ses = { max_retries = "5" } }, settings)
    assert.equal("default", info.profile)
    assert.is_true(info.exists)
    assert.equal(folder .. "/config", info.config_file)
  end)

  it("puts the services section in the place of its name", function()
    local settings = read("[profile a]\nservices = local\n[services local]\nsesv2 =\n  endpoint_url = http://h\n",
      nil, "a")
    assert.same({ services = { sesv2 = { endpoint_url = "http://h" } } }, settings)
    local failure
    settings, failure = read("[default]\nservices = nowhere\n")
    assert.is_nil(settings)
    assert.equal("services", failure.field)
  end)

  it("lays the credentials file over the config file", function()
    local settings, info = read("[default]\nregion = a\noutput = json\n", "[default]\nregion = b\n")
    assert.same({ region = "b", output = "json" }, settings)
    assert.same({ region = true }, info.overridden)
  end)

  it("leaves secrets out", function()
    local settings = read(
      "[default]\naws_session_token = t\nses =\n  secret = s\n  a = 1\ncredential_process = p -k x\n",
      "[default]\naws_access_key_id = A\nAWS_SECRET_ACCESS_KEY = s\n")
    assert.same({ aws_access_key_id = "A", ses = { a = "1" } }, settings)
  end)

  it("takes missing files as empty, but not a missing profile that was asked for", function()
    local settings, info = core.profile.read { config_file = "/nonexistent/a", credentials_file = "/nonexistent/b" }
    assert.same({}, settings)
    assert.is_false(info.exists)
    local none, failure = read("[default]\n", nil, "x")
    assert.is_nil(none)
    assert.equal("not_found", failure.status)
    assert.equal("'x' is in neither " .. folder .. "/config nor " .. folder .. "/credentials", failure.message)
  end)

  it("refuses a path that would end early", function()
    local none, failure = core.profile.read { config_file = "/tmp/a\0b" }
    assert.is_nil(none)
    assert.equal("config_file", failure.field)
  end)
end)
