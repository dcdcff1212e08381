--- Bearer tokens (RFC 6750) of those who may use a handler.
--
-- Of a token a code is kept, under a key that each worker draws for itself, and compared in constant time.
-- @module ses.nginx.tokens
local core = require "ses.core"
local kept = require "ses.nginx.kept"
local options_of = require "ses.nginx.options"

local tokens = {}

local SHORTEST = 16

local key

local function code_of(hash)
  key = key or assert(core.secret.new(core.random.bytes(32)))
  return key:hmac_sha256(hash)
end

local function fault(text) return options_of.fault("tokens", text) end

-- A token, or what is kept of one in the configuration: "sha256:" and 64 hexadecimal digits.
local function hash_of(token)
  if type(token) ~= "string" then return nil, fault("must be strings") end
  local hash = token:match "^sha256:(.*)$"
  if hash and not (#hash == 64 and hash:find "^%x+$") then
    return nil, fault("must have 64 hexadecimal digits behind sha256:")
  end
  if hash then return hash:lower() end
  if #token < SHORTEST then return nil, fault(("must have %d characters at least"):format(SHORTEST)) end
  return core.digest.sha256(token)
end

local function add(list, name, values)
  if type(values) ~= "table" then values = { values } end
  for _, token in ipairs(values) do
    local hash, err = hash_of(token)
    if not hash then return nil, err end
    list[#list + 1] = { holder = name or hash:sub(1, 32), code = code_of(hash) }
  end
  return true
end

local function compile(given)
  local list = {}
  for name, values in pairs(given) do
    local done, err = add(list, type(name) == "string" and name or nil, values)
    if not done then return nil, err end
  end
  return list
end

--- Reads tokens.
-- @param given a list of tokens; or a table of them by the names of their holders, each a token or a list; or a
--   function that returns one of these, or nil and an error. A token is text of 16 characters at least, or `sha256:`
--   and the SHA-256 of it in hexadecimal digits. nil is none
-- @treturn table|nil for `tokens.holder`; empty where there is none
-- @treturn ?ses.Error
function tokens.read(given)
  if type(given) == "function" then
    local ran, found, err = pcall(given)
    if not ran or not found and err ~= nil then return nil, fault("could not be read: " .. tostring(err or found)) end
    given = found
  end
  if given == nil then return {} end
  if type(given) ~= "table" then return nil, fault("must be a table, or a function that returns one") end
  return kept.by("tokens", given, compile)
end

--- Whose token a request has.
-- @tparam table list of `tokens.read`
-- @tparam ?string authorization the header
-- @treturn string|nil the holder's name; one without a name is known by the first half of the token's SHA-256
function tokens.holder(list, authorization)
  local token = type(authorization) == "string" and authorization:match "^[Bb][Ee][Aa][Rr][Ee][Rr] +(%S+)%s*$"
  if not token then return nil end
  local hash, holder = core.digest.sha256(token), nil
  for _, entry in ipairs(list) do
    if key:is_hmac_sha256(hash, entry.code) then holder = entry.holder end
  end
  return holder
end

return tokens
