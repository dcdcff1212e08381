local core = require "ses.core"
local signing_suite = require "spec.support.signing_suite"

local SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
local TOKEN = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22w=="
local NOW = 1440938160 -- 2015-08-30T12:36:00Z

local function options(changes)
  local result = {
    method = "POST", path = "/v2/email/outbound-emails", query = "", body = "{}",
    headers = { { "Host", "abc.endpoints.email.amazonaws.com" }, { "Content-Type", "application/json" } },
    region_set = "*", service = "ses", time = NOW, access_key_id = "AKIDEXAMPLE", secret_access_key = SECRET,
  }
  for name, value in pairs(changes or {}) do result[name] = value end
  return result
end

-- What a server sees of a request that was signed with `signed`, and the key that it knows.
local function received(signed, changes)
  local result = assert(core.sigv4.sign(signed))
  local seen = options(signed)
  seen.headers, seen.query, seen.presign, seen.region_set = result.headers, result.query or signed.query, nil, nil
  for name, value in pairs(changes or {}) do seen[name] = value end
  return seen, result
end

local function unhex(text)
  return (text:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end))
end

local function replace(headers, name, value)
  local list = {}
  for _, pair in ipairs(headers) do
    if pair[1]:lower() ~= name then list[#list + 1] = pair end
  end
  if value then list[#list + 1] = { name, value } end
  return list
end

describe("AWS's suite for Signature Version 4A", function()
  local cases = signing_suite.cases "sigv4a-suite.json"
  if not cases then pending("is not beside this checkout") end

  for _, each in ipairs(cases or {}) do
    it(each.name, function()
      local case, signed = each.case, each.options
      -- One case tells no more than its request.
      local expected = case[each.form] or {}
      signed.region_set, signed.time = case.context.region, NOW
      local seen, result = received(signed)
      assert.is_true(core.sigv4.verify(seen))
      if not expected.signature then
        assert.equal("get-vanilla-query-order-key", case.name)
        assert.matches("\nParam1=Value1&Param1=value2&?", result.canonical_request)
        return
      end
      assert.equal(expected.canonical_request, result.canonical_request)
      assert.equal(expected.string_to_sign, result.string_to_sign)
      local key = core.sigv4a.public_key(signed.access_key_id, signed.secret_access_key)
      assert.equal(unhex(case.public_key.X .. case.public_key.Y), key)
      assert.is_true(core.sigv4a.check(key, expected.string_to_sign, expected.signature))
      assert.is_true(core.sigv4a.check(key, expected.string_to_sign, expected.signed_request:match("Signature=(%x+)")))
      assert.is_true(core.sigv4a.check(key, expected.string_to_sign, result.signature))
    end)
  end
end)

describe("ses.core.sigv4.sign with a region set", function()
  it("adds the set as a signed header, in place of an old one", function()
    local given = options()
    given.headers = replace(given.headers, "x-amz-region-set", "old")
    local result = core.sigv4.sign(options { headers = given.headers, session_token = TOKEN, sign_body = true })
    local sets = {}
    for _, pair in ipairs(result.headers) do
      if pair[1]:lower() == "x-amz-region-set" then sets[#sets + 1] = pair[2] end
    end
    assert.same({ "*" }, sets)
    assert.matches("^AWS4%-ECDSA%-P256%-SHA256 Credential=AKIDEXAMPLE/20150830/ses/aws4_request, SignedHeaders="
      .. "content%-type;host;x%-amz%-content%-sha256;x%-amz%-date;x%-amz%-region%-set;x%-amz%-security%-token, "
      .. "Signature=30%x+$", result.authorization)
    assert.matches("\nx%-amz%-region%-set:%*\n", result.canonical_request)
  end)

  it("gives one signature to one request", function()
    assert.equal(core.sigv4.sign(options()).signature, core.sigv4.sign(options()).signature)
    assert.not_equal(core.sigv4.sign(options()).signature, core.sigv4.sign(options { body = "" }).signature)
  end)

  it("presigns with the set as a parameter, whatever signature was there before", function()
    local before = core.sigv4.sign(options { region_set = "us-east-1", presign = true }).query
    local after = core.sigv4.sign(options { query = before, presign = true, session_token = TOKEN }).query
    assert.equal(1, select(2, after:gsub("X%-Amz%-Region%-Set=%%2A", "")))
    assert.is_nil(after:find("us-east-1", 1, true))
    local plain = core.sigv4.sign(options { query = before, presign = true, region = "eu-west-1",
      headers = options().headers })
    assert.is_truthy(plain.query:find("ECDSA", 1, true))
  end)

  it("names an unfit set, and shows no secret", function()
    for _, set in ipairs { "", ",", "a,", "a b", "a/b", "a=b", "a\nb" } do
      local result, failure = core.sigv4.sign(options { region_set = set })
      assert.is_nil(result)
      assert.same({ "invalid", "region_set" }, { failure.status, failure.field })
      assert.is_nil(failure.message:find(SECRET, 1, true))
    end
  end)
end)

describe("ses.core.sigv4.verify of a region set", function()
  it("says who signed, when and for what", function()
    local ok, claim = core.sigv4.verify((received(options { region_set = "eu-west-1,us-*" })))
    assert.is_true(ok)
    assert.same({
      access_key_id = "AKIDEXAMPLE", date = "20150830", region_set = "eu-west-1,us-*", service = "ses", time = NOW,
      presigned = false,
    }, claim)
    ok, claim = core.sigv4.verify((received(options { presign = true, session_token = TOKEN, query = "a=b" })))
    assert.is_true(ok)
    assert.is_true(claim.presigned)
    assert.equal("*", claim.region_set)
  end)

  it("takes the regions of the set and no others", function()
    for region, covered in pairs { ["eu-west-1"] = true, ["us-gov-east-1"] = true, ["eu-west-2"] = false } do
      local ok = core.sigv4.verify((received(options { region_set = "eu-west-1,us-*" }, { region = region })))
      assert.equal(covered, ok == true, region)
    end
  end)

  it("refuses whatever was changed", function()
    for name, value in pairs {
      method = "PUT", path = "/v2/email", body = "", query = "a=b", secret_access_key = "other",
      access_key_id = "AKIDOTHER", session_token = TOKEN,
    } do
      local seen = received(options(), { [name] = value })
      assert.is_nil((core.sigv4.verify(seen)), name)
    end
    local seen = received(options { region_set = "eu-west-1" })
    seen.headers = replace(seen.headers, "x-amz-region-set", "*")
    local _, failure = core.sigv4.verify(seen)
    assert.equal("signature", failure.status)
    assert.matches("\nx%-amz%-region%-set:%*\n", failure.canonical_request)
  end)

  it("asks for the set, signed and once", function()
    local seen = received(options())
    for _, headers in ipairs {
      replace(seen.headers, "x-amz-region-set"), replace(seen.headers, "x-amz-region-set", ""),
    } do
      local _, failure = core.sigv4.verify(options { headers = headers })
      assert.same({ "parse", "x-amz-region-set" }, { failure.status, failure.field })
    end
    local twice = replace(seen.headers, "none")
    twice[#twice + 1] = { "X-Amz-Region-Set", "*" }
    local _, failure = core.sigv4.verify(options { headers = twice })
    assert.equal("x-amz-region-set", failure.field)
    local unsigned = {}
    for i, pair in ipairs(seen.headers) do
      unsigned[i] = { pair[1], (pair[2]:gsub(";x%-amz%-region%-set", "")) }
    end
    _, failure = core.sigv4.verify(options { headers = unsigned })
    assert.same({ "x-amz-region-set", "must be a signed header" }, { failure.field, failure.message })
    local presigned = received(options { presign = true })
    presigned.query = presigned.query:gsub("&X%-Amz%-Region%-Set=[^&]*", "")
    _, failure = core.sigv4.verify(presigned)
    assert.same({ "X-Amz-Region-Set", "is missing" }, { failure.field, failure.message })
  end)

  it("takes no other algorithm's signature for its own", function()
    local seen = received(options())
    local one = core.sigv4.sign(options { headers = seen.headers })
    for _, change in ipairs {
      { "AWS4%-ECDSA%-P256%-SHA256", "AWS4-HMAC-SHA256" }, { "Signature=%x+", "Signature=" .. ("0"):rep(64) },
    } do
      local headers = {}
      for i, pair in ipairs(one.headers) do headers[i] = { pair[1], (pair[2]:gsub(change[1], change[2])) } end
      assert.is_nil((core.sigv4.verify(options { headers = headers })))
    end
  end)

  it("holds for any request, and for no other", function()
    local function bytes(length)
      local out = {}
      for i = 1, math.random(0, length) do out[i] = string.char(math.random(0, 255)) end
      return table.concat(out)
    end
    for _ = 1, 100 do
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

describe("ses.core.sigv4a", function()
  it("checks signatures and refuses what is none", function()
    local key = core.sigv4a.public_key("AKIDEXAMPLE", SECRET)
    local result = core.sigv4.sign(options())
    assert.is_true(core.sigv4a.check(key, result.string_to_sign, result.signature))
    assert.is_true(core.sigv4a.check(key, result.string_to_sign, result.signature:upper()))
    for _, signature in ipairs {
      "", "3", "zz", result.signature .. "00", result.signature:sub(1, -3), ("0"):rep(200),
    } do
      assert.is_false(core.sigv4a.check(key, result.string_to_sign, signature))
    end
    assert.is_false(core.sigv4a.check(("\0"):rep(64), result.string_to_sign, result.signature))
    assert.is_false(core.sigv4a.check(core.sigv4a.public_key("AKIDOTHER", SECRET), result.string_to_sign,
      result.signature))
    assert.has_error(function() core.sigv4a.check("short", "", "") end)
    assert.has_error(function() core.sigv4a.public_key("AKIDEXAMPLE") end)
  end)

  it("knows which regions a set covers", function()
    assert.is_true(core.sigv4a.covers("*", "eu-west-1"))
    assert.is_true(core.sigv4a.covers("us-east-1,eu-*", "eu-west-1"))
    assert.is_false(core.sigv4a.covers("us-east-1", "eu-west-1"))
  end)
end)

describe("a signer given a region set", function()
  local function request()
    local made = assert(core.http.request("POST", "https://abc.endpoints.email.amazonaws.com/v2/email/outbound-emails"))
    assert(made:set_body("{}"))
    return made
  end

  local function credentials(id, secret, token)
    return (assert(core.credentials.static {
      access_key_id = id, secret_access_key = secret, session_token = token,
    }))
  end

  local function verified(made, id, secret, token)
    return core.sigv4.verify {
      request = made, time = NOW, access_key_id = id, secret_access_key = secret, session_token = token,
    }
  end

  it("signs so that verify agrees, and again for a region alone", function()
    local signer, made = core.sigv4.signer(), request()
    local key = credentials("AKIDEXAMPLE", SECRET, "TOKEN")
    for _ = 1, 2 do
      assert.is_true(signer:sign(made, key, { region_set = "*", region = "eu-west-1", time = NOW }))
      assert.equal("*", made:header("X-Amz-Region-Set"))
      assert.equal("[REDACTED]", made:header("Authorization"))
      assert.equal(4, #made:headers())
      local ok, claim = verified(made, "AKIDEXAMPLE", SECRET, "TOKEN")
      assert.is_true(ok)
      assert.equal("*", claim.region_set)
    end
    assert.is_true(signer:sign(made, key, { region = "eu-west-1", time = NOW }))
    assert.is_nil(made:header("X-Amz-Region-Set"))
    local _, claim = verified(made, "AKIDEXAMPLE", SECRET, "TOKEN")
    assert.equal("eu-west-1", claim.region)
    assert.equal("ses.signer (2 keys)", tostring(signer))
  end)

  it("keeps a key an access key, for any day, set and service", function()
    local signer, made = core.sigv4.signer(), request()
    for i = 1, 5 do
      assert.is_true(signer:sign(made, credentials("AKIDEXAMPLE", SECRET),
        { region_set = "region-" .. i, service = "service" .. i, time = NOW + i * 86400 }))
    end
    assert.equal("ses.signer (1 keys)", tostring(signer))
    for _, pair in ipairs { { "AKIDEXAMPLE", "other" }, { "AKIDOTHER", SECRET }, { "AKIDEXAMPLE", SECRET } } do
      assert.is_true(signer:sign(made, credentials(pair[1], pair[2]), { region_set = "*", time = NOW }))
      assert.is_true(verified(made, pair[1], pair[2]))
    end
    assert.equal("ses.signer (3 keys)", tostring(signer))
  end)

  it("answers a failure that names the set, and leaves no signature", function()
    local signer, made = core.sigv4.signer(), request()
    assert.is_true(signer:sign(made, credentials("AKIDEXAMPLE", SECRET), { region_set = "*", time = NOW }))
    local ok, failure = signer:sign(made, credentials("AKIDEXAMPLE", SECRET), { region_set = "a b", time = NOW })
    assert.is_nil(ok)
    assert.equal("region_set", failure.field)
    assert.same({}, made:headers())
  end)
end)
