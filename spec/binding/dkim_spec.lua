-- Keys against OpenSSL, which knows nothing of us.
local core = require "ses.core"
local process = require "spec.support.process"

local function openssl(...)
  local result = process.run { "openssl", ... }
  return result.status == 0 and result.out, result.err
end

-- The lines of a PEM file without its armour, as one.
local function bare(pem)
  return (pem:gsub("%-%-%-%-%-[^\n]*", ""):gsub("%s", ""))
end

describe("ses.core.dkim", function()
  local folder, key

  setup(function()
    folder = process.folder()
    key = assert(core.dkim.generate())
    assert(core.dkim.save(key, folder .. "/key.pem"))
  end)
  teardown(function()
    key:close()
    process.remove(folder)
  end)

  it("makes a key of 2,048 bits that OpenSSL finds sound, with the exponent 65,537", function()
    assert.equal(2048, key:bits())
    assert.truthy(assert(openssl("rsa", "-in", folder .. "/key.pem", "-check", "-noout")):find("RSA key ok", 1, true))
    local text = assert(openssl("pkey", "-in", folder .. "/key.pem", "-noout", "-text"))
    assert.truthy(text:find("2048 bit, 2 primes", 1, true))
    assert.truthy(text:find("publicExponent: 65537 (0x10001)", 1, true))
  end)

  it("gives the public key that OpenSSL derives from the private one", function()
    local pem = assert(openssl("pkey", "-in", folder .. "/key.pem", "-pubout"))
    assert.equal(bare(pem), key:public_key())
    process.write(folder .. "/public.pem", "-----BEGIN PUBLIC KEY-----\n"
      .. (key:public_key():gsub(("."):rep(64), "%0\n")) .. "\n-----END PUBLIC KEY-----\n")
    assert(openssl("pkey", "-pubin", "-in", folder .. "/public.pem", "-noout"))
  end)

  it("verifies what OpenSSL signed with the saved key", function()
    process.write(folder .. "/message", "A letter.")
    local public = folder .. "/derived.pem"
    assert(openssl("pkey", "-in", folder .. "/key.pem", "-pubout", "-out", public))
    assert(openssl("dgst", "-sha256", "-sign", folder .. "/key.pem", "-out", folder .. "/sig", folder .. "/message"))
    assert(openssl("dgst", "-sha256", "-verify", public, "-signature", folder .. "/sig", folder .. "/message"))
  end)

  it("saves for the owner alone, and over no other file", function()
    assert.equal("600", process.shell("stat -c %a " .. folder .. "/key.pem"))
    local before = process.read(folder .. "/key.pem")
    local saved, failure = core.dkim.save(key, folder .. "/key.pem")
    assert.is_nil(saved)
    assert.equal("state", failure.status)
    assert.equal(before, process.read(folder .. "/key.pem"))
  end)

  it("loads what OpenSSL makes, in both forms and every size that SES takes", function()
    for _, bits in ipairs { 1024, 1536, 2048 } do
      for name, form in pairs { pkcs1 = "-traditional", pkcs8 = "-f4" } do
        local path = ("%s/%s-%d.pem"):format(folder, name, bits)
        assert(openssl("genrsa", form, "-out", path, bits))
        local loaded = assert(core.dkim.load(path))
        assert.equal(bits, loaded:bits())
        assert.equal(bare(assert(openssl("pkey", "-in", path, "-pubout"))), loaded:public_key())
        -- What is saved again is the same key.
        assert(core.dkim.save(loaded, path .. ".saved"))
        assert.equal(assert(openssl("pkey", "-in", path)), process.read(path .. ".saved"))
        loaded:close()
      end
    end
  end)

  it("takes a key as text, with and without its first and last line", function()
    local pem = process.read(folder .. "/key.pem")
    local broken = bare(pem):gsub(("."):rep(40), "%0 \r\n")
    for _, text in ipairs { pem, "some words before\n" .. pem, bare(pem), broken } do
      assert.equal(key:public_key(), assert(core.dkim.parse(text)):public_key())
    end
  end)

  it("says what is no key that SES takes", function()
    local function refuses(message, ...)
      local path = folder .. "/refused.pem"
      os.remove(path)
      assert(openssl(...))
      local loaded, failure = core.dkim.load(path)
      assert.is_nil(loaded)
      assert.equal("key", failure.field)
      assert.truthy(failure.message:find(message, 1, true), failure.message)
    end
    local out = { "-out", folder .. "/refused.pem" }
    refuses("has 512 bits; SES takes 1024 to 2048", "genrsa", out[1], out[2], "512")
    refuses("has 4096 bits", "genrsa", out[1], out[2], "4096")
    refuses("is encrypted", "genrsa", "-aes128", "-passout", "pass:words", out[1], out[2], "1024")
    refuses("is encrypted", "genrsa", "-traditional", "-aes128", "-passout", "pass:words", out[1], out[2], "1024")
    refuses("is not an RSA key", "genpkey", "-algorithm", "ED25519", out[1], out[2])
    refuses("is PEM of another thing", "pkey", "-in", folder .. "/key.pem", "-pubout", out[1], out[2])
    assert.equal("not_found", select(2, core.dkim.load(folder .. "/nothing")).status)
  end)

  it("shows nothing of the private key", function()
    assert.equal("ses.dkim_key (RSA, 2048 bits, [REDACTED])", tostring(key))
    local request = assert(core.http.request("PUT", "http://localhost/"))
    assert(request:set_body { '{"Key":"', key, '"}' })
    local body = bare(process.read(folder .. "/key.pem"))
    assert.is_nil(tostring(request):find(body:sub(100, 120), 1, true))
    -- The transport that can only take strings gets all of it.
    assert.equal('{"Key":"' .. body .. '"}', request:body())
    request:close()
  end)

  it("raises for what can never be right", function()
    local request = assert(core.http.request("PUT", "http://localhost/"))
    assert.has_error(function() request:set_body { "a", {} } end)
    assert.has_error(function() request:set_body { io.stdout } end)
    assert.has_error(function() core.dkim.load("a\0b") end)
    local closed = assert(core.dkim.generate { bits = 1024 })
    closed:close()
    closed:close()
    assert.equal("ses.dkim_key (closed)", tostring(closed))
    assert.has_error(function() closed:public_key() end, "this ses.dkim_key is closed")
    assert.has_error(function() request:set_body { closed } end, "this ses.dkim_key is closed")
    for bits, message in pairs { [1023] = "range", [2049] = "range", [1025] = "range", [1024.5] = "range" } do
      assert.equal(message, select(2, core.dkim.generate { bits = bits }).status)
    end
  end)

  it("knows a key from other things", function()
    assert.is_true(core.dkim.is_key(key))
    for _, other in ipairs { "text", 1, {}, io.stdout, core.http.request("GET", "http://localhost/"), false } do
      assert.is_false(core.dkim.is_key(other))
    end
    assert.is_false(core.dkim.is_key(nil))
  end)
end)
