local inbox = require "spec.support.inbox"
local json = require "ses.model.json"
local process = require "spec.support.process"

-- The processes are the same, whichever Lua this is.
if jit then return end

describe("ses send", function()
  local emulator, folder

  setup(function()
    emulator = inbox.start()
    folder = process.folder()
  end)

  teardown(function()
    emulator.stop()
    process.remove(folder)
  end)

  local function send(words, options)
    local argv = { "build/ses", "send" }
    for _, word in ipairs(words) do argv[#argv + 1] = word end
    options = options or {}
    options.env = options.env or emulator.env
    return process.run(argv, options)
  end

  -- The mail that was sent, as the inbox shows it.
  local function sent(words, options)
    local result = send(words, options)
    assert.equal("", result.err)
    assert.equal(0, result.status)
    local id = assert(result.out:match("^(%S+)\n$"), "one message id on a line")
    return emulator.message(id)
  end

  -- One line on stderr, nothing on stdout, and no mail.
  local function refuses(status, words, line)
    local before = emulator.count()
    local result = send(words)
    assert.equal(line .. "\n", result.err)
    assert.equal("", result.out)
    assert.equal(status, result.status)
    assert.equal(before, emulator.count())
  end

  it("sends a text and prints the message id", function()
    local mail = sent {
      "--from", "Büro <office@example.com>", "--to", "ada@example.com", "--to", "bob@example.com",
      "--cc", "carol@example.com", "--subject", "Grüße 🌍", "--text", "Good morning, 日本",
    }
    assert.equal("Grüße 🌍", mail.subject)
    assert.equal("Good morning, 日本", (mail.text:gsub("%s+$", "")))
    assert.same({ "ada@example.com", "bob@example.com" }, mail.to)
    assert.same({ "carol@example.com" }, mail.cc)
  end)

  it("prints JSON for programs", function()
    local result = send {
      "--from", "news@example.com", "--to", "reader.1@example.com", "--subject", "Hello", "--text", "Hi", "--json",
    }
    assert.equal("", result.err)
    local told = assert(json.decode(result.out))
    assert.same({ 1, 0 }, { told.attempts, told.in_doubt_attempts })
    assert.equal("Hello", emulator.message(told.message_id).subject)
  end)

  it("takes its parts from files and standard input", function()
    process.write(folder .. "/body.html", "<p>A <b>bold</b> word</p>")
    local mail = sent({
      "--from", "office@example.com", "--to", "ada@example.com", "--subject", "Parts",
      "--html-file", folder .. "/body.html", "--text-file", "-",
    }, { stdin = "from a pipe" })
    assert.truthy(mail.html:find("<p>A <b>bold</b> word</p>", 1, true))
    assert.truthy(mail.text:find("from a pipe", 1, true))
  end)

  it("attaches files with their type", function()
    process.write(folder .. "/list.csv", "a,b\n1,2\n")
    process.write(folder .. "/blob", "\0\1\2")
    local mail = sent {
      "--from", "office@example.com", "--to", "ada@example.com", "--subject", "Files", "--text", "See both.",
      "--attach", folder .. "/list.csv", "--attach", folder .. "/blob",
    }
    assert.equal(2, #mail.attachments)
    assert.equal("list.csv", mail.attachments[1].filename)
    assert.truthy(mail.attachments[1].content_type:find("^text/csv"))
    assert.equal("blob", mail.attachments[2].filename)
    assert.equal(3, mail.attachments[2].size)
  end)

  it("carries headers and tags", function()
    local mail = sent {
      "--from", "office@example.com", "--to", "ada@example.com", "--subject", "Marked", "--text", "x",
      "--header", "X-Campaign: spring: 2", "--tag", "kind=receipt",
    }
    local header
    for _, entry in ipairs(mail.headers) do
      if entry[1] == "X-Campaign" then header = entry[2] end
    end
    assert.equal("spring: 2", header)
    assert.equal("receipt", mail.tags.kind)
  end)

  it("sends a stored template with its data", function()
    local created = process.run({ "build/ses", "call", "CreateEmailTemplate", [[{
      "TemplateName": "greeting",
      "TemplateContent": { "Subject": "Hello {{name}}", "Text": "Dear {{name}}." }
    }]] }, { env = emulator.env })
    assert.equal("", created.err)
    local mail = sent {
      "--from", "office@example.com", "--to", "ada@example.com", "--template", "greeting",
      "--data", '{"name": "Ada"}',
    }
    assert.equal("Hello Ada", mail.subject)
  end)

  it("takes the endpoint from its options, before the command and behind it", function()
    local environment = {}
    for name, value in pairs(emulator.env) do environment[name] = value end
    environment.AWS_ENDPOINT_URL_SESV2 = "http://127.0.0.1:1"
    local words = { "--from", "a@example.com", "--to", "b@example.com", "--subject", "x", "--text", "x" }
    local behind = { "build/ses", "send", "--endpoint", emulator.url }
    local before = { "build/ses", "--endpoint=" .. emulator.url, "send" }
    for _, argv in ipairs { behind, before } do
      for _, word in ipairs(words) do argv[#argv + 1] = word end
      assert.equal(0, process.run(argv, { env = environment }).status)
    end
  end)

  it("refuses a misuse in one line, with status 2", function()
    local see = "; see 'ses send --help'"
    local from, to = { "--from", "a@example.com" }, { "--from", "a@example.com", "--to", "b@example.com" }
    local function with(words, ...)
      local all = {}
      for _, list in ipairs { words, { ... } } do
        for _, word in ipairs(list) do all[#all + 1] = word end
      end
      return all
    end
    refuses(2, {}, "ses send: --from is missing" .. see)
    refuses(2, from, "ses send: --to is missing" .. see)
    refuses(2, to, "ses send: --subject is missing" .. see)
    refuses(2, with(to, "--subject", "x"),
      "ses send: say what to send: --text, --html, --text-file, --html-file or --template" .. see)
    refuses(2, with(to, "--subject", "x", "--text", "x", "--text-file", "y"),
      "ses send: --text and --text-file exclude each other" .. see)
    refuses(2, with(to, "--template", "t", "--subject", "x"),
      "ses send: --template brings its own --subject" .. see)
    refuses(2, with(to, "--subject", "x", "--text", "x", "--data", "{}"),
      "ses send: --data needs --template" .. see)
    refuses(2, with(to, "--template", "t", "--data", "[1]"),
      "ses send: --data must be a JSON object: { … }" .. see)
    refuses(2, with(to, "--subject", "x", "--text", "x", "--attach", "/nonexistent/file"),
      "ses send: cannot open /nonexistent/file: No such file or directory" .. see)
    refuses(2, with(to, "--subject", "x", "--text", "x", "--tag", "bare"),
      "ses send: --tag must be NAME=VALUE" .. see)
  end)

  it("tells a failure in one line, with status 1 and no trace", function()
    local words = { "--from", "a@example.com", "--to", "b@example.com", "--subject", "x", "--text", "x" }
    local function failure(environment)
      local result = send(words, { env = environment })
      assert.equal(1, result.status)
      assert.equal("", result.out)
      assert.truthy(result.err:find("^ses send: [^\n]+\n$"))
      return result.err
    end
    local wrong = { AWS_ACCESS_KEY_ID = "AKIAWRONG", AWS_SECRET_ACCESS_KEY = "do-not-show-me" }
    local text = failure { AWS_ENDPOINT_URL_SESV2 = emulator.url, AWS_REGION = "us-east-1",
      AWS_ACCESS_KEY_ID = wrong.AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY = wrong.AWS_SECRET_ACCESS_KEY }
    assert.is_nil(text:find("do-not-show-me", 1, true))
    assert.truthy(text:find("HTTP 403", 1, true))
    assert.truthy(failure({ HOME = "/nonexistent" }):find("credentials", 1, true))
    local refused = {}
    for name, value in pairs(emulator.env) do refused[name] = value end
    refused.AWS_ENDPOINT_URL_SESV2 = "http://127.0.0.1:1"
    assert.truthy(failure(refused):find("127.0.0.1:1 refuses the connection", 1, true))
  end)

  it("says where a message may have been sent all the same, or twice", function()
    local words = { "--from", "a@example.com", "--to", "b@example.com", "--subject", "x", "--text", "x" }
    emulator.fail { operation = "SendEmail", close = true, processed = true, count = 1 }
    local again = send(words)
    assert.equal(0, again.status)
    assert.equal("ses send: an earlier try broke off; the message may arrive twice\n", again.err)
    emulator.fail { operation = "SendEmail", close = true, count = 4 }
    local failed = send(words)
    assert.equal(1, failed.status)
    assert.truthy(failed.err:find("^ses send: SendEmail: [^\n]+; the message may have been sent\n$"))
  end)

  it("refuses a line break in a header", function()
    local result = send {
      "--from", "a@example.com", "--to", "b@example.com", "--subject", "x\r\nBcc: c@example.com", "--text", "x",
    }
    assert.equal(1, result.status)
    assert.truthy(result.err:find("^ses send: SendEmail: subject [^\n]+\n$"))
  end)
end)
