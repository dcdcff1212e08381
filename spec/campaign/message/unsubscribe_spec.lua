-- How recipients unsubscribe, seen in the mails that the emulator delivered. The headers are read by Python's email
-- package as well, which knows nothing of us.
local file = require "ses.campaign.file"
local inbox = require "spec.support.inbox"
local json = require "ses.model.json"
local message = require "ses.campaign.message"
local process = require "spec.support.process"
local ses = require "ses"
local unsubscribe = require "ses.unsubscribe"

local SECRET = "a secret of the shop's own"

local function check(fields, audience)
  local made = { from = "news@shop.example", subject = "x", text = "y" }
  for key, value in pairs(fields) do made[key] = value or nil end
  return file.check { name = "autumn", audience = audience or { csv = "people.csv" }, message = made }
end

local function reason(fields)
  local made, err = check(fields)
  assert.is_nil(made)
  return (err.message:gsub("^campaign: message%.", ""))
end

local function with(fields)
  local made = { url = "https://shop.example/u?t={{ses_unsubscribe_token}}", secret = SECRET }
  for key, value in pairs(fields) do made[key] = value end
  return { unsubscribe = made }
end

describe("message.unsubscribe", function()
  it("is checked key by key", function()
    assert(check(with {}))
    assert(check(with { mailto = "unsubscribe@shop.example", list = "newsletter", one_click = true }))
    assert(check { unsubscribe = { mailto = "unsubscribe@shop.example" } })
    assert(check(with { secret = { env = "UNSUBSCRIBE_SECRET" } }))
    assert(check(with { secret = assert(unsubscribe.secret(SECRET)) }))
    assert.equal("unsubscribe must be a table, not a string", reason { unsubscribe = "https://shop.example/" })
    assert.equal("unsubscribe needs a url or a mailto", reason { unsubscribe = { secret = SECRET } })
    assert.equal("unsubscribe.oneclick is not known; did you mean 'one_click'?", reason(with { oneclick = true }))
    assert.equal("unsubscribe.secret is missing: the url has a token",
      reason { unsubscribe = { url = "https://shop.example/{{ses_unsubscribe_token}}" } })
    assert.equal("unsubscribe.secret must have 16 bytes or more", reason(with { secret = "short" }))
    assert.equal("unsubscribe.secret.enf is not known; did you mean 'env'?", reason(with { secret = { enf = "X" } }))
    assert.equal("unsubscribe.secret must have one of env and file", reason(with { secret = {} }))
    assert.matches("^unsubscribe.secret must be { env", reason(with { secret = 7 }))
    assert.matches("^unsubscribe.mailto", reason(with { mailto = "nobody" }))
    assert.matches("^unsubscribe.list must have 1 to 100 bytes", reason(with { list = ("x"):rep(101) }))
    assert.equal("unsubscribe.one_click needs a url",
      reason { unsubscribe = { mailto = "a@shop.example", one_click = true } })
  end)

  it("wants https for one click, and characters of a URL", function()
    assert.matches("^unsubscribe.url must begin with https://", reason(with { url = "http://shop.example/" }))
    assert(check(with { url = "http://shop.example/", one_click = false }))
    assert.matches("^unsubscribe.url must begin with https:// or http",
      reason(with { url = "shop.example", one_click = false }))
    assert.matches("^unsubscribe.url must begin", reason(with { url = "https://{{host}}/" }))
    for _, url in ipairs {
      "https://shop.example/a b", "https://bücher.example/", 'https://shop.example/"', "https://shop.example/>",
    } do
      assert.matches("^unsubscribe.url must have characters of a URL", reason(with { url = url }))
    end
    assert.matches("^unsubscribe.url does not compile: ", reason(with { url = "https://shop.example/{{#if x}}" }))
  end)

  it("leaves no other hand at the headers", function()
    local fields = with {}
    fields.headers = { ["list-unsubscribe"] = "<https://shop.example/>" }
    assert.equal("headers.list-unsubscribe is set by message.unsubscribe", reason(fields))
    fields.headers = {}
    for i = 1, 13 do fields.headers["X-" .. i] = "x" end
    assert(check(fields))
    fields.headers["X-14"] = "x"
    assert.matches("^headers must be 15 at most", reason(fields))
    fields.unsubscribe = nil
    assert(check(fields))
  end)
end)

describe("message.list_management", function()
  it("is checked, and stands alone", function()
    assert(check { list_management = { contact_list = "news", topic = "weekly" } })
    assert.equal("list_management.contact_list is missing", reason { list_management = { topic = "weekly" } })
    assert.equal("list_management.topics is not known; did you mean 'topic'?",
      reason { list_management = { contact_list = "news", topics = "x" } })
    local both = with {}
    both.list_management = { contact_list = "news" }
    assert.matches("^list_management cannot be given together with message.unsubscribe", reason(both))
    assert.matches("^call cannot be SendBulkEmail: SendBulkEmail has no ListManagementOptions",
      reason { list_management = { contact_list = "news" }, call = "SendBulkEmail", subject = false, text = false,
        template = "t" })
  end)
end)

