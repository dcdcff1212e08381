-- Calls that AWS's SDK and ses both make, and what they are answered, all made from the model.
--
-- A case: { part = one of sdk_cases.PARTS, operation =, variant =, input =,
--   answer = { status =, headers = { { name, value }, … }, body = } }
local core = require "ses.core"
local drawn_value = require "spec.support.drawn_value"
local json = require "ses.model.json"
local model = require "ses.model"
local model_values = require "spec.support.model_values"
local random = require "spec.support.random"

local sdk_cases = {}

-- What SES says as its protocol has it, and otherwise: as other servers that speak it do, or a newer SES.
sdk_cases.PARTS = { "requests", "answers", "answers in other forms", "errors", "errors in other forms" }

-- What ses does not take a send for done without.
local RECEIPTS = {
  SendEmail = '{"MessageId":"1"}', SendCustomVerificationEmail = '{"MessageId":"1"}',
  SendBulkEmail = '{"BulkEmailEntryResults":[]}',
}

local function case(part, op, variant, input, answer)
  answer = answer or { body = RECEIPTS[op.name] }
  return {
    part = part, operation = op.name, variant = variant, input = input,
    answer = {
      status = answer.status or 200, headers = json.list(answer.headers or {}), body = answer.body or "{}",
    },
  }
end

-- ---- requests ----

