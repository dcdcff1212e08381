-- A model of SES: what it takes, what it refuses, and its own account of the mails that it took.
local json = require "ses.model.json"

local service = {}

local Service = {}
Service.__index = Service

-- SES refuses a signature made by a clock that is further off.
local MAX_SKEW = 300

-- `weights` of its answers, see spec.simulation.weather; `rate` above which it throttles.
function service.new(world, weather)
  return setmetatable({
    world = world, draw = world.draw, weather = weather, accepted = {}, refused = {}, mails = 0, number = 0,
    tokens = weather.service_rate, filled = 0, times = {},
  }, Service)
end

-- `on_mail(self, address, tags, id)`, where there is one, hears of each mail.

local function normal(address) return (address:match("<([^<>]+)>%s*$") or address):lower() end

function Service:accept(address, tags)
  address = normal(address)
  self.accepted[address] = (self.accepted[address] or 0) + 1
  self.mails = self.mails + 1
  self.number = self.number + 1
  self.times[self.mails] = self.world.time
  self.world:trace("SES takes the mail to %s (its %d.)", address, self.accepted[address])
  local id = ("m-%06d"):format(self.number)
  if self.on_mail then self:on_mail(address, tags, id) end
  return id
end

-- How many mails count for the daily quota: all, unless the weather says how long a day is.
function Service:of_last_day()
  local since, n = self.world.time - (self.weather.day_seconds or math.huge), self.mails
  while n > 0 and self.times[n] > since do n = n - 1 end
  return self.mails - n
end

function Service:accepted_by(address) return self.accepted[normal(address)] or 0 end

-- ---- answers ----

local function http_date(time)
  return os.date("!%a, %d %b %Y %H:%M:%S GMT", math.floor(time))
end

-- What GetAccount says where the weather sets no limit of SES's own.
service.AMPLE_RATE = 1000

local function answer(self, status, body, headers)
  self.number = self.number + 1
  headers = headers or {}
  headers["x-amzn-requestid"] = ("r-%06d"):format(self.number)
  headers["content-type"] = "application/json"
  headers.date = http_date(self.world:true_wall())
  return { status = status, headers = headers, body = body }
end

-- The forms that the name of an error comes in.
local function failure(self, status, code, message, headers)
  headers = headers or {}
  local form = self.draw:whole(1, 3)
  local body = { message = message }
  if form == 1 then
    headers["x-amzn-errortype"] = code
  elseif form == 2 then
    headers["x-amzn-errortype"] = code .. ":http://internal.amazon.com/coral/com.amazonaws.ses/"
  else
    body.__type = "com.amazonaws.ses#" .. code
  end
  self.world:trace("SES answers %d %s", status, code)
  return answer(self, status, json.encode(body), headers)
end

local function throttle(self)
  local headers = {}
  if self.draw:chance(0.2) then headers["retry-after"] = tostring(self.draw:whole(0, 3)) end
  if self.draw:chance(0.2) then headers["x-amz-retry-after"] = tostring(self.draw:whole(0, 4000)) end
  return failure(self, 429, "TooManyRequestsException", "Maximum sending rate exceeded.", headers)
end

-- SES's own limit, in recipients a second.
local function is_over(self, cost)
  local rate = self.weather.service_rate
  if not rate then return false end
  local now = self.world.time
  self.tokens = math.min(rate, self.tokens + (now - self.filled) * rate)
  self.filled = now
  if self.tokens < cost then return true end
  self.tokens = self.tokens - cost
  return false
end

-- Seconds since 1970 of "20261124T201500Z".
local function time_of(amz_date)
  local y, mo, d, h, mi, s = amz_date:match("^(%d%d%d%d)(%d%d)(%d%d)T(%d%d)(%d%d)(%d%d)Z$")
  y, mo, d = tonumber(y), tonumber(mo), tonumber(d)
  if mo <= 2 then y, mo = y - 1, mo + 12 end
  local days = 365 * y + math.floor(y / 4) - math.floor(y / 100) + math.floor(y / 400)
    + math.floor((153 * (mo - 3) + 2) / 5) + d - 719469
  return days * 86400 + h * 3600 + mi * 60 + s
