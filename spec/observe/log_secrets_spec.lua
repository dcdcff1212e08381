-- What no line of the log may show: all operations are called, in every way that they can end, with known secrets,
-- addresses, subjects, bodies and template data, and everything that was logged is searched for them.
local aws_metadata_server = require "spec.support.aws_metadata_server"
local child = require "spec.support.child"
local inbox = require "spec.support.inbox"
local model = require "ses.model"
local process = require "spec.support.process"
local redact = require "ses.observe.redact"
local scripted = require "spec.support.scripted"
local ses = require "ses"
local values = require "spec.support.model_values"

-- A word of every content, and of every address, beyond what may be shown of it.
local WORD, NAME = "xyzzyplugh", "jonquil.fairweather"
local ADDRESS = NAME .. "@example.com"
local SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYSECRETKEY1"
local TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE//TOKEN+" .. ("Zx9/Qw8+Er7="):rep(20)

-- ---- inputs ----

-- The same input with the words in it; names that are part of a URL, or may be shown, stay.
local KEPT = {
  TemplateName = true, ConfigurationSetName = true, EndpointId = true, ContactListName = true, TenantName = true,
}

local function marked_text(name, text)
  if text:find("@", 1, true) then return ADDRESS end
  if name == "TemplateData" or name == "ReplacementTemplateData" then return ('{"name":"%s"}'):format(WORD) end
  if KEPT[name] or text:find "^[%u_%d]+$" or #text < 6 then return text end
  return text:find('a/b "c"', 1, true) and WORD or text:find("bytes", 1, true) and WORD or text
end

local function marked(value, name)
  if type(value) == "string" then return marked_text(name, value) end
  if type(value) ~= "table" then return value end
  local out = {}
  for key, item in pairs(value) do out[key] = marked(item, type(key) == "string" and key or name) end
  return out
end

