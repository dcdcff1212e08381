local core = require "ses.core"

local SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
local NOW = 1440938160

local function credentials(fields)
  fields = fields or {}
  return (assert(core.credentials.static {
    access_key_id = fields.id or "AKIDEXAMPLE", secret_access_key = fields.secret or SECRET,
    session_token = fields.token,
  }))
end

local function request(url)
  local made = assert(core.http.request("POST", url or "https://email.eu-west-1.amazonaws.com/v2/email/account?a=b"))
  assert(made:add_header("Content-Type", "application/json"))
  assert(made:set_body("{}"))
  return made
end

local function verified(made, changes)
  local seen = { request = made, time = NOW, access_key_id = "AKIDEXAMPLE", secret_access_key = SECRET }
  for name, value in pairs(changes or {}) do seen[name] = value end
  return core.sigv4.verify(seen)
end

describe("ses.core.sigv4.signer", function()
  it("signs a request so that verify agrees", function()
    local signer, made = core.sigv4.signer(), request()
    assert.is_true(signer:sign(made, credentials(), { region = "eu-west-1", time = NOW }))
    local ok, claim = verified(made)
    assert.is_true(ok)
    assert.equal("ses", claim.service)
    assert.equal("eu-west-1", claim.region)
    assert.equal("20150830T123600Z", made:header("X-Amz-Date"))
    assert.is_nil((verified(made, { secret_access_key = "other" })))
  end)

  it("shows neither the signature nor the session token", function()
    local signer, made = core.sigv4.signer(), request()
    assert.is_true(signer:sign(made, credentials { token = "TOKEN" }, { region = "eu-west-1", time = NOW }))
    assert.equal("[REDACTED]", made:header("Authorization"))
    assert.equal("[REDACTED]", made:header("X-Amz-Security-Token"))
    assert.is_true(verified(made, { session_token = "TOKEN" }))
  end)

  it("signs again in place of before", function()
    local signer, made = core.sigv4.signer(), request()
    assert.is_true(signer:sign(made, credentials { token = "TOKEN" }, { region = "eu-west-1", time = NOW - 9999 }))
    assert.is_true(signer:sign(made, credentials(), { region = "eu-west-1", time = NOW }))
    assert.equal(3, #made:headers())
    assert.is_nil(made:header("X-Amz-Security-Token"))
    assert.is_true(verified(made))
  end)

  it("signs the host as it is sent, without a port that goes without saying", function()
    local signer = core.sigv4.signer()
    for url, host in pairs {
      ["https://h.example:443/"] = "h.example", ["http://h.example:80/"] = "h.example",
      ["http://h.example:443/"] = "h.example:443", ["http://127.0.0.1:8080"] = "127.0.0.1:8080",
    } do
      local made = request(url)
      assert.is_true(signer:sign(made, credentials(), { region = "eu-west-1", time = NOW }))
      local _, failure = verified(made, { secret_access_key = "other" })
      assert.equal(host, failure.canonical_request:match("\nhost:(.-)\n"))
    end
  end)

  it("notices a secret that was rotated under the same id", function()
    local signer, made = core.sigv4.signer(), request()
    for _, secret in ipairs { "one", "two", "one" } do
      assert.is_true(signer:sign(made, credentials { secret = secret }, { region = "eu-west-1", time = NOW }))
      assert.is_true(verified(made, { secret_access_key = secret }))
    end
  end)

  it("keeps ten keys at most, and signs right with more", function()
    local signer, made = core.sigv4.signer(), request()
    for i = 1, 40 do
      assert.is_true(signer:sign(made, credentials(), { region = "region-" .. i % 15, time = NOW }))
      assert.is_true(verified(made))
    end
    assert.equal("ses.signer (10 keys)", tostring(signer))
  end)

  it("presigns a request, which does not change", function()
    local signer, made = core.sigv4.signer(), request()
    for _, scope in ipairs { { region = "eu-west-1" }, { region_set = "*" } } do
      scope.time, scope.expires = NOW, 60
      local url = assert(signer:presign(made, credentials { token = "TOKEN" }, scope))
      assert.equal(1, #made:headers())
      assert.matches("^https://email%.eu%-west%-1%.amazonaws%.com/v2/email/account%?", url)
      assert.matches("[?&]a=b&", url)
      local seen = assert(core.http.request("POST", url))
      assert(seen:add_header("Content-Type", "application/json"))
      assert(seen:set_body("{}"))
      local ok, claim = verified(seen, { session_token = "TOKEN" })
      assert.is_true(ok)
      assert.is_true(claim.presigned)
      assert.is_nil((verified(seen, { session_token = "TOKEN", time = NOW + 400 })))
    end
    for field, value in pairs { expires = 0, region = "", time = -1 } do
      local options = { region = "eu-west-1", time = NOW }
      options[field] = value
      local url, failure = signer:presign(made, credentials(), options)
      assert.is_nil(url)
      assert.equal(field, failure.field)
    end
  end)

  it("answers a failure that names the field, and leaves no signature", function()
    local signer, made = core.sigv4.signer(), request()
    assert.is_true(signer:sign(made, credentials(), { region = "eu-west-1", time = NOW }))
    for field, value in pairs { region = "eu/west", service = "", time = -1 } do
      local options = { region = "eu-west-1", service = "ses", time = NOW }
      options[field] = value
      local ok, failure = signer:sign(made, credentials(), options)
      assert.is_nil(ok)
      assert.equal(field, failure.field)
      assert.is_nil(made:header("Authorization"))
    end
  end)

  it("says so when something is closed", function()
    local signer, made, key = core.sigv4.signer(), request(), credentials()
    local options = { region = "eu-west-1", time = NOW }
    key:close()
    assert.has_error(function() signer:sign(made, key, options) end)
    made:close()
    assert.has_error(function() signer:sign(made, credentials(), options) end)
    signer:close()
    signer:close()
    assert.has_error(function() signer:sign(request(), credentials(), options) end, "this ses.signer is closed")
    assert.equal("ses.signer (closed)", tostring(signer))
  end)
end)