end

local function recipients_of(destination)
  local list = {}
  for _, field in ipairs { "ToAddresses", "CcAddresses", "BccAddresses" } do
    for _, address in ipairs(destination[field] or {}) do list[#list + 1] = address end
  end
  return list
end

-- Addresses that SES never takes begin with "bad".
local function is_bad(address) return normal(address):sub(1, 3) == "bad" end

local function single(self, request)
  local list = recipients_of(request.Destination)
  if is_bad(list[1]) then return failure(self, 400, "MessageRejected", "Email address is not allowed.") end
  local id
  for _, address in ipairs(list) do id = self:accept(address, request.EmailTags) end
  return answer(self, 200, json.encode { MessageId = id })
end

local TRANSIENT = { { "TRANSIENT_FAILURE", 2 }, { "ACCOUNT_THROTTLED", 2 }, { "FAILED", 1 } }

local function tags_of(request, given)
  local tags = {}
  for _, part in ipairs { request.DefaultEmailTags or {}, given.ReplacementTags or {} } do
    for _, tag in ipairs(part) do tags[#tags + 1] = tag end
  end
  return tags
end

local function entry(self, request, given)
  local list = recipients_of(given.Destination)
  if is_bad(list[1]) then return { Status = "MESSAGE_REJECTED", Error = "Email address is not allowed." } end
  if self.draw:chance(self.weather.entry_failures) then return { Status = self.draw:weighted(TRANSIENT) } end
  local id
  for _, address in ipairs(list) do id = self:accept(address, tags_of(request, given)) end
  return { Status = "SUCCESS", MessageId = id }
end

local function bulk(self, request)
  local results = {}
  for i, given in ipairs(request.BulkEmailEntries) do results[i] = entry(self, request, given) end
  -- An answer that says nothing of some.
  if self.draw:chance(self.weather.short_answers) then results[#results] = nil end
  return answer(self, 200, json.encode { BulkEmailEntryResults = json.list(results) })
end

-- What a request says, and how many recipients it has. A request without a body is GetAccount.
function service.read(request)
  if not request.content then
    request.content = request.body == "" and { asks = true } or assert(json.decode(request.body))
  end
  return request.content
end

function service.cost(content)
  local request = content
  if request.asks then return 0 end
  if not request.BulkEmailEntries then return #recipients_of(request.Destination) end
  local sum = 0
  for _, given in ipairs(request.BulkEmailEntries) do sum = sum + #recipients_of(given.Destination) end
  return sum
end

local function account(self)
  local quota = {
    Max24HourSend = self.weather.daily or -1, MaxSendRate = self.weather.service_rate or service.AMPLE_RATE,
    SentLast24Hours = self:of_last_day(),
  }
  return answer(self, 200, json.encode { SendQuota = quota, SendingEnabled = true })
end

-- What SES says to a request that has reached it.
function Service:answer(request)
  local world = self.world
  if math.abs(time_of(request.amz_date) - world:true_wall()) > MAX_SKEW then
    return failure(self, 403, "InvalidSignatureException", "Signature expired: is now earlier than the allowed skew")
  end
  local body = service.read(request)
  if body.asks then return account(self) end
  if self.weather.daily and self:of_last_day() + service.cost(body) > self.weather.daily then
    return failure(self, 429, "TooManyRequestsException", "Daily message quota exceeded.")
  end
  if is_over(self, service.cost(body)) then return throttle(self) end
  local kind = self.draw:weighted(self.weather.answers)
  if kind == "throttled" then return throttle(self) end
  if kind == "internal" then return failure(self, 500, "InternalFailure", "Internal error.") end
  if kind == "unavailable" then return failure(self, 503, "ServiceUnavailable", "Please try again.") end
  if kind == "paused" then return failure(self, 400, "SendingPausedException", "Sending is paused.") end
  local said = (body.BulkEmailEntries and bulk or single)(self, body)
  if kind == "garbled" then said.body = said.body:sub(1, math.floor(#said.body / 2)) end
  return said
end

return service
