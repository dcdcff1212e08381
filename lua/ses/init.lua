--- Amazon SES v2 for Lua.
--
--     local ses = require "ses"
--     local client = assert(ses.client { region = "eu-west-1" })
--     local sent = assert(client.emails:send {
--       from = "Lumen Books <news@lumen.example>", to = "ada@example.com",
--       subject = "Your order", text = "It is on its way.",
--     })
--     print(sent.message_id)
--
-- Requiring this module defines and does nothing else: no file is read, no connection made. In nginx's `init_by_lua`
-- alone it does what `ses.preload` does, so that `require "ses"` is all that has to stand there.
-- @module ses

-- LuaJIT calls itself Lua 5.1, and shares its folders of modules.
if _VERSION == "Lua 5.1" and not rawget(_G, "jit") then
  error("ses runs on Lua 5.4 and LuaJIT; plain Lua 5.1 cannot yield within pcall or an iterator", 0)
end

local ses = {}

--- The version of this library (Semantic Versioning 2.0.0).
ses.version = "0.1.0"

--- Errors as values; see ses.errors.
ses.errors = require "ses.errors"

--- Makes a client.
-- @tparam ?table options by name as the configuration schema of ses.config has them: `region`,
--   `endpoint`, `credentials`, `profile`, `max_retries`, …; `retry_in_doubt` (default true)
-- @treturn ses.Client
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "validation", naming the option or the variable at fault
function ses.client(options)
  return require("ses.client").new(options)
end

local function in_init_by_lua()
  local ngx = rawget(_G, "ngx")
  return type(ngx) == "table" and type(ngx.get_phase) == "function" and ngx.get_phase() == "init"
end

--- Loads every module that a client may come to need. Without it a module is loaded when something of it is first
-- used, which reads a file: in nginx better at the start than within a request. In `init_by_lua`, before the workers
-- are forked, it also makes the key that they hand credentials to each other by.
function ses.preload()
  local preload = require "ses.preload"
  if in_init_by_lua() then preload.before_fork() else preload.all() end
end

local function host()
  return require("ses.adapters.host").current()
end

--- Runs a function whose calls yield instead of blocking, so that thousands are under way at once.
--
--     ses.run(function(spawn)
--       for _, to in ipairs(addresses) do
--         spawn(function() client.emails:send { to = to, … } end)
--       end
--     end)
--
-- Returns when `fn` and all that it spawned have ended.
-- @tparam function fn called with `spawn(fn, ...)`, which starts a task and returns it: `task:wait()`
--   gives its results, `task:cancel()` ends it
-- @return what `fn` returns; an error that `fn` or a task raised, and nobody waited for, is raised again
function ses.run(fn)
  return host().run(fn)
end

--- Waits; inside `ses.run` and inside nginx others go on meanwhile.
-- @tparam number seconds
function ses.sleep(seconds)
  return host().clock.sleep(seconds)
end

--- Seconds since 1970-01-01 UTC, with fractions.
-- @treturn number
function ses.now()
  return host().clock.now()
end

--- Seconds of a clock that is never set, for measuring.
-- @treturn number
function ses.monotonic()
  return host().clock.monotonic()
end

if in_init_by_lua() then
  -- What is loaded requires this module itself.
  package.loaded["ses"] = ses
  ses.preload()
end

return ses
