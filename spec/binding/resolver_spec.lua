local aws_metadata_server = require "spec.support.aws_metadata_server"
local child = require "spec.support.child"
local core = require "ses.core"
local process = require "spec.support.process"

local NOW = 1900000000
local ROLE = [[<AssumeRoleResponse><AssumeRoleResult>
<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn></AssumedRoleUser>
<Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>hunter-secret</SecretAccessKey>
<SessionToken>hunter-token</SessionToken><Expiration>2030-03-17T18:46:40Z</Expiration></Credentials>
</AssumeRoleResult></AssumeRoleResponse>]]
local CONFIG = [[
[profile role]
role_arn = arn:aws:iam::123456789012:role/r
role_session_name = s
source_profile = keys
region = eu-west-1
[profile mfa]
role_arn = r
source_profile = keys
mfa_serial = arn:mfa
[profile keys]
aws_access_key_id = AKIAKEYS
aws_secret_access_key = hunter-keys
[profile program]
credential_process = /bin/give "to me"
[profile token]
role_arn = r
web_identity_token_file = %s/token
]]

-- What a resolver makes of an exchange over a real socket; nothing of the answer becomes a string.
local PERFORM = [[
  local core = require "ses.core"
  local function resolve(options)
    local resolver = assert(core.credentials.resolver(options))
    local transport = assert(core.transport.new())
    while true do
      local kind, effect = resolver:next(os.time())
      if kind == "done" or kind == "failed" then break end
      assert(kind == "http")
      local id = assert(transport:start(effect.request, {
        connect_timeout_ms = effect.connect_timeout_ms, timeout_ms = effect.timeout_ms, keep_response = true }))
      local ended
      repeat ended = assert(transport:step(1000))[1] until ended
      assert(ended.id == id)
      if ended.response then resolver:feed_response(ended.response)
      else resolver:feed_failure(ended.failure.status, ended.failure.message) end
    end
    return resolver:take()
  end
]]

