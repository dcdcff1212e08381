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
-- Requiring this module defines and does nothing else: no file is read, no connection made.
-- @module ses
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

return ses
