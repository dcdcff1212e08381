local json = require "ses.model.json"
local normalise = require "ses.events.normalise"
local socket = require "socket"
local support = require "spec.support.emulator"

local TOPIC = "arn:aws:sns:us-east-1:000000000000:ses-events"

describe("the emulator's queues", function()
  local client

  setup(function() client = support.start {} end)
  teardown(function() client:stop() end)
  before_each(function() client:control("POST", "/reset") end)

  local function sqs(name, input)
    local result, code, message = client:sqs(name, input)
    return result or error(("%s: %s: %s"):format(name, code, message), 2)
  end

  local function make(attributes) return sqs("CreateQueue", { QueueName = "q", Attributes = attributes }).QueueUrl end

  local function fill(url, count)
    for i = 1, count do sqs("SendMessage", { QueueUrl = url, MessageBody = "message " .. i }) end
  end

  local function receive(url, more)
    local input = { QueueUrl = url, MaxNumberOfMessages = 10 }
    for name, value in pairs(more or {}) do input[name] = value end
    return sqs("ReceiveMessage", input).Messages or {}
  end

  local function bodies(messages)
    local list = {}
    for i, message in ipairs(messages) do list[i] = message.Body end
    return list
  end

  it("get the events of a topic in SNS's envelope, under the topic's name", function()
    client:ok("CreateConfigurationSet", { ConfigurationSetName = "events" })
    client:ok("CreateConfigurationSetEventDestination", {
      ConfigurationSetName = "events", EventDestinationName = "sns", EventDestination = {
        Enabled = true, MatchingEventTypes = { "BOUNCE" }, SnsDestination = { TopicArn = TOPIC },
      },
    })
    local url = sqs("GetQueueUrl", { QueueName = "ses-events" }).QueueUrl
    assert.equal(client.url .. "/000000000000/ses-events", url)
    assert.same({}, receive(url))
    local input = support.mail("bounce@simulator.amazonses.com", { ConfigurationSetName = "events" })
    local id = client:ok("SendEmail", input).MessageId
    local messages = receive(url)
    assert.equal(1, #messages)
    local envelope = json.decode(messages[1].Body)
    assert.equal("Notification", envelope.Type)
    assert.equal(TOPIC, envelope.TopicArn)
    local event = assert(normalise.read(messages[1].Body))
    assert.equal("bounce", event.type)
    assert.equal(id, event.message_id)
  end)

  it("hide what was received, and give it again where it was not deleted", function()
    local url = make()
    fill(url, 3)
    assert.equal(1, #receive(url, { MaxNumberOfMessages = 1, VisibilityTimeout = 600 }))
    local messages = receive(url, { VisibilityTimeout = 600 })
    assert.same({ "message 2", "message 3" }, bodies(messages))
    assert.same({}, receive(url))
    local handle = { QueueUrl = url, ReceiptHandle = messages[1].ReceiptHandle, VisibilityTimeout = 0 }
    sqs("ChangeMessageVisibility", handle)
    local again = receive(url)
    assert.same({ "message 2" }, bodies(again))
    assert.equal("2", again[1].Attributes.ApproximateReceiveCount)
    assert.equal(messages[1].MessageId, again[1].MessageId)
    -- An older handle deletes nothing.
    sqs("DeleteMessage", { QueueUrl = url, ReceiptHandle = messages[1].ReceiptHandle })
    sqs("ChangeMessageVisibility", { QueueUrl = url, ReceiptHandle = again[1].ReceiptHandle, VisibilityTimeout = 0 })
    assert.same({ "message 2" }, bodies(receive(url, { VisibilityTimeout = 0 })))
    local last = receive(url, { VisibilityTimeout = 600 })
    sqs("DeleteMessage", { QueueUrl = url, ReceiptHandle = last[1].ReceiptHandle })
    assert.same({}, receive(url))
  end)

  it("delete in batches, entry by entry", function()
    local url = make { VisibilityTimeout = "0" }
    fill(url, 3)
    local entries = {}
    for i, message in ipairs(receive(url)) do entries[i] = { Id = "e" .. i, ReceiptHandle = message.ReceiptHandle } end
    entries[2].ReceiptHandle = "nonsense!"
    local result = sqs("DeleteMessageBatch", { QueueUrl = url, Entries = entries })
    assert.same({ { Id = "e1" }, { Id = "e3" } }, result.Successful)
    assert.equal("e2", result.Failed[1].Id)
    assert.equal("ReceiptHandleIsInvalid", result.Failed[1].Code)
    assert.same({ "message 2" }, bodies(receive(url)))
  end)

  it("make who asks wait for a message, as long as it says", function()
    local url = make()
    local before = socket.gettime()
    assert.same({}, receive(url, { WaitTimeSeconds = 1 }))
    assert.is_true(socket.gettime() - before >= 0.9)
    fill(url, 1)
    before = socket.gettime()
    assert.equal(1, #receive(url, { WaitTimeSeconds = 20 }))
    assert.is_true(socket.gettime() - before < 15)
  end)

  it("move a message that was received too often to the dead-letter queue", function()
    local url = make {
      VisibilityTimeout = "0",
      RedrivePolicy = json.encode {
        deadLetterTargetArn = "arn:aws:sqs:us-east-1:000000000000:dead", maxReceiveCount = 2,
      },
    }
    fill(url, 1)
    assert.equal(1, #receive(url))
    assert.equal(1, #receive(url))
    assert.same({}, receive(url))
    assert.same({ "message 1" }, bodies(receive(sqs("GetQueueUrl", { QueueName = "dead" }).QueueUrl)))
  end)

  it("refuse what SQS refuses", function()
    local url = make()
    local function refused(code, name, input, overrides)
      local result, found = client:sqs(name, input, overrides)
      assert.is_nil(result)
      assert.equal("com.amazonaws.sqs#" .. code, found)
    end
    refused("QueueDoesNotExist", "GetQueueUrl", { QueueName = "none" })
    refused("QueueDoesNotExist", "ReceiveMessage", { QueueUrl = client.url .. "/000000000000/none" })
    refused("InvalidParameterValue", "ReceiveMessage", { QueueUrl = url, MaxNumberOfMessages = 11 })
    refused("InvalidParameterValue", "ReceiveMessage", { QueueUrl = url, WaitTimeSeconds = 21 })
    refused("ReceiptHandleIsInvalid", "DeleteMessage", { QueueUrl = url, ReceiptHandle = "x" })
    refused("EmptyBatchRequest", "DeleteMessageBatch", { QueueUrl = url, Entries = json.list() })
    refused("InvalidSignatureException", "GetQueueUrl", { QueueName = "q" }, { service = "ses" })
    refused("InvalidSignatureException", "GetQueueUrl", { QueueName = "q" }, { secret_access_key = "wrong" })
  end)

  it("keep no more than they have room for", function()
    local queues = require "ses.emulator.queues"
    local queue = queues.make "own"
    for i = 1, queues.MAX_MESSAGES + 2 do queue:send("m" .. i, 0) end
    assert.equal(queues.MAX_MESSAGES, #queue.messages)
    assert.equal("m3", queue:receive(1, 30, 1)[1].body)
    local big = ("x"):rep(queues.MAX_BYTES / 2)
    for _ = 1, 3 do queue:send(big, 1) end
    assert.equal(2, #queue.messages)
    queues.reset()
  end)
end)
