--- What the mock client is to be answered, by operation: values, sequences, functions and failures.
-- @module ses.testing.script
local codes = require "ses.pipeline.codes"
local defaults = require "ses.testing.defaults"
local failures = require "ses.testing.failures"
local json = require "ses.model.json"
local model = require "ses.model"
local names = require "ses.model.names"
local serialise = require "ses.model.serialise"
local suggest = require "ses.suggest"

local script = {}

local Failure = { __name = "ses.testing.Failure" }

local Script = { __name = "ses.testing.Script" }
Script.__index = Script

local KEYS = { code = "string", status = "number", message = "string", retry_after = "number", times = "number" }

local function check_options(options, level)
  if type(options) ~= "table" then error("a failure must be a table, not a " .. type(options), level) end
  for name, value in pairs(options) do
    if not KEYS[name] then
      error(("a failure has no field '%s'%s"):format(tostring(name), suggest.hint(tostring(name), KEYS)), level)
    end
    if type(value) ~= KEYS[name] then
      error(("%s of a failure must be a %s, not a %s"):format(name, KEYS[name], type(value)), level)
    end
  end
  if not options.code and not options.status then error("a failure needs code or status", level) end
end

local STATUS_OF_KIND = { throttling = 429, service = 500, credentials = 403, signing = 403, client = 400 }

-- AWS's code → status, of every error that the model or the table of errors has.
local statuses

local function status_of(code)
  if not statuses then
    statuses = {}
    for _, row in ipairs(codes.list) do
      if row.from == "service" then statuses[row.code] = STATUS_OF_KIND[row.kind] end
    end
    for _, name in ipairs(model.operations()) do
      for _, one in ipairs(model.operation(name).errors or {}) do statuses[one] = model.shape(one).status end
    end
  end
  return statuses[code]
end

local function check_code(code, level)
  if failures.known[code] or status_of(code) then return end
  local all = {}
  for name in pairs(statuses) do all[name] = true end
  for name in pairs(failures.known) do all[name] = true end
  error(("no failure has the code %s, so that it needs a status%s"):format(code, suggest.hint(code, all)), level)
end

--- A failure, to stand in a sequence or to be returned by a function.
-- @tparam table options `code`: AWS's, such as "MessageRejected", or the transport port's, such as "ConnectionReset";
--   `status`: the HTTP status, by default the code's; `message`; `retry_after`: seconds of the header Retry-After
-- @treturn table
function script.failure(options, level)
  level = (level or 1) + 1
  check_options(options, level + 1)
  if options.code and not options.status then check_code(options.code, level + 1) end
  local made = {}
  for name, value in pairs(options) do made[name] = value end
  return setmetatable(made, Failure)
end

local function response_of_failure(failure)
  if failures.known[failure.code] then return { error = failure.code } end
  return {
    status = failure.status or status_of(failure.code),
    headers = { ["x-amzn-ErrorType"] = failure.code, ["Retry-After"] = failure.retry_after },
    body = json.encode { message = failure.message or "as the spec asked for" },
  }
end

-- ---- answers ----

local LUA_TYPES = {
  structure = "table", list = "table", map = "table", string = "string", blob = "string", boolean = "boolean",
  integer = "number", long = "number", double = "number", timestamp = "number",
}

local function check_members(shape, value, path)
  local expected = LUA_TYPES[shape.type]
  if expected and type(value) ~= expected then
    return ("%s must be a %s, not a %s"):format(path:gsub("%.$", ""), expected, type(value))
  end
  if shape.type == "structure" then
    for name, item in pairs(value) do
      local member = shape.by_name[name]
      if not member then
        local snake = tostring(name)
        return ("%s%s is not known%s"):format(path, snake, suggest.hint(snake, shape.by_snake))
      end
      local wrong = check_members(member.shape, item, path .. member.snake .. ".")
      if wrong then return wrong end
    end
  elseif shape.type == "list" then
    for i, item in ipairs(value) do
      local wrong = check_members(shape.member, item, ("%s[%d]."):format(path:gsub("%.$", ""), i))
      if wrong then return wrong end
    end
  end
end

-- The JSON of an answer. → string | nil, what is wrong with it
local function encode(op, value)
  if type(value) ~= "table" then return nil, "must be a table, not a " .. type(value) end
  if not op.output then return "{}" end
  local answer = names.to_aws(op.output, value)
  local wrong = check_members(model.shape(op.output), answer, "")
  if wrong then return nil, wrong end
  local text, err = serialise.json(op.output, answer)
  return text, err and err.message
end

local function encoded(op, value, level)
  local text, reason = encode(op, value)
  if not text then error(("the answer of %s: %s"):format(op.name, reason), level) end
  return text
end

local function operation(name, level)
  local op, err = model.operation(name)
  if not op then error(err.message, level) end
  return op
end

local function of(self, name)
  self.operations[name] = self.operations[name] or { listed = {}, failing = {} }
  return self.operations[name]
end

--- As of the mock client.
function Script:answer(name, answer)
  local op = operation(name, 4)
  local function step(one)
    if type(one) ~= "function" and getmetatable(one) ~= Failure then encoded(op, one, 5) end
    return one
  end
  local steps = of(self, name)
  if type(answer) == "table" and answer[1] ~= nil then
    for _, one in ipairs(answer) do steps.listed[#steps.listed + 1] = step(one) end
  else
    steps.always = step(answer)
  end
end

--- As of the mock client.
function Script:fail(name, options)
  operation(name, 4)
  local failing = of(self, name).failing
  failing[#failing + 1] = { failure = script.failure(options, 3), left = options.times or math.huge }
end

local function next_failure(steps)
  local first = steps.failing[1]
  while first and first.left <= 0 do
    table.remove(steps.failing, 1)
    first = steps.failing[1]
  end
  if not first then return nil end
  first.left = first.left - 1
  return first.failure
end

local UNSCRIPTED = "the mock client has no answer to %s: give it one by client:answer(\"%s\", { … })"

local function default_answer(self, op, params)
  local answer = defaults.answer(op, params, self)
  if answer then return { body = op.output and assert(serialise.json(op.output, answer)) or "{}" } end
  return response_of_failure {
    code = "UnscriptedOperation", status = 400, message = UNSCRIPTED:format(op.name, op.name),
  }
end

--- The answer to a request, as ses.testing.transport takes it.
-- @tparam ses.Operation op
-- @tparam table params in AWS's names
function Script:response(op, params)
  local steps = of(self, op.name)
  local step = next_failure(steps) or table.remove(steps.listed, 1) or steps.always
  if type(step) == "function" then step = step(names.to_lua(op.input, params)) end
  if step == nil then return default_answer(self, op, params) end
  if getmetatable(step) == Failure then return response_of_failure(step) end
  return { body = encoded(op, step, 0) }
end

--- Forgets all that was said.
function Script:reset() self.operations = {} end

--- Makes a script that says nothing.
function script.new() return setmetatable({ operations = {}, ids = 0 }, Script) end

return script
