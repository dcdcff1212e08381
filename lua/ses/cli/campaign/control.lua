--- `ses campaign pause`, `resume` and `pace`: what a running campaign may be told.
-- @module ses.cli.campaign.control
local args = require "ses.cli.args"
local common = require "ses.cli.campaign.common"
local format = require "ses.campaign.format"
local output = require "ses.cli.output"

local control = {}

local OPTIONS = { common.FILE, common.JOURNAL, common.JSON }

local function processes(result)
  if result.workers == 0 then return "nothing is at work on it" end
  return format.many(result.workers, "process is", "processes are") .. " at work"
end

local function left(result)
  local counts = result.counts
  return ("%s sent, %s to go"):format(format.count(counts.sent), format.count(counts.pending + counts.sending))
end

local function print_result(parsed, result, text)
  if parsed.json then
    return common.print_json {
      campaign = result.campaign, changed = result.changed, paused = result.paused, set_rate = result.rate,
      processes = result.workers, sent = result.counts.sent, pending = result.counts.pending,
      sending = result.counts.sending,
    }
  end
  output.write(("%s: %s; %s; %s\n"):format(result.campaign, text, processes(result), left(result)))
end

local function options_of(parsed)
  return { file = parsed.file, journal = parsed.journal }
end

control.pause = {
  name = "pause",
  summary = "stop sending for now, in every process",
  usage = [[
Works from any machine that reaches the journal. Within a second nothing more leaves; what is in flight ends. The
processes stay, and go on by `ses campaign resume`; one that is begun meanwhile waits too.

  ses campaign pause autumn.lua]],
  options = OPTIONS,
  run = function(parsed)
    local result, err = require("ses.campaign").pause(options_of(parsed))
    if not result then return nil, err end
    print_result(parsed, result, result.changed and "paused" or "paused already")
    return 0
  end,
}

control.resume = {
  name = "resume",
  summary = "let a paused campaign go on",
  usage = [[
Where it had paused itself, it goes by the mails that leave from now on.

  ses campaign resume autumn.lua]],
  options = OPTIONS,
  run = function(parsed)
    local result, err = require("ses.campaign").resume(options_of(parsed))
    if not result then return nil, err end
    print_result(parsed, result, result.changed and "goes on" or "was not paused")
    if not parsed.json and result.workers == 0 and result.counts.pending > 0 then
      output.write("To send: ", common.command("run", parsed), "\n")
    end
    return 0
  end,
}

local function rate_of(parsed)
  if parsed.rate == "default" then return false end
  local rate = tonumber(parsed.rate)
  if rate and rate > 0 and rate < math.huge then return rate end
  return nil, args.fault(("RATE must be a number of mails a second, or 'default', not '%s'"):format(parsed.rate))
end

local function told_rate(result)
  local own = result.own_rate and format.number(result.own_rate) .. "/s" or "what the account allows"
  local rate = result.rate and format.number(result.rate) .. "/s" or "the campaign file's again, " .. own
  return ("the rate is %s%s"):format(rate, result.changed and "" or " already")
end

control.pace = {
  name = "pace",
  summary = "change the rate of a campaign, also while it runs",
  usage = [[
RATE is in mails a second over all processes. It holds until it is changed, also for later runs; 'default' goes back to
the campaign file's. What the account allows stays the limit.

  ses campaign pace autumn.lua 50
  ses campaign pace autumn.lua default]],
  options = {
    common.FILE, { positional = "rate", value = "RATE", required = true, help = "mails a second, or 'default'" },
    common.JOURNAL, common.JSON,
  },
  run = function(parsed)
    local rate, fault = rate_of(parsed)
    if rate == nil then return nil, fault end
    local options = options_of(parsed)
    options.rate = rate
    local result, err = require("ses.campaign").pace(options)
    if not result then return nil, err end
    print_result(parsed, result, told_rate(result))
    return 0
  end,
}

return control
