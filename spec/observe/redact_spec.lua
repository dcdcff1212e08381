local core = require "ses.core"
local json = require "ses.model.json"
local redact = require "ses.observe.redact"

local function text(value) return redact.entry({ message = value }).message end

describe("ses.observe.redact", function()
  it("cuts addresses to their first three characters and the domain, wherever they stand", function()
    for given, shown in pairs {
      ["to ann.smith@example.com."] = "to ann***@example.com.", ["<ann@example.com>"] = "<an***@example.com>",
      ["a@example.com"] = "***@example.com", ["ab@example.com,x.y+z@b.example"] = "a***@example.com,x.y***@b.example",
      ['"ann smith"@example.com'] = '"***"@example.com', ["jörg.maier@example.com"] = "j***@example.com",
      ["ann.smith%40example.com"] = "ann***%40example.com", ["user/dep=x@example.com"] = "use***@example.com",
      ["no address @ all"] = "no address @ all",
    } do assert.equal(shown, text(given)) end
  end)

  it("takes for harmless only that in which nothing would be found", function()
    local PARTS = {
      "a", "Z", "7", "-", "_", ".", " ", ":", "@", "%40", "AKIA", "ASIA", "bearer", "Bearer ", "authorization", "=",
      "T", "x-amz-", "ann", "wJalrXUtnFEMI7K0", "EXAMPLEKEY", "://", "2026-02-28", '"', "/", "+", "café",
    }
    local random = require("ses.testing").random { seed = 7 }
    local harmless = 0
    for _ = 1, 20000 do
      local words = {}
      for i = 1, 1 + math.floor(random.uniform() * 6) do words[i] = PARTS[1 + math.floor(random.uniform() * #PARTS)] end
      local given = table.concat(words)
      if core.log_text.is_harmless(given) then
        harmless = harmless + 1
        -- Beside a letter that is not ASCII it is looked at in full.
        assert.equal("é " .. given, text("é " .. given))
        assert.equal(given, text(given))
      end
    end
    assert.is_true(harmless > 1000, harmless)
  end)

  it("shows of a URL neither its query nor who is named in it", function()
    for given, shown in pairs {
      ["https://h.example/a?X-Amz-Signature=0123&b=c"] = "https://h.example/a?[REDACTED]",
      ["at https://me:word@h.example:8443/v2/ann.smith%40example.com/x failed"] =
        "at https://h.example:8443/v2/ann***%40example.com/x failed",
      ["http://127.0.0.1:1/"] = "http://127.0.0.1:1/",
      ["http://h/a#b"] = "http://h/a?[REDACTED]",
    } do assert.equal(shown, text(given)) end
  end)

  it("shows no key, token or signature", function()
    for given, shown in pairs {
      ["key AKIAIOSFODNN7EXAMPLE is"] = "key [REDACTED] is",
      ["AWS4-HMAC-SHA256 Credential=AKID/2024, Signature=01"] = "[REDACTED]",
      ["Authorization: Basic Zm9v"] = "Authorization: [REDACTED]",
      ["x-amz-security-token:abc def"] = "x-amz-security-token:[REDACTED] def",
      ["is wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY it"] = "is [REDACTED] it",
      ["bearer abc"] = "bearer [REDACTED]",
      -- Nothing of a secret.
      ["m-0100018c1b2c3d4e-0123abcd-0000"] = "m-0100018c1b2c3d4e-0123abcd-0000",
      ["InvalidSignatureException"] = "InvalidSignatureException",
    } do assert.equal(shown, text(given)) end
  end)

  it("cuts a long text, and shows nothing of a word that it had to cut", function()
    assert.equal(500 + #"…", #text(("a "):rep(5000)))
    assert.equal("", text(("a"):rep(5000) .. "@example.com"))
  end)

  it("shows the values of headers that are known alone", function()
    local shown = redact.entry {
      request_headers = { { "Authorization", "AWS4" }, { "X-Amz-Date", "20240101T000000Z" }, { "X-Word", "word" } },
      response_headers = { ["x-amzn-requestid"] = "r-1", ["set-cookie"] = "word", ["x-amzn-errortype"] = "a word" },
    }
    assert.same({ authorization = "[REDACTED]", ["x-amz-date"] = "20240101T000000Z", ["x-word"] = "[REDACTED]" },
      shown.request_headers)
    assert.same({ ["x-amzn-requestid"] = "r-1", ["set-cookie"] = "[REDACTED]", ["x-amzn-errortype"] = "[REDACTED]" },
      shown.response_headers)
  end)

  it("shows the shape of a body, without a key or a value that is the user's", function()
    local shown = redact.entry { request_body = {
      Content = { Simple = { Subject = { Data = "word" } } }, ToAddresses = { "ann@example.com", "b@example.com" },
      Map = { ["ann@example.com"] = 1 }, Flag = true, Empty = {},
    } }
    assert.equal("{Content={Simple={Subject={Data=string(4)}}},Empty={},Flag=boolean,Map={(name)=number},"
      .. "ToAddresses=list(2) of string(15)}", shown.request_body)
    local deep = {}
    deep.Again = deep
    assert.matches("…", redact.entry({ request_body = deep }).request_body)
  end)

  it("takes no time to speak of for any text", function()
    local from = os.clock()
    for _, given in ipairs { ("a"):rep(1e6), ("a"):rep(1e6) .. "@", ("aB1"):rep(1e6), ("a@"):rep(1e6), ("%40"):rep(1e6),
      ("a"):rep(1000) .. "://x", ('"'):rep(1e6), ("a"):rep(1000) .. "@", ("a"):rep(1000) } do text(given) end
    assert.is_true(os.clock() - from < 1)
  end)

  it("lets no other field pass, and no value of another type", function()
    assert.same({ operation = "SendEmail" }, redact.entry {
      operation = "SendEmail", body = "word", password = "word", status = "word", message = { "word" },
      duration_ms = 0 / 0,
    })
  end)

  it("makes well-formed UTF-8 of whatever it is given", function()
    assert.equal("a\239\191\189b", text "a\255b")
    assert.truthy(json.encode(redact.entry { message = "\0\255\n", identity = ("\200"):rep(600) }))
  end)
end)
