--- `ses campaign settle`: lists the mails in doubt, and settles them.
-- @module ses.cli.campaign.settle
local args = require "ses.cli.args"
local common = require "ses.cli.campaign.common"
local events = require "ses.cli.campaign.events_text"
local format = require "ses.campaign.format"
local json = require "ses.model.json"
local output = require "ses.cli.output"

local function at(unix)
  return unix and format.date(unix) or "at an unknown time"
end

local function print_list(parsed, result)
  local list = result.in_doubt
  if parsed.json then
    return common.print_json { campaign = result.campaign, in_doubt = json.list(list) }
  end
  if #list == 0 then
    output.write(result.campaign, ": nobody stands in doubt\n")
    return
  end
  output.write(("%s: %s in doubt\n\n"):format(result.campaign, format.many(#list, "mail stands", "mails stand")))
  for _, doubt in ipairs(list) do
    output.write(("  row %d  %s  %s  %s  ses_recipient=%s\n"):format(doubt.row, doubt.email, at(doubt.at),
      doubt.reason or "", doubt.tags.ses_recipient))
  end
  output.write(([[

Times are UTC. SES's events with the tags ses_campaign=%s and ses_recipient=N tell what became of them:
  %s
Or decide, for all or some (--row N, --older-than 1h):
  %s
]]):format(result.campaign, common.command("settle", parsed, "--events EVENTS.jsonl"),
    common.command("settle", parsed, "--as sent|failed|resend")))
end

local AS = { sent = "as sent", failed = "as failed", resend = "to be sent again" }

local function print_decision(parsed, result)
  if parsed.json then
    return common.print_json {
      campaign = result.campaign, settled = result.settled, as = result.as, in_doubt = result.left,
      not_in_doubt = json.list(result.not_in_doubt),
    }
  end
  output.write(("%s: %s settled %s; %s still in doubt\n"):format(result.campaign, format.many(result.settled, "mail"),
    AS[result.as], format.count(result.left)))
  if #result.not_in_doubt > 0 then
    output.write("Not in doubt, or not for so long: ", format.rows(result.not_in_doubt, #result.not_in_doubt), "\n")
  end
  if result.as == "resend" and result.settled > 0 then
    output.write("To send, where nothing is at work: ", common.command("run", parsed), "\n")
  end
end

-- The lines of a file, or of standard input.
local function open_events(path)
  if path == "-" then return io.lines(), function() end end
  local file, reason = io.open(path, "rb")
  if not file then return nil, args.fault("cannot open " .. reason) end
  -- A folder opens, too.
  local _, why = file:read(0)
  if why then
    file:close()
    return nil, args.fault(("cannot read %s: %s"):format(path, why))
  end
  return function() return file:read "*l" end, function() file:close() end
end

local function options_of(parsed)
  local options = { file = parsed.file, journal = parsed.journal, as = parsed.as, rows = parsed.row }
  local fault
  options.older_than, fault = args.seconds(parsed, "older-than")
  if fault then return nil, fault end
  if parsed.as and parsed.events then return nil, args.fault "--as and --events exclude each other" end
  if not parsed.as and (parsed.row or parsed.older_than) then
    return nil, args.fault "--row and --older-than need --as"
  end
  return options
end

local function settle(parsed)
  local options, fault = options_of(parsed)
  if not options then return nil, fault end
  local close
  if parsed.events then
    options.events, close = open_events(parsed.events)
    if not options.events then return nil, close end
  end
  local result, err = require("ses.campaign").settle(options)
  if close then close() end
  if not result then return nil, err end
  local print_it = result.in_doubt and print_list or result.events and events.print or print_decision
  print_it(parsed, result)
  return 0
end

return {
  name = "settle",
  summary = "list the mails in doubt, and settle them",
  usage = [[
A mail is in doubt where no answer tells whether SES took it. Without --events and --as they are listed. SES's events,
which carry the mails' tags, settle what they can; what is left is for people to decide. Events also tell which mails
were delivered, bounced or were complained of, which the report shows. Works while the campaign runs.

  ses campaign settle news.lua
  ses campaign settle news.lua --events events.jsonl
  ses campaign settle news.lua --as sent --older-than 1d]],
  options = {
    common.FILE,
    { name = "events", value = "EVENTS", path = "file",
      help = "a file of SES's events, a JSON object a line; - for standard input" },
    { name = "as", value = "STATE", choices = { "sent", "failed", "resend" },
      help = "decide what became of them; resend risks a second mail" },
    { name = "older-than", value = "TIME", help = "just those in doubt for so long, such as 90s, 30m, 1h, 2d" },
    { name = "row", value = "N", type = "integer", min = 1, multiple = true,
      help = "just the one in this row of the audience; may be repeated" },
    common.JOURNAL, common.JSON,
  },
  run = settle,
}
