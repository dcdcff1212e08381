--- Picks the adapters that fit the place that ses runs in.
-- @module ses.adapters.host
local host = {}

---@class ses.Host
---@field name string "plain" or "nginx"
---@field transport fun(config): table|nil, ses.Error|nil makes a transport; see `ses.ports`
---@field clock table the clock port
---@field random table the random port
---@field sleep fun(seconds): true|nil, ses.Error|nil
---@field run fun(fn, options): any runs a function and the tasks that it spawns; see `ses.run`

local function inside_nginx()
  local ngx = rawget(_G, "ngx")
  return type(ngx) == "table" and type(ngx.socket) == "table" and type(ngx.get_phase) == "function"
end

local function plain()
  local clock = require "ses.adapters.clock"
  return {
    name = "plain", transport = require("ses.adapters.curl").new, clock = clock, sleep = clock.sleep,
    random = require("ses.core").random, run = require("ses.adapters.loop").run,
  }
end

local function nginx()
  local adapter = require "ses.adapters.nginx"
  return {
    name = "nginx", transport = adapter.new, clock = adapter.clock, sleep = adapter.clock.sleep,
    random = require("ses.core").random, run = require("ses.adapters.nginx_tasks").run,
  }
end

local chosen

--- The adapters for this process; the same table at every call.
-- @treturn ses.Host
function host.current()
  if not chosen then chosen = inside_nginx() and nginx() or plain() end
  return chosen
end

return host
