--- What tests and the inbox ask the emulator itself: everything below /_emulator/, in JSON.
--
-- | request | what it does |
-- |---|---|
-- | `GET /state` | tells counts, quota, timing |
-- | `POST /reset` | forgets everything |
-- | `GET /messages?q=&status=&limit=&offset=` | lists the mail, the newest first |
-- | `GET /messages/ID` | shows one mail with its source |
-- | `DELETE /messages` | removes the mail alone |
-- | `GET /events?message_id=` | lists the events that were published, the oldest first |
-- | `POST /events` | publishes an event of a `type` (AWS's word, such as "DeliveryDelay") for the mail `message_id` |
-- | `GET /subscriptions` | lists the endpoints that have subscribed to topics |
-- | `POST /subscriptions` | subscribes an `endpoint` (a URL) to `topic_arn`; see `ses.emulator.endpoints` |
-- | `GET`, `POST`, `DELETE /faults` | see `ses.emulator.faults` |
-- | `POST /limits` | sets `rate` and `daily` |
-- | `POST /identities` | puts an `identity` into a `status`; see `identities.set_status` |
-- | `POST /jobs` | puts the job `job_id` into a `status`; see `jobs.set_status` |
-- | `POST /timing` | sets `verify_after` and `job_seconds`; see `ses.emulator.timing` |
-- | `POST /dedicated-ips` | leases an `ip`, into a `pool` |
-- | `GET`, `POST /unsubscribe?list=&topic=&address=` | see `ses.emulator.subscriptions` |
-- @module ses.emulator.control
local account = require "ses.emulator.account"
local arn = require "ses.emulator.arn"
local dedicated_ips = require "ses.emulator.dedicated_ips"
local endpoints = require "ses.emulator.endpoints"
local errors = require "ses.emulator.errors"
local faults = require "ses.emulator.faults"
local identities = require "ses.emulator.identities"
local jobs = require "ses.emulator.jobs"
local json = require "ses.model.json"
local messages = require "ses.emulator.messages"
local mime = require "ses.mail.mime"
local publisher = require "ses.emulator.publisher"
local queues = require "ses.emulator.queues"
local response = require "ses.emulator.response"
local store = require "ses.emulator.store"
local subscriptions = require "ses.emulator.subscriptions"
local suppression = require "ses.emulator.suppression"
local templates = require "ses.emulator.templates"
local throttle = require "ses.emulator.throttle"
local timing = require "ses.emulator.timing"

local control = {}

local MAX_LIMIT = 10000

--- Sets the emulator's state up: what the settings say, and what the store holds.
-- @tparam table settings
-- @tparam number now
function control.prepare(settings, now)
  timing.reset(settings)
  for _, name in ipairs(settings.identities or {}) do
    local ok, reason = identities.set_status(name, { status = "SUCCESS" }, now)
    if not ok then error(("--verified %s: %s"):format(name, reason), 0) end
  end
  throttle.reset(settings.rate, settings.daily, now, messages.usage(now))
  messages.reset(now)
end

local function fail(code, ...) return response.fault(errors.fault(code, ...)) end

local function object_of(request)
  local value = json.decode(request.body or "")
  if type(value) ~= "table" or not request.body:find("^%s*{") then return nil end
  return value
end

local function number_of(text, default, max)
  local number = tonumber(text)
  if not number or number < 0 or number % 1 ~= 0 then return default end
  return math.min(number, max)
end

--- The filter that a query string asks for.
-- @tparam table query name → value
-- @tparam integer default how many messages, where it does not say
-- @treturn table for `messages.list`
function control.filter(query, default)
  return {
    q = query.q ~= "" and query.q or nil, status = query.status ~= "" and query.status or nil,
    limit = number_of(query.limit, default, MAX_LIMIT), offset = number_of(query.offset, 0, 1e15),
  }
end

local function list_messages(request)
  return response.json(200, messages.list(control.filter(request.arguments, 100)))
end

local function attachments_of(parsed)
  local list = json.list()
  for i, attachment in ipairs(parsed.attachments) do
    list[i] = {
      filename = attachment.filename, content_type = attachment.content_type, size = attachment.size,
    }
  end
  return list
end

local function show_message(_, id)
  local message = messages.get(id)
  if not message then return fail("NotFoundException", "There is no message with this id.") end
  local parsed = mime.parse(message.source)
  message.headers = json.list(parsed.headers)
  message.text, message.html, message.attachments = parsed.text, parsed.html, attachments_of(parsed)
  return response.json(200, message)
end

local function clear_messages()
  messages.clear()
  return response.json(200, {})
end

local function show_state(request)
  local rate, daily = throttle.limits()
  return response.json(200, {
    status = "ok", url = request.settings.url, sandbox = request.settings.sandbox,
    verify = request.settings.verify, revision = messages.revision(), counts = messages.counts(),
    quota = { rate = rate, daily = daily, sent = throttle.sent(request.now) },
    sending_enabled = account.sending_enabled(),
    templates = templates.collection:count(),
    suppressed = suppression.count(),
    identities = identities.collection:count(), timing = timing.get(),
  })
end

local function reset(request)
  store.clear()
  for _, part in ipairs { account, endpoints, publisher, queues, suppression, templates } do part.reset() end
  faults.clear()
  control.prepare(request.settings, request.now)
  return response.json(200, {})
end

local function list_faults()
  return response.json(200, { faults = json.list(faults.all()) })
end

local function add_fault(request)
  local wanted = object_of(request)
  if not wanted then return fail("BadRequestException", "The body must be a JSON object.") end
  local entry, err = faults.add(wanted)
  if not entry then return fail("BadRequestException", "%s", err.message) end
  return response.json(200, entry)
end

local function clear_faults()
  faults.clear()
  return response.json(200, {})
end

local function list_events(request)
  local message_id = request.arguments.message_id
  return response.json(200, { events = publisher.published(message_id ~= "" and message_id or nil) })
end

local function record_of(message)
  return {
    message_id = message.id, time = message.time, operation = message.operation, sender = message.from,
    subject = message.subject, source = message.source, recipients = message.recipients, tags = message.tags,
    configuration_set = message.configuration_set, template = message.template,
  }
end

-- { "message_id": "…", "type": "DeliveryDelay" }
local function add_event(request)
  local wanted = object_of(request) or {}
  local message = type(wanted.message_id) == "string" and messages.get(wanted.message_id)
  if not message then return fail("NotFoundException", "There is no message with this id.") end
  local event = publisher.publish_asked(wanted.type, record_of(message), {
    now = request.now, region = request.settings.region or arn.DEFAULT_REGION,
  })
  if event then return response.json(200, event) end
  return fail("BadRequestException", "type must be one of SES's event types, and the mail's configuration set must "
    .. "have an event destination.")
end

local function list_subscriptions() return response.json(200, { subscriptions = endpoints.all() }) end

-- { "topic_arn": "…", "endpoint": "http://127.0.0.1:8080/ses-events", "signature_version": "2" }
local function add_subscription(request)
  local subscription, reason = endpoints.subscribe(object_of(request) or {}, request.now)
  if not subscription then return fail("BadRequestException", "%s.", reason) end
  return response.json(200, endpoints.show(subscription))
end

-- { "identity": "example.com", "status": "SUCCESS", "mail_from_status": "FAILED" }
local function set_identity(request)
  local wanted = object_of(request) or {}
  if type(wanted.identity) ~= "string" then return fail("BadRequestException", "identity must be a string.") end
  if not wanted.dkim_status and not wanted.mail_from_status then wanted.status = wanted.status or "SUCCESS" end
  local ok, reason = identities.set_status(wanted.identity, wanted, request.now)
  if not ok then return fail("BadRequestException", "%s.", reason) end
  return response.json(200, {})
end

-- { "job_id": "…", "status": "FAILED", "processed": 10, "failed": 2, "message": "No such bucket." }
local function set_job(request)
  local ok, reason = jobs.set_status(object_of(request) or {}, request.now)
  if not ok then return fail("BadRequestException", "%s.", reason) end
  return response.json(200, {})
end

-- { "ip": "192.0.2.1", "pool": "main" }
local function lease_ip(request)
  local wanted = object_of(request) or {}
  local ok, reason = dedicated_ips.lease(wanted.ip, wanted.pool, request.now)
  if not ok then return fail("BadRequestException", "%s", reason) end
  return response.json(200, {})
end

-- { "verify_after": 0.5, "job_seconds": 2 }, either of them
local function set_timing(request)
  local ok, reason = timing.set(object_of(request) or {})
  if not ok then return fail("BadRequestException", "%s.", reason) end
  return response.json(200, timing.get())
end

-- { "rate": 10, "daily": 1000 }, either of them
local function set_limits(request)
  local wanted = object_of(request) or {}
  local rate, daily = throttle.limits()
  rate, daily = tonumber(wanted.rate) or rate, tonumber(wanted.daily) or daily
  if rate <= 0 or daily < -1 then return fail("BadRequestException", "rate must be more than 0, daily -1 or more.") end
  throttle.reset(rate, daily, request.now, messages.usage(request.now))
  return response.json(200, { rate = rate, daily = daily })
end

local ROUTES = {
  { "GET", "^/messages$", list_messages }, { "DELETE", "^/messages$", clear_messages },
  { "GET", "^/messages/([%w-]+)$", show_message }, { "GET", "^/state$", show_state },
  { "POST", "^/reset$", reset }, { "GET", "^/faults$", list_faults }, { "POST", "^/faults$", add_fault },
  { "GET", "^/events$", list_events }, { "POST", "^/events$", add_event },
  { "GET", "^/subscriptions$", list_subscriptions }, { "POST", "^/subscriptions$", add_subscription },
  { "DELETE", "^/faults$", clear_faults }, { "POST", "^/identities$", set_identity },
  { "POST", "^/limits$", set_limits }, { "POST", "^/jobs$", set_job }, { "POST", "^/timing$", set_timing },
  { "POST", "^/dedicated%-ips$", lease_ip }, { "GET", "^/unsubscribe$", subscriptions.show },
  { "POST", "^/unsubscribe$", subscriptions.unsubscribe },
}

--- Answers a request below /_emulator/.
-- @tparam table request { method =, path =, arguments = name → value, body =, settings =, now = }
-- @treturn ?boolean false where nothing is there
function control.handle(request)
  local path = request.path:sub(#"/_emulator" + 1)
  for _, route in ipairs(ROUTES) do
    local id = path:match(route[2])
    if id and route[1] == request.method then
      route[3](request, id)
      return true
    end
  end
  return false
end

return control
