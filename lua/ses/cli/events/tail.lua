--- `ses events tail`: the events of a queue, as they come.
-- @module ses.cli.events.tail
local args = require "ses.cli.args"
local cli = require "ses.cli"
local format = require "ses.cli.events.format"
local output = require "ses.cli.output"

local INTERRUPTED = 130

-- Seconds between two looks whether Ctrl-C was pressed.
local LOOK_AGAIN = 0.2

local function warn(text) io.stderr:write("ses events tail: ", cli.one_line(text), "\n") end

local function print_event(event, as_json)
  local text = as_json and assert(require("ses.model.json").encode(format.table(event))) or format.line(event)
  output.write(text, "\n")
  -- What nobody has been shown is not deleted.
  return output.flush() or nil, output.failure()
end

local function poller_of(client, parsed)
  local told = {}
  return require("ses.events").poller {
    client = client, queue_url = parsed.queue, delete = parsed.delete == true,
    on_event = function(event) return print_event(event, parsed.json) end,
    on_malformed = function(message)
      if told[message.message_id] then return end
      told[message.message_id] = true
      warn(("message %s is no event of SES"):format(message.message_id))
    end,
    on_error = function(err) warn(tostring(err)) end,
  }
end

local function interrupted()
  local found, runtime = pcall(require, "ses.runtime")
  return found and runtime.interrupted() or 0
end

-- A message that comes while the wait is ended stays in the queue.
local function follow(poller, seconds)
  local ses = require "ses"
  return ses.run(function(spawn)
    local ends, ok, err = seconds and ses.monotonic() + seconds, nil, nil
    local task = spawn(function() ok, err = poller:run() end)
    while task:status() ~= "done" and task:status() ~= "failed" do
      local is_over = ends and ses.monotonic() >= ends
      if is_over or interrupted() > 0 or output.failure() then
        task:cancel()
        task:wait()
        return output.failure() and 1 or is_over and 0 or INTERRUPTED
      end
      ses.sleep(LOOK_AGAIN)
    end
    local _, raised = task:wait()
    if ok then return 0 end
    return nil, err or raised
  end)
end

local function run(parsed)
  local seconds, fault = args.seconds(parsed, "for")
  if fault then return nil, fault end
  local client, err = require("ses").client(args.client_options(parsed))
  if not client then return nil, err end
  local poller
  poller, err = poller_of(client, parsed)
  if not poller then
    client:close()
    return nil, err.field == "queue_url" and args.fault("--queue must be the URL of a queue") or err
  end
  local status
  status, err = follow(poller, seconds)
  client:close()
  return status, err
end

return {
  name = "tail",
  summary = "show the events of a queue of SQS, until Ctrl-C",
  usage = [[
A line for each event: time, type, recipients (masked), the mail's message id, what SES says of it, and the mail's tags.
Messages stay in the queue, hidden from its other readers for its visibility timeout, and each look counts for its
dead-letter queue; with --delete those that were shown are removed. Each is shown once.

  ses events tail --queue https://sqs.eu-west-1.amazonaws.com/123456789012/ses-events
  ses events tail --queue URL --json --for 10m | jq .]],
  options = args.with_client {
    { name = "queue", value = "URL", required = true, help = "the URL of the queue" },
    { name = "delete", type = "flag", help = "remove messages from the queue once they were shown" },
    { name = "for", value = "TIME", help = "end by itself after so long, such as 30s, 10m, 1h" },
    { name = "json", type = "flag", help = "print a JSON object a line" },
  },
  run = run,
}
