--- Tokens for the links that people unsubscribe by: who, from which list, signed, so that nobody can take somebody
-- else off a list, and no database is asked.
--
--     local unsubscribe = require "ses.unsubscribe"
--     local secret = assert(unsubscribe.secret { env = "UNSUBSCRIBE_SECRET" })
--     local token = assert(unsubscribe.token(secret, { list = "newsletter", address = "ann@example.com" }))
--     local who, err = unsubscribe.verify({ secret, old_secret }, token)     -- { list =, address = }
--
-- A token is base64url (RFC 4648, section 5) of: the version, one byte, 1; the first 16 bytes of the HMAC-SHA-256 of
-- what follows the code, behind the words "ses unsubscribe", NUL, and the version; the length of the list's name, one
-- byte; the list's name; the address. Everybody can read in it whose it is: it is no secret from whoever gets the
-- mail, but it belongs into no log. It does not expire: an old mail's link has to work (RFC 8058 and the law want it).
--
-- A campaign makes the tokens by itself where its `message.unsubscribe` says so.
-- @module ses.unsubscribe
local core = require "ses.core"
local errors = require "ses.errors"
local suggest = require "ses.suggest"

local unsubscribe = {}

local VERSION = "\1"
local CONTEXT = "ses unsubscribe\0"
local CODE_BYTES = 16

--- Bytes that a secret must have at least.
unsubscribe.MIN_SECRET = 16

--- Bytes that the name of a list may have.
unsubscribe.MAX_LIST = 100

--- Bytes that an address may have (RFC 5321, section 4.5.3.1).
unsubscribe.MAX_ADDRESS = 320

-- Longer than any token.
local MAX_TOKEN = 600

local function invalid(field, text)
  return nil, errors.new {
    kind = "validation", code = "InvalidParameter", field = field, message = field .. " " .. text,
  }
end

local SOURCES = { env = core.secret.from_environment, file = core.secret.from_file }

-- { env = } or { file = }.
local function from_source(given)
  local name, value = next(given)
  if name == nil or next(given, name) ~= nil then return invalid("secret", "must have one of env and file") end
  local open = SOURCES[name]
  if not open then
    return invalid("secret." .. tostring(name), "is not known" .. suggest.hint(tostring(name), SOURCES))
  end
  if type(value) ~= "string" or value == "" or value:find("\0", 1, true) then
    return invalid("secret." .. name, "must be a name")
  end
  local secret, failure = open(value)
  if secret then return secret end
  return nil, errors.from_core(failure, { field = "secret", message = "secret: " .. failure.message })
end

local function open_secret(given)
  if core.secret.is_secret(given) then return given end
  if type(given) == "table" then return from_source(given) end
  if type(given) ~= "string" then
    return invalid("secret", "must be { env = } or { file = }, or what ses.unsubscribe.secret gave")
  end
  local secret, failure = core.secret.new(given)
  if not secret then return nil, errors.from_core(failure) end
  return secret
end

--- Opens a secret: any bytes, `unsubscribe.MIN_SECRET` (16) at least; 32 random ones are right
-- (`openssl rand -base64 32`). It is kept in memory of the C core that is locked and wiped, and no Lua string is made
-- of it. `secret:close()` wipes it, and so does the collector. In nginx a variable of the environment must be named
-- by nginx's directive `env`.
-- @tparam table|string|userdata|function given `{ env = "NAME" }`, a variable of the environment; `{ file = "path" }`,
--   a file, a line break at whose end does not count; a string of your own, which cannot be wiped; a secret that is
--   open already; or a function that returns one of these
-- @treturn userdata
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "validation", or "client" where there is no such variable or file
function unsubscribe.secret(given)
  if type(given) == "function" then given = given() end
  local secret, err = open_secret(given)
  if not secret then return nil, err end
  if secret:length() < unsubscribe.MIN_SECRET then
    return invalid("secret", ("must have %d bytes or more"):format(unsubscribe.MIN_SECRET))
  end
  return secret
end

