local dns = require "ses.dns"

-- What a reader of the presentation format makes of quoted strings.
local function read_strings(text)
  local out, at = {}, 1
  while at <= #text do
    local from = assert(text:match('^%s*"()', at), "a string is expected at " .. at)
    local bytes = {}
    at = from
    while text:sub(at, at) ~= '"' do
      local code = text:match("^\\(%d%d%d)", at)
      if code then
        bytes[#bytes + 1], at = string.char(tonumber(code)), at + 4
      elseif text:sub(at, at) == "\\" then
        bytes[#bytes + 1], at = text:sub(at + 1, at + 1), at + 2
      else
        bytes[#bytes + 1], at = text:sub(at, at), at + 1
      end
    end
    out[#out + 1] = table.concat(bytes)
    at = at + 1
  end
  return out
end

describe("ses.dns", function()
  it("writes records with absolute names", function()
    assert.equal([[
a._domainkey.example.com. 3600 IN CNAME a.dkim.amazonses.com.
mail.example.com. 300 IN MX 10 feedback-smtp.eu-west-1.amazonses.com.
_dmarc.example.com. 3600 IN TXT "v=DMARC1; p=none;"
]], dns.zone {
      { type = "CNAME", name = "a._domainkey.example.com", value = "a.dkim.amazonses.com", ttl = 3600 },
      { type = "MX", name = "mail.example.com.", value = "feedback-smtp.eu-west-1.amazonses.com", ttl = 300,
        priority = 10 },
      { type = "TXT", name = "_dmarc.example.com", value = "v=DMARC1; p=none;", ttl = 3600 },
    })
  end)

  it("makes a comment of a record whose value is not known", function()
    assert.equal("; s._domainkey.example.com. TXT: ask for it\n", dns.zone {
      { type = "TXT", name = "s._domainkey.example.com", ttl = 1, missing = "ask for it" },
    })
  end)

  it("splits a text into strings of 255 octets, which give the text again", function()
    for _, size in ipairs { 0, 1, 254, 255, 256, 410, 511, 1000 } do
      local bytes = {}
      for i = 1, size do bytes[i] = string.char(math.random(0, 255)) end
      local text = table.concat(bytes)
      local strings = read_strings(dns.txt(text))
      assert.equal(math.max(1, math.ceil(size / 255)), #strings)
      for _, piece in ipairs(strings) do assert.is_true(#piece <= 255) end
      assert.equal(text, table.concat(strings))
    end
  end)

  it("lets no value break out of its line", function()
    local text = dns.zone {
      { type = "TXT", name = "a b.example.com", value = 'x"\n; \\', ttl = 1 },
      { type = "CNAME", name = "a", value = "b\nc IN A 1.2.3.4", ttl = 1 },
    }
    assert.equal('a\\032b.example.com. 1 IN TXT "x\\"\\010; \\\\"\n'
      .. "a. 1 IN CNAME b\\010c\\032IN\\032A\\0321.2.3.4.\n", text)
  end)

  it("raises for a type that it does not know", function()
    assert.has_error(function() dns.zone { { type = "A", name = "a", value = "1.2.3.4", ttl = 1 } } end)
  end)
end)
