--- `ses campaign export`: what became of every recipient.
-- @module ses.cli.campaign.export
local args = require "ses.cli.args"
local common = require "ses.cli.campaign.common"
local file = require "ses.cli.file"
local format = require "ses.campaign.format"
local output = require "ses.cli.output"

local function export(parsed)
  if parsed.jsonl and parsed.verbatim then
    return nil, args.fault "--verbatim is for CSV; JSON lines are verbatim anyway"
  end
  local n
  local done, err = file.write(parsed.output, function(write)
    local failed
    n, failed = require("ses.campaign").export {
      file = parsed.file, journal = parsed.journal, state = parsed.state, format = parsed.jsonl and "jsonl" or "csv",
      verbatim = parsed.verbatim, write = write,
    }
    return n, failed
  end)
  if not done then return nil, err end
  if parsed.output ~= "-" then output.write(format.many(n, "recipient"), " written to ", parsed.output, "\n") end
  return 0
end

return {
  name = "export",
  summary = "write what became of every recipient, as CSV or JSON lines",
  usage = [[
The one command that writes full addresses. The columns: row, email, name, state, code, reason, message_id, updated
(ISO 8601), latency_ms, language, variant, and as far as SES's events tell delivery, delivery_at, bounce_type and
bounce_subtype. In CSV a value that a spreadsheet would take for a formula (it begins with
= + - @ or a tab) gets a ' in front, unless --verbatim says otherwise.

  ses campaign export news.lua --state failed --output failed.csv
  ses campaign export news.lua --jsonl | jq .]],
  options = {
    common.FILE,
    { name = "output", short = "o", value = "OUT", default = "-", help = "the file to write; - for standard output" },
    { name = "state", value = "STATE", help = "just those in this state",
      choices = { "pending", "sending", "sent", "failed", "suppressed", "in_doubt", "removed" } },
    { name = "jsonl", type = "flag", help = "JSON, an object a line, in place of CSV" },
    { name = "verbatim", type = "flag", help = "leave what looks like a formula as it is" }, common.JOURNAL,
  },
  run = export,
}
