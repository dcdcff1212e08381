--- What a worker of nginx does when it starts, and from then on in its timers.
-- @module ses.nginx.init_worker
local clients = require "ses.nginx.clients"
local ses = require "ses"

local init_worker = {}

-- As long as credentials are good a look costs next to nothing.
local LOOK_SECONDS = 1
-- After a look in vain.
local AGAIN_SECONDS = 20

-- What is known of each client here: `said`, `busy`, `again_at`.
local states = setmetatable({}, { __mode = "k" })

local function state_of(client)
  states[client] = states[client] or { again_at = 0 }
  return states[client]
end

local function say_once(state, text)
  if text and state.said ~= text then ngx.log(ngx.WARN, "ses: ", text) end
  state.said = text
end

-- Has the credentials fetched in time. Those of all workers are one, so that one of them fetches.
local function look_after(client)
  local state, now = state_of(client), ses.monotonic()
  if client.closed or state.busy or now < state.again_at then return end
  state.busy = true
  local found, err = client.credentials:get(now + client.settings.operation_timeout_ms / 1000)
  state.busy = false
  if not found then state.again_at = ses.monotonic() + AGAIN_SECONDS end
  say_once(state, not found and "no credentials: " .. err.message or nil)
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
