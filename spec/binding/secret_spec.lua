local core = require "ses.core"

local function hex(bytes)
  return (bytes:gsub(".", function(char) return ("%02x"):format(char:byte()) end))
end

describe("ses.core.secret", function()
  -- RFC 4231, case 2.
  it("gives HMAC-SHA-256, and knows it, whole or its first 16 bytes or more", function()
    local secret = core.secret.new "Jefe"
    local message = "what do ya want for nothing?"
    local code = secret:hmac_sha256(message)
    assert.equal("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", hex(code))
    assert.is_true(secret:is_hmac_sha256(message, code))
    assert.is_true(secret:is_hmac_sha256(message, code:sub(1, 16)))
    assert.is_false(secret:is_hmac_sha256(message, code:sub(1, 15)))
    assert.is_false(secret:is_hmac_sha256(message, ""))
    assert.is_false(secret:is_hmac_sha256(message .. "?", code))
    assert.is_false(secret:is_hmac_sha256(message, code:sub(1, 31) .. "x"))
  end)

  it("takes NUL bytes for what they are", function()
    assert.equal(3, core.secret.new("a\0b"):length())
    assert.not_equal(core.secret.new("a\0b"):hmac_sha256 "x", core.secret.new("a\0c"):hmac_sha256 "x")
  end)

  it("tells that a variable or a file is not there", function()
    local secret, failure = core.secret.from_environment "SES_NO_SUCH_VARIABLE"
    assert.is_nil(secret)
    assert.equal("not_found", failure.status)
    secret, failure = core.secret.from_file "/nonexistent/secret"
    assert.is_nil(secret)
    assert.equal("not_found", failure.status)
    assert.has_error(function() core.secret.from_environment "a\0b" end)
    assert.has_error(function() core.secret.from_file "" end)
  end)

  it("shows itself to nobody, and is gone when closed", function()
    local secret = core.secret.new "sixteen bytes or"
    assert.equal("ses.secret ([REDACTED])", tostring(secret))
    assert.is_true(core.secret.is_secret(secret))
    secret:close()
    secret:close()
    assert.equal("ses.secret (closed)", tostring(secret))
    assert.is_false(core.secret.is_secret(secret))
    assert.has_error(function() secret:hmac_sha256 "x" end)
    for _, value in ipairs { "x", 1, {}, io.stdout } do assert.is_false(core.secret.is_secret(value)) end
  end)
end)
