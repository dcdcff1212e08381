--- Test doubles for specs of programs that send mail: `docs/testing.md` tells how they are used.
--
-- They keep what `ses.ports` asks of the real parts, and the same specs run against both.
-- @module ses.testing
local lazy = require "ses.lazy"

local clock = lazy "ses.testing.clock"
local place = lazy "ses.testing.place"
local random = lazy "ses.testing.random"
local transport = lazy "ses.testing.transport"

local testing = {}

--- Sources of credentials: `static()`, `expiring{}`, `refreshing{}`, `failing()`; see ses.testing.credentials.
testing.credentials = lazy "ses.testing.credentials"

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
