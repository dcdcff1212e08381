local cjson = require "cjson"
local core = require "ses.core"
local signing_suite = require "spec.support.signing_suite"

local SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
local TOKEN = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22w=="
local NOW = 1440938160 -- 2015-08-30T12:36:00Z

-- A fresh table of options, changed by `changes`.
local function options(changes)
  local result = {
    method = "POST", path = "/v2/email/outbound-emails", query = "", body = "{}",
    headers = { { "Host", "email.eu-west-1.amazonaws.com" }, { "Content-Type", "application/json" } },
    region = "eu-west-1", service = "ses", time = NOW,
    access_key_id = "AKIDEXAMPLE", secret_access_key = SECRET,
  }
  for name, value in pairs(changes or {}) do result[name] = value end
  return result
end

-- What a server sees of a request that was signed with `signed`, and the key that it knows.
local function received(signed, changes)
  local result = core.sigv4.sign(signed)
  local seen = options(signed)
  seen.headers, seen.query, seen.presign = result.headers, result.query or signed.query, nil
  for name, value in pairs(changes or {}) do seen[name] = value end
  return seen, result
end

local function header(list, name)
  local found
  for _, pair in ipairs(list) do
    if pair[1]:lower() == name:lower() then
      assert.is_nil(found, name .. " is there twice")
      found = pair[2]
    end
  end
  return found
end