describe("ses.core.credentials.resolver", function()
  local folder

  setup(function()
    folder = process.folder()
    process.write(folder .. "/config", CONFIG:format(folder))
    process.write(folder .. "/token", "hunter.jwt\n")
  end)

  teardown(function() process.remove(folder) end)

  local function resolver(profile, options)
    options = options or {}
    options.profile, options.sources = profile, options.sources or { "profile" }
    options.config_file, options.credentials_file = folder .. "/config", folder .. "/credentials"
    return assert(core.credentials.resolver(options))
  end

  it("gives what needs no effect at once", function()
    local r = resolver("keys")
    local kind, effect = r:next(NOW)
    assert.equal("done", kind)
    assert.same({ source = "profile" }, effect)
    local credentials = assert(r:take())
    assert.equal("AKIAKEYS", credentials:access_key_id())
    assert.equal("profile", credentials:source())
    assert.is_nil(credentials:expiration())
    assert.is_nil(credentials:account_id())
    local none, failure = r:take()
    assert.is_nil(none)
    assert.equal("state", failure.status)
  end)

  it("asks for an exchange by a request, and takes an answer as a table", function()
    local r = resolver("role")
    local kind, effect = r:next(NOW)
    assert.equal("http", kind)
    assert.equal("assume_role", effect.source)
    assert.is_true(effect.connect_timeout_ms > 0 and effect.timeout_ms > 0)
    assert.equal(0, effect.delay_ms)
    assert.is_false(effect.direct)
    assert.equal("https://sts.eu-west-1.amazonaws.com/", effect.request:url())
    assert.equal("[REDACTED]", effect.request:header("Authorization"))
    assert.equal("Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fr"
      .. "&RoleSessionName=s", effect.request:body())
    r:feed_response({ status = 503, headers = { ["Retry-After"] = "1" }, body = "" }, NOW)
    kind, effect = r:next(NOW)
    assert.equal("http", kind)
    assert.is_true(effect.delay_ms >= 50)
    r:feed_response { status = 200, headers = {}, body = ROLE }
    kind, effect = r:next(NOW)
    assert.equal("done", kind)
    assert.equal("assume_role", effect.source)
    local credentials = assert(r:take())
    assert.equal("ses.credentials(ASIAROLE, [REDACTED])", tostring(credentials))
    assert.equal(NOW + 3600, credentials:expiration())
    assert.equal("123456789012", credentials:account_id())
  end)

  it("asks for a code, and tells who could not be asked", function()
    local r = resolver("mfa")
    local kind, effect = r:next(NOW)
    assert.equal("mfa", kind)
    assert.equal("arn:mfa", effect.mfa_serial)
    r:feed_mfa("123456")
    kind, effect = r:next(NOW)
    assert.equal("http", kind)
    assert.matches("&SerialNumber=arn%%3Amfa&TokenCode=123456$", effect.request:body())
    r = resolver("mfa")
    r:next(NOW)
    r:feed_failure("cancelled", "no mfa_token option is set")
    assert.equal("failed", (r:next(NOW)))
    local _, failure = r:take()
    assert.equal("cancelled", failure.status)
    assert.equal("profile", failure.source)
    assert.equal("there is no MFA code: no mfa_token option is set", failure.message)
  end)

  it("asks for a program, and takes its output as a string or as a process", function()
    local answer = '{"Version":1,"AccessKeyId":"AKIAPROG","SecretAccessKey":"hunter"}'
    local r = resolver("program")
    local kind, effect = r:next(NOW)
    assert.equal("process", kind)
    assert.equal('/bin/give "to me"', effect.command)
    assert.is_true(effect.timeout_ms > 0)
    r:feed_process(0, answer)
    assert.equal("done", (r:next(NOW)))
    assert.equal("process", assert(r:take()):source())
    r = resolver("program")
    r:next(NOW)
    local program = assert(core.process.start("/bin/echo '" .. answer .. "'"))
    local done, status = program:step(-1)
    assert.is_true(done)
    r:feed_process(status, program)
    assert.equal("done", (r:next(NOW)))
    assert.equal("AKIAPROG", assert(r:take()):access_key_id())
    r = resolver("program")
    r:next(NOW)
    r:feed_process(3, "hunter")
    assert.equal("failed", (r:next(NOW)))
    local _, failure = r:take()
    assert.equal("credential_process", failure.field)
    assert.equal("of profile 'program' ended with status 3", failure.message)
  end)

  it("raises for what nothing waits for, and for what cannot be fed", function()
    local r = resolver("mfa")
    assert.has_error(function() r:feed_mfa("123456") end, "the resolver does not wait for this")
    r:next(NOW)
    assert.has_error(function() r:feed_process(0, "x") end, "the resolver does not wait for this")
    assert.has_error(function() r:feed_response { status = 200 } end, "the resolver does not wait for this")
    assert.has_error(function() r:feed_response(7) end)
    assert.has_error(function() r:feed_process(0, {}) end)
    r:close()
    r:close()
    assert.equal("ses.credentials_resolver (closed)", tostring(r))
    assert.has_error(function() r:next(NOW) end, "this ses.credentials_resolver is closed")
  end)

  it("refuses options that cannot be right", function()
    assert.has_error(function() core.credentials.resolver { sources = { "magic" } } end,
      "field 'sources' names 'magic', which is no source")
    assert.has_error(function() core.credentials.resolver { sources = {} } end, "field 'sources' must not be empty")
    assert.has_error(function() core.credentials.resolver { sources = "imds" } end,
      "field 'sources' must be a table, not a string")
    assert.has_error(function() core.credentials.resolver { use_imds = 1 } end)
    local none, failure = core.credentials.resolver { role_duration_s = 1 }
    assert.is_nil(none)
    assert.equal("role_duration_s", failure.field)
    none, failure = core.credentials.resolver { access_key_id = "AKID", secret_access_key = "hunter\n" }
    assert.is_nil(none)
    assert.equal("secret_access_key", failure.field)
    assert.is_nil(failure.message:find("hunter", 1, true))
  end)

  it("tells of each source that was tried and why it gave nothing", function()
    local out = child.lua([[
      local r = assert(require("ses.core").credentials.resolver { use_imds = false })
      assert(r:next(0) == "failed")
      local _, failure = r:take()
      print(failure.status, failure.source)
      for _, tried in ipairs(failure.tried) do print(tried.source, tried.message) end
      print(failure.message)]], {
      HOME = folder, AWS_CONFIG_FILE = "", AWS_SHARED_CREDENTIALS_FILE = "", AWS_ACCESS_KEY_ID = "",
      AWS_WEB_IDENTITY_TOKEN_FILE = "", AWS_PROFILE = "",
    })
    local lines = {}
    for line in out:gmatch("[^\n]+") do lines[#lines + 1] = line end
    assert.equal("credentials\tnil", lines[1])
    assert.equal("static\tnone given", lines[2])
    assert.equal("environment\tAWS_ACCESS_KEY_ID is not set", lines[3])
    assert.equal("web_identity\tAWS_WEB_IDENTITY_TOKEN_FILE is not set", lines[4])
    assert.matches("^sso\t", lines[5])
    assert.matches("^profile\tprofile 'default' is in neither ", lines[6])
    assert.matches("^container\t", lines[7])
    assert.equal("imds\tnot asked, as use_imds is off", lines[8])
    assert.matches("^no source has AWS credentials: static: none given; environment: AWS_ACCESS_KEY_ID is not set; ",
      lines[9])
  end)

  describe("against a process that answers as STS does", function()
    local server

    setup(function() server = aws_metadata_server.start() end)
    teardown(function() server.stop() end)
    before_each(function() server:reset() end)

    local function run(profile)
      return child.lua(PERFORM .. [[
        local found, failure = resolve { profile = os.getenv("P"), use_imds = false }
        print(found, found and found:source(), failure and failure.status, failure and failure.message)]], {
        P = profile, AWS_CONFIG_FILE = folder .. "/config", AWS_SHARED_CREDENTIALS_FILE = folder .. "/none",
        AWS_ENDPOINT_URL_STS = server.url, AWS_ACCESS_KEY_ID = "", AWS_WEB_IDENTITY_TOKEN_FILE = "",
        no_proxy = "127.0.0.1",
      })
    end

    it("assumes a role", function()
      assert.matches("^ses.credentials%(ASIAROLE%d+, %[REDACTED%]%)\tassume_role\tnil", run("role"))
      local asked = server:requests("sts.AssumeRole")
      assert.equal(1, #asked)
      assert.equal("s", asked[1].form.RoleSessionName)
      assert.matches("Credential=AKIAKEYS/%d+/eu%-west%-1/sts/aws4_request", asked[1].headers.authorization)
    end)

    it("exchanges a web identity", function()
      assert.matches("^ses.credentials%(ASIAWEBI%d+, %[REDACTED%]%)\tweb_identity\tnil", run("token"))
      local asked = server:requests("sts.AssumeRoleWithWebIdentity")
      assert.equal("hunter.jwt", asked[1].form.WebIdentityToken)
      assert.is_nil(asked[1].headers.authorization)
    end)

    it("tries again what fails in passing, and gives up in the end", function()
      server:set("sts.AssumeRole", { status = 500, times = 2 })
      assert.matches("^ses.credentials%(ASIAROLE%d+", run("role"))
      assert.equal(3, #server:requests("sts.AssumeRole"))
      server:reset()
      server:set("sts.AssumeRole", { fault = "close" })
      assert.matches("^nil\tnil\tnetwork\tSTS gave no answer: ", run("role"))
      assert.equal(3, #server:requests("sts.AssumeRole"))
    end)

    it("says what is wrong with an answer, and nothing of what is in it", function()
      for how, expected in pairs {
        [{ status = 404, body = "hunter" }] = "credentials\tSTS answered 404$",
        [{ fault = "malformed" }] = "parse\tSTS gave an answer that is no XML of STS: byte %d+ ",
        [{ expires_in = -10 }] = "expired\tSTS gave credentials that expired before they came$",
        [{ secret_access_key = "hunter\1" }] = "parse\tSTS gave an answer that ",
      } do
        server:reset()
        server:set("sts.AssumeRole", how)
        local out = run("role")
        assert.matches("^nil\tnil\t" .. expected, out)
        for _, secret in ipairs(server:secrets()) do assert.is_nil(out:find(secret, 1, true)) end
      end
    end)
  end)
end)
