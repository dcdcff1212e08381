--- What a worker of nginx does when it starts, and from then on in its timers.
-- @module ses.nginx.init_worker
local clients = require "ses.nginx.clients"
local ses = require "ses"

local init_worker = {}

-- Credentials are fetched anew five minutes before they expire.
local LOOK_SECONDS = 20

local said = {}

local function say_once(client, text)
  if said[client] == text then return end
  said[client] = text
  if text then ngx.log(ngx.WARN, "ses: ", text) end
end

-- Has the credentials fetched in time. Those of all workers are one, so that one of them fetches.
local function look_after(client)
  if client.closed then return end
  local found, err = client.credentials:get(ses.monotonic() + client.settings.operation_timeout_ms / 1000)
  say_once(client, not found and "no credentials: " .. err.message or nil)
end

local function look_after_all(ended)
  if ended then return end
  for _, client in ipairs(clients.all()) do look_after(client) end
end

local function tell_of_sharing(client)
  local state = client.credentials:describe()
  local reason = state and state.unshared_because
  if reason then
    ngx.log(ngx.WARN, "ses: every worker fetches credentials of its own: ", reason)
  end
end

local function start_handlers(options, handlers)
  for _, name in ipairs(handlers) do
    local handler = require("ses.nginx." .. name)
    if options[name] ~= nil and handler.start then
      local ok, err = handler.start(options[name])
      if not ok then return nil, err end
    end
  end
  return true
end

local function start(options, handlers)
  if options.client ~= nil then
    local client, err = clients.get(options.client)
    if not client then return nil, err end
    tell_of_sharing(client)
  end
  return start_handlers(options, handlers)
end

--- Does it; see ses.nginx.
-- @tparam table options
-- @tparam table handlers their names
-- @treturn boolean|nil true
-- @treturn ?ses.Error
function init_worker.run(options, handlers)
  ses.preload()
  local ok, err = start(options, handlers)
  if not ok then
    ngx.log(ngx.ERR, "ses: ", err.message)
    return nil, err
  end
  ngx.timer.at(0, look_after_all)
  ngx.timer.every(LOOK_SECONDS, look_after_all)
  return true
end

return init_worker
