-- A search for credentials over real sockets, as small as it can be: for specs of the core's sources.
local core = require "ses.core"

local resolve = {}

local function exchange(transport, effect)
  assert(transport:start(effect.request, {
    connect_timeout_ms = effect.connect_timeout_ms, timeout_ms = effect.timeout_ms,
    direct = effect.direct, keep_response = true,
  }))
  local finished
  repeat finished = assert(transport:step(-1)) until finished[1]
  return finished[1]
end

-- Takes the steps of a resolver, or of a look-up of the region, to their end.
function resolve.run(steps)
  local transport = assert(core.transport.new())
  local kind, effect = steps:next(os.time())
  while kind == "http" do
    local result = exchange(transport, effect)
    if result.response then
      steps:feed_response(result.response)
    else
      steps:feed_failure(result.failure.status, result.failure.message)
    end
    kind, effect = steps:next(os.time())
  end
  transport:close()
  return kind
end

-- Asks one source and says what came of it, in a line.
function resolve.source(name)
  local resolver = assert(core.credentials.resolver { sources = { name }, use_imds = true })
  local kind = resolve.run(resolver)
  local credentials, failure = resolver:take()
  if not credentials then return kind .. ": " .. failure.tried[#failure.tried].message end
  local left = credentials:expiration() and credentials:expiration() - os.time()
  local age = not left and "for ever" or left > 0 and "good" or "expired"
  return ("%s %s %s"):format(credentials:source(), credentials:access_key_id(), age)
end

return resolve
