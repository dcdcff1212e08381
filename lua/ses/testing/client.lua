--- A mock client: the real client, with everything that it does, over a transport without a network.
--
-- What production would refuse is refused in a spec too, by the same error. See ses.testing.
-- @module ses.testing.client
local calls = require "ses.testing.calls"
local mails = require "ses.testing.mails"
local place = require "ses.testing.place"
local real_client = require "ses.client"
local script = require "ses.testing.script"
local transport = require "ses.testing.transport"
local fake_clock = require "ses.testing.clock"

local client = {}

---@class ses.testing.Client: ses.Client
---@field clock ses.testing.Clock
---@field transport ses.testing.Transport

local doubles = {}

--- The calls so far, in their order. What was refused before a request left is not among them.
-- @tparam ?string operation AWS's name, to have those of one operation
-- @treturn {ses.testing.Call,...}
function doubles:calls(operation)
  local list = {}
  for _, call in ipairs(calls.of(self.transport:requests())) do
    if operation == nil or call.operation == operation then list[#list + 1] = call end
  end
  return list
end

--- The mails that were sent, in their order, from SendEmail and SendBulkEmail.
-- @treturn {ses.testing.Mail,...}
function doubles:sent()
  return mails.of(self:calls())
end

--- Says what later requests of an operation are answered.
-- @tparam string operation AWS's name
-- @tparam table|function answer a value, in snake_case or by AWS's names, for every request; a list of answers, each
--   for one request, before what was said for every request; function(params) → a value, a `failure`, or nil for
--   the default. Each try of a call is a request. A member that the answer of the operation does not have, or one of
--   another type, raises an error.
function doubles:answer(operation, answer)
  self.script:answer(operation, answer)
end

--- Has later requests of an operation fail, before any answer.
-- @tparam string operation AWS's name
-- @tparam table failure as of `ses.testing.failure`, and `times`: how many requests (all; tries of a call count each)
function doubles:fail(operation, failure)
  self.script:fail(operation, failure)
end

--- Forgets the calls and all that was said. What the client itself has learned, such as an open circuit, stays.
function doubles:reset()
  self.script:reset()
  self.transport:reset()
end

local function responder(said)
  return function(request)
    local op, params = calls.read(request)
    if op then return said:response(op, params) end
    return { status = 404, body = '{"message":"the mock client answers for operations of SES v2 alone"}' }
  end
end

local DEFAULTS = {
  region = "eu-west-1",
  credentials = { access_key_id = "AKIDTESTING000000001", secret_access_key = "secret/of/testing" },
}

local function with_defaults(options)
  local all = {}
  for name, value in pairs(DEFAULTS) do all[name] = value end
  for name, value in pairs(options or {}) do all[name] = value end
  return all
end

--- Makes a client.
-- @tparam ?table options of `ses.client`; `region` is "eu-west-1" and `credentials` are made up unless given
-- @tparam ?table ports `clock`, `random` of ses.testing, in place of new ones
-- @treturn ses.testing.Client
-- @treturn[2] nil
-- @treturn[2] ses.Error as of `ses.client`
function client.new(options, ports)
  ports = ports or {}
  local clock = ports.clock or fake_clock.new()
  local said = script.new()
  local moved = transport.new { clock = clock, answer = responder(said) }
  local made, err = real_client.new(with_defaults(options), place.new {
    clock = clock, random = ports.random, transport = moved,
  })
  if not made then return nil, err end
  rawset(made, "script", said)
  for name, method in pairs(doubles) do rawset(made, name, method) end
  client.last = made
  return made
end

return client
