--- `ses call OPERATION [JSON | - | @FILE]`: any SES v2 operation, in AWS's own names.
-- @module ses.cli.call
local args = require "ses.cli.args"
local input = require "ses.cli.input"

local function run(parsed)
  local model = require "ses.model"
  local op, unknown = model.operation(parsed.operation)
  if not op then return nil, args.fault(unknown.message) end
  local params, fault = input.json_object(parsed.input or "{}", "the input")
  if not params then return nil, fault end
  local client, err = require("ses").client(args.client_options(parsed))
  if not client then return nil, err end
  local result
  result, err = client:call(op.name, params)
  client:close()
  if not result then return nil, err end
  io.write(require("ses.cli.pretty").json(result), "\n")
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
      help = "such as SendEmail or ListContacts" },
    { positional = "input", value = "JSON", help = "the input; none is {}" },
  },
  run = run,
}
