local core = require "ses.core"
local memory_search = require "spec.support.memory_search"
local process = require "spec.support.process"
local unsubscribe = require "ses.unsubscribe"

local SECRET = "0123456789abcdef-newsletter"
local WHO = { list = "newsletter", address = "ann@example.com" }

local function from_base64url(text)
  return assert(core.base64.decode(text:gsub("-", "+"):gsub("_", "/") .. ("="):rep(-#text % 4)))
end

local function to_base64url(bytes)
  return (core.base64.encode(bytes):gsub("%+", "-"):gsub("/", "_"):gsub("=", ""))
end

local function refusal(...)
  local found, err = ...
  assert.is_nil(found)
  return err.message, err
end

describe("ses.unsubscribe", function()
  it("makes tokens that say who unsubscribes from which list", function()
    local token = assert(unsubscribe.token(SECRET, WHO))
    assert.matches("^[%w_-]+$", token)
    assert.same(WHO, unsubscribe.verify(SECRET, token))
    assert.equal(token, unsubscribe.token(SECRET, WHO))
  end)

  it("signs by the HMAC that OpenSSL computes", function()
    local bytes = from_base64url(assert(unsubscribe.token(SECRET, WHO)))
    local named = string.char(#WHO.list) .. WHO.list .. WHO.address
    assert.equal("\1", bytes:sub(1, 1))
    assert.equal(named, bytes:sub(18))
    local folder = process.folder()
    process.write(folder .. "/signed", "ses unsubscribe\0\1" .. named)
    local code = process.shell(("openssl dgst -sha256 -mac HMAC -macopt key:%s %s/signed"):format(SECRET, folder))
      :match("(%x+)%s*$")
    process.remove(folder)
    assert.equal(code:sub(1, 32), (bytes:sub(2, 17):gsub(".", function(c) return ("%02x"):format(c:byte()) end)))
  end)

  it("takes no token that was changed in any bit, cut, or made longer", function()
    local bytes = from_base64url(assert(unsubscribe.token(SECRET, WHO)))
    for at = 1, #bytes do
      for bit = 0, 7 do
        local byte = bytes:byte(at)
        local flipped = math.floor(byte / 2 ^ bit) % 2 == 1 and byte - 2 ^ bit or byte + 2 ^ bit
        local other = bytes:sub(1, at - 1) .. string.char(flipped) .. bytes:sub(at + 1)
        local _, err = refusal(unsubscribe.verify(SECRET, to_base64url(other)))
        assert.equal("InvalidToken", err.code)
      end
      refusal(unsubscribe.verify(SECRET, to_base64url(bytes:sub(1, at - 1))))
    end
    refusal(unsubscribe.verify(SECRET, to_base64url(bytes .. "x")))
  end)

  it("takes what is no token for none", function()
    local token = assert(unsubscribe.token(SECRET, WHO))
    for _, text in ipairs {
      "", "AAAA", token .. "=", token .. "\n", " " .. token, token:sub(1, -2), ("A"):rep(10000), 7,
    } do
      assert.equal("the token is not of the form of one", (refusal(unsubscribe.verify(SECRET, text))))
    end
    refusal(unsubscribe.verify(SECRET, nil))
    -- The bits that the last character has too many are no second way to write the same token.
    assert.equal(1, #from_base64url(token) % 3)
    refusal(unsubscribe.verify(SECRET, token:sub(1, -2) .. string.char(token:byte(-1) + 1)))
  end)

  it("does not let a list's name run into the address", function()
    local token = assert(unsubscribe.token(SECRET, { list = "a", address = "bc@example.com" }))
    assert.not_equal(token, unsubscribe.token(SECRET, { list = "ab", address = "c@example.com" }))
    assert.same({ list = "a", address = "bc@example.com" }, unsubscribe.verify(SECRET, token))
  end)

  it("takes old secrets along when the secret changes", function()
    local old, new = assert(unsubscribe.secret(SECRET)), assert(unsubscribe.secret(SECRET .. "2"))
    local token = assert(unsubscribe.token(old, WHO))
    assert.same(WHO, unsubscribe.verify({ new, old }, token))
    assert.same(WHO, unsubscribe.verify({ old, new }, token))
    assert.equal("the token was not made with any of the secrets", (refusal(unsubscribe.verify(new, token))))
    assert.equal("the token was not made with any of the secrets", (refusal(unsubscribe.verify({ new, new }, token))))
  end)

  it("opens a secret from a variable, a file, a string and a function, and shows it to nobody", function()
    local folder = process.folder()
    process.write(folder .. "/secret", SECRET .. "\n")
    local token = assert(unsubscribe.token(SECRET, WHO))
    for _, given in ipairs {
      { file = folder .. "/secret" }, SECRET, function() return { file = folder .. "/secret" } end,
      assert(unsubscribe.secret(SECRET)),
    } do
      local secret = assert(unsubscribe.secret(given))
      assert.equal("ses.secret ([REDACTED])", tostring(secret))
      assert.equal(token, unsubscribe.token(secret, WHO))
      assert.same(WHO, unsubscribe.verify(given, token))
    end
    process.remove(folder)
  end)

  it("says what is wrong with a secret, not what it is", function()
    assert.equal("secret: the environment variable SES_NO_SUCH_VARIABLE is not set",
      (refusal(unsubscribe.secret { env = "SES_NO_SUCH_VARIABLE" })))
    assert.equal("secret: /nonexistent/secret does not exist",
      (refusal(unsubscribe.secret { file = "/nonexistent/secret" })))
    assert.equal("secret must have 16 bytes or more", (refusal(unsubscribe.secret "fifteen bytes :")))
    assert.matches("^secret.envv is not known; did you mean 'env'", (refusal(unsubscribe.secret { envv = "X" })))
    assert.matches("^secret must have one of env and file", (refusal(unsubscribe.secret { env = "X", file = "Y" })))
    assert.matches("^secret must be { env = }", (refusal(unsubscribe.secret(nil))))
    local closed = assert(unsubscribe.secret(SECRET))
    closed:close()
    assert.matches("^secret must be { env = }", (refusal(unsubscribe.secret(closed))))
    -- A verifier that cannot open one of its secrets says so, whatever the others say.
    local token = assert(unsubscribe.token(SECRET, WHO))
    assert.matches("not set", (refusal(unsubscribe.verify({ SECRET, { env = "SES_NO_SUCH_VARIABLE" } }, token))))
  end)

  it("says what is wrong with a list or an address", function()
    assert.equal("list must be a string, not a nil", (refusal(unsubscribe.token(SECRET, { address = "x" }))))
    assert.equal("list must have 1 to 100 bytes",
      (refusal(unsubscribe.token(SECRET, { list = ("x"):rep(101), address = "x" }))))
    assert.equal("address must have 1 to 320 bytes",
      (refusal(unsubscribe.token(SECRET, { list = "x", address = ("x"):rep(321) }))))
    assert.equal("address must not contain control characters",
      (refusal(unsubscribe.token(SECRET, { list = "x", address = "a\nb" }))))
    local longest = { list = ("l"):rep(100), address = ("a"):rep(320) }
    assert.same(longest, unsubscribe.verify(SECRET, assert(unsubscribe.token(SECRET, longest))))
  end)

  it("knows the body of a one-click request in both of its forms", function()
    assert.is_true(unsubscribe.is_one_click "List-Unsubscribe=One-Click")
    assert.is_true(unsubscribe.is_one_click "a=b&List-Unsubscribe=One-Click")
    assert.is_true(unsubscribe.is_one_click('--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
      .. "One-Click\r\n--x--\r\n"))
    assert.is_true(unsubscribe.is_one_click('--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n'
      .. "Content-Type: text/plain\r\n\r\nOne-Click\r\n--x--\r\n"))
    for _, body in ipairs {
      "", "List-Unsubscribe=", "x-List-Unsubscribe=One-Click", "List-Unsubscribe=One-Clicks", "One-Click",
    } do
      assert.is_false(unsubscribe.is_one_click(body))
    end
    assert.is_false(unsubscribe.is_one_click(nil))
  end)

  it("leaves no secret in memory once it is closed", function()
    local folder = process.folder()
    local secrets, lines = { "variable-", "file-" }, {}
    for i, head in ipairs(secrets) do
      secrets[i] = head .. process.shell "openssl rand -hex 24"
      for _, piece in ipairs(memory_search.patterns(secrets[i], "hmac")) do
        lines[#lines + 1] = ("%q"):format(piece):gsub("\r", "\\r"):gsub("%z", "\\0")
      end
    end
    process.write(folder .. "/secret", secrets[2] .. "\n")
    local function run_child(keep_open)
      process.write(folder .. "/job.lua", ("return { file = %q, keep_open = %s, patterns = { %s } }")
        :format(folder .. "/secret", tostring(keep_open), table.concat(lines, ",\n")))
      local lua = jit and "luajit" or "lua5.4"
      local run = process.run({ lua, "spec/support/unsubscribe_child.lua", folder .. "/job.lua" }, { env = {
        LUA_PATH = "lua/?.lua;lua/?/init.lua;./?.lua;;", LUA_CPATH = ("build/%s/?.so;;"):format(lua),
        UNSUBSCRIBE_SECRET = secrets[1],
      } })
      assert.equal("", run.err)
      assert.is_nil(run.out:find(secrets[1], 1, true))
      return run.out
    end
    assert.truthy(tonumber(run_child(true):match "found (%d+)") > 0)
    assert.equal("ses.secret ([REDACTED])\nfound 0\n", run_child(false))
    process.remove(folder)
  end)
end)
