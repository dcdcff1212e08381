--- RSA keys for DKIM that one brings along oneself (BYODKIM).
--
--     local key = assert(dkim.generate())
--     assert(key:save "dkim-example.com.pem")          -- a new file, for its owner alone
--     client.identities:create_byodkim("example.com", { selector = "mail2026", key = key })
--
-- A key is a userdata. Its private half stays in memory of the C core that is locked and wiped; it goes into
-- a file by `key:save`, and to SES as `domain_signing_private_key` of a request. No Lua string is made of it.
--
-- - `key:save(path)` → true | nil, err: PEM (PKCS #8) in a new file of mode 0600, on disk when it returns;
--   a file that is there already is left alone (code "InvalidState")
-- - `key:public_key()` → what the DKIM TXT record says behind `p=` (RFC 6376, section 3.6.1)
-- - `key:bits()` → the size of the modulus
-- - `key:close()` wipes the key; so does the collector
--
-- Source: "Provide your own DKIM authentication token (BYODKIM)", Amazon SES Developer Guide.
-- @module ses.dkim
local core = require "ses.core"
local errors = require "ses.errors"
local suggest = require "ses.suggest"

local dkim = {}

local OPTIONS = { bits = true, allow_blocking = true }

local function check_options(options)
  for name in pairs(options) do
    if not OPTIONS[name] then
      error(("dkim.generate has no option '%s'%s"):format(tostring(name), suggest.hint(tostring(name), OPTIONS)), 3)
    end
  end
end

-- Where a worker of nginx serves nobody yet.
local STARTING = { init = true, init_worker = true }

local function blocks_others()
  local ngx = rawget(_G, "ngx")
  return type(ngx) == "table" and type(ngx.get_phase) == "function" and not STARTING[ngx.get_phase()]
end

local function result(key, failure)
  if key then return key end
  return nil, errors.from_core(failure)
end

function core.dkim.methods.save(key, path)
  local saved, failure = core.dkim.save(key, path)
  if saved then return true end
  return nil, errors.from_core(failure)
end

--- Makes a key pair. It computes for some tenths of a second, at 2,048 bits, and lets nobody else run
-- meanwhile; inside nginx it is therefore refused once requests are served, unless `allow_blocking` is set:
-- make the key in a script, or in init_by_lua, and load it.
-- @tparam ?table options `bits`, 1024 to 2048 (the default); `allow_blocking`
-- @treturn userdata
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "validation" for a size that SES does not take, "client" in nginx
function dkim.generate(options)
  options = options or {}
  check_options(options)
  if not options.allow_blocking and blocks_others() then
    return nil, errors.new {
      kind = "client", code = "WrongPhase",
      message = "making a key would keep this worker from all other requests for some tenths of a second; "
        .. "make it in a script or in init_by_lua and load it, or set allow_blocking",
    }
  end
  return result(core.dkim.generate { bits = options.bits })
end

--- Loads a private key: PEM (PKCS #8 or PKCS #1, not encrypted), or the base64 of one.
-- @tparam string path
-- @treturn userdata
-- @treturn[2] nil
-- @treturn[2] ses.Error code "NotFound" or "IOError"; kind "parse" for what is no private key, "validation" for
--   one that does not work or has a size that SES does not take
function dkim.load(path)
  return result(core.dkim.load(path))
end

--- Reads a private key from text of your own, as `dkim.load` has it. That text is a Lua string, which nobody
-- can wipe: prefer a file.
-- @tparam string text
-- @treturn userdata
-- @treturn[2] nil
-- @treturn[2] ses.Error
function dkim.parse(text)
  return result(core.dkim.parse(text))
end

--- Whether `value` is a key that is not closed.
function dkim.is_key(value)
  return core.dkim.is_key(value)
end

return dkim
