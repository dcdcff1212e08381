-- The webhook of an nginx feeds a campaign's journal.
local cjson = require "cjson"
local campaign = require "ses.campaign"
local free_port = require "spec.support.free_port"
local http = require "socket.http"
local journals = require "ses.campaign.journal"
local ltn12 = require "ltn12"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"
local sns_certificates = require "spec.support.sns_certificates"
local sns_server = require "spec.support.sns_server"
local timestamp = require "ses.model.timestamp"

local TOPIC = "arn:aws:sns:eu-west-1:123456789012:ses-events"

local HTTP = [[
  lua_shared_dict ses_cache 1m;
  lua_ssl_trusted_certificate ROOT_PEM;
  lua_ssl_verify_depth 3;
  init_by_lua_block { require("spec.support.connect_to") { ["sns.eu-west-1.amazonaws.com"] = SNS_PORT } }
  server {
    listen 127.0.0.1:PORT;
    listen SOCKET;
    location = /hook {
      content_by_lua_block {
        local ses = require "ses.nginx"
        ses.webhook { topics = { "TOPIC" }, on_event = ses.campaign { file = "FILE" } }
      }
    }
    location = /elsewhere {
      content_by_lua_block {
        local ses = require "ses.nginx"
        ses.webhook { topics = { "TOPIC" }, on_event = ses.campaign { file = "FILE", thread_pool = "none" } }
      }
    }
    location = /wrong {
      content_by_lua_block {
        local _, err = require("ses.nginx").campaign { fiel = "x" } {}
        ngx.print(err.message)
      }
    }
  }
]]

describe("ses.nginx.campaign", function()
  local authority, leaf, sns, running, port, folder, ids

  setup(function()
    authority = sns_certificates.authority { curve = "prime256v1" }
    leaf = authority:issue { subject = "sns.amazonaws.com" }
    sns = sns_server.start(authority)
    sns.publish("leaf.pem", leaf.pem)
    folder, port = process.folder(), free_port()
    -- The workers of an nginx that root starts are another user's.
    process.run { "chmod", "a+rwx", folder }
    process.write(folder .. "/autumn.lua", [[return {
      name = "autumn", audience = { csv = "people.csv" },
      message = { from = "news@shop.example", subject = "Hello", text = "Dear reader" },
      reputation = { minimum = 10, window = "1h" }, events = { list = "never.sqlite3" },
    }]])
    local values = {
      ROOT_PEM = authority.root.cert, SNS_PORT = sns.port, PORT = port, TOPIC = TOPIC, FILE = folder .. "/autumn.lua",
    }
    running = nginx.start((HTTP:gsub("%f[%u_](%u[%u_]+)%f[^%u_]", values)), { main = "thread_pool ses threads=2;" })
  end)
  teardown(function()
    running.stop()
    sns.stop()
    authority:remove()
    process.remove(folder)
  end)

  -- Twenty recipients that have their mail, but for the last, who is still to be written to.
  before_each(function()
    process.run { "sh", "-c", "rm -f " .. folder .. "/*sqlite3*" }
    local path = folder .. "/autumn.journal.sqlite3"
    local journal = assert(journals.open(path, { campaign = "autumn" }))
    local load = assert(journal:load())
    for i = 1, 20 do
      local email = ("p%d@example.com"):format(i)
      assert(load:add { address = email, row = i + 1, email = email })
    end
    assert(load:finish())
    ids = {}
    local results = {}
    for i, row in ipairs(assert(journal:claim(19))) do
      ids[i] = row.id
      results[i] = { id = row.id, state = "sent", message_id = "m" .. i, at = os.time() }
    end
    assert(journal:commit({}, results))
    journal:close()
    process.run { "sh", "-c", "chmod a+rw " .. folder .. "/*sqlite3*" }
  end)

  local n = 0
  local function post(path, event)
    n = n + 1
    local body = cjson.encode(sns_certificates.sign_message(leaf.key, {
      Type = "Notification", MessageId = "id-" .. n, TopicArn = TOPIC, SignatureVersion = "2",
      Timestamp = timestamp.iso8601(os.time()), Message = cjson.encode(event),
      SigningCertURL = "https://sns.eu-west-1.amazonaws.com/leaf.pem",
    }))
    local _, status = http.request {
      url = ("http://127.0.0.1:%d%s"):format(port, path), method = "POST", source = ltn12.source.string(body),
      headers = { ["content-type"] = "text/plain", ["content-length"] = #body },
    }
    return status
  end

  local function bounce(i, email)
    return {
      eventType = "Bounce", bounce = {
        bounceType = "Permanent", bounceSubType = "General", bouncedRecipients = { { emailAddress = email } },
      },
      mail = {
        messageId = "m" .. i, destination = { ("p%d@example.com"):format(i) },
        tags = { ses_campaign = { "autumn" }, ses_recipient = { ("%d"):format(ids[i]) } },
      },
    }
  end

  local function status() return assert(campaign.status { file = folder .. "/autumn.lua" }) end

  it("records what SNS posts, leaves out who bounced, and pauses the campaign", function()
    assert.equal(200, post("/hook", bounce(1, "p1@example.com")), running.error_log())
    assert.same({ { bounced_hard = 1 }, false }, { status().counts.delivery, status().paused })
    assert.equal(200, post("/hook", bounce(2, "p20@example.com")), running.error_log())
    local found = status()
    assert.same({ bounced_hard = 2 }, found.counts.delivery)
    assert.equal(1, found.counts.suppressed)
    assert.is_true(found.paused)
    assert.matches("^paused by itself: 10.5 %% of the 19 mails", found.pause_reason)
    local list = assert(require("ses.events.own_list").open(folder .. "/never.sqlite3"))
    assert.equal(2, list:count())
    list:close()
  end)

  it("has SNS post again what it could not write, and says why", function()
    assert.equal(503, post("/elsewhere", bounce(1, "p1@example.com")))
    assert.matches("thread_pool none threads=4;", running.error_log(), 1, true)
    process.run { "sh", "-c", "rm -f " .. folder .. "/*sqlite3*" }
    assert.equal(503, post("/hook", bounce(1, "p1@example.com")))
    assert.matches("there is no journal", running.error_log(), 1, true)
  end)

  it("refuses options that it does not know", function()
    local body = {}
    http.request { url = ("http://127.0.0.1:%d/wrong"):format(port), sink = ltn12.sink.table(body) }
    assert.equal("fiel is not known; did you mean 'file'?", table.concat(body))
  end)
end)
