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
---@field can_wait fun(): boolean whether the caller may wait for a condition
---@field condition fun(): table makes a condition: `wait(seconds)`, `broadcast()`, as of the loop
---@field background fun(fn): boolean runs `fn(ended)` beside everything else; `ended` is true where the
--- place is about to close and nothing can be done any more. False where there is no such way here.
---@field later fun(seconds, fn): boolean the same after a while; what has not begun when the place closes may never
---@field closing fun(): boolean whether the place is about to close, so that what goes on for long should end
---@field say fun(level, text) writes a line for whoever looks after the program: "notice" is what it was asked to tell,
--- "warn" what went wrong, which nginx alone has a log for
---@field can_run fun(): boolean whether `run` can be called here
---@field store fun(settings): table the store port: one for the process, or the dictionary
--- `settings.cache_dict` of an nginx, where that is declared
---@field shared_store fun(settings): table|nil the store that processes share which work together; nil
--- where there is none
---@field shared_secrets fun(settings): table|nil, string|nil `{ store =, seal = }` by which those processes hand
--- credentials to each other, or nil and, where they could have it but do not, why
---@field counters fun(settings): table|nil numbers that processes add up which work together, as of
--- ses.adapters.nginx_counters, in the dictionary `settings.metrics_dict`; nil where there is nothing to share
---@field log_sinks table name → fun(path): sink|nil, ses.Error|nil; `default` is the name of one
---@field run_program fun(command, timeout_ms): integer|nil, userdata|table see ses.adapters.program

local function inside_nginx()
  local ngx = rawget(_G, "ngx")
  return type(ngx) == "table" and type(ngx.socket) == "table" and type(ngx.get_phase) == "function"
end

local memory

local function memory_store()
  memory = memory or require("ses.adapters.store_memory").new()
  return memory
end

local function nginx_log() return require "ses.adapters.nginx_log" end

local PLAIN_SINKS = {
  default = "stderr", stderr = function() return require "ses.adapters.log_stderr" end,
  file = function(path) return require("ses.adapters.log_file").new(path) end,
}

local NGINX_SINKS = { default = "nginx", nginx = nginx_log }

local function plain()
  local clock = require "ses.adapters.clock"
  local loop = require "ses.adapters.loop"
  return {
    name = "plain", transport = require("ses.adapters.curl").new, clock = clock, sleep = clock.sleep,
    random = require("ses.core").random, run = loop.run,
    can_wait = function() return loop.current_task() ~= nil end, can_run = loop.can_run, store = memory_store,
    shared_store = function() return nil end, shared_secrets = function() return nil end,
    counters = function() return nil end,
    condition = loop.condition, background = loop.background, log_sinks = PLAIN_SINKS,
    later = function(seconds, fn)
      return loop.background(function()
        if seconds == 0 or loop.sleep(seconds) then fn(false) end
      end)
    end,
    closing = function() return false end,
    say = function(level, text)
      if level == "notice" then io.stderr:write(text, "\n") end
    end,
    run_program = function(command, timeout_ms)
      return require("ses.adapters.program").run(command, timeout_ms, loop.current_task() and loop.sleep)
    end,
  }
end

local function nginx()
  local adapter = require "ses.adapters.nginx"
  local nginx_counters = require "ses.adapters.nginx_counters"
  local program = require "ses.adapters.program"
  local seal = require "ses.adapters.nginx_seal"
  local store_nginx = require "ses.adapters.store_nginx"
  local tasks = require "ses.adapters.nginx_tasks"
  -- Not with the first request that needs it.
  require "ses.adapters.store_memory"
  nginx_log()
  return {
    name = "nginx", transport = adapter.new, clock = adapter.clock, sleep = adapter.clock.sleep,
    random = require("ses.core").random, run = tasks.run,
    can_wait = tasks.can_wait, can_run = tasks.can_wait,
    store = function(settings) return store_nginx.new(settings.cache_dict) or memory_store() end,
    shared_store = function(settings) return store_nginx.new(settings.cache_dict) end,
    counters = function(settings) return nginx_counters.new(settings.metrics_dict, settings.cache_dict) end,
    shared_secrets = function(settings) return seal.shared_secrets(store_nginx.new(settings.cache_dict)) end,
    condition = tasks.condition, background = tasks.background, later = tasks.later, say = tasks.say,
    closing = tasks.closing,
    log_sinks = NGINX_SINKS,
    run_program = function(command, timeout_ms)
      return program.run(command, timeout_ms, adapter.clock.sleep, true)
    end,
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
