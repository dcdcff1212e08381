--- `ses call OPERATION [JSON | - | @FILE]`: any SES v2 operation, in AWS's own names.
-- @module ses.cli.call
local args = require "ses.cli.args"
local input = require "ses.cli.input"
local output = require "ses.cli.output"

-- A value as JSON has it, turned into what the client takes: bytes in the place of base64, nothing in the
-- place of null. What does not fit the shape is left for the validator to name.
local function from_json(shape, value, path)
  local json = require "ses.model.json"
  if value == json.null then return nil end
  if shape.type == "blob" and type(value) == "string" then
    local bytes = require("ses.core").base64.decode(value)
    if not bytes then return nil, args.fault(path .. " is no base64") end
    return bytes
  end
  if type(value) ~= "table" then return value end
  local made = {}
  for key, item in pairs(value) do
    local member = shape.by_name and shape.by_name[key]
    local inner = member and member.shape or shape.member or shape.value
    local below = type(key) == "number" and ("%s[%d]"):format(path, key)
      or (path == "" and "" or path .. ".") .. key
    local fault
    if inner then
      made[key], fault = from_json(inner, item, below)
      if fault then return nil, fault end
    else
      made[key] = item
    end
  end
  return made
end

local function params_of(op, argument)
  local params, fault = input.json_object(argument or "{}", "the input")
  if not params or not op.input then return params, fault end
  return from_json(require("ses.model").shape(op.input), params, "")
end

local function run(parsed)
  local op, unknown = require("ses.model").operation(parsed.operation)
  if not op then return nil, args.fault(unknown.message) end
  local params, fault = params_of(op, parsed.input)
  if not params then return nil, fault end
  local client, err = require("ses").client(args.client_options(parsed))
  if not client then return nil, err end
  local result
  result, err = client:call(op.name, params)
  client:close()
  if not result then return nil, err end
  local shape = op.output and require("ses.model").shape(op.output)
  output.write(require("ses.cli.pretty").json(result, shape), "\n")
  return 0
end

return {
  name = "call",
  summary = "call any SES v2 operation with AWS's own JSON",
  usage = [[
The input is JSON with the names of AWS's API reference: as an argument, from a file (@FILE) or from
standard input (-). The answer is printed as JSON.

  ses call GetAccount
  ses call CreateEmailIdentity '{"EmailIdentity": "example.com"}']],
  interrupts = "raise",
  options = args.with_client {
    { positional = "operation", value = "OPERATION", required = true,
      words = function() return require("ses.model").operations() end,
      help = "such as SendEmail or ListContacts" },
    { positional = "input", value = "JSON", help = "the input; none is {}" },
  },
  run = run,
}
