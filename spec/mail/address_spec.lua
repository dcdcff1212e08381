local address = require "ses.mail.address"
local random = require "spec.support.random"
local charset = require "ses.mail.charset"

local function reason_of(...)
  local value, reason = ...
  assert.is_nil(value)
  assert.is_string(reason)
  return reason
end

describe("ses.mail.address", function()
  -- What RFC 5321 and SES ask of an address in letters, digits and these signs, said once more and plainly.
  local function is_address(text)
    local local_part, domain = text:match "^(.*)@([^@]*)$"
    if not local_part or local_part == "" or #local_part > 64 or #domain > 253 then return false end
    if local_part:find "^%." or local_part:find "%.$" or local_part:find "%.%." or local_part:find "@" then
      return false
    end
    if not domain:find "%." or domain:find "^%." or domain:find "%.$" or domain:find "%.%." then return false end
    if domain:find "[^%w.-]" or domain:find "%.%d+$" then return false end
    for label in domain:gmatch "[^.]+" do
      if #label > 63 or label:find "^%-" or label:find "%-$" then return false end
    end
    return true
  end

  it("finds the same in every text of letters, digits and signs, short or long", function()
    local seed = math.random(2 ^ 31 - 1)
    local pick = random.picker(seed)
    local SIGNS, DOMAIN = "aabcdxZ07.-_+@", "aabcdxZ07.-_"
    local good = 0
    for _ = 1, 20000 do
      local text = pick.text(SIGNS, 0, pick.chance(5) and 70 or 5) .. "@" .. pick.text(DOMAIN, 0, 8)
        .. pick.one { "", ".com", ".example.org", ".x", "." .. ("l"):rep(60 + pick.below(6)) .. ".com" }
      local expected = is_address(text)
      local where = ("%s, seed %d"):format(text, seed)
      assert.equal(expected, address.validate(text) == true, where)
      local mailbox = address.parse(text)
      assert.equal(expected, mailbox ~= nil, where)
      if address.is_written(text) then assert.is_true(expected, where) end
      if expected then
        good = good + 1
        local local_part, domain = text:match "^(.*)@(.*)$"
        assert.same({ email = text, local_part = local_part, domain = domain }, mailbox, where)
        assert.equal(local_part .. "@" .. domain:lower(), address.format(text), where)
      end
    end
    assert.is_true(good > 1000, good .. " addresses")
  end)

  describe("validate", function()
    it("takes addresses that SES delivers to", function()
      for _, email in ipairs {
        "jane@example.com", "jane.doe+tag@mail.example.co.uk", "a@b.de", "x'y!#$%&*/=?^_`{|}~-@example.com",
        '"john doe"@example.com', '"a@b"@example.com', '"a\\"b"@example.com', "JANE@EXAMPLE.COM",
        "jane@xn--mller-kva.example", "jane@m\195\188ller.example", "1@2.example",
        ("l"):rep(64) .. "@example.com",
      } do
        assert.is_true(address.validate(email), email)
      end
    end)

    it("says what is wrong with others, without repeating them", function()
      local faults = {
        [""] = "is empty",
        ["jane"] = "has no @",
        ["@example.com"] = "nothing before the @",
        ["jane@"] = "nothing after the @",
        [".jane@example.com"] = "begins or ends with a dot",
        ["jane.@example.com"] = "begins or ends with a dot",
        ["jane..doe@example.com"] = "two dots in a row",
        ["jane doe@example.com"] = "not allowed there without quotes",
        ["jane@doe@example.com"] = "not allowed there without quotes",
        ['"jane"doe@example.com'] = "not closed",
        ['"ja"ne"@example.com'] = "unescaped quote",
        ['"jane\\"@example.com'] = "unescaped quote",
        ["jane@example"] = "domain without a dot",
        ["jane@example..com"] = "empty label",
        ["jane@.example.com"] = "empty label",
        ["jane@example.com."] = "ends with a dot",
        ["jane@-example.com"] = "hyphen",
        ["jane@example-.com"] = "hyphen",
        ["jane@exa_mple.com"] = "character in its domain",
        ["jane@exa mple.com"] = "character in its domain",
        ["jane@192.0.2.1"] = "ends in a number",
        ["jane@[192.0.2.1]"] = "address literal",
        ["jane@example.com\r\nBcc: x@example.com"] = "line break",
        ["jane\0@example.com"] = "NUL",
        ["jane\1@example.com"] = "control characters",
        ["jane\255@example.com"] = "must be UTF-8",
        ["j\195\188rgen@example.com"] = "SMTPUTF8",
        [("l"):rep(65) .. "@example.com"] = "more than 64 octets",
        ["jane@" .. ("l"):rep(64) .. ".com"] = "label longer than 63",
        ["jane@" .. ("abcdefg."):rep(31) .. "museum"] = "longer than 253",
        ["jane@" .. ("abcdefg."):rep(40) .. "com"] = "longer than 320",
      }
      for email, expected in pairs(faults) do
        local reason = reason_of(address.validate(email))
        assert.truthy(reason:find(expected, 1, true), email .. ": " .. reason)
        if #email > 6 then assert.is_nil(reason:find(email, 1, true)) end
      end
      assert.equal("must be a string", reason_of(address.validate(nil)))
      assert.equal("must be a string", reason_of(address.validate({})))
    end)

    it("takes a local part beyond ASCII only where the caller can deliver to it", function()
      assert.is_nil((address.validate("j\195\188rgen@example.com")))
      assert.is_true(address.validate("j\195\188rgen@example.com", { smtputf8 = true }))
    end)
  end)

  describe("parse", function()
    it("reads an address with and without a name", function()
      assert.same({ email = "jane@example.com", local_part = "jane", domain = "example.com" },
        address.parse("jane@example.com"))
      assert.same({ name = "Jane Doe", email = "jane@example.com", local_part = "jane",
        domain = "example.com" }, address.parse("  Jane   Doe <jane@example.com> "))
      assert.is_nil(address.parse("<jane@example.com>").name)
    end)

    it("understands quotes, escapes, comments and encoded words", function()
      local names = {
        ['"Doe, Jane" <jane@example.com>'] = "Doe, Jane",
        ['"Jane \\"JD\\" Doe" <jane@example.com>'] = 'Jane "JD" Doe',
        ["John Q. Public <jane@example.com>"] = "John Q. Public",
        ["J\195\182rg <jane@example.com>"] = "J\195\182rg",
        ["=?UTF-8?Q?J=C3=B6rg_M=C3=BCller?= <jane@example.com>"] = "J\195\182rg M\195\188ller",
        ["=?iso-8859-1?Q?J=F6rg?= <jane@example.com>"] = "J\195\182rg",
        ["Jane (the boss) <jane@example.com> (sic)"] = "Jane",
        ["jane@example.com (Jane (J.) Doe)"] = "Jane (J.) Doe",
      }
      for text, name in pairs(names) do
        local mailbox = assert(address.parse(text))
        assert.equal(name, mailbox.name)
        assert.equal("jane@example.com", mailbox.email)
      end
      assert.equal('"a b"@example.com', address.parse('X <"a b"@example.com>').email)
    end)

    it("refuses what is ambiguous or broken, with the reason", function()
      local faults = {
        ["a@example.com, b@example.com"] = "more than one address",
        ["a@example.com,"] = "more than one address",
        ["Doe, Jane <jane@example.com>"] = "has no @",
        ["boss@bank.example <jane@example.com>"] = "needs quotes",
        ["Jane <jane@example.com"] = "not closed",
        ["Jane <ja ne@example.com>"] = "space",
        ["ja ne@example.com"] = "space",
        ['"Jane <jane@example.com>'] = "quote that is not closed",
        ["Jane (x <jane@example.com>"] = "comment that is not closed",
        ["Jane <jane@example.com> Doe"] = "text after the >",
        ["Jane <jane@example.com> <x@example.com>"] = "text after the >",
        ["Jane <<jane@example.com>>"] = "two <",
        ["Jane <>"] = "is empty",
        ["   "] = "is empty",
        ["Jane\r\nBcc: x@example.com <jane@example.com>"] = "line break",
      }
      for text, expected in pairs(faults) do
        local reason = reason_of(address.parse(text))
        assert.truthy(reason:find(expected, 1, true), text .. ": " .. reason)
      end
      assert.truthy(reason_of(address.parse(("x"):rep(999))):find("998", 1, true))
      assert.equal("must be a string", reason_of(address.parse(12)))
    end)

    it("reads lists, and names the faulty item by its place", function()
      local list = assert(address.parse_list('a@example.com, "Doe, Jane" <b@example.com>,, c@example.com,'))
      assert.equal(3, #list)
      assert.equal("Doe, Jane", list[2].name)
      assert.equal("c@example.com", list[3].email)
      assert.equal("address 2 has no @", reason_of(address.parse_list("a@example.com, b")))
      assert.truthy(reason_of(address.parse_list("Friends: a@example.com;")))
      assert.equal("is empty", reason_of(address.parse_list(" , ,")))
    end)
  end)

  describe("format", function()
    it("writes a name as bare, quoted or encoded text, as it needs", function()
      local function format(name)
        return assert(address.format { name = name, email = "jane@example.com" })
      end
      assert.equal("jane@example.com", format(nil))
      assert.equal("jane@example.com", format(""))
      assert.equal("Jane Doe <jane@example.com>", format("Jane Doe"))
      assert.equal('"Doe, Jane" <jane@example.com>', format("Doe, Jane"))
      assert.equal('"Jane \\"JD\\" \\\\ Doe" <jane@example.com>', format('Jane "JD" \\ Doe'))
      assert.equal('"Jane  Doe" <jane@example.com>', format("Jane  Doe"))
      assert.equal("=?UTF-8?Q?J=C3=B6rg_Schmidt?= <jane@example.com>", format("J\195\182rg Schmidt"))
      assert.truthy(format("\230\151\165\230\156\172\232\170\158"):find("^=%?UTF%-8%?B%?5pel5pys6Kqe%?= <"))
    end)

    it("never lets a name pass for an encoded word that it is not", function()
      local text = assert(address.format { name = "=?utf-8?Q?x?=", email = "jane@example.com" })
      assert.equal("=?utf-8?Q?x?=", address.parse(text).name)
    end)

    it("writes the domain in ASCII and takes text as parse does", function()
      assert.equal("jane@xn--mller-kva.example", address.format { email = "jane@M\195\188ller.example" })
      assert.equal("Jane <jane@example.com>", address.format("Jane <jane@EXAMPLE.com>"))
    end)

    it("knows what it has just written, and takes nothing else for it", function()
      local text = assert(address.format { name = "Zo\195\171", email = "zoe.known@EXAMPLE.com" })
      assert.is_true(address.is_written(text))
      assert.equal(text, address.format(text))
      assert.is_true(address.parse(text) ~= nil)
      for _, other in ipairs { text .. " ", "Zoe <zoe.known@EXAMPLE.com>", "", text .. ", b@example.com" } do
        assert.is_false(address.is_written(other))
      end
      -- With smtputf8 alone, so that another caller must still look.
      text = assert(address.format({ email = "j\195\188rgen.known@example.com" }, { smtputf8 = true }))
      assert.is_false(address.is_written(text))
      assert.truthy(reason_of(address.format(text)):find("SMTPUTF8", 1, true))
      -- Longer than any text that `parse` reads.
      text = assert(address.format { name = ("\195\171"):rep(400), email = "zoe.known@example.com" })
      assert.is_false(address.is_written(text))
    end)

    it("refuses line breaks, NUL, bad addresses and a local part that SES cannot deliver to", function()
      for _, name in ipairs { "a\rb", "a\nb", "a\r\nBcc: x@example.com", "a\0b", "a\1b", "a\255b" } do
        assert.truthy(reason_of(address.format { name = name, email = "jane@example.com" })
          :find("^has a display name that must"))
      end
      assert.truthy(reason_of(address.format { email = "j\195\188rgen@example.com" })
        :find("SMTPUTF8", 1, true))
      assert.equal("must be a string", reason_of(address.format { name = "x" }))
      assert.equal("has no @", reason_of(address.format("nobody")))
    end)
  end)

  describe("normalise", function()
    it("gives one key for the spellings of one address", function()
      local key = "jane.doe@xn--mller-kva.example"
      for _, email in ipairs {
        "jane.doe@m\195\188ller.example", "Jane.Doe@M\195\156LLER.example",
        " jane.doe@XN--MLLER-KVA.example\t",
        '"Jane.Doe"@m\195\188ller.example', '"jane\\.doe"@m\195\188ller.example',
      } do
        assert.equal(key, address.normalise(email))
      end
      assert.equal('"a b"@example.com', address.normalise('"A\\ B"@Example.com'))
      assert.are_not.equal(address.normalise("jane+a@example.com"), address.normalise("jane@example.com"))
      assert.equal("has no @", reason_of(address.normalise("jane")))
      assert.equal("is empty", reason_of(address.normalise("  ")))
    end)
  end)

  describe("mask", function()
    it("keeps the first character and the domain", function()
      assert.equal("j***@example.com", address.mask("jane@example.com"))
      assert.equal("j***@example.com", address.mask("Jane Doe <jane@example.com>"))
      assert.equal("\195\182***@example.com", address.mask("\195\182l@example.com"))
      assert.equal("***@example.com", address.mask('"jane"@example.com'))
    end)

    it("shows nothing more of what is no address, and no control character", function()
      assert.equal("n***", address.mask("nobody"))
      assert.equal("***", address.mask(""))
      assert.equal("***", address.mask(nil))
      assert.equal("550 <j***@example.com> and a***@b.example: no", address.mask_within(
        "550 <jane@example.com> and ann+x@b.example: no"))
      assert.equal("no address", address.mask_within "no address")
      assert.equal("j***@evil??x", address.mask("jane@evil\r\nx"))
      assert.equal("***@\239\191\189", address.mask("\255a@\255"))
    end)
  end)

  it("reads back every name that it writes", function()
    local pieces = {
      "a", "Z", "0", " ", " ", ".", ",", '"', "\\", "(", ")", "<", ">", "@", ":", ";", "=?", "?=", "_", "=",
      "\195\164", "\230\151\165", "\240\159\152\128", "'", "&", "\t",
    }
    for _ = 1, 500 do
      local name = {}
      for i = 1, math.random(1, 60) do name[i] = pieces[math.random(#pieces)] end
      name = table.concat(name)
      local text = assert(address.format { name = name, email = "jane@example.com" })
      assert.is_nil(text:find("[^ -~]"))
      for word in text:gmatch("=%?UTF%-8%S+") do assert.is_true(#word <= 75) end
      local expected = name:find("[^ \t]") and name or nil
      assert.equal(expected, assert(address.parse(text)).name)
    end
  end)

  it("answers any bytes with a value or a reason", function()
    for _ = 1, 2000 do
      local bytes = {}
      for i = 1, math.random(0, 40) do
        bytes[i] = math.random(3) == 1 and ('<>@",()\\:; .'):sub(math.random(12)):sub(1, 1)
          or string.char(math.random(0, 255))
      end
      bytes = table.concat(bytes)
      for _, call in ipairs { address.parse, address.parse_list, address.validate, address.normalise } do
        local value, reason = call(bytes)
        assert.truthy(value or type(reason) == "string")
      end
      assert.is_true(charset.is_utf8(address.mask(bytes)))
    end
  end)
end)
