-- Whichever call carries a mail, the recipient gets the same one: seen in the mails that the emulator delivered.
local campaign = require "ses.campaign"
local inbox = require "spec.support.inbox"
local message = require "ses.campaign.message"
local ses = require "ses"
local tmp_dir = require "spec.support.tmp_dir"
local unsubscribe = require "ses.unsubscribe"

describe("ses.campaign.message.calls", function()
  local emulator, client

  setup(function()
    emulator = inbox.start { rate = 10000 }
    client = assert(ses.client(emulator.client))
    assert(client.templates:create {
      template_name = "autumn", template_content = {
        subject = "Grüße, {{name}}", text = "Dear {{name}} of {{town}}", html = "<p>Dear {{name}} of {{town}}</p>",
      },
    })
    for _, name in ipairs { "autumn-de", "autumn-b" } do
      assert(client.templates:create {
        template_name = name, template_content = { subject = name .. " {{name}}", text = "{{name}}" },
      })
    end
  end)
  after_each(tmp_dir.remove_all)
  teardown(function()
    client:close()
    emulator.stop()
  end)

  local function prepare(fields)
    local spec = { from = { name = "The Shop", email = "news@shop.example" }, template = "autumn" }
    for key, value in pairs(fields or {}) do spec[key] = value end
    return assert(message.new({ file = "autumn.lua", name = "autumn", message = spec }, client))
  end

  local ROWS = {
    { id = 7, name = "Ann Ä", email = "ann@example.com", data = '{"name":"Ann","town":"Köln"}' },
    { id = 8, email = "bob@example.com", data = '{"name":"Bob","town":"Ulm"}' },
  }

  -- What must not depend on the call: everything but ids and dates. The boundary is drawn anew for each mail.
  local function delivered(id)
    local mail = emulator.message(id)
    local source = mail.source:gsub("\r\n", "\n")
    local boundary = source:match('boundary="([^"]+)"')
    if boundary then source = source:gsub(boundary:gsub("%p", "%%%0"), "BOUNDARY") end
    source = source:gsub("\nMessage%-ID: [^\n]*", ""):gsub("\nDate: [^\n]*", "")
    return { source = source, tags = mail.tags, recipients = mail.recipients, subject = mail.subject }
  end

  local function by_both(m, rows)
    local alone, together = {}, {}
    for i, row in ipairs(rows) do
      alone[i] = delivered(assert(client.emails:send(assert(m:mail(row)))).message_id)
    end
    local request, sent, refused = m:bulk(rows)
    assert.same({}, refused)
    assert.same(rows, sent)
    for i, result in ipairs(assert(client.emails:send_bulk(request)).results) do
      together[i] = delivered(assert(result.message_id, tostring(result.error)))
    end
    return alone, together
  end

  it("delivers the same mail by SendEmail and by SendBulkEmail", function()
    local m = prepare {
      reply_to = "help@shop.example", tags = { season = "autumn" },
      headers = { ["X-Shop"] = "a", ["X-Area"] = "b" },
    }
    local alone, together = by_both(m, ROWS)
    assert.same(alone, together)
    assert.matches("X%-Area: b\nX%-Shop: a\n", alone[1].source)
    assert.matches("Reply%-To: help@shop.example\n", alone[1].source)
    assert.equal("8", together[2].tags.ses_recipient)
    assert.equal("autumn", together[2].tags.ses_campaign)
    assert.equal("autumn", together[2].tags.season)
  end)

  it("delivers a whole campaign alike by both calls", function()
    assert(client.templates:create { template_name = "whole", template_content = {
      subject = "{{name}}", text = "{{name}}", html = '<a href="{{{ses_unsubscribe_url}}}">{{name}}</a>',
    } })
    local N, folder = 16, tmp_dir.new()
    local people = { "email,name" }
    for i = 1, N do people[#people + 1] = ("Reader-%d@example.com,Reader %d"):format(i, i) end
    tmp_dir.write(folder .. "/people.csv", table.concat(people, "\n") .. "\n")

    -- What each recipient got, by address.
    local function run(call)
      local before = emulator.count()
      local result = assert(campaign.run {
        client = emulator.client,
        campaign = {
          name = "whole", audience = { csv = folder .. "/people.csv", name = "name" },
          journal = folder .. "/" .. call .. ".sqlite3", pace = { rate = 50 }, message = {
            from = "news@shop.example", template = "whole", call = call, tags = { season = "autumn" },
            variants = { { name = "A", share = 1 }, { name = "B", share = 2, template = "autumn-b" } },
            headers = { ["X-Shop"] = "1" }, unsubscribe = {
              url = "https://shop.example/{{ses_unsubscribe_token}}", mailto = "off@shop.example",
              secret = "a secret of the shop",
            },
          },
        },
      })
      assert.equal(N, result.counts.sent, tostring(result.stopped_by))
      assert.equal(before + N, emulator.count())
      local got, mails = {}, emulator.messages()
      for i = 1, N do
        local mail = mails[i]
        assert.equal(call, mail.operation)
        local one = delivered(mail.id)
        got[mail.to[1]] = one
        local token = one.source:match "<https://shop.example/([%w_-]+)>"
        local address = mail.to[1]:match "<(.*)>" or mail.to[1]
        assert.same({ list = "whole", address = address }, unsubscribe.verify("a secret of the shop", token))
      end
      return got
    end

    local alone, together = run "SendEmail", run "SendBulkEmail"
    assert.same(alone, together)
    local variants = { A = 0, B = 0 }
    for _, mail in pairs(together) do
      variants[mail.tags.ses_variant] = variants[mail.tags.ses_variant] + 1
    end
    assert.equal(N, variants.A + variants.B)
    assert.is_true(variants.A > 0 and variants.B > 0)
  end)

  it("delivers each version alike by both calls, a batch holding one alone", function()
    local m = prepare {
      languages = { de = { template = "autumn-de" } },
      variants = {
        { name = "A" }, { name = "B", template = "autumn-b", languages = { de = { template = "autumn-de" } } },
      },
    }
    local groups = {}
    for id, row in ipairs {
      { variant = "A" }, { variant = "A", language = "de" }, { variant = "B" }, { variant = "B", language = "de" },
    } do
      row.id, row.email, row.data = id, "x" .. id .. "@example.com", '{"name":"Ann","town":"Ulm"}'
      local alone, together = by_both(m, { row, row })
      assert.same(alone, together)
      assert.equal(row.variant, alone[1].tags.ses_variant)
      assert.equal(row.language, alone[1].tags.ses_language)
      groups[m:group(row)] = row
    end
    local rows = {}
    for _, row in pairs(groups) do rows[#rows + 1] = row end
    assert.equal(4, #rows)
    assert.has_error(function() m:bulk(rows) end, "rows of several groups cannot share a call")
    assert.equal("SendBulkEmail", (m:call(1000)))
    assert.equal("SendEmail", (prepare { languages = { de = { subject = "x", text = "y" } } }:call(1000)))
  end)

  it("refuses, alone, a row of a version that the message has no more", function()
    local m = prepare { variants = { { name = "A" } } }
    local lost = { id = 1, email = "a@example.com", variant = "B" }
    local mail, err = m:mail(lost)
    assert.is_nil(mail)
    assert.equal("the message has no variant 'B' any more", err.message)
    local kept = { id = 2, email = "b@example.com", variant = "A" }
    local request, sent, refused = m:bulk { lost, kept }
    assert.equal(1, #request.entries)
    assert.same({ kept }, sent)
    assert.equal(lost, refused[1].row)
    assert.equal("UnknownVersion", refused[1].err.code)
    assert.is_nil((m:bulk { lost }))
  end)

  it("sends by SendBulkEmail what SES renders, in batches of a tenth of a second's rate", function()
    local m = prepare()
    local name, reason, batch = m:call(200)
    assert.equal("SendBulkEmail", name)
    assert.equal(20, batch)
    assert.matches("up to 20 recipients a call", reason)
    assert.equal(50, (select(3, m:call(14000))))
    name, reason, batch = m:call(19)
    assert.equal("SendEmail", name)
    assert.equal(1, batch)
    assert.matches("below 20 a second", reason)
    assert.equal("SendBulkEmail", (m:call(20)))
  end)

  it("sends by SendEmail what is rendered here, and what the file says", function()
    local name, reason = prepare { template = false, subject = "x", text = "y" }:call(500)
    assert.equal("SendEmail", name)
    assert.matches("templates of SES", reason)
    name, reason = prepare { call = "SendEmail" }:call(500)
    assert.equal("SendEmail", name)
    assert.equal("message.call says so", reason)
    assert.equal(1, (select(3, prepare { call = "SendBulkEmail" }:call(5))))
  end)
end)
