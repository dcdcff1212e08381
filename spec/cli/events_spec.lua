local emulator = require "spec.support.emulator"
local host = require "ses.emulator.host"
local json = require "ses.model.json"
local process = require "spec.support.process"
local settings = require "ses.emulator.settings"

local BOUNCE = [[{"eventType":"Bounce","mail":{"messageId":"m-1","destination":["gone@example.com"],]]
  .. [["tags":{"campaign":["spring"],"ses:source-ip":["192.0.2.1"]}},"bounce":{"bounceType":"Permanent",]]
  .. [["bounceSubType":"General","timestamp":"2026-01-02T03:04:05.000Z",]]
  .. [["bouncedRecipients":[{"emailAddress":"gone@example.com"}]}}]]
local DELIVERY = [[{"eventType":"Delivery","mail":{"messageId":"m-2","destination":["ann@example.com"]},"delivery":]]
  .. [[{"timestamp":"2026-01-02T03:04:06.000Z","recipients":["ann@example.com"],]]
  .. [["smtpResponse":"250 ok <ann@example.com>\n"}}]]

describe("ses events tail", function()
  local server, url, env

  setup(function() server = emulator.start {} end)
  teardown(function() server:stop() end)
  before_each(function()
    server:control("POST", "/reset")
    url = assert(server:sqs("CreateQueue", { QueueName = "q", Attributes = { VisibilityTimeout = "1" } })).QueueUrl
    env = {
      AWS_REGION = "us-east-1", HOME = "/nonexistent", AWS_ACCESS_KEY_ID = settings.ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY = settings.SECRET_ACCESS_KEY,
    }
  end)

  local function put(...)
    for _, body in ipairs { ... } do assert(server:sqs("SendMessage", { QueueUrl = url, MessageBody = body })) end
  end

  local function start(...)
    return process.start({ "build/ses", "events", "tail", "--queue", url, ... }, { env = env })
  end

  local function lines_of(job)
    local lines = {}
    for line in job.out():gmatch "[^\n]+" do lines[#lines + 1] = line end
    return lines
  end

  local function finish(job)
    job.signal "INT"
    local status = job.wait()
    local out, err = job.out(), job.err()
    job.remove()
    return status, out, err
  end

  local function shown(job, count)
    assert(host.wait_for(20, function() return #lines_of(job) >= count end), job.err())
    return lines_of(job)
  end

  local function received()
    local input = { QueueUrl = url, MaxNumberOfMessages = 10, WaitTimeSeconds = 2 }
    return server:sqs("ReceiveMessage", input).Messages or {}
  end

  it("shows each event once, with its addresses masked, and leaves it in the queue", function()
    put(BOUNCE, DELIVERY, "nonsense")
    local job = start()
    shown(job, 2)
    put((BOUNCE:gsub("m%-1", "m-3")))
    local lines = shown(job, 3)
    table.sort(lines)
    -- The first come again after a second, before this one.
    assert(host.wait_for(20, function()
      for _, message in ipairs(received()) do
        if tonumber(message.Attributes.ApproximateReceiveCount) > 2 then return true end
      end
    end))
    local _, out, err = finish(job)
    assert.equal([[
2026-01-02T03:04:05Z  bounce          g***@example.com  m-1  Permanent  General  campaign=spring
2026-01-02T03:04:05Z  bounce          g***@example.com  m-3  Permanent  General  campaign=spring
2026-01-02T03:04:06Z  delivery        a***@example.com  m-2  250 ok <a***@example.com>]],
      table.concat(lines, "\n"))
    assert.equal(3, select(2, out:gsub("\n", "")))
    local _, count = err:gsub("is no event of SES", "")
    assert.equal(1, count)
  end)

  it("writes JSON and removes what it has shown", function()
    put(BOUNCE)
    local job = start("--json", "--delete")
    local found = json.decode(shown(job, 1)[1])
    assert.same({
      type = "bounce", time = "2026-01-02T03:04:05Z", message_id = "m-1", recipients = { "g***@example.com" },
      tags = { campaign = "spring" }, detail = { type = "Permanent", subtype = "General" },
    }, found)
    assert.equal(130, (finish(job)))
    assert.same({}, received())
  end)

  it("ends by itself where it is told to, and where the queue cannot be read", function()
    local ran = process.run({ "build/ses", "events", "tail", "--queue", url, "--for", "0.3s" }, { env = env })
    assert.same({ 0, "", "" }, { ran.status, ran.out, ran.err })
    ran = process.run({ "build/ses", "events", "tail", "--queue", url .. "-none" }, { env = env })
    assert.same({ 1, "" }, { ran.status, ran.out })
    assert.matches("QueueDoesNotExist", ran.err)
    for what, argv in pairs {
      ["%-%-queue is missing"] = {}, ["%-%-queue must be the URL"] = { "--queue", "events" },
      ["%-%-for must be"] = { "--queue", url, "--for", "long" },
    } do
      ran = process.run({ "build/ses", "events", "tail", argv[1], argv[2], argv[3], argv[4] }, { env = env })
      assert.equal(2, ran.status)
      assert.matches(what, ran.err)
    end
    ran = process.run { "build/ses", "events", "tail", "--help" }
    assert.equal(0, ran.status)
    assert.matches("%-%-delete", ran.out)
  end)
end)