local function check_text(field, text, most)
  if type(text) ~= "string" then return invalid(field, "must be a string, not a " .. type(text)) end
  if text == "" or #text > most then return invalid(field, ("must have 1 to %d bytes"):format(most)) end
  if text:find("%c") then return invalid(field, "must not contain control characters") end
  return true
end

local function encode(bytes)
  return (core.base64.encode(bytes):gsub("[+/=]", { ["+"] = "-", ["/"] = "_", ["="] = "" }))
end

local function decode(text)
  if type(text) ~= "string" or #text > MAX_TOKEN or not text:find("^[%w_-]+$") then return nil end
  return core.base64.decode(text:gsub("[-_]", { ["-"] = "+", ["_"] = "/" }) .. ("="):rep(-#text % 4))
end

--- Makes the token of one address on one list.
-- @tparam userdata|table|string secret as for `unsubscribe.secret`; to make many, open it once
-- @tparam table who `list`, the list's name, 100 bytes at most; `address`, 320 bytes at most
-- @treturn string letters, digits, "-" and "_": fit for a URL as it is
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "validation"
function unsubscribe.token(secret, who)
  local opened, err = unsubscribe.secret(secret)
  if not opened then return nil, err end
  local fine
  fine, err = check_text("list", who.list, unsubscribe.MAX_LIST)
  if fine then fine, err = check_text("address", who.address, unsubscribe.MAX_ADDRESS) end
  if not fine then return nil, err end
  local named = string.char(#who.list) .. who.list .. who.address
  local code = opened:hmac_sha256(CONTEXT .. VERSION .. named):sub(1, CODE_BYTES)
  return encode(VERSION .. code .. named)
end

-- What a token says, whoever made it: the code, and what it is a code of.
local function read(token)
  local bytes = decode(token)
  if not bytes or #bytes < 1 + CODE_BYTES + 3 or bytes:sub(1, 1) ~= VERSION then return nil end
  local named = bytes:sub(2 + CODE_BYTES)
  local length = named:byte()
  local list, address = named:sub(2, 1 + length), named:sub(2 + length)
  if #list ~= length or length == 0 or address == "" then return nil end
  return { list = list, address = address }, bytes:sub(2, 1 + CODE_BYTES), CONTEXT .. VERSION .. named
end

local function refuse(text)
  return nil, errors.new { kind = "validation", code = "InvalidToken", message = "the token " .. text }
end

--- Reads a token and looks whether it was made with one of the secrets.
-- @tparam userdata|table|string secrets one, as for `unsubscribe.secret`, or a list of them: when a new one takes
--   over, the mails that went out with the old one still have to work
-- @tparam string token from a link, or the last word of the subject of a mail to the `mailto` address
-- @treturn table { list =, address = }
-- @treturn[2] nil
-- @treturn[2] ses.Error code "InvalidToken" for what is no token, or not made with any of the secrets; otherwise that
--   of a secret that cannot be opened
function unsubscribe.verify(secrets, token)
  if type(secrets) ~= "table" or secrets[1] == nil then secrets = { secrets } end
  local who, code, message = read(token)
  if not who then return refuse "is not of the form of one" end
  local right = false
  for _, given in ipairs(secrets) do
    local secret, err = unsubscribe.secret(given)
    if not secret then return nil, err end
    right = secret:is_hmac_sha256(message, code) or right
  end
  if not right then return refuse "was not made with any of the secrets" end
  return who
end

--- Whether the body of a POST is that of a one-click request, as mail clients send it (RFC 8058, section 3.2:
-- multipart/form-data or application/x-www-form-urlencoded). A GET must change nothing: filters follow links.
-- @tparam ?string body
-- @treturn boolean
function unsubscribe.is_one_click(body)
  if type(body) ~= "string" then return false end
  if ("&" .. body .. "&"):find("&List%-Unsubscribe=One%-Click%s*&") then return true end
  return body:find('name="?List%-Unsubscribe"?%s.-\n\r?\nOne%-Click\r?\n%-%-') ~= nil
end

return unsubscribe
