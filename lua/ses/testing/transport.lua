--- A transport without a network: it records requests and answers as it is told. It keeps what `ses.ports` asks of a
-- transport, and the specs of the real transports run against it.
-- @module ses.testing.transport
local errors = require "ses.errors"
local failures = require "ses.testing.failures"
local fake_clock = require "ses.testing.clock"

local transport = {}

local Transport = { __name = "ses.testing.Transport" }
Transport.__index = Transport

function Transport:__tostring()
  return ("ses.testing.Transport (%d requests)"):format(#self.recorded)
end

---@class ses.testing.Request
---@field method string
---@field url string
---@field path string still percent-encoded
---@field query string without "?"; "" where there is none
---@field headers table lower-case name → value; what is secret is left out
---@field access_key_id string|nil of the credentials that it is signed with
---@field body string
---@field options table what the caller allowed: `connect_timeout_ms`, `timeout_ms`
---@field time number seconds since 1970, by the transport's clock
---@field response table|nil what was answered
---@field err ses.Error|nil what it failed by

local PORTS = { http = 80, https = 443 }

local function peer_of(url)
  local scheme, authority = url:match "^(%a+)://([^/?#]*)"
  authority = authority:gsub("^.*@", "")
  if authority:find ":%d+$" then return authority end
  return authority .. ":" .. PORTS[scheme:lower()]
end

-- The rest of that line is secret, and wiped.
local function key_id_of(request)
  local key_id = request:wire_secrets():match "Credential=([^/]+)/"
  request:wipe_secrets()
  return key_id
end

local function record(self, request, options)
  local url = request:url()
  local headers = {}
  for _, header in ipairs(request:headers()) do headers[header[1]:lower()] = header[2] end
  local path, query = url:match "^%a+://[^/?#]*([^?#]*)%??([^#]*)"
  local made = {
    method = request:method(), url = url, path = path == "" and "/" or path, query = query, headers = headers,
    body = request:body() or "", access_key_id = key_id_of(request), options = options or {}, time = self.clock.now(),
  }
  self.recorded[#self.recorded + 1] = made
  return made
end

local FIELDS = { status = "number", headers = "table", body = "string", latency = "number", error = "string" }

local function check(answer, level)
  if type(answer) ~= "table" then error("an answer must be a table, not a " .. type(answer), level) end
  for name, value in pairs(answer) do
    if not FIELDS[name] then error("an answer has no field '" .. tostring(name) .. "'", level) end
    if type(value) ~= FIELDS[name] then
      error(("%s of an answer must be a %s, not a %s"):format(name, FIELDS[name], type(value)), level)
    end
  end
  if answer.error then failures.of(answer.error) end
  return answer
end

-- The next answer: of the list as long as it lasts, then the one for all.
local function next_answer(self, request)
  local answer = table.remove(self.listed, 1) or self.always
  if type(answer) == "function" then answer = check(answer(request) or {}, 0) end
  return answer
end

local function response_of(answer, seconds)
  local headers = {}
  for name, value in pairs(answer.headers or {}) do headers[name:lower()] = tostring(value) end
  return {
    status = answer.status or 200, headers = headers, body = answer.body or "", timings = { total = seconds },
    reused = false,
  }
end

local function seconds_of(milliseconds) return milliseconds and milliseconds / 1000 or nil end

-- How long it takes, and what it fails by.
local function course(self, answer, options)
  local code, latency = answer.error, answer.latency or self.seconds
  local limit = seconds_of(options.timeout_ms)
  local failure = code and failures.of(code)
  if failure and failure.waits then return code, seconds_of(options[failure.waits]) or 0 end
  if limit and latency >= limit then return "RequestTimeout", limit end
  return code, latency
end

local function closed()
  return errors.new { kind = "client", code = "TransportClosed", message = "the transport is closed" }
end

-- What ended a wait was not the server: the request is out.
local function broken_off(err, text)
  return errors.new { kind = "cancelled", code = err and err.code or "Cancelled", message = text, in_doubt = true }
end

--- Takes a request and gives the answer that is its turn, after `latency` of the transport's clock.
-- @param request a request of ses.core.http
-- @tparam ?table options `connect_timeout_ms`, `timeout_ms`
-- @treturn ?table { status =, headers = { [lower-case name] = value }, body =, timings = { total = } }
-- @treturn ?ses.Error as of the real transports
function Transport:perform(request, options)
  if self.closed then return nil, closed() end
  local made = record(self, request, options)
  local answer = next_answer(self, made)
  local code, seconds = course(self, answer, made.options)
  if seconds > 0 then
    local ok, err = self.clock.sleep(seconds)
    if not ok then made.err = broken_off(err, "the exchange was broken off") end
  end
  if self.closed then made.err = broken_off(nil, "the transport was closed") end
  if code and not made.err then made.err = failures.error(code, peer_of(made.url)) end
  if made.err then return nil, made.err end
  made.response = response_of(answer, seconds)
  return made.response
end

--- Says what later requests are answered with.
--
-- An answer is { status = (200), headers =, body = (""), latency = seconds }, or { error = CODE } for a connection
-- that fails, where CODE is one of the transport port's: "ConnectionReset", "RequestTimeout", "ConnectionRefused", ….
-- "RequestTimeout" comes when the request's time is over.
-- @tparam table|function answer one for every request; a list, each once, before what was said for every request; or
--   function(request) → answer, called with a `ses.testing.Request`
function Transport:answer(answer)
  if type(answer) == "function" then
    self.always = answer
  elseif type(answer) == "table" and answer[1] ~= nil then
    for _, one in ipairs(answer) do
      self.listed[#self.listed + 1] = type(one) == "function" and one or check(one, 3)
    end
  else
    self.always = check(answer, 3)
  end
end

--- How long an answer takes that says nothing else.
-- @tparam number seconds
function Transport:latency(seconds) self.seconds = seconds end

--- The requests so far, in their order.
-- @treturn {ses.testing.Request,...}
function Transport:requests()
  local list = {}
  for i, request in ipairs(self.recorded) do list[i] = request end
  return list
end

--- Forgets requests, answers and latency.
function Transport:reset()
  self.recorded, self.listed, self.always, self.seconds = {}, {}, self.default, 0
end

--- Later requests are refused, and those that wait end as cancelled.
function Transport:close() self.closed = true end

--- Makes a transport.
-- @tparam ?table options `answer`: what every request is answered with unless something else is said (status 200 and
--   the body "{}"), as of `answer`, no list; `clock`: what latency and limits of time pass by (a new one of
--   ses.testing.clock)
-- @treturn ses.testing.Transport
function transport.new(options)
  options = options or {}
  local default = options.answer or { status = 200, body = "{}" }
  if type(default) ~= "function" then check(default, 3) end
  local made = setmetatable({ clock = options.clock or fake_clock.new(), default = default }, Transport)
  made:reset()
  return made
end

return transport
