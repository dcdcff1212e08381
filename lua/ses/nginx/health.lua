--- Whether mail can be sent, for a load balancer: one call of SES for all workers, kept for a while.
--
--     location = /health { content_by_lua_block { require("ses.nginx").health { client = { region = "eu-west-1" } } } }
--
-- The answer is 200 where the client is healthy or degraded, 503 where it is unhealthy, with what `client:health`
-- gives as JSON. It holds no secret and no ARN.
-- @module ses.nginx.health
local answer = require "ses.nginx.answer"
local clients = require "ses.nginx.clients"
local health_of = require "ses.observe.health"
local options_of = require "ses.nginx.options"

local health = {}

local OPTIONS = { client = "kept" }
for name in pairs(health_of.OPTIONS) do OPTIONS[name] = "kept" end

local function make(options)
  local settings = {}
  for name, range in pairs(health_of.OPTIONS) do
    local value, err = options_of.number(options, name, {
      default = range.default, min = range.min, max = range.max, unit = "milliseconds",
    })
    if not value then return nil, err end
    settings[name] = value
  end
  local client, err = clients.get(options.client)
  if not client then return nil, err end
  return { client = client, settings = settings }
end

--- Answers the current request, as a content handler.
-- @tparam table options
--
-- - `client`: options of `ses.client`, or a client
-- - `max_age_ms`: how old an answer of SES's may be (10,000)
-- - `timeout_ms`: how long to wait for one (5,000)
function health.handle(options)
  local made, err = options_of.read("health", OPTIONS, options, make)
  if not made then return answer.wrong_options("health", err) end
  if not answer.allows({ "GET", "HEAD" }, "the health is read by GET") then return end
  local found = made.client:health(made.settings)
  answer.json(found.status == "unhealthy" and 503 or 200, found)
end

return health
