local json = require "ses.model.json"
local support = require "spec.support.emulator"

describe("the emulator's inbox", function()
  local client

  setup(function() client = support.start { rate = 100000 } end)
  teardown(function() client:stop() end)
  before_each(function() client:control("POST", "/reset") end)

  local function get(target)
    local status, headers, body = client:exchange("GET", target)
    return body, headers, status
  end

  local function send(to, more)
    local status, body = client:send(support.mail(to, more))
    assert.equal(200, status, json.encode(body))
    return body.MessageId
  end

  local EVIL = "</title><script>alert(\"x\")</script>&'"

  local function evil_mail()
    client:perform("CreateConfigurationSet", { ConfigurationSetName = "set" })
    return send('"<script>x</script>" <a@example.com>', {
      FromEmailAddress = '"<img src=x>" <me@example.com>', ConfigurationSetName = "set",
      Content = { Simple = { Subject = { Data = EVIL }, Body = {
        Text = { Data = "<b>not bold</b>" }, Html = { Data = "<p>Rich</p><script>alert(1)</script>" },
      }, Headers = { { Name = "X-Evil", Value = "<script>h</script>" } } } },
    })
  end

  it("says how to send where there is no mail yet", function()
    local body, headers, status = get("/")
    assert.equal(200, status)
    assert.equal("text/html; charset=utf-8", headers["content-type"])
    assert.truthy(body:find("No mail yet", 1, true))
    assert.truthy(body:find(client.url, 1, true))
  end)

  it("lists mail with its status, and counts by status", function()
    send("Ann <ann@example.com>")
    send("bounce@simulator.amazonses.com")
    local body = get("/")
    assert.truthy(body:find("ann@example.com", 1, true))
    assert.truthy(body:find('chip%-bounced">Bounced'))
    assert.truthy(body:find("All <b>2</b>", 1, true))
    assert.truthy(body:find("Bounced <b>1</b>", 1, true))
    local bounced = get("/?status=bounced")
    assert.falsy(bounced:find("ann@example.com", 1, true))
  end)

  it("shows names as people write them, and a link that leads nowhere as one", function()
    local id = send("=?UTF-8?Q?J=C3=BCrgen?= <j@example.com>", {
      FromEmailAddress = "=?UTF-8?B?5bGx55Sw?= <me@example.com>",
      ReplyToAddresses = { "=?UTF-8?Q?B=C3=BCro?= <r@example.com>" },
    })
    local body = get("/messages/" .. id)
    for _, shown in ipairs { "山田 &lt;me@", "Jürgen &lt;j@", "Büro &lt;r@" } do
      assert.truthy(body:find('<bdi dir="ltr">' .. shown .. "example.com&gt;</bdi>", 1, true), shown)
    end
    assert.truthy(body:find('<a class="turn" role="link" aria-disabled="true">Newer</a>', 1, true))
    assert.truthy(get("/"):find('title="Jürgen &lt;j@example.com&gt;"', 1, true))
  end)

  it("escapes all that comes from mail or from the address line", function()
    local id = evil_mail()
    for _, target in ipairs {
      "/", "/messages/" .. id, "/messages/" .. id .. "?tab=text", "/messages/" .. id .. "?tab=headers",
      "/messages/" .. id .. "?tab=source", "/?q=%22%3E%3Cscript%3Ex", "/?status=%22%3E%3Cscript%3Ex",
    } do
      local body, _, status = get(target)
      assert.equal(200, status)
      assert.falsy(body:gsub('<script src="/assets/inbox.js" defer></script>', ""):find("<script", 1, true), target)
      assert.falsy(body:find("<img src=x", 1, true), target)
    end
  end)

  it("allows nothing from elsewhere on its pages, and no inline code", function()
    local id = evil_mail()
    for _, target in ipairs { "/", "/messages/" .. id } do
      local body, headers = get(target)
      local policy = headers["content-security-policy"]
      assert.truthy(policy:find("default-src 'none'", 1, true))
      assert.falsy(policy:find("unsafe", 1, true))
      assert.falsy(body:find(" style=", 1, true))
      assert.falsy(body:find(" on%l+="))
    end
  end)

  it("shows HTML in a sandboxed frame with a policy of its own", function()
    local id = evil_mail()
    assert.truthy(get("/messages/" .. id):find('<iframe class="mail" sandbox=""', 1, true))
    local body, headers = get("/messages/" .. id .. "/html")
    assert.truthy(body:find("<p>Rich</p>", 1, true))
    local policy = headers["content-security-policy"]
    assert.truthy(policy:find("^sandbox; default%-src 'none'; img%-src data:;"))
    assert.equal("nosniff", headers["x-content-type-options"])
  end)

  it("shows pictures that the mail carries itself", function()
    local id = send("a@example.com", { Content = { Simple = {
      Subject = { Data = "Picture" }, Body = { Html = { Data = '<img src="cid:logo"><img src="cid:none">' } },
      Attachments = { { FileName = "logo.png", RawContent = "iVBORw0KGgo=", ContentType = "image/png",
        ContentId = "logo", ContentDisposition = "INLINE" } },
    } } })
    local body = get("/messages/" .. id .. "/html")
    assert.truthy(body:find('src="data:image/png;base64,iVBORw0KGgo="', 1, true))
    assert.truthy(body:find("cid:none", 1, true))
  end)

  it("gives source and attachments as downloads that no browser takes for a page", function()
    local id = send("a@example.com", { Content = { Simple = {
      Subject = { Data = "x" }, Body = { Text = { Data = "x" } },
      Attachments = { { FileName = "März.html", RawContent = "PHNjcmlwdD4=", ContentType = "text/html" } },
    } } })
    local body, headers = get("/messages/" .. id .. "/attachments/1")
    assert.equal("<script>", body)
    assert.equal("application/octet-stream", headers["content-type"])
    assert.equal("attachment; filename*=UTF-8''M%C3%A4rz.html", headers["content-disposition"])
    body, headers = get("/messages/" .. id .. "/source")
    assert.truthy(body:find("^From: "))
    assert.truthy(headers["content-disposition"]:find(id .. ".eml", 1, true))
    assert.equal(404, (select(3, get("/messages/" .. id .. "/attachments/2"))))
  end)

  it("shows why a mail was not rendered", function()
    local id = send("a@example.com", { Content = { Template = {
      TemplateContent = { Subject = "{{name}}", Text = "x" }, TemplateData = "{}",
    } } })
    local body = get("/messages/" .. id)
    assert.truthy(body:find("Rendering failure", 1, true))
    assert.truthy(body:find("Nothing was delivered", 1, true))
  end)

  it("searches and turns pages", function()
    for i = 1, 52 do send(("u%02d@example.com"):format(i)) end
    local first = get("/")
    assert.truthy(first:find("1–50 of 52", 1, true))
    assert.truthy(first:find('href="/?offset=50" rel="next"', 1, true))
    local second = get("/?offset=50")
    assert.truthy(second:find("51–52 of 52", 1, true))
    assert.truthy(second:find("u01@example.com", 1, true))
    local found = get("/?q=u07")
    assert.truthy(found:find("1–1 of 1", 1, true))
    assert.truthy(get("/?q=nothing"):find("Nothing found", 1, true))
  end)

  it("gives the list alone for the live update", function()
    send("a@example.com")
    local body = get("/?fragment=1")
    assert.truthy(body:find("^<div data%-revision="))
    assert.falsy(body:find("<html", 1, true))
  end)

  it("leads from a mail to its neighbours", function()
    local older = send("a@example.com")
    local middle = send("b@example.com")
    local newer = send("c@example.com")
    local body = get("/messages/" .. middle)
    assert.truthy(body:find('href="/messages/' .. older, 1, true))
    assert.truthy(body:find('href="/messages/' .. newer, 1, true))
  end)

  it("answers 404 for a mail that is not there", function()
    local body, _, status = get("/messages/none")
    assert.equal(404, status)
    assert.truthy(body:find("No such message", 1, true))
  end)

  it("serves its script and style sheet", function()
    assert.equal("text/css; charset=utf-8", (select(2, get("/assets/inbox.css"))["content-type"]))
    assert.equal("text/javascript; charset=utf-8", (select(2, get("/assets/inbox.js"))["content-type"]))
  end)
end)
