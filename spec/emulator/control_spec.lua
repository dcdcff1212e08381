local support = require "spec.support.emulator"

describe("the emulator's test endpoints", function()
  local client

  setup(function() client = support.start { rate = 10000 } end)
  teardown(function() client:stop() end)
  before_each(function() client:control("POST", "/reset") end)

  it("list mail the newest first, by pages and by what it holds", function()
    for i = 1, 5 do client:send(support.mail(("u%d@example.com"):format(i))) end
    client:send(support.mail("50%_off@example.com"))
    local page = client:messages("limit=2&offset=1")
    assert.equal(6, page.total)
    assert.same({ "u5@example.com" }, page.messages[1].to)
    assert.equal(2, #page.messages)
    assert.equal(1, client:messages("q=u3%40example").total)
    assert.equal(6, client:messages("q=hello").total)
    assert.equal(1, client:messages("q=50%25_").total)
    assert.equal(0, client:messages("q='").total)
    assert.equal(1, client:messages("q=" .. page.messages[1].id).total)
    client:send(support.mail("bounce@simulator.amazonses.com"))
    assert.equal(1, client:messages("status=bounced").total)
    assert.same({}, client:messages("limit=0").messages)
  end)

  it("find a mail by a display name that is not ASCII", function()
    client:send(support.mail("Zoë <zoe@example.com>"))
    assert.equal(1, client:messages("q=Zo%C3%AB").total)
  end)

  it("tell the state", function()
    client:send(support.mail("a@example.com"))
    local state = client:control("GET", "/state")
    assert.equal("ok", state.status)
    assert.equal(1, state.counts.total)
    assert.equal(1, state.counts.delivered)
    assert.equal(10000, state.quota.rate)
    local before = state.revision
    client:send(support.mail("a@example.com"))
    assert.not_equal(before, client:control("GET", "/state").revision)
  end)

  it("reset everything", function()
    client:send(support.mail("a@example.com"))
    client:call("POST", "/v2/email/templates", { TemplateName = "t", TemplateContent = { Subject = "x" } })
    client:call("PUT", "/v2/email/suppression/addresses", { EmailAddress = "a@example.com", Reason = "BOUNCE" })
    client:control("POST", "/faults", { status = 500 })
    client:control("POST", "/reset")
    local state = client:control("GET", "/state")
    assert.equal(0, state.counts.total + state.templates + state.suppressed + state.quota.sent)
    assert.equal(200, (client:send(support.mail("a@example.com"))))
  end)

  it("remove mail alone", function()
    client:send(support.mail("a@example.com"))
    client:control("DELETE", "/messages")
    assert.equal(0, client:messages().total)
  end)

  it("answer 404 for a mail that is not there and for unknown paths", function()
    assert.equal(404, (select(2, client:control("GET", "/messages/none"))))
    assert.equal(404, (select(2, client:control("GET", "/nothing"))))
  end)

  it("refuse a write that a page of another origin makes", function()
    local status = client:exchange("POST", "/_emulator/reset", { { "origin", "https://evil.example" } }, "{}")
    assert.equal(403, status)
    assert.equal(200, (client:exchange("POST", "/_emulator/reset", { { "origin", client.url } }, "{}")))
  end)

  describe("for faults", function()
    local function fault(wanted)
      local entry, status = client:control("POST", "/faults", wanted)
      assert.equal(200, status, entry.message)
      return entry
    end

    it("answer an error so many times, without performing the operation", function()
      fault { operation = "SendEmail", status = 503, code = "ServiceUnavailable", message = "Later.", count = 2 }
      for _ = 1, 2 do
        local status, body, headers = client:send(support.mail("a@example.com"))
        assert.equal(503, status)
        assert.equal("ServiceUnavailable", headers["x-amzn-errortype"])
        assert.equal("Later.", body.message)
      end
      assert.equal(200, (client:send(support.mail("a@example.com"))))
      assert.equal(1, client:messages().total)
      assert.equal(2, client:control("GET", "/faults").faults[1].hits)
    end)

    it("hit the operation that they name, or all", function()
      fault { operation = "GetAccount", status = 500 }
      assert.equal(500, (client:call("GET", "/v2/email/account")))
      assert.equal(200, (client:send(support.mail("a@example.com"))))
      fault { status = 429 }
      local status, _, headers = client:send(support.mail("a@example.com"))
      assert.equal(429, status)
      assert.equal("TooManyRequestsException", headers["x-amzn-errortype"])
    end)

    it("skip, and match the body", function()
      fault { operation = "SendEmail", status = 500, match = "b@example.com", skip = 1 }
      assert.equal(200, (client:send(support.mail("a@example.com"))))
      assert.equal(200, (client:send(support.mail("b@example.com"))))
      assert.equal(500, (client:send(support.mail("b@example.com"))))
      assert.equal(200, (client:send(support.mail("a@example.com"))))
    end)

    it("close the connection after the mail was taken", function()
      fault { operation = "SendEmail", close = true, count = 1 }
      local input = support.mail("a@example.com")
      local body = require("ses.model.json").encode(input)
      local status = client:exchange("POST", "/v2/email/outbound-emails",
        client:sign("POST", "/v2/email/outbound-emails", body), body)
      assert.is_nil(status)
      assert.equal(1, client:messages().total)
    end)

    it("answer late, and others meanwhile", function()
      local clock = require("ses.core").clock
      fault { operation = "SendEmail", delay_ms = 300, count = 1 }
      local began = clock.monotonic()
      assert.equal(200, (client:send(support.mail("a@example.com"))))
      assert.truthy(clock.monotonic() - began >= 0.3)
    end)

    it("answer as a proxy would behind which the mail was taken", function()
      fault {
        operation = "SendEmail", status = 502, processed = true, body = "<h1>Bad gateway</h1>",
        headers = { ["Retry-After"] = "7", ["Content-Type"] = "text/html" }, count = 1,
      }
      local text = require("ses.model.json").encode(support.mail("a@example.com"))
      local status, headers, body = client:exchange("POST", "/v2/email/outbound-emails",
        client:sign("POST", "/v2/email/outbound-emails", text), text)
      assert.equal(502, status)
      assert.equal("7", headers["retry-after"])
      assert.equal("<h1>Bad gateway</h1>", body)
      assert.is_nil(headers["x-amzn-requestid"])
      assert.equal(1, client:messages().total)
    end)

    it("close the connection with the mail taken, or before it is", function()
      fault { operation = "SendEmail", close = true, count = 1 }
      assert.is_nil((client:send(support.mail("a@example.com"))))
      assert.equal(1, client:messages().total)
      fault { operation = "SendEmail", close = true, processed = false, count = 1 }
      assert.is_nil((client:send(support.mail("a@example.com"))))
      assert.equal(1, client:messages().total)
    end)

    it("are drawn alike from the same seed", function()
      local function statuses()
        client:control("DELETE", "/faults")
        fault { status = 500, probability = 0.5, seed = 42 }
        local list = {}
        for i = 1, 20 do list[i] = client:send(support.mail("a@example.com")) end
        return list
      end
      assert.same(statuses(), statuses())
    end)

    it("never or always come by their probability", function()
      fault { status = 500, probability = 0 }
      assert.equal(200, (client:send(support.mail("a@example.com"))))
      fault { status = 500, probability = 1 }
      assert.equal(500, (client:send(support.mail("a@example.com"))))
    end)

    it("are cleared", function()
      fault { status = 500 }
      client:control("DELETE", "/faults")
      assert.equal(200, (client:send(support.mail("a@example.com"))))
      assert.same({}, client:control("GET", "/faults").faults)
    end)

    it("refuse a field that they do not have", function()
      local err, status = client:control("POST", "/faults", { status = 500, cuont = 1 })
      assert.equal(400, status)
      assert.truthy(err.message:find("did you mean 'count'", 1, true))
      assert.equal(400, (select(2, client:control("POST", "/faults", {}))))
      assert.equal(400, (select(2, client:control("POST", "/faults", { status = "500" }))))
    end)
  end)
end)
