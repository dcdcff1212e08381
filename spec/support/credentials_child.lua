--- A client in a process of its own, with an environment of its own, whose credentials come from
-- spec.support.aws_metadata_server.
local child = require "spec.support.child"
local json = require "ses.model.json"

local credentials_child = {}

local CODE = [[
local ses, json, errors = require "ses", require "ses.model.json", require "ses.errors"
local client
client = assert(ses.client(OPTIONS))
local function call()
  local result, err = client:call("GetAccount")
  local described = client:describe_config().credentials
  local line = { ok = result ~= nil, found_in = described.found_in, shown = described.value }
  if err then
    line.kind, line.code, line.message, line.text = err.kind, err.code, err.message, tostring(err)
    line.tried = err.tried
  end
  print(json.encode(line))
end
STEPS
client:close()
]]

--- Makes a client and calls GetAccount, which prints one line. Options: `env`; `options`, Lua text of a
-- table; `steps`, Lua text in which `call()` and `client` are known ("call()"). No profile and no metadata
-- service is there unless `env` says so.
-- → what each call came to, { ok =, found_in =, shown =, kind =, code =, message =, text =, tried = }; and
-- all that was printed
function credentials_child.run(server, how)
  local env = {
    AWS_CONFIG_FILE = "/nonexistent/config", AWS_SHARED_CREDENTIALS_FILE = "/nonexistent/credentials",
    AWS_EC2_METADATA_DISABLED = "true", AWS_REGION = "eu-west-1", HOME = "/nonexistent", no_proxy = "*",
    AWS_ENDPOINT_URL_SESV2 = server.url,
  }
  for name, value in pairs(how.env or {}) do env[name] = value end
  local code = CODE:gsub("%u%u%u+", { OPTIONS = how.options or "{}", STEPS = how.steps or "call()" })
  local printed = child.lua(code, env)
  local outcomes = {}
  for line in printed:gmatch("[^\n]+") do outcomes[#outcomes + 1] = assert(json.decode(line), line) end
  return outcomes, printed
end

--- The key id that a request was signed with.
function credentials_child.key_of(request)
  return (request.headers.authorization or ""):match("Credential=([^/]+)/")
end

return credentials_child
