-- What ses makes of the configuration of this very process: `lua spec/peers/ses_peer.lua OPTIONS`
-- prints one line of JSON like the ones of botocore_peer.py, with the request for SES in place of the
-- secrets, which never are Lua strings. OPTIONS is the client's options as JSON.
local cjson = require "cjson"
local host = require "ses.adapters.host"
local ses = require "ses"

local recorded

-- The request for SES stays here; what goes to STS and the like goes its way.
local function recording(transport)
  local wrapper = {}
  function wrapper.perform(_, request, options)
    if not request:url():find("/v2/email/account", 1, true) then return transport:perform(request, options) end
    recorded = {
      method = request:method(), url = request:url(), wire = request:wire_headers() .. request:wire_secrets(),
    }
    return { status = 200, headers = {}, body = "{}" }
  end
  function wrapper.close() return transport:close() end
  return setmetatable(wrapper, { __index = transport })
end

local function refused(err)
  return { error = err.kind .. "/" .. tostring(err.code), message = tostring(err) }
end

-- The settings whose place describe_config does not tell.
local function without_origin(settings)
  local names = {}
  for name, entry in pairs(settings) do
    local from_outside = entry.source == "environment" or entry.source == "profile"
    if not entry.source or from_outside and not entry.origin then names[#names + 1] = name end
  end
  return table.concat(names, " ")
end

local function resolve(options)
  local current = host.current()
  local make = current.transport
  current.transport = function(settings)
    local transport, err = make(settings)
    if not transport then return nil, err end
    return recording(transport)
  end
  local client, err = ses.client(options)
  if not client then return refused(err) end
  local ok
  ok, err = client:call("GetAccount")
  if not ok then return refused(err) end
  local credentials = assert(client.pipeline.credentials())
  recorded.key, recorded.from = credentials:access_key_id(), credentials:source()
  recorded.account = credentials:account_id()
  local settings = client:describe_config()
  recorded.attempts, recorded.mode = settings.max_retries.value + 1, settings.retry_mode.value
  recorded.ca, recorded.found_in = settings.ca_bundle.value, settings.credentials.found_in
  recorded.without_origin = without_origin(settings)
  return recorded
end

print(cjson.encode(resolve(cjson.decode(arg[1]))))
