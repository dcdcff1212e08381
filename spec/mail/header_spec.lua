local charset = require "ses.mail.charset"
local header = require "ses.mail.header"

local function random_text(most)
  local pieces = { "a", "Z", " ", " ", "?", "=", "_", "=?", "?=", "\195\164", "\230\151\165", "\240\159\152\128", "." }
  local out = {}
  for i = 1, math.random(0, most) do out[i] = pieces[math.random(#pieces)] end
  return table.concat(out)
end

describe("ses.mail.header", function()
  it("refuses what could begin another field", function()
    assert.is_true(header.check("X-Campaign", "spring \195\164\tx"))
    local faults = {
      { "", "x", "empty" }, { "A B", "x", "without space" }, { "A:", "x", "colon" }, { "\195\164", "x", "ASCII" },
      { ("x"):rep(127), "x", "126" }, { "A", "x\r\nBcc: y", "line break" }, { "A", "x\ny", "line break" },
      { "A", "x\0", "NUL" }, { "A", "x\27", "control" }, { "A", "\255", "UTF-8" }, { "A", 5, "string" },
      { 5, "x", "string" },
    }
    for _, fault in ipairs(faults) do
      local ok, reason = header.check(fault[1], fault[2])
      assert.is_nil(ok)
      assert.truthy(reason:find(fault[3], 1, true), reason)
    end
  end)

  describe("encoded words", function()
    it("are B or Q, whichever is shorter", function()
      assert.equal("=?UTF-8?Q?J=C3=B6rg_Schmidt?=", header.encode_word("J\195\182rg Schmidt"))
      assert.equal("=?UTF-8?B?5pel5pys6Kqe?=", header.encode_word("\230\151\165\230\156\172\232\170\158"))
      assert.equal("", header.encode_word(""))
    end)

    it("stay within 75 characters, cut no code point, and read back", function()
      for _ = 1, 500 do
        local text = random_text(200)
        local words = header.encode_word(text)
        for word in words:gmatch("%S+") do
          assert.is_true(#word <= 75)
          assert.truthy(word:find("^=%?UTF%-8%?[BQ]%?[^ ?]*%?=$"))
          assert.is_true(charset.is_utf8(header.decode(word)) and not header.decode(word):find("\239\191\189"))
        end
        assert.equal(text, header.decode(words))
      end
    end)

    it("are used for a subject only where it needs them", function()
      assert.equal("Plain subject, 100%!", header.encode_text("Plain subject, 100%!"))
      assert.equal("=?UTF-8?Q?Gr=C3=BC=C3=9Fe_aus_dem_Tal?=",
        header.encode_text("Gr\195\188\195\159e aus dem Tal"))
      for _, text in ipairs { "=?utf-8?Q?x?=", " leading", "trailing ", ("x"):rep(2000) } do
        assert.equal(text, header.decode(header.encode_text(text)))
        assert.truthy(header.encode_text(text):find("^=%?UTF%-8"))
      end
    end)

    it("are decoded from every charset and spelling in use", function()
      local cases = {
        ["=?iso-8859-1?q?J=F6rg?= x"] = "J\195\182rg x",
        ["=?windows-1252?B?gA==?="] = "\226\130\172",
        ["=?US-ASCII*EN?Q?Keith_Moore?="] = "Keith Moore",
        ["=?utf-8?B?4pg=?= =?utf-8?B?ug==?="] = "\226\152\186",
        ["=?utf-8?Q?a?=\t =?utf-8?Q?b?= c"] = "ab c",
        ["a =?utf-8?Q?b?= c =?utf-8?Q?d?="] = "a b c d",
        ["=?x-unknown?Q?=FFa?="] = "\239\191\189a",
        ["=?utf-8?X?a?="] = "=?utf-8?X?a?=",
        ["=?utf-8?Q?never closed"] = "=?utf-8?Q?never closed",
        ["\255 raw"] = "\239\191\189 raw",
      }
      for text, decoded in pairs(cases) do assert.equal(decoded, header.decode(text)) end
    end)
  end)

  it("folds at spaces and loses nothing", function()
    for _ = 1, 300 do
      local value = random_text(150):gsub("[\128-\255]", "x"):gsub("^%s+", ""):gsub("%s+$", "")
      local field = header.fold("Subject", value)
      assert.equal("Subject: " .. value .. "\r\n", (field:gsub("\r\n([ \t])", "%1")))
      for line in field:gmatch("([^\r]*)\r\n") do
        assert.truthy(line:find("%S"))
        assert.is_true(#line <= 76 or not line:find("%S[ \t]+%S", 12))
      end
    end
  end)

  describe("parameters", function()
    it("are written as tokens, quoted, or by RFC 2231", function()
      assert.equal("; name=report.pdf", header.format_parameter("name", "report.pdf"))
      assert.equal('; name="my \\"best\\" report.pdf"', header.format_parameter("name", 'my "best" report.pdf'))
      assert.equal("; name*=UTF-8''%C3%BCber.pdf", header.format_parameter("name", "\195\188ber.pdf"))
      assert.equal('; name=""', header.format_parameter("name", ""))
    end)

    it("read back whatever they hold", function()
      for _ = 1, 300 do
        local value = random_text(100)
        local text = "attachment" .. header.format_parameter("filename", value)
        local kind, parameters = header.parse_parameters(text)
        assert.equal("attachment", kind)
        assert.equal(value, parameters.filename)
        for piece in text:gmatch("; ([^;]*)") do assert.is_true(#piece <= 140) end
      end
    end)

    it("are read in the spellings in use", function()
      local kind, p = header.parse_parameters(
        'Text/Plain ; Charset = "utf-8" ; x=1;; y="a;b\\"c"; name="=?utf-8?Q?=C3=A4?="')
      assert.equal("text/plain", kind)
      assert.same({ charset = "utf-8", x = "1", y = 'a;b"c', name = "\195\164" }, p)
      assert.same({ filename = "\195\164b c" }, select(2, header.parse_parameters(
        "attachment; filename=plain.txt; filename*0*=iso-8859-1'de'%E4b; filename*1=\" c\"")))
      assert.same({ filename = "\195\164" }, select(2, header.parse_parameters(
        "attachment; filename*=UTF-8''%C3%A4; filename=a")))
      assert.same({}, select(2, header.parse_parameters("text/plain; =; ;;;")))
      assert.equal("", (header.parse_parameters("")))
    end)
  end)
end)