describe("ses.core.sigv4.sign", function()
  it("signs the example of AWS's IAM guide", function()
    local result = core.sigv4.sign {
      method = "GET", path = "/", query = "Action=ListUsers&Version=2010-05-08",
      headers = {
        { "Content-Type", "application/x-www-form-urlencoded; charset=utf-8" },
        { "Host", "iam.amazonaws.com" },
      },
      region = "us-east-1", service = "iam", time = NOW,
      access_key_id = "AKIDEXAMPLE", secret_access_key = SECRET,
    }
    assert.equal("5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7", result.signature)
    assert.equal("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
      .. "SignedHeaders=content-type;host;x-amz-date, Signature=" .. result.signature, result.authorization)
    assert.equal("AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n"
      .. core.digest.sha256(result.canonical_request), result.string_to_sign)
  end)

  it("signs the examples of AWS's S3 reference", function()
    local examples = {
      { "/test.txt", "", true, "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41" },
      { "/", "lifecycle", false, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543" },
      { "/", "max-keys=2&prefix=J", false, "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7" },
    }
    for _, example in ipairs(examples) do
      local result = core.sigv4.sign {
        method = "GET", path = example[1], query = example[2],
        headers = { { "Host", "examplebucket.s3.amazonaws.com" }, example[3] and { "Range", "bytes=0-9" } or nil },
        region = "us-east-1", service = "s3", time = 1369353600, sign_body = true, normalize_path = false,
        access_key_id = "AKIAIOSFODNN7EXAMPLE", secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
      }
      assert.equal(example[4], result.signature)
    end
  end)

  it("presigns get-vanilla of AWS's suite", function()
    local result = core.sigv4.sign(options {
      method = "GET", path = "/", body = "", headers = { { "Host", "example.amazonaws.com" } },
      region = "us-east-1", service = "service", presign = true,
    })
    assert.equal("e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d", result.signature)
    assert.equal("X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice"
      .. "%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature="
      .. result.signature, result.query)
    assert.is_nil(result.authorization)
    assert.same({ { "Host", "example.amazonaws.com" } }, result.headers)
  end)

  it("gives all headers to send, its own in place of old ones", function()
    local result = core.sigv4.sign(options {
      session_token = TOKEN, sign_body = true,
      headers = {
        { "host", "h" }, { "authorization", "old" }, { "x-amz-date", "old" }, { "X-AMZ-SECURITY-TOKEN", "old" },
        { "x-amz-content-sha256", "old" }, { "User-Agent", "me" },
      },
    })
    assert.equal(6, #result.headers)
    assert.equal("h", header(result.headers, "Host"))
    assert.equal("me", header(result.headers, "User-Agent"))
    assert.equal("20150830T123600Z", header(result.headers, "X-Amz-Date"))
    assert.equal(TOKEN, header(result.headers, "X-Amz-Security-Token"))
    assert.equal(core.digest.sha256("{}"), header(result.headers, "X-Amz-Content-Sha256"))
    assert.equal(result.authorization, header(result.headers, "Authorization"))
    assert.matches("SignedHeaders=host;x%-amz%-content%-sha256;x%-amz%-date;x%-amz%-security%-token,",
      result.authorization)
  end)

  it("encodes a path once more than it is on the wire, and a query just once", function()
    local result = core.sigv4.sign(options { path = "/a%20b//c/../d\195\188/", query = "z=%7e&a=x%2fy&a=+&b&=c&&a" })
    local path, query = result.canonical_request:match("^POST\n(.-)\n(.-)\n")
    assert.equal("/a%2520b/d%C3%BC/", path)
    assert.equal("=c&a=&a=%2B&a=x%2Fy&b=&z=~", query)
  end)

  it("takes fractions of a second for the second they are in", function()
    assert.equal(core.sigv4.sign(options()).signature, core.sigv4.sign(options { time = NOW + 0.9 }).signature)
  end)

  it("takes a folded value for one line, and gives it to be sent so", function()
    local folded = core.sigv4.sign(options { headers = { { "Host", "h" }, { "A", "b\r\n  c\n\td" } } })
    assert.equal(core.sigv4.sign(options { headers = { { "Host", "h" }, { "A", "b c d" } } }).signature,
      folded.signature)
    assert.equal("b    c \td", header(folded.headers, "A"))
  end)

  it("answers what is wrong, by field, and with no secret", function()
    local bad = {
      method = { "", "A B" }, path = { "a/b" }, region = { "", "a/b", "eu west", "eu\n" }, service = { "", "s\0" },
      access_key_id = { "", "AK ID", "A/B" }, secret_access_key = { "" }, session_token = { "a b", "a\r\nb: c" },
      time = { -1, 2 ^ 53, 1 / 0, 0 / 0 },
      headers = { {}, { { "A", "b" } }, { { "Host", "a" }, { "host", "b" } }, { { "Host", "h" }, { "A:", "b" } },
        { { "Host", "h" }, { "A", "b\nC: d" } }, { { "Host", "h" }, { "A", "b\r\nC: d" } },
        { { "Host", "h" }, { "A", "b\r c" } }, { { "Host", "h" }, { "A", "b\n" } },
        { { "Host", "h" }, { "A", "b\n\n c" } } },
    }
    for field, values in pairs(bad) do
      for _, value in ipairs(values) do
        local result, failure = core.sigv4.sign(options { [field] = value })
        assert.is_nil(result)
        assert.equal(field, failure.field)
        assert.is_truthy(failure.status == "invalid" or failure.status == "range")
        assert.is_nil(failure.message:find(SECRET, 1, true))
      end
    end
    for _, expires in ipairs { 0, -1, 604801, 1 / 0 } do
      local _, failure = core.sigv4.sign(options { presign = true, expires = expires })
      assert.equal("expires", failure.field)
    end
  end)

  it("raises for what is of the wrong type", function()
    assert.has_error(function() core.sigv4.sign() end)
    assert.has_error(function() core.sigv4.sign(options { headers = "Host: h" }) end)
    assert.has_error(function() core.sigv4.sign(options { headers = { { "Host", 1 } } }) end)
    assert.has_error(function() core.sigv4.sign(options { headers = { "Host" } }) end)
    assert.has_error(function() core.sigv4.sign(options { body = {} }) end)
    assert.has_error(function() core.sigv4.sign(options { time = "now" }) end)
  end)
end)

describe("AWS's suite for Signature Version 4", function()
  local cases = signing_suite.cases "sigv4-suite.json"
  if not cases then pending("is not beside this checkout") end

  for _, each in ipairs(cases or {}) do
    it(each.name, function()
      local case, signed = each.case, each.options
      assert.equal("2015-08-30T12:36:00Z", case.context.timestamp)
      signed.region, signed.time = case.context.region, NOW
      local seen, result = received(signed)
      local expected = case[each.form]
      assert.equal(expected.canonical_request, result.canonical_request)
      assert.equal(expected.string_to_sign, result.string_to_sign)
      assert.equal(expected.signature, result.signature)
      assert.is_true(core.sigv4.verify(seen))
    end)
  end
end)

describe("ses.core.sigv4.verify", function()
  it("says who signed, when and for what", function()
    local ok, claim = core.sigv4.verify((received(options())))
    assert.is_true(ok)
    assert.same({
      access_key_id = "AKIDEXAMPLE", date = "20150830", region = "eu-west-1", service = "ses", time = NOW,
      presigned = false,
    }, claim)
    ok, claim = core.sigv4.verify((received(options { presign = true, session_token = TOKEN, query = "a=b" })))
    assert.is_true(ok)
    assert.is_true(claim.presigned)
  end)

  it("asks a function for the secret of a key", function()
    local asked
    local seen = received(options { session_token = TOKEN },
      { access_key_id = false, secret_access_key = false, session_token = false })
    seen.access_key_id, seen.secret_access_key, seen.session_token = nil, nil, nil
    seen.lookup = function(id)
      asked = id
      return SECRET, TOKEN
    end
    assert.is_true(core.sigv4.verify(seen))
    assert.equal("AKIDEXAMPLE", asked)
    seen.lookup = function()
      return (assert(core.credentials.static {
        access_key_id = "AKIDEXAMPLE", secret_access_key = SECRET, session_token = TOKEN,
      }))
    end
    assert.is_true(core.sigv4.verify(seen))
    seen.lookup = function() return nil end
    local ok, failure = core.sigv4.verify(seen)
    assert.is_nil(ok)
    assert.equal("not_found", failure.status)
    seen.lookup = function() error("no database") end
    assert.has_error(function() core.sigv4.verify(seen) end)
    seen.lookup = function() return 42 end
    assert.has_error(function() core.sigv4.verify(seen) end)
  end)

  it("bears a lookup that takes its options apart", function()
    local seen = received(options())
    seen.lookup = function()
      seen.headers, seen.body, seen.path = { { "Host", "h" } }, nil, nil
      collectgarbage()
      return SECRET
    end
    local ok, failure = core.sigv4.verify(seen)
    assert.is_nil(ok)
    assert.equal("signature", failure.status)
  end)

  it("does not know another key", function()
    local _, failure = core.sigv4.verify((received(options(), { access_key_id = "AKIDOTHER" })))
    assert.equal("not_found", failure.status)
    assert.equal("access_key_id", failure.field)
  end)

  it("refuses a changed request and shows what it made of it", function()
    local changes = {
      method = "PUT", path = "/v2/email/outbound-email", query = "a=b", body = "{ }", secret_access_key = "other",
    }
    for name, value in pairs(changes) do
      local seen, result = received(options(), { [name] = value })
      local ok, failure = core.sigv4.verify(seen)
      assert.is_nil(ok, name)
      assert.equal("signature", failure.status)
      assert.equal(name == "secret_access_key", failure.canonical_request == result.canonical_request)
      assert.equal("AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/eu-west-1/ses/aws4_request\n"
        .. core.digest.sha256(failure.canonical_request), failure.string_to_sign)
    end
  end)

  it("tells nothing that would help to forge", function()
    for _, presign in ipairs { false, true } do
      local seen = received(options { session_token = TOKEN, presign = presign }, { body = "[]" })
      local right = core.sigv4.sign(options { session_token = TOKEN, presign = presign, body = "[]" })
      local _, failure = core.sigv4.verify(seen)
      assert.equal("signature", failure.status)
      local told = cjson.encode(failure)
      for _, secret in ipairs { SECRET, "AQoDYXdzEPT", right.signature } do
        assert.is_nil(told:find(secret, 1, true))
      end
      assert.is_truthy(failure.canonical_request:find("REDACTED", 1, true))
    end
  end)

  it("refuses what is too old, too new or of another day", function()
    for _, shift in ipairs { -300, 300 } do
      assert.is_true(core.sigv4.verify((received(options(), { time = NOW + shift }))))
    end
    for _, shift in ipairs { -301, 301, 86400 } do
      local _, failure = core.sigv4.verify((received(options(), { time = NOW + shift })))
      assert.equal("expired", failure.status)
      assert.equal("X-Amz-Date", failure.field)
    end
    local _, failure = core.sigv4.verify((received(options(), { time = NOW + 400 })))
    assert.equal("20150830T123600Z is earlier than 20150830T123740Z", failure.message)
    assert.is_true(core.sigv4.verify((received(options(), { time = NOW + 900, max_skew = 900 }))))
    _, failure = core.sigv4.verify((received(options { presign = true, expires = 10 }, { time = NOW + 11 })))
    assert.equal("expired", failure.status)
  end)

  it("refuses another region, service or session token", function()
    for name, value in pairs { region = "us-east-1", service = "s3", session_token = TOKEN } do
      local _, failure = core.sigv4.verify((received(options(), { [name] = value })))
      assert.equal("signature", failure.status)
      assert.is_truthy(failure.field)
    end
    local seen = received(options())
    seen.region, seen.service = nil, nil
    assert.is_true(core.sigv4.verify(seen))
  end)

  it("names what it cannot read", function()
    local seen = received(options())
    seen.headers = options().headers
    local _, failure = core.sigv4.verify(seen)
    assert.same({ status = "parse", field = "authorization", message = "is missing" }, failure)
    local credential = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-west-1/ses/aws4_request, "
    for _, value in ipairs {
      "", "Basic YTpi", "AWS4-HMAC-SHA256", credential .. "SignedHeaders=host;x-amz-date, Signature=00",
      credential .. "SignedHeaders=host;x-amz-date", "AWS4-ECDSA-P384-SHA384 Credential=a",
    } do
      seen.headers = { { "Host", "h" }, { "X-Amz-Date", "20150830T123600Z" }, { "Authorization", value } }
      _, failure = core.sigv4.verify(seen)
      assert.equal("parse", failure.status)
      assert.equal("authorization", failure.field)
    end
  end)

  it("holds for any request, and for no other", function()
    local function bytes(length)
      local out = {}
      for i = 1, math.random(0, length) do out[i] = string.char(math.random(0, 255)) end
      return table.concat(out)
    end
    for _ = 1, 300 do
      local signed = options {
        path = "/" .. bytes(20), query = bytes(30), body = bytes(2000), presign = math.random() < 0.5,
        session_token = math.random() < 0.5 and TOKEN or nil,
      }
      table.insert(signed.headers, { "X-Any", (bytes(30):gsub("[\r\n%z]", "")) })
      local seen = received(signed)
      assert.is_true(core.sigv4.verify(seen))
      seen.body = seen.body .. "\0"
      assert.is_nil((core.sigv4.verify(seen)))
    end
  end)
end)
