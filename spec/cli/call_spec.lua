local inbox = require "spec.support.inbox"
local json = require "ses.model.json"
local process = require "spec.support.process"

-- The processes are the same, whichever Lua this is.
if jit then return end

describe("ses call", function()
  local emulator

  setup(function() emulator = inbox.start() end)
  teardown(function() emulator.stop() end)

  local function call(words, options)
    local argv = { "build/ses", "call" }
    for _, word in ipairs(words) do argv[#argv + 1] = word end
    options = options or {}
    options.env = emulator.env
    return process.run(argv, options)
  end

  local function answer(words, options)
    local result = call(words, options)
    assert.equal("", result.err)
    assert.equal(0, result.status)
    return assert(json.decode(result.out)), result.out
  end

  it("prints an answer as JSON in AWS's names", function()
    local account, text = answer { "GetAccount" }
    assert.is_true(account.SendingEnabled)
    assert.is_number(account.SendQuota.MaxSendRate)
    assert.truthy(text:find('\n  "SendQuota": {\n    "', 1, true))
  end)

  it("takes its input as an argument, from a file and from standard input", function()
    local folder = process.folder()
    local function input(name)
      return ('{"TemplateName": "%s", "TemplateContent": {"Subject": "s", "Text": "t"}}'):format(name)
    end
    process.write(folder .. "/input.json", input "from-file")
    answer { "CreateEmailTemplate", input "from-argument" }
    answer { "CreateEmailTemplate", "@" .. folder .. "/input.json" }
    answer({ "CreateEmailTemplate", "-" }, { stdin = input "from-stdin" })
    local names = {}
    for i, template in ipairs(answer({ "ListEmailTemplates" }).TemplatesMetadata) do
      names[i] = template.TemplateName
    end
    table.sort(names)
    assert.same({ "from-argument", "from-file", "from-stdin" }, names)
    process.remove(folder)
  end)

  it("shows an empty list as one", function()
    local _, text = answer { "ListSuppressedDestinations" }
    assert.truthy(text:find('"SuppressedDestinationSummaries": []', 1, true))
  end)

  it("takes bytes as base64 and null as nothing", function()
    local source = "From: a@example.com\r\nTo: b@example.com\r\nSubject: Raw\r\n\r\nBy hand.\r\n"
    local sent = answer { "SendEmail", json.encode {
      FromEmailAddress = "a@example.com", Destination = { ToAddresses = { "b@example.com" } },
      ConfigurationSetName = json.null,
      Content = { Raw = { Data = require("ses.core").base64.encode(source) } },
    } }
    assert.equal("Raw", emulator.message(sent.MessageId).subject)
    local wrong = call { "SendEmail", '{"Content": {"Raw": {"Data": "no base64!"}}}' }
    assert.equal("ses call: Content.Raw.Data is no base64; see 'ses call --help'\n", wrong.err)
  end)

  it("answers a misuse in one line, with status 2", function()
    local function complains(line, ...)
      local result = call { ... }
      assert.equal(line .. "\n", result.err)
      assert.equal("", result.out)
      assert.equal(2, result.status)
    end
    complains("ses call: OPERATION is missing; see 'ses call --help'")
    complains("ses call: SES v2 has no operation 'GetAcount'; did you mean 'GetAccount'?", "GetAcount")
    complains("ses call: the input must be a JSON object: { … }; see 'ses call --help'", "GetAccount", "[]")
  end)

  it("tells the service's refusal with its code, in one line with status 1", function()
    local result = call { "GetEmailTemplate", '{"TemplateName": "absent"}' }
    assert.equal(1, result.status)
    assert.truthy(result.err:find("^ses call: GetEmailTemplate: [^\n]*NotFoundException[^\n]*\n$"))
  end)

  it("names what the input lacks", function()
    local result = call { "SendEmail", '{"Content": {"Simple": {"Subject": {}, "Body": {}}}}' }
    assert.equal(1, result.status)
    assert.truthy(result.err:find("Content.Simple.Subject.Data is required", 1, true))
  end)
end)
