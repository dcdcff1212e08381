local charset = require "ses.mail.charset"
local errors = require "ses.errors"
local mime = require "ses.mail.mime"

local function build(message)
  message.from = message.from or "sender@example.com"
  return (assert(mime.build(message)))
end

local function faults_of(message)
  message.from = message.from or "sender@example.com"
  local bytes, err = mime.build(message)
  assert.is_nil(bytes)
  assert.is_true(errors.is(err))
  assert.equal("validation", err.kind)
  return err
end

-- A header block with "\n" line ends, up to the first empty line.
local function head(bytes)
  return (bytes:match("^(.-)\r\n\r\n"):gsub("\r\n", "\n"))
end

local function crlf(text) return (text:gsub("\n", "\r\n")) end

describe("ses.mail.mime", function()
  describe("build", function()
    it("writes a plain message", function()
      assert.equal(crlf [[
From: =?UTF-8?B?SsO2cmc=?= <sender@example.com>
To: jane@example.com, "Doe, John" <john@example.com>
Cc: x@xn--mller-kva.example
Reply-To: reply@example.com
Subject: Hello
Date: Fri, 04 Jul 2025 09:08:07 +0000
Message-ID: <abc@example.com>
X-Campaign: spring
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: quoted-printable

Gr=C3=BC=C3=9Fe
]], build {
        from = { name = "J\195\182rg", email = "sender@example.com" },
        to = { "jane@example.com", { name = "Doe, John", email = "john@example.com" } },
        cc = "x@m\195\188ller.example", reply_to = { email = "reply@example.com" }, subject = "Hello",
        date = 1751620087, message_id = "abc@example.com", headers = { { "X-Campaign", "spring" } },
        text = "Gr\195\188\195\159e",
      })
    end)

    it("nests mixed, related and alternative, each only where it is needed", function()
      local function kinds(message)
        local out = {}
        for kind in build(message):gmatch("Content%-Type: ([%w/]+)") do out[#out + 1] = kind end
        return table.concat(out, " ")
      end
      local png = { data = "x", filename = "logo.png", content_id = "logo" }
      local pdf = { data = "x", filename = "a.pdf" }
      assert.equal("text/html", kinds { html = "h" })
      assert.equal("text/plain", kinds {})
      assert.equal("multipart/alternative text/plain text/html", kinds { text = "t", html = "h" })
      assert.equal("multipart/related text/html image/png", kinds { html = "h", attachments = { png } })
      assert.equal("multipart/mixed text/plain application/pdf", kinds { text = "t", attachments = { pdf } })
      assert.equal("multipart/mixed multipart/related multipart/alternative text/plain text/html image/png "
        .. "application/pdf", kinds { text = "t", html = "h", attachments = { pdf, png } })
    end)

    it("refuses header injection in every value, and names each fault", function()
      local evil = "x\r\nBcc: victim@example.com"
      local err = faults_of {
        from = { name = evil, email = "sender@example.com" }, to = { "a@example.com", evil },
        subject = evil, date = evil,
        message_id = evil, headers = { { "X", evil }, { evil, "x" } },
        attachments = { { data = "", filename = evil }, { data = "", content_type = "a/b\r\nX: y" },
          { data = "", content_id = evil } },
      }
      local paths = {}
      for i, fault in ipairs(err.faults) do paths[i] = fault.path end
      assert.same({
        "from", "to[2]", "subject", "date", "message_id", "headers[1]", "headers[2]", "attachments[1].filename",
        "attachments[2].content_type", "attachments[3].content_id",
      }, paths)
      assert.is_nil(tostring(err):find("victim", 1, true))
    end)

    it("says what else is wrong", function()
      local cases = {
        { { from = {} }, "from is required" },
        { { from = { "a@example.com", "b@example.com" } }, "from must be one address" },
        { { from = 5 }, "from must be an address or a list of addresses" },
        { { to = { name = "Nobody" } }, "to must be a string" },
        { { to = { "a@example.com", 5 } }, "to[2] must be an address" },
        { { to = "nobody" }, "to has no @" },
        { { text = 5 }, "text must be a string" },
        { { html = "\255" }, "html must be UTF-8" },
        { { headers = { Subject = "x" } }, "headers must not hold Subject" },
        { { headers = "x" }, "headers must be a table" },
        { { headers = { "X: y" } }, "headers[1] header name must be a string" },
        { { date = -1 }, "date must be a time" },
        { { date = 0 / 0 }, "date must be a time" },
        { { message_id = "a b" }, "message_id must be printable ASCII" },
        { { attachments = { {} } }, "attachments[1].data must be a string" },
        { { attachments = { "x" } }, "attachments[1] must be a table" },
        { { attachments = "x" }, "attachments must be a list" },
        { { attachments = { { data = "", content_type = "multipart/mixed" } } }, "must not be multipart" },
        { { attachments = { { data = "", content_type = "pdf" } } }, "must be a media type" },
        { { attachments = { { data = "", filename = ("x"):rep(256) } } }, "longer than 255" },
        { { bcc = "a@example.com", subjct = "x" }, "bcc is not known" },
        { { subjct = "x" }, "subjct is not known; did you mean 'subject'?" },
        { { attachments = { { data = "", file_name = "x" } } }, "attachments[1].file_name is not known; did you mean" },
        { { boundary = "a b" }, "boundary must be" },
      }
      for _, case in ipairs(cases) do
        local err = faults_of(case[1])
        assert.truthy(err.message:find(case[2], 1, true), err.message)
      end
    end)

    it("gives the same bytes for the same message, and boundaries that the caller chooses", function()
      local function message() return { text = "a", html = "b", subject = "s" } end
      assert.equal(build(message()), build(message()))
      local chosen = message()
      chosen.boundary = "r4nd0m"
      assert.truthy(build(chosen):find('boundary="=_alternative_r4nd0m"', 1, true))
    end)

    it("keeps apart text that looks like its own boundary", function()
      local text = "--=_alternative_x\r\n\r\n--=_alternative_x--\n"
      local parsed = mime.parse(build { text = text, html = text, boundary = "x" })
      assert.equal(text:gsub("\r\n", "\n"), parsed.text)
      assert.equal(parsed.text, parsed.html)
    end)

    it("folds long fields and writes long names by RFC 2231", function()
      local to = {}
      for i = 1, 50 do to[i] = { name = "R\195\169cipient " .. i, email = ("user%d@example.com"):format(i) } end
      local filename = ("\230\151\165\230\156\172"):rep(20) .. ".pdf"
      local bytes = build {
        to = to, subject = ("Wort \195\164 "):rep(40) .. ".", attachments = { { data = "x", filename = filename } },
      }
      assert.is_nil(bytes:find("[\128-\255]"))
      for line in bytes:gmatch("([^\n]*)\r\n") do assert.is_true(#line <= 78, line) end
      local parsed = mime.parse(bytes)
      assert.equal(50, #parsed.to)
      assert.equal("R\195\169cipient 50", parsed.to[50].name)
      assert.equal(("Wort \195\164 "):rep(40) .. ".", parsed.subject)
      assert.equal(filename, parsed.attachments[1].filename)
    end)

    it("knows media types by file name, and dates by no clock", function()
      assert.equal("application/pdf", mime.type_of("A.PDF"))
      assert.equal("application/octet-stream", mime.type_of("noextension"))
      assert.equal("application/octet-stream", mime.type_of(nil))
      assert.equal("Thu, 01 Jan 1970 00:00:00 +0000", mime.format_date(0))
      assert.equal("Thu, 29 Feb 2024 23:59:59 +0000", mime.format_date(1709251199.9))
    end)
  end)

  describe("parse", function()
    it("reads fields, addresses, bodies and attachments", function()
      local message = mime.parse(crlf [[
From: =?iso-8859-1?Q?J=F6rg?= <joerg@example.com>
To: a@example.com,
	"B, C" <bc@example.com>
Subject: =?UTF-8?B?R3LDvMOfZQ==?=
 =?UTF-8?Q?_aus_Ulm?=
Date: Fri, 04 Jul 2025 09:08:07 +0000
Message-Id: <1@example.com>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="outer"

A preamble.
--outer
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Gr=FC=DFe
--inner
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: base64

PHA+w7w8L3A+
--inner--

--outer
Content-Type: image/png; name="logo.png"
Content-Disposition: inline; filename="../../logo.png"
Content-Transfer-Encoding: base64
Content-ID: <logo@example.com>

AAEC
--outer
Content-Type: text/plain
Content-Disposition: attachment; filename*=UTF-8''%C3%BC.txt

note
--outer--
An epilogue.
]])
      assert.equal("J\195\182rg", message.from.name)
      assert.equal("joerg@example.com", message.from.email)
      assert.equal("bc@example.com", message.to[2].email)
      assert.equal("B, C", message.to[2].name)
      assert.same({}, message.cc)
      assert.equal("Gr\195\188\195\159e aus Ulm", message.subject)
      assert.equal("<1@example.com>", message.message_id)
      assert.equal("Fri, 04 Jul 2025 09:08:07 +0000", message.date)
      assert.equal("1.0", mime.header(message, "mime-version"))
      assert.is_nil(mime.header(message, "X-None"))
      assert.equal("Gr\195\188\195\159e", message.text)
      assert.equal("<p>\195\188</p>", message.html)
      assert.same({
        { filename = "logo.png", content_type = "image/png", size = 3, data = "\0\1\2",
          content_id = "logo@example.com", disposition = "inline" },
        { filename = "\195\188.txt", content_type = "text/plain", size = 4, data = "note",
          disposition = "attachment" },
      }, message.attachments)
    end)

    it("reads bare LF, missing headers, missing ends and odd types as far as they go", function()
      assert.equal("body\n", mime.parse("Subject: x\n\nbody\n").text)
      assert.equal("just text", mime.parse("\r\njust text").text)
      assert.equal("x", mime.parse("Subject: x").subject)
      assert.is_nil(mime.parse("").from)
      assert.equal("cut", mime.parse("Content-Type: multipart/mixed; boundary=b\n\n--b\n\ncut").text)
      assert.equal("no parts", mime.parse("Content-Type: multipart/mixed; boundary=b\n\nno parts").text)
      assert.equal("x", mime.parse("Content-Type: nonsense\n\nx").text)
      assert.same({ { "A", "1" }, { "B", "2" } }, mime.parse("A: 1\nnot a field\n folded\nB: 2\n\n").headers)
      assert.same({}, mime.parse("To: broken <a@\n\n").to)
      assert.equal("a\n--bc\n-- b", mime.parse(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n--bc\n-- b\n--b--").text)
    end)

    it("stays within its bounds", function()
      local deep = {}
      for i = 1, 200 do deep[i] = ("Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n"):format(i, i) end
      local message = mime.parse(table.concat(deep) .. "\nx")
      assert.equal(1, #message.attachments)
      assert.is_nil(message.text)
      local many = mime.parse("Content-Type: multipart/mixed; boundary=b\n\n"
        .. ("--b\nContent-Type: a/b\n\nx\n"):rep(1500))
      assert.equal(mime.MAX_PARTS, #many.attachments)
      assert.equal(mime.MAX_FIELDS, #mime.parse(("A: b\n"):rep(1500) .. "\n").headers)
    end)

    it("takes time in proportion to the size of hostile input", function()
      local long = 300000
      for _, bytes in ipairs {
        "Subject: =?" .. ("a"):rep(long) .. "\n\n", "Subject: " .. ("=?a?q?"):rep(long / 6) .. "\n\n",
        "Subject: " .. (" "):rep(long) .. "x\n\n",
        "To: " .. ("<"):rep(long) .. "\n\n", "To: " .. ("("):rep(long) .. "\n\n",
        "To: " .. ("a@example.com,"):rep(long / 30) .. "\n\n",
        "Content-Type: text/plain" .. (";a"):rep(long / 2) .. "\n\n",
        "Content-Type: text/plain;a=" .. (" "):rep(long) .. "\n\n",
        "Content-Transfer-Encoding: quoted-printable\n\n" .. (" "):rep(long) .. "x",
        "Content-Transfer-Encoding: quoted-printable\n\n" .. ("="):rep(long),
        "Content-Type: multipart/mixed; boundary=b\n\n" .. ("--b"):rep(long / 3),
        "Content-Type: multipart/mixed; boundary=b\n\n" .. ("--b\n"):rep(long / 4),
        ("\n"):rep(long), ("a:\n "):rep(long / 4),
      } do
        local started = os.clock()
        mime.parse(bytes)
        assert.is_true(os.clock() - started < 2, bytes:sub(1, 60))
      end
    end)

    it("gives a well-formed result for any bytes", function()
      local pieces = {
        "Content-Type: ", "multipart/mixed", "; boundary=b", "text/plain", "\n", "\r\n", "\n\n", "--b", "--b--",
        "Subject: ", "=?utf-8?B?", "?=", "To: ", "a@example.com", "<", ">", "\255", "\0", " ",
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment; filename*0*=", "%C3", "'", '"', ";", "=", "x",
      }
      for _ = 1, 1500 do
        local bytes = {}
        for i = 1, math.random(0, 30) do bytes[i] = pieces[math.random(#pieces)] end
        local message = mime.parse(table.concat(bytes))
        assert.is_table(message.attachments)
        for _, text in ipairs { message.text or "", message.html or "", message.subject or "" } do
          assert.is_true(charset.is_utf8(text))
        end
        for _, field in ipairs(message.headers) do assert.is_true(charset.is_utf8(field[2])) end
      end
    end)
  end)

  it("reads back every message that it writes", function()
    local pieces = {
      "a", "B", "7", " ", " ", "  ", ",", '"', "\\", "=", "?", "=?", "_", ".", "--", "-", "=_", "<", ">", "&", ";", "%",
      "\195\164", "\230\151\165", "\240\159\152\128",
    }
    local function text(most, more)
      local out = {}
      for i = 1, math.random(1, most) do
        local n = math.random(#pieces + (more and 3 or 0))
        out[i] = pieces[n] or more[n - #pieces]
      end
      return table.concat(out)
    end
    local breaks = { "\n", "\n\n", "From " }
    for _ = 1, 100 do
      local written = {
        from = { name = "x" .. text(20), email = "from@example.com" },
        to = { { name = "x" .. text(20), email = "to@example.com" }, "other@example.com" },
        subject = "x" .. text(80) .. "x", html = text(300, breaks), text = text(300, breaks),
        headers = { ["X-Test"] = "x" .. text(60) .. "x" }, attachments = {},
      }
      for i = 1, math.random(0, 3) do
        local data = {}
        for k = 1, math.random(0, 300) do data[k] = string.char(math.random(0, 255)) end
        written.attachments[i] = {
          data = table.concat(data), filename = "x" .. text(30):gsub("[\\<>]", "") .. "x.bin",
          content_id = math.random(2) == 1 and "cid" .. i or nil,
        }
      end
      local bytes = build(written)
      assert.is_nil(bytes:find("[^\t\r\n -~]"))
      for line in bytes:gmatch("([^\r]*)\r\n") do assert.is_true(#line <= 998) end
      local read = mime.parse(bytes)
      assert.equal(written.from.name, read.from.name)
      assert.equal(written.to[1].name, read.to[1].name)
      assert.equal("other@example.com", read.to[2].email)
      assert.equal(written.subject, read.subject)
      assert.equal(written.headers["X-Test"], mime.header(read, "X-Test"))
      assert.equal(written.text, read.text)
      assert.equal(written.html, read.html)
      assert.equal(#written.attachments, #read.attachments)
      local by_name = {}
      for _, item in ipairs(read.attachments) do by_name[item.filename .. "|" .. (item.content_id or "")] = item end
      for _, item in ipairs(written.attachments) do
        local found = by_name[item.filename .. "|" .. (item.content_id or "")]
        assert.equal(item.data, found and found.data)
        assert.equal(item.content_id and "inline" or "attachment", found.disposition)
      end
    end
  end)

  it("writes what another implementation reads", function()
    local python = io.popen("command -v python3 2>/dev/null"):read("*l")
    if not python then return pending("python3 is not installed") end
    local path = os.tmpname()
    local file = assert(io.open(path, "wb"))
    file:write(build {
      from = { name = "J\195\182rg, \"X\"", email = "from@example.com" }, to = "to@example.com",
      subject = ("\195\164\230\151\165 "):rep(30) .. "x", text = "t\195\164 = x \n", html = "<p>\195\164</p>",
      attachments = { { data = "\0\1\255", filename = ("\230\151\165"):rep(30) .. ".bin" },
        { data = "png", filename = "logo.png", content_id = "logo" } },
    })
    file:close()
    local program = [=[
import sys, email, email.policy
m = email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=email.policy.default)
a = m['from'].addresses[0]
print(a.display_name == 'J\u00f6rg, "X"', a.addr_spec, m['subject'] == '\u00e4\u65e5 ' * 30 + 'x')
print(m.get_body(('plain',)).get_content() == 't\u00e4 = x \n',
      m.get_body(('html',)).get_content() == '<p>\u00e4</p>')
print([(p.get_content_type(), p.get_filename() == '\u65e5' * 30 + '.bin', p.get_content() == b'\0\1\xff')
       for p in m.iter_attachments()], [p['content-id'] for p in m.walk() if p['content-id']])
print(len(m.defects))
]=]
    local script = os.tmpname()
    file = assert(io.open(script, "wb"))
    file:write(program)
    file:close()
    local pipe = io.popen(("python3 %s %s 2>&1"):format(script, path))
    local output = pipe:read("*a")
    pipe:close()
    os.remove(path)
    os.remove(script)
    assert.equal("True from@example.com True\nTrue True\n"
      .. "[('application/octet-stream', True, True)] ['<logo>']\n0\n", output)
  end)

  it("puts the fields in their usual order", function()
    local names = {}
    local fields = head(build { to = "a@example.com", subject = "x", text = "t" }) .. "\n"
    for name in fields:gmatch("([%w-]+): [^\n]*\n") do
      names[#names + 1] = name
    end
    assert.same({ "From", "To", "Subject", "MIME-Version", "Content-Type", "Content-Transfer-Encoding" }, names)
  end)
end)