local function add_requests(cases, op, pick, draws)
  local shape = model.shape(op.input)
  cases[#cases + 1] = case("requests", op, "minimal", model_values.minimal(shape))
  cases[#cases + 1] = case("requests", op, "full", model_values.full(shape))
  for i = 1, draws do cases[#cases + 1] = case("requests", op, "drawn " .. i, drawn_value(shape, pick)) end
end

-- ---- answers ----

local NEWER = { Names = { "a", "b" }, Deep = { Count = 1 } }

-- The JSON of a value. `change` may ask for `nulls`, in all places where nothing is, for `unknown` members,
-- and for another form of `time`.
local function wire(shape, value, change)
  local kind = shape.type
  if kind == "blob" then return core.base64.encode(value) end
  if kind == "timestamp" then return change.time and change.time(value) or value end
  if type(value) ~= "table" then return value end
  local out = kind == "list" and json.list() or {}
  if kind == "structure" then
    for _, member in ipairs(shape.members) do
      local item = value[member.name]
      if item ~= nil then
        out[member.wire] = wire(member.shape, item, change)
      elseif change.nulls then
        out[member.wire] = json.null
      end
    end
    if change.unknown then out.NewerThanTheModel = NEWER end
    return out
  end
  for key, item in pairs(value) do out[key] = wire(shape.member or shape.value, item, change) end
  if change.nulls then out[kind == "list" and #out + 1 or "nothing"] = json.null end
  return out
end

local function time_of(text) return function() return text end end

local REQUEST_IDS = { "x-amzn-request-id", "x-amz-request-id" }

-- The forms of a time in JSON; the first are what the model asks for.
local PROPER_TIMES = 3
local TIMES = {
  { "a time as seconds", time_of(1709209800) },
  { "a time as seconds with a fraction", time_of(1709209800.125) },
  { "a time before 1970", time_of(-86400.5) },
  { "a time as digits in a string", time_of "1709209800" },
  { "a time in ISO 8601", time_of "2024-02-29T12:30:00Z" },
  { "a time as an HTTP date", time_of "Thu, 29 Feb 2024 12:30:00 GMT" },
}

local function has_time(shape, seen)
  if seen[shape] then return false end
  seen[shape] = true
  if shape.type == "timestamp" then return true end
  for _, member in ipairs(shape.members or {}) do
    if has_time(member.shape, seen) then return true end
  end
  local inner = shape.member or shape.value
  return inner ~= nil and has_time(inner, seen)
end

local function add_answers(cases, op, pick)
  local input, shape = model_values.minimal(model.shape(op.input)), model.shape(op.output)
  local minimal, full = model_values.minimal(shape), model_values.full(shape)
  local function add(part, variant, value, change, headers)
    local body = json.encode(wire(shape, value, change or {}))
    cases[#cases + 1] = case(part, op, variant, input, { body = body, headers = headers })
  end
  add("answers", "minimal", minimal)
  add("answers", "full", full)
  for i = 1, 2 do add("answers", "drawn " .. i, drawn_value(shape, pick)) end
  add("answers", "nulls in place of all that may be absent", minimal, { nulls = true })
  cases[#cases + 1] = case("answers", op, "no body", input, { body = "" })
  add("answers", "nulls between values", drawn_value(shape, pick), { nulls = true })
  add("answers", "a request id by another header", minimal, {}, { { pick.one(REQUEST_IDS), "$id" } })
  local other = "answers in other forms"
  add(other, "unknown members", full, { unknown = true })
  if not has_time(shape, {}) then return end
  for i, form in ipairs(TIMES) do add(i <= PROPER_TIMES and "answers" or other, form[1], full, { time = form[2] }) end
end

-- ---- errors ----

local PLACE = ":http://internal.amazon.com/coral/com.amazonaws.sesv2/"

local function error_answer(status, code, fields)
  local headers = code and { { "x-amzn-errortype", code } } or nil
  return { status = status, headers = headers, body = json.encode(fields) }
end

-- The ways in which a service of AWS's says which error it is. Each is tried with every error.
local FORMS = {
  { "x-amzn-errortype", function(code) return code, { message = "because of 日本 \"it\"" } end },
  { "__type", function(code) return nil, { __type = code, message = "because" } end },
}

-- One of these is tried in turn.
local MORE_FORMS = {
  { "x-amzn-errortype with a place", function(code) return code .. PLACE, { Message = "because" } end },
  { "x-amzn-errortype with a namespace",
    function(code) return "com.amazonaws.sesv2#" .. code .. PLACE, { message = "because" } end },
  { "__type with a namespace",
    function(code) return nil, { __type = "com.amazonaws.sesv2#" .. code, Message = "because" } end },
  { "code", function(code) return nil, { code = code, message = "because" } end },
  { "both, which differ", function(code) return code, { __type = "Other", message = "because", Message = "no" } end },
}

local OTHER_FORMS = {
  { "no message", function(code) return code, {} end },
  { "an address in the message", function(code) return code, { message = "<joe@example.com> is unknown" } end },
}

local function add_errors(cases, op, pick)
  local input = model_values.minimal(model.shape(op.input))
  local function add(part, code, form)
    local header, fields = form[2](code)
    local answer = error_answer(model.shape(code).status, header, fields)
    cases[#cases + 1] = case(part, op, code .. " by " .. form[1], input, answer)
  end
  for _, code in ipairs(op.errors) do
    for _, form in ipairs(FORMS) do add("errors", code, form) end
    add("errors", code, pick.one(MORE_FORMS))
    if pick.chance(30) then add("errors in other forms", code, pick.one(OTHER_FORMS)) end
  end
end

-- What the model has no shape for, and what is no error of the service.
local FOREIGN = {
  { "an error that the model does not know", error_answer(400, "NewerException", { message = "because" }) },
  { "an error of all services", error_answer(403, nil, { __type = "AccessDeniedException", Message = "because" }) },
  { "an error without a name", error_answer(400, nil, { message = "because" }) },
  { "an error without a body", { status = 503, body = "" } },
  { "a page of a proxy", { status = 502, body = "<html><title>Bad Gateway</title></html>" } },
}

local function add_foreign(cases)
  for _, row in ipairs(FOREIGN) do
    cases[#cases + 1] = case("errors in other forms", model.operation("GetAccount"), row[1], {}, row[2])
  end
end

-- All cases; `draws` of each operation's inputs are drawn by `seed`.
function sdk_cases.list(seed, draws)
  local pick, cases = random.picker(seed), {}
  local adders = { add_requests, add_answers, add_errors }
  for _, add in ipairs(adders) do
    for _, name in ipairs(model.operations()) do add(cases, model.operation(name), pick, draws) end
  end
  add_foreign(cases)
  return cases
end

return sdk_cases
