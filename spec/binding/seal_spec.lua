local core = require "ses.core"

describe("ses.core.seal", function()
  local function credentials(fields)
    local all = {
      access_key_id = "ASIAEXAMPLE", secret_access_key = "a secret/key+", session_token = "token==",
      expiration = 2000000000, account_id = "123456789012", custom = true,
    }
    for name, value in pairs(fields or {}) do all[name] = value end
    return assert(core.credentials.static(all))
  end

  it("takes credentials to bytes and back, for one context", function()
    local seal = assert(core.seal.new())
    local sealed = assert(seal:credentials(credentials(), "a client"))
    assert.equal("string", type(sealed))
    assert.is_nil(sealed:find("secret", 1, true))
    local opened = assert(seal:open_credentials(sealed, "a client"))
    assert.equal("ASIAEXAMPLE", opened:access_key_id())
    assert.equal(2000000000, opened:expiration())
    assert.equal("123456789012", opened:account_id())
    assert.equal("custom", opened:source())
    local none, failure = seal:open_credentials(sealed, "another client")
    assert.is_nil(none)
    assert.equal("signature", failure.status)
  end)

  it("signs by what it opened as by what it sealed", function()
    local seal, given = assert(core.seal.new()), credentials()
    local opened = assert(seal:open_credentials(assert(seal:credentials(given, "")), ""))
    local function signature(by)
      local request = assert(core.http.request("GET", "https://example.com/"))
      local options = { region = "us-east-1", service = "ses", time = 1000000000, expires = 60 }
      return assert(core.sigv4.signer():presign(request, by, options))
    end
    assert.equal(signature(given), signature(opened))
    assert.matches("X%-Amz%-Signature=%x+", signature(opened))
  end)

  it("knows what another key sealed", function()
    local seal, other = assert(core.seal.new()), assert(core.seal.new())
    assert.matches("^%x+$", seal:id())
    assert.equal(16, #seal:id())
    assert.are_not.equal(seal:id(), other:id())
    local none, failure = other:open_credentials(assert(seal:credentials(credentials(), "")), "")
    assert.is_nil(none)
    assert.equal("not_found", failure.status)
  end)

  it("says nothing of its key, and nothing at all once closed", function()
    local seal = assert(core.seal.new())
    assert.is_nil(tostring(seal):find(seal:id(), 1, true))
    seal:close()
    assert.has_error(function() seal:id() end)
  end)
end)