local function inputs(operation)
  if not operation.input then return { {} } end
  local shape = model.shape(operation.input)
  local path = {}
  for _, member in ipairs(shape.members or {}) do path[member.name] = member.location == "uri" end
  local list = {}
  for _, make in ipairs { values.full, values.minimal } do
    local input = make(shape)
    for key, item in pairs(input) do
      if not path[key] or type(item) == "string" and item:find("@", 1, true) then input[key] = marked(item, key) end
    end
    list[#list + 1] = input
  end
  return list
end

-- ---- the searched ----

local FORBIDDEN = { WORD, WORD:upper(), "jonq", "fairweather", "Signature=", "Credential=", "TUlJRXBB" }

-- What stands in a text that must not.
local function leaks(text, more)
  local found = {}
  for _, word in ipairs(FORBIDDEN) do
    if text:find(word, 1, true) then found[word] = true end
  end
  for _, secret in ipairs(more or {}) do
    for from = 1, #secret - 9, 3 do
      if text:find(secret:sub(from, from + 9), 1, true) then found[secret] = true end
    end
  end
  return found
end

local function logging()
  local lines = {}
  return lines, { level = "trace", slow_ms = 1, sink = function(_, line) lines[#lines + 1] = line end }
end

local function mails()
  return {
    { from = ADDRESS, to = { ADDRESS, "Jane <" .. ADDRESS .. ">" }, subject = WORD, text = WORD, html = WORD,
      headers = { ["X-Word"] = WORD }, attachments = { { filename = WORD .. ".txt", data = WORD } } },
    { from = ADDRESS, to = ADDRESS, template = "letter", data = { word = WORD } },
    { from = ADDRESS, to = ADDRESS, template = "none", data = { word = WORD } },
    { from = ADDRESS, raw = ("To: %s\r\nSubject: %s\r\n\r\n%s"):format(ADDRESS, WORD, WORD) },
    { from = ADDRESS, to = NAME, subject = WORD .. "\r\n", text = WORD },
    { from = "nobody@" .. "unverified.example", to = ADDRESS, subject = WORD, text = WORD },
  }
end

local function send_all(client)
  client.templates:create {
    template_name = "letter", template_content = { subject = WORD .. " {{word}}", text = WORD },
  }
  for _, mail in ipairs(mails()) do client.emails:send(mail) end
  client.emails:send_bulk {
    from = ADDRESS, template = "letter", data = { word = WORD },
    entries = { { to = ADDRESS, data = { word = WORD } }, { to = NAME }, { to = ADDRESS, data = { word = WORD } } },
  }
  client:call("TestRenderEmailTemplate", { TemplateName = "letter", TemplateData = '{"word":"' .. WORD .. '"}' })
  client:call("TestRenderEmailTemplate", { TemplateName = "letter", TemplateData = '{"word":' .. WORD })
  client.suppression:put { email_address = ADDRESS, reason = "BOUNCE" }
  client.suppression:list {}
end

describe("the log at its finest level", function()
  local emulator

  setup(function() emulator = inbox.start { rate = 1000000, daily = -1 } end)
  teardown(function() emulator.stop() end)

  local function client_of(log, more)
    local options = {
      log = log, max_retries = 1, initial_backoff_ms = 0, max_backoff_ms = 0, circuit_failure_threshold = 1000000,
    }
    for name, value in pairs(emulator.client) do options[name] = value end
    for name, value in pairs(more or {}) do options[name] = value end
    return assert(ses.client(options))
  end

  local function run_all(log)
    local client, operations = client_of(log), 0
    for _, name in ipairs(model.operations()) do
      for _, input in ipairs(inputs(model.operation(name))) do client:call(name, input) end
      operations = operations + 1
    end
    send_all(client)
    client:presign("GetEmailIdentity", { EmailIdentity = ADDRESS })
    client:close()
    return operations
  end

  it("shows nothing of what the whole API was given, and of what it gave", function()
    local lines, log = logging()
    assert.is_true(run_all(log) > 100)
    local text = table.concat(lines, "\n")
    for _, line in ipairs(lines) do
      assert.same({}, leaks(line, { emulator.client.credentials.secret_access_key }), line)
    end
    -- It did tell of all that.
    assert.is_true(#lines > 500, #lines)
    for _, name in ipairs(model.operations()) do assert.truthy(text:find('"' .. name .. '"', 1, true), name) end
    for _, word in ipairs { "jon***", '"level":"error"', '"level":"warn"', '"level":"info"', '"level":"debug"',
      '"request_body":', '"response_body":', '"request_headers":', '"signing":' } do
      assert.truthy(text:find(word, 1, true), word)
    end
  end)

  it("shows all of it where redaction is taken out", function()
    local lines, log = logging()
    local entry = redact.entry
    redact.entry = function(raw) return raw, require("ses.keys").sorted(raw) end
    local ok, err = pcall(function()
      local client = client_of(log)
      send_all(client)
      client:call("GetEmailIdentity", { EmailIdentity = ADDRESS })
      client:close()
    end)
    redact.entry = entry
    assert(ok, err)
    local text = table.concat(lines, "\n")
    local found = leaks(text)
    for _, word in ipairs { WORD, "jonq", "fairweather" } do assert.is_true(found[word], word) end
    assert.truthy(text:find(NAME .. "%40example.com", 1, true), "an address in a URL")
    assert.truthy(text:find([[{\"word\":\"]] .. WORD, 1, true), "template data")
  end)
end)

describe("the log of requests that failed", function()
  local server

  setup(function() server = scripted.start() end)
  teardown(function() server:stop() end)
  after_each(function() server:close_clients() end)

  local function client_of(log, more)
    local options = {
      log = log, max_retries = 1, operation_timeout_ms = 20000, credentials = function()
        return {
          access_key_id = "AKIDEXAMPLE", secret_access_key = SECRET, session_token = TOKEN,
          expiration = os.time() + 1000,
        }
      end,
    }
    for name, value in pairs(more or {}) do options[name] = value end
    return server:client(options)
  end

  local function answer(status, code, words)
    return { status = status, headers = { ["x-amzn-ErrorType"] = code }, body = '{"message":"' .. words .. '"}' }
  end

  it("shows nothing of them, nor of what was answered", function()
    local lines, log = logging()
    for _, step in ipairs {
      answer(503, "ServiceUnavailable", WORD .. " " .. ADDRESS), answer(429, "TooManyRequestsException", ADDRESS),
      answer(400, "MessageRejected", "Email address is not verified: " .. ADDRESS),
      answer(400, WORD .. " " .. ADDRESS, "subject: " .. WORD), answer(500, "InternalFailure", SECRET),
      answer(403, "InvalidSignatureException", "AWS4-HMAC-SHA256 Credential=" .. TOKEN .. " Signature=0123"),
      answer(403, "ExpiredTokenException", TOKEN), { status = 502, body = "<html>" .. WORD .. " " .. ADDRESS },
      { status = 200, headers = { ["X-Word"] = WORD, ["X-Amz-Security-Token"] = TOKEN }, body = '{"' .. WORD .. '":' },
      { status = 200, body = '{"' .. WORD .. '":"' .. ADDRESS .. '"}' },
    } do
      server:script(step)
      client_of(log).emails:send(mails()[1])
    end
    for _, path in ipairs { "close", "reset", "garbage", "cut", "redirect", "echo", "status/403" } do
      client_of(log, { endpoint = server.url .. "/" .. path }).emails:send(mails()[1])
    end
    local limited = client_of(log, { rate_limit_rps = 0.001, max_retries = 0, operation_timeout_ms = 1000 })
    for _ = 1, 2 do limited.emails:send(mails()[1]) end
    local nobody = client_of(log, {
      endpoint = "http://127.0.0.1:1/a%20b", circuit_failure_threshold = 2, validate_template = true,
    })
    for _ = 1, 3 do nobody.emails:send(mails()[2]) end
    for _, raises in ipairs { function() error(SECRET) end, function() return nil, TOKEN end } do
      client_of(log, { credentials = raises }).emails:send(mails()[1])
    end
    for _, line in ipairs(lines) do assert.same({}, leaks(line, { SECRET, TOKEN }), line) end
    local text = table.concat(lines, "\n")
    for _, word in ipairs { "held back", "circuit breaker: open", "trying again", "credentials have expired",
      "an identity is not verified", "ConnectionRefused", "the credentials function gave none" } do
      assert.truthy(text:find(word, 1, true), word)
    end
  end)
end)

describe("the log of credentials that are looked for", function()
  local aws, folder

  setup(function() aws, folder = aws_metadata_server.start(), process.folder() end)
  teardown(function()
    aws.stop()
    process.remove(folder)
  end)

  local function write(name, text)
    process.write(folder .. "/" .. name, text)
    return folder .. "/" .. name
  end

  -- What a client at `trace` says on the standard error whose credentials come from what `env` sets up.
  local function said(env)
    env.SES_LOG, env.AWS_EC2_METADATA_DISABLED = "trace", env.AWS_EC2_METADATA_DISABLED or "true"
    return child.lua(([[
      local client = assert(require("ses").client { region = "eu-west-1", endpoint = "%s", max_retries = 0 })
      client:call("GetAccount", {})
      client:close()
    ]]):format(aws.url), env)
  end

  local function sources()
    local keys = ("aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = %s\naws_session_token = %s\n")
      :format(SECRET, TOKEN)
    local printed = write("printed", ('{"Version":1,"AccessKeyId":"AKIDEXAMPLE","SecretAccessKey":"%s",'
      .. '"SessionToken":"%s"}'):format(SECRET, TOKEN))
    return {
      environment = { AWS_ACCESS_KEY_ID = "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY = SECRET, AWS_SESSION_TOKEN = TOKEN },
      profile = { AWS_SHARED_CREDENTIALS_FILE = write("credentials", "[default]\n" .. keys) },
      process = { AWS_CONFIG_FILE = write("config", "[default]\ncredential_process = cat " .. printed .. "\n") },
      container = { AWS_CONTAINER_CREDENTIALS_FULL_URI = aws.url .. "/container",
        AWS_CONTAINER_AUTHORIZATION_TOKEN = SECRET },
      imds = { AWS_EC2_METADATA_DISABLED = "false", AWS_EC2_METADATA_SERVICE_ENDPOINT = aws.url },
      web_identity = { AWS_ENDPOINT_URL_STS = aws.url, AWS_ROLE_ARN = "arn:aws:iam::123456789012:role/x",
        AWS_WEB_IDENTITY_TOKEN_FILE = write("identity", TOKEN) },
    }
  end

  it("names the source and shows no secret", function()
    for source, env in pairs(sources()) do
      local text = said(env)
      local secrets = aws:secrets()
      secrets[#secrets + 1], secrets[#secrets + 2] = SECRET, TOKEN
      assert.same({}, leaks(text, secrets), source)
      assert.truthy(text:find("credentials found", 1, true), source .. ": " .. text)
      assert.truthy(text:find(('"source":"%s"'):format(source), 1, true), source .. ": " .. text)
    end
  end)

  it("says why there are none and shows no secret", function()
    for name, how in pairs {
      container = { status = 400, body = TOKEN }, ["imds.credentials"] = { status = 200, body = "{" .. SECRET },
      ["sts.AssumeRoleWithWebIdentity"] = { status = 403, body = TOKEN },
    } do aws:set(name, how) end
    local all = sources()
    for _, source in ipairs { "container", "imds", "web_identity" } do
      local text = said(all[source])
      assert.same({}, leaks(text, { SECRET, TOKEN }), source)
      assert.truthy(text:find('"level":"error","target":"ses.credentials"', 1, true), source .. ": " .. text)
    end
    aws:reset()
  end)
end)
