-- botocore takes messages from the emulator's queues, and asks for them in the words of ses.
local cjson = require "cjson"
local emulator = require "spec.support.emulator"
local events = require "ses.events"
local process = require "spec.support.process"
local run = require "spec.peers.botocore_run"
local ses = require "ses"
local settings = require "ses.emulator.settings"

local EVENT = '{"eventType":"Send","mail":{"messageId":"m-%d"}}'

local peers = run.pythons()
if #peers == 0 then
  describe("botocore at the emulator's queues", function() pending "there is no botocore" end)
end

-- Without the key id and the date.
local function scope_of(authorization)
  return authorization:match("^AWS4%-HMAC%-SHA256 Credential=[^/]+/%d+/([^,]+),")
end

for _, peer in ipairs(peers) do
  describe(("botocore %s at the emulator's queues"):format(peer.version), function()
    local server, theirs

    setup(function()
      server = emulator.start { region = "us-east-1" }
      local url = assert(server:sqs("CreateQueue", { QueueName = "q" })).QueueUrl
      for i = 1, 3 do assert(server:sqs("SendMessage", { QueueUrl = url, MessageBody = EVENT:format(i) })) end
      local done = process.run {
        peer.python, "spec/peers/sqs_peer.py", server.url, settings.ACCESS_KEY_ID, settings.SECRET_ACCESS_KEY, "q",
      }
      assert(done.status == 0, done.err)
      theirs = cjson.decode(done.out)
    end)
    teardown(function() server:stop() end)

    it("receives, hides and deletes", function()
      local received = {}
      for i = 1, 3 do received[i] = { body = EVENT:format(i), count = "1" } end
      assert.same(received, theirs.received)
      assert.same({ EVENT:format(1) }, theirs.again)
      assert.same({ "0", "1" }, theirs.deleted)
      assert.same({ { "bad", "ReceiptHandleIsInvalid" } }, theirs.failed)
      assert.same({ "last" }, theirs.left)
      assert.is_true(theirs.missing == "QueueDoesNotExist"
        or theirs.missing == "AWS.SimpleQueueService.NonExistentQueue", theirs.missing)
    end)

    it("sends what ses sends", function()
      local client = assert(ses.client {
        region = "us-east-1", endpoint = server.url,
        credentials = { access_key_id = settings.ACCESS_KEY_ID, secret_access_key = settings.SECRET_ACCESS_KEY },
      })
      local ours
      client.ports.transport = {
        perform = function(_, request, limits)
          ours = ours or { url = request:url(), method = request:method(), body = request:body(), headers = {} }
          for _, header in ipairs(request:headers()) do ours.headers[header[1]:lower()] = header[2] end
          return client.transport:perform(request, limits)
        end,
      }
      local poller = assert(events.poller {
        client = client, queue_url = theirs.queue, on_event = print, wait_time_seconds = 20,
      })
      -- So that it need not wait.
      assert(server:sqs("SendMessage", { QueueUrl = theirs.queue, MessageBody = "no event" }))
      assert(poller:poll())
      client:close()
      local asked, theirs_asked = cjson.decode(ours.body), cjson.decode(theirs.sent.body)
      -- AWS has a new name for it.
      asked.AttributeNames, asked.MessageSystemAttributeNames = asked.MessageSystemAttributeNames, nil
      assert.same(theirs_asked, asked)
      assert.same({ theirs.sent.method, theirs.sent.url }, { ours.method, ours.url })
      for _, name in ipairs { "x-amz-target", "content-type" } do
        assert.equal(theirs.sent.headers[name], ours.headers[name])
      end
      -- Ours is hidden; the emulator has verified it for the same region and service, as it has theirs.
      assert.equal("us-east-1/sqs/aws4_request", scope_of(theirs.sent.headers.authorization))
    end)
  end)
end
