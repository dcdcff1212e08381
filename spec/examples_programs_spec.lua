-- The examples that are programs of build/ses, which has its own Lua: once is enough.
if jit then return end

local aws_metadata_server = require "spec.support.aws_metadata_server"
local inbox = require "spec.support.inbox"
local lambda_runtime_api = require "spec.support.lambda_runtime_api"
local process = require "spec.support.process"
local ses = require "ses"

describe("examples", function()
  local emulator

  -- It takes any keys, as LocalStack does: those of a role are none of the emulator's own.
  setup(function() emulator = inbox.start { verify = false } end)
  teardown(function() emulator.stop() end)

  local function env(more)
    local all = { HOME = "/nonexistent", no_proxy = "*" }
    for name, value in pairs(more or {}) do all[name] = value end
    return all
  end

  local function id_of(result)
    assert.same({ 0, "" }, { result.status, result.err })
    return assert(result.out:match "^sent as (%S+)\n$")
  end

  local function run(...)
    local result = process.run({ ... }, { env = emulator.env })
    assert.same({ 0, "" }, { result.status, result.err })
    return result.out
  end

  it("attachment.lua sends a file", function()
    local folder = process.folder()
    process.write(folder .. "/invoice.pdf", "%PDF-1.4\n\0\255")
    local id = run("build/ses", "examples/attachment.lua", folder .. "/invoice.pdf", "ann@example.com")
      :match "^sent as (%S+)\n$"
    process.remove(folder)
    local mail = emulator.message(assert(id))
    assert.same({ { filename = "invoice.pdf", content_type = "application/pdf", size = 11 } }, mail.attachments)
  end)

  it("attachment.lua says that it may have been sent where the answer is lost, and sends no second one", function()
    local before = emulator.count()
    emulator.fail { operation = "SendEmail", close = true, count = 1 }
    local result = process.run({ "build/ses", "examples/attachment.lua", "LICENSE", "ann@example.com" },
      { env = emulator.env })
    assert.equal(1, result.status)
    assert.truthy(result.err:find("^ses: it may have been sent all the same: "), result.err)
    assert.equal(before + 1, emulator.count())
  end)

  it("template.lua stores a template, and again, and sends by it", function()
    for _ = 1, 2 do
      local out = run("build/ses", "examples/template.lua", "ann@example.com", "Ann & Co")
      local mail = emulator.message(assert(out:match "^sent as (%S+)\n$"))
      assert.same({ "lantern-welcome", "Welcome, Ann & Co" }, { mail.template, mail.subject })
      assert.truthy(mail.html:find("<p>Dear Ann &amp; Co,</p><ul><li>Solaris</li>", 1, true))
      assert.truthy(mail.text:find("\n* Solaris\n* Middlemarch\n", 1, true))
    end
  end)

  it("bulk.lua sends to each line of a file, and names the lines that it could not send to", function()
    local before, path = emulator.count(), process.folder()
    process.write(path .. "/people.txt", "ann@example.com, Ann\nnobody, Nobody\nbob@example.com\ncat@example.com,\n")
    local result = process.run({ "build/ses", "examples/bulk.lua", path .. "/people.txt" }, { env = emulator.env })
    process.remove(path)
    assert.same({ 1, "3 sent, 1 failed, 0 in doubt, 0 not sent\n" }, { result.status, result.out })
    assert.truthy(result.err:find("^line 2: INVALID_PARAMETER: [^\n]+\n$"), result.err)
    assert.equal(before + 3, emulator.count())
    local greetings = {}
    for i = 1, 3 do
      local mail = emulator.message(emulator.messages()[i].id)
      greetings[mail.to[1]] = mail.text:match "^[^\n]*"
    end
    assert.same({ ["ann@example.com"] = "Dear Ann,", ["bob@example.com"] = "Dear reader,",
      ["cat@example.com"] = "Dear reader," }, greetings)
  end)

  describe("production", function()
    local client

    setup(function() client = assert(ses.client(emulator.client)) end)
    teardown(function() client:close() end)

    local function set_up()
      assert.equal("configuration set lantern-letters is ready\n", run("build/ses", "examples/production/setup.lua",
        "arn:aws:sns:us-east-1:123456789012:ses-events"))
    end

    local function look()
      local set = assert(client.configuration_sets:get { configuration_set_name = "lantern-letters" })
      local pool = assert(client.dedicated_ips:get_pool { pool_name = "lantern-pool" }).dedicated_ip_pool
      local destinations = assert(client.configuration_sets:get_event_destinations {
        configuration_set_name = "lantern-letters",
      }).event_destinations
      return {
        set.delivery_options.sending_pool_name, set.delivery_options.tls_policy, pool.scaling_mode,
        set.reputation_options.reputation_metrics_enabled, set.suppression_options.suppressed_reasons,
        destinations,
      }
    end

    it("is set up, and mended where it was changed", function()
      set_up()
      local made = look()
      assert.same({ "lantern-pool", "REQUIRE", "MANAGED", true, { "BOUNCE", "COMPLAINT" } },
        { made[1], made[2], made[3], made[4], made[5] })
      assert.equal("arn:aws:sns:us-east-1:123456789012:ses-events", made[6][1].sns_destination.topic_arn)
      assert(client.configuration_sets:put_delivery_options {
        configuration_set_name = "lantern-letters", tls_policy = "OPTIONAL",
      })
      assert(client.configuration_sets:delete_event_destination {
        configuration_set_name = "lantern-letters", event_destination_name = "sns",
      })
      assert.is_false(pcall(assert.same, made, look()))
      for _ = 1, 2 do
        set_up()
        assert.same(made, look())
      end
    end)

    local function send()
      return process.run({ "build/ses", "examples/production/send.lua", "ann@example.com", "1042" },
        { env = emulator.env })
    end

    it("sends by the configuration set, and logs no address", function()
      set_up()
      local result = send()
      local mail = emulator.message(assert(result.out:match "^sent as (%S+)\n$", result.err))
      assert.same({ "lantern-letters", "1042" }, { mail.configuration_set, mail.tags.order })
      assert.truthy(result.err:find '"message":"mail sent"')
      assert.is_nil(result.err:find "ann@example")
    end)

    it("tells a failure that may pass from a doubt and from one that stays", function()
      emulator.fail { operation = "SendEmail", close = true, count = 1 }
      local result = send()
      assert.equal(2, result.status)
      assert.truthy(result.err:find "\norder 1042 is in doubt; ")
      emulator.fail { operation = "SendEmail", status = 400, code = "MessageRejected", count = 1 }
      assert.equal(1, send().status)
    end)
  end)

  describe("localstack.lua", function()
    it("sends by the endpoint that it is given, and again", function()
      for _ = 1, 2 do
        local id = id_of(process.run({ "build/ses", "examples/localstack.lua", emulator.url }, { env = env() }))
        assert.equal("A trial", emulator.message(id).subject)
      end
    end)

    it("names variables that do the same for the others", function()
      local variables = {}
      for name, value in process.read("examples/localstack.lua"):gmatch "(AWS_%u[%u_]+)=(%S+)" do
        variables[name] = value:gsub("^http://localhost:4566$", emulator.url)
      end
      local id = id_of(process.run({ "build/ses", "examples/send_one.lua" }, { env = env(variables) }))
      assert.equal("Your book is here 📚", emulator.message(id).subject)
    end)
  end)

  describe("ec2.lua", function()
    local metadata

    setup(function() metadata = aws_metadata_server.start() end)
    teardown(function() metadata.stop() end)

    local function on_ec2()
      return process.run({ "build/ses", "examples/ec2.lua", "reader@example.com" }, { env = env {
        AWS_ENDPOINT_URL_SESV2 = emulator.url, AWS_EC2_METADATA_DISABLED = "false",
        AWS_EC2_METADATA_SERVICE_ENDPOINT = metadata.url,
        -- Keys that happen to be there are not the instance's.
        AWS_ACCESS_KEY_ID = "AKIAOTHER", AWS_SECRET_ACCESS_KEY = "other",
      } })
    end

    it("sends with the keys of the instance's role, in its region", function()
      assert.equal("From the instance", emulator.message(id_of(on_ec2())).subject)
      assert.equal(1, #metadata:requests "imds.credentials")
      assert.equal(1, #metadata:requests "imds.region")
    end)

    it("says what is wrong where the instance has no role", function()
      metadata:set("imds.role", { status = 404 })
      local result = on_ec2()
      assert.equal(1, result.status)
      assert.truthy(result.err:find "^ses: SendEmail: .*%(NoCredentials%)\n$", result.err)
    end)
  end)

  describe("lambda/runtime.lua", function()
    local function with_runtime(events, file, test)
      local lambda = lambda_runtime_api.start(events)
      local job = process.start({ "build/ses", file }, { env = env {
        AWS_LAMBDA_RUNTIME_API = lambda.host, AWS_ENDPOINT_URL_SESV2 = emulator.url, AWS_REGION = "us-east-1",
        AWS_ACCESS_KEY_ID = "ASIAFUNCTION", AWS_SECRET_ACCESS_KEY = "function", AWS_SESSION_TOKEN = "token",
      } })
      local ran, reason = pcall(test, lambda, job)
      -- A runtime whose Lambda is gone ends.
      lambda.stop()
      job.wait(20)
      job.remove()
      assert(ran, reason)
    end

    local function eventually_posted(lambda, count)
      return process.eventually(function()
        local posted = lambda:posted()
        return #posted == count and posted
      end, 30)
    end

    it("gives each event to handler.lua, and its result or its error to Lambda", function()
      local events = {
        '{"email": "reader@example.com", "order": 1042}', '{"email": "nobody", "order": 1043}', '{"order": ',
        '"order"', '{"email": "reader@example.com", "order": 1044}',
      }
      with_runtime(events, "examples/lambda/runtime.lua", function(lambda)
        local posted = eventually_posted(lambda, #events)
        for i, one in ipairs(posted) do
          local ends = (i == 1 or i == 5) and "response" or "error"
          assert.same({ ("/invocation/request-%d/%s"):format(i, ends), 202 }, { one.path, one.status })
        end
        for i, order in pairs { [1] = "1042", [5] = "1044" } do
          assert.equal("sent", posted[i].body.status)
          assert.equal("Your order " .. order, emulator.message(posted[i].body.message_id).subject)
        end
        assert.same({ "ValidationException", "Function.ValidationException" },
          { posted[2].body.errorType, posted[2].error_type })
        assert.truthy(posted[2].body.errorMessage:find("to has no @", 1, true))
        assert.equal("Function.Error", posted[3].error_type)
        assert.equal("Function.ValidationException", posted[4].error_type)
      end)
    end)

    it("does not fail where the mail may have been sent, as Lambda would call it again", function()
      emulator.fail { operation = "SendEmail", close = true, count = 1 }
      local events = { '{"email": "reader@example.com", "order": 1045}' }
      with_runtime(events, "examples/lambda/runtime.lua", function(lambda)
        local posted = eventually_posted(lambda, 1)
        assert.same({ "/invocation/request-1/response", "in doubt" }, { posted[1].path, posted[1].body.status })
      end)
    end)

    it("tells Lambda where the handler cannot be loaded, and ends", function()
      local folder = process.folder()
      process.shell("cp examples/lambda/runtime.lua " .. folder)
      with_runtime({}, folder .. "/runtime.lua", function(lambda, job)
        local posted = eventually_posted(lambda, 1)
        assert.same({ "/init/error", 1 }, { posted[1].path, job.wait(20) })
      end)
      process.remove(folder)
    end)
  end)
end)
