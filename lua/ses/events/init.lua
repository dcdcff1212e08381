--- SES's events, from the queue that they lie in to a program's functions.
--
--     local events = require "ses.events"
--     local poller = assert(events.poller {
--       client = client, queue_url = "https://sqs.eu-west-1.amazonaws.com/123456789012/ses-events",
--       handlers = { bounce = function(event) … end },
--     })
--     assert(poller:run())
--
-- Those that SNS posts to an nginx are taken by ses.nginx.webhook.
-- @module ses.events
local lazy = require "ses.lazy"

local normalise = lazy "ses.events.normalise"
local sqs = lazy "ses.events.sqs"

local events = {}

--- Makes a poller of a queue; see ses.events.sqs.
-- @tparam table options
-- @treturn ses.events.Poller
-- @treturn[2] nil
-- @treturn[2] ses.Error
function events.poller(options) return sqs.new(options) end

--- Reads one event, whichever way it came; see ses.events.normalise.
-- @tparam string|table event
-- @treturn table
-- @treturn[2] nil
-- @treturn[2] ses.Error
function events.read(event) return normalise.read(event) end

return events