describe("the mails of a campaign that can be unsubscribed from", function()
  local emulator, client

  setup(function()
    emulator = inbox.start { rate = 10000 }
    client = assert(ses.client(emulator.client))
    assert(client.templates:create { template_name = "plain", template_content = { subject = "x", text = "{{name}}" } })
    assert(client.templates:create { template_name = "linked", template_content = {
      subject = "x", text = "{{name}} {{ses_unsubscribe_url}}", html = '<a href="{{{ses_unsubscribe_url}}}">x</a>',
    } })
  end)
  teardown(function()
    client:close()
    emulator.stop()
  end)

  local function prepare(fields, audience)
    local spec = { from = "news@shop.example" }
    for key, value in pairs(fields) do spec[key] = value end
    return assert(message.new({ file = "autumn.lua", name = "autumn", message = spec, audience = audience }, client))
  end

  local ROW = { id = 7, email = "Ann.O'Neil+x@example.com", name = "Ann", data = '{"name":"Ann","id":"a/b c&d"}' }

  -- By SendEmail, and by SendBulkEmail where that can be.
  local function deliver(m, row, together)
    row = row or ROW
    if not together then
      return emulator.message(assert(client.emails:send(assert(m:mail(row)))).message_id)
    end
    local result = assert(client.emails:send_bulk(assert((m:bulk { row })))).results[1]
    return emulator.message(assert(result.message_id, tostring(result.error)))
  end

  local function header(mail, name)
    local found
    for _, entry in ipairs(mail.headers) do
      if entry[1] == name then
        assert.is_nil(found)
        found = entry[2]
      end
    end
    return found
  end

  local READER = [[
import email, email.policy, json, sys
message = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.SMTP)
print(json.dumps({"defects": [str(d) for d in message.defects], "headers": [[k, str(v)] for k, v in message.items()]}))
]]

  local function read_by_python(mail)
    local folder = process.folder()
    process.write(folder .. "/read.py", READER)
    process.write(folder .. "/mail.eml", mail.source)
    local read = assert(json.decode(process.shell(("python3 %s/read.py < %s/mail.eml"):format(folder, folder))))
    process.remove(folder)
    assert.equal(0, #read.defects)
    return { headers = read.headers }
  end

  local FULL = {
    url = "https://shop.example/u?t={{ses_unsubscribe_token}}&c={{ses_campaign}}", mailto = "off+news@shop.example",
    secret = SECRET, list = "newsletter",
  }

  it("have https and mailto in one header, with a token of their own, and ask for one click", function()
    for _, case in ipairs { { template = "plain" }, { template = "plain", together = true }, { text = "y" } } do
      local m = prepare { template = case.template, subject = case.text, text = case.text, unsubscribe = FULL,
        headers = { ["X-Shop"] = "1" } }
      local mail = deliver(m, ROW, case.together)
      for _, read in ipairs { mail, case.together and read_by_python(mail) } do
        local url, mailto = header(read, "List-Unsubscribe"):match "^<(https://[^>]+)>,%s+<(mailto:[^>]+)>$"
        local token = url:match "^https://shop.example/u%?t=([%w_-]+)&c=autumn$"
        assert.equal("mailto:off+news@shop.example?subject=unsubscribe%20" .. token, mailto)
        assert.same({ list = "newsletter", address = ROW.email }, unsubscribe.verify(SECRET, token))
        assert.equal("List-Unsubscribe=One-Click", header(read, "List-Unsubscribe-Post"))
        assert.equal("1", header(read, "X-Shop"))
      end
      for line in mail.source:match("^(.-)\r\n\r\n"):gmatch "[^\r\n]+" do assert.is_true(#line <= 998) end
    end
  end)

  it("do not ask for one click where there is none", function()
    local mail = deliver(prepare { subject = "x", text = "y", unsubscribe = { mailto = "off@shop.example" } })
    assert.equal("<mailto:off@shop.example?subject=unsubscribe>", header(mail, "List-Unsubscribe"))
    assert.is_nil(header(mail, "List-Unsubscribe-Post"))
    mail = deliver(prepare { subject = "x", text = "y", unsubscribe = { mailto = "o'ff+%x@bücher.example" } })
    assert.equal("<mailto:o%27ff+%25x@xn--bcher-kva.example?subject=unsubscribe>", header(mail, "List-Unsubscribe"))
    mail = deliver(prepare { subject = "x", text = "y",
      unsubscribe = { url = "http://shop.example/{{id}}", one_click = false } })
    assert.equal("<http://shop.example/a%2Fb%20c%26d>", header(mail, "List-Unsubscribe"))
    assert.is_nil(header(mail, "List-Unsubscribe-Post"))
  end)

  it("have the same link in their text, whoever renders it", function()
    local link = "{{ses_unsubscribe_url}}"
    for _, fields in ipairs {
      { subject = "x", text = "{{name}} " .. link, html = '<a href="' .. link .. '">x</a>' },
      { template = "linked" }, { template = "linked", together = true },
    } do
      local together = fields.together
      fields.together, fields.unsubscribe = nil, FULL
      local mail = deliver(prepare(fields), ROW, together)
      local url = header(mail, "List-Unsubscribe"):match "^<([^>]+)>"
      assert.equal("Ann " .. url, (mail.text:gsub("%s+$", "")))
      local href = mail.html:match '<a href="([^"]+)">':gsub("&amp;", "&"):gsub("&#x3D;", "=")
      assert.equal(url, href)
    end
  end)

  it("are the same by SendEmail and by SendBulkEmail", function()
    local m = prepare { template = "linked", unsubscribe = FULL, headers = { ["X-B"] = "2", ["X-A"] = "1" } }
    local function source(together)
      local text = deliver(m, ROW, together).source
      local boundary = text:match 'boundary="([^"]+)"'
      return (text:gsub(boundary:gsub("%p", "%%%0"), "B"):gsub("\r\nMessage%-ID: [^\r]*", "")
        :gsub("\r\nDate: [^\r]*", ""))
    end
    assert.equal(source(false), source(true))
  end)

  it("get the value of a variable as a URL takes it", function()
    local m = prepare { template = "plain", unsubscribe = { url = "https://shop.example/{{id}}?n={{name}}" } }
    for _, together in ipairs { false, true } do
      assert.equal("<https://shop.example/a%2Fb%20c%26d?n=Ann>", header(deliver(m, ROW, together), "List-Unsubscribe"))
    end
    local fine, variable, why = m:check { name = "Ann" }
    assert.is_nil(fine)
    assert.equal("id", variable)
    assert.matches("^message.unsubscribe cannot be made: missing attribute 'id'", why)
    -- Each pattern of empty fields is tried anew.
    assert.is_true(m:check({ name = "Ann", id = "x" }, "11"))
    assert.is_nil((m:check({ name = "Ann" }, "1")))
  end)

  it("are refused, alone, where the header would be longer than SES takes", function()
    local m = prepare { template = "plain", unsubscribe = { url = "https://shop.example/{{id}}" } }
    local function row(n)
      return { id = 1, email = "a@example.com", data = '{"name":"x","id":"' .. ("x"):rep(n) .. '"}' }
    end
    local longest = 870 - #"<https://shop.example/>"
    assert.equal(870, #header(deliver(m, row(longest)), "List-Unsubscribe"))
    local mail, err = m:mail(row(longest + 1))
    assert.is_nil(mail)
    assert.equal("message.unsubscribe makes a header of 871 characters; SES takes 870", err.message)
    local request, sent, refused = m:bulk { row(longest + 1), ROW }
    assert.equal(1, #request.entries)
    assert.same({ ROW }, sent)
    assert.equal("InvalidUnsubscribeLink", refused[1].err.code)
  end)

  it("take nothing from the audience for what the campaign sets", function()
    local m = prepare { template = "linked", unsubscribe = FULL }
    assert.is_true(m:check { name = "Ann" })
    local fine, variable, why = m:check { name = "Ann", ses_unsubscribe_url = "https://evil.example/" }
    assert.is_nil(fine)
    assert.equal("ses_unsubscribe_url", variable)
    assert.matches("set by the campaign itself", why)
    fine, variable, why = prepare { template = "linked" }:check { name = "Ann" }
    assert.is_nil(fine)
    assert.equal("ses_unsubscribe_url", variable)
    assert.matches("message.unsubscribe gives it", why)
    -- Without message.unsubscribe it is a variable like any other.
    assert.is_true(prepare { template = "linked" }:check { name = "Ann", ses_unsubscribe_url = "x" })
  end)

  it("have tokens by a secret in a file beside the campaign's", function()
    local folder = process.folder()
    process.write(folder .. "/secret", SECRET .. "\n")
    local m = assert(message.new { file = "autumn.lua", name = "autumn", folder = folder, message = {
      from = "news@shop.example", subject = "x", text = "{{ses_unsubscribe_url}}",
      unsubscribe = { url = "https://shop.example/{{ses_unsubscribe_token}}", secret = { file = "secret" } },
    } })
    process.remove(folder)
    assert.same({ list = "autumn", address = ROW.email },
      unsubscribe.verify(SECRET, m:mail(ROW).text:match "/([^/]+)$"))
  end)

  it("are not begun where the secret is not there", function()
    local m, err = message.new({ file = "autumn.lua", name = "autumn", message = {
      from = "news@shop.example", subject = "x", text = "y",
      unsubscribe = { mailto = "off@shop.example", secret = { env = "SES_NO_SUCH_VARIABLE" } },
    } })
    assert.is_nil(m)
    assert.equal("autumn.lua: message.unsubscribe.secret the environment variable SES_NO_SUCH_VARIABLE is not set",
      err.message)
  end)

  it("have another fingerprint with another way to unsubscribe", function()
    local seen = {}
    for _, unsubscribe_ in ipairs {
      { url = "https://shop.example/" }, { url = "https://shop.example/2" }, { mailto = "a@shop.example" },
      { url = "https://shop.example/", one_click = false }, { url = "https://shop.example/", list = "x" },
    } do
      local print_of = prepare { subject = "x", text = "y", unsubscribe = unsubscribe_ }:fingerprint()
      assert.is_nil(seen[print_of])
      seen[print_of] = true
    end
    assert.is_nil(seen[prepare { subject = "x", text = "y" }:fingerprint()])
    assert.is_nil(seen[prepare { subject = "x", text = "y", list_management = { contact_list = "a" } }:fingerprint()])
  end)

  describe("by SES's own list management", function()
    local MANAGED = { contact_list = "news", topic = "weekly" }
    local HERE = "{{amazonSESUnsubscribeUrl}}"

    setup(function()
      assert(client.contact_lists:create { contact_list_name = "news", topics = {
        { topic_name = "weekly", display_name = "Weekly", default_subscription_status = "OPT_IN" },
      } })
      assert(client.templates:create { template_name = "managed", template_content = {
        subject = "x", text = "{{name}} " .. HERE,
      } })
    end)

    it("get SES's link into headers and text, whoever renders it", function()
      for _, fields in ipairs { { template = "managed" }, { subject = "x", text = "{{name}} " .. HERE } } do
        fields.list_management = MANAGED
        local m = prepare(fields)
        assert.is_true(m:check { name = "Ann" })
        assert.equal("SendEmail", (m:call(1000)))
        local mail = deliver(m)
        local url = header(mail, "List-Unsubscribe"):match "^<(http[^>]+list=news&topic=weekly[^>]+)>$"
        assert.equal("Ann " .. url, (mail.text:gsub("%s+$", "")))
        assert.equal("List-Unsubscribe=One-Click", header(mail, "List-Unsubscribe-Post"))
      end
    end)

    it("reach nobody who followed it", function()
      local m = prepare { subject = "x", text = HERE, list_management = MANAGED }
      local row = { id = 1, email = "bob@example.com" }
      local mail = deliver(m, row)
      assert.equal("delivered", mail.status)
      process.shell("curl -sSf --noproxy '*' -d List-Unsubscribe=One-Click "
        .. process.quote(header(mail, "List-Unsubscribe"):match "<(.*)>"))
      assert.equal("suppressed", deliver(m, row).status)
    end)

    it("are told of a placeholder that SES would leave as it is", function()
      local fine, variable, why = prepare { subject = "x", text = HERE }:check {}
      assert.is_nil(fine)
      assert.equal("amazonSESUnsubscribeUrl", variable)
      assert.matches("SES fills it in where message.list_management is given", why)
      local function fault(fields)
        fields.from, fields.list_management = "news@shop.example", MANAGED
        local m, err = message.new { file = "autumn.lua", name = "autumn", message = fields }
        assert.is_nil(m)
        return err.message
      end
      assert.equal("autumn.lua: message has {{amazonSESUnsubscribeUrl}} once in the subject; SES fills in none there",
        fault { subject = HERE, text = "x" })
      assert.equal("autumn.lua: message.languages.de has {{amazonSESUnsubscribeUrl}} 3 times in the html; SES fills in "
        .. "the first 2", fault { subject = "x", text = HERE .. HERE,
          languages = { de = { subject = "x", html = HERE .. HERE .. HERE } } })
    end)

    it("are asked for where an audience is a contact list", function()
      local audience = { contact_list = "news" }
      local plain = { subject = "x", text = "y" }
      assert.equal(1, #prepare(plain, audience):notes())
      assert.matches("no link to unsubscribe by", prepare(plain, audience):notes()[1])
      assert.equal(0, #prepare(plain, { csv = "people.csv" }):notes())
      plain.list_management = MANAGED
      assert.equal(0, #prepare(plain, audience):notes())
      plain.list_management, plain.unsubscribe = nil, FULL
      assert.equal(0, #prepare(plain, audience):notes())
    end)
  end)
end)
