--- Test doubles for specs of programs that send mail: `docs/testing.md` tells how they are used.
--
-- They keep what `ses.ports` asks of the real parts, and the same specs run against both.
-- @module ses.testing
local lazy = require "ses.lazy"

local clock = lazy "ses.testing.clock"
local client = lazy "ses.testing.client"
local place = lazy "ses.testing.place"
local random = lazy "ses.testing.random"
local script = lazy "ses.testing.script"
local transport = lazy "ses.testing.transport"

local testing = {}

--- Sources of credentials: `static()`, `expiring{}`, `refreshing{}`, `failing()`; see ses.testing.credentials.
testing.credentials = lazy "ses.testing.credentials"

--- A mock client: a real one, to which nothing but the network is missing.
--
--     local client = testing.client()
--     client.emails:send { from = "shop@example.com", to = "ada@example.com", subject = "Hi", text = "Hello" }
--     client:sent()[1].subject                              -- "Hi"
--     client:fail("SendEmail", { code = "MessageRejected" })
--
-- Besides what a client has: `calls`, `sent`, `answer`, `fail`, `reset`, and its `clock` and `transport`; see
-- ses.testing.client.
-- @tparam ?table options of `ses.client`
-- @tparam ?table ports `clock`, `random`
-- @treturn ses.testing.Client
-- @treturn[2] nil
-- @treturn[2] ses.Error
function testing.client(options, ports)
  local made, err = client.new(options, ports)
  return made, err
end

--- A failure, to stand in a sequence of answers, or to be returned by a function that answers.
-- @tparam table options `code`: AWS's, such as "MessageRejected" or "TooManyRequestsException", or one of the transport
--   port's, such as "ConnectionReset" or "RequestTimeout"; `status`: the HTTP status (that of the code); `message`;
--   `retry_after`: seconds of a Retry-After header. An unknown code without a status raises an error.
-- @treturn table
function testing.failure(options)
  local made = script.failure(options, 2)
  return made
end

--- A clock that stands still until it is moved; see ses.testing.clock.
-- @tparam ?table options `now`: seconds since 1970
-- @treturn ses.testing.Clock
function testing.clock(options) return clock.new(options) end

--- A random that is the same in every run; see ses.testing.random.
-- @tparam ?table options `seed` or `values`
-- @treturn table
function testing.random(options) return random.new(options) end

--- A transport without a network; see ses.testing.transport.
-- @tparam ?table options `answer`, `clock`
-- @treturn ses.testing.Transport
function testing.transport(options) return transport.new(options) end

--- The place for `ses.client.new(options, place)`: a client over ports of this module; see ses.testing.place.
-- @tparam ?table options `clock`, `random`, `transport`
-- @treturn ses.Host
function testing.place(options) return place.new(options) end

return testing
