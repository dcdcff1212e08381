--- What events came to, as a command prints it.
-- @module ses.cli.campaign.events_text
local common = require "ses.cli.campaign.common"
local format = require "ses.campaign.format"
local json = require "ses.model.json"
local output = require "ses.cli.output"

local events_text = {}

local EVENTS = {
  { "delivered", "told of a delivery" }, { "bounced", "told of a bounce" }, { "complained", "told of a complaint" },
  { "delayed", "told of a delay" }, { "rejected", "told that SES rejected the mail" },
  { "rendering_failed", "told that SES could not render the mail" },
  { "known", "told nothing new" }, { "other_mail", "of earlier mails to the same recipients" },
  { "not_sent", "of recipients to whom no mail has left" }, { "other_campaign", "of other campaigns" },
  { "unknown", "of no recipient of this campaign" }, { "untagged", "without a campaign's tags" },
  { "malformed", "that are no events of SES" },
}

--- Prints what became of events.
-- @tparam table parsed the arguments
-- @tparam table result of ses.campaign's `settle` or `events`
function events_text.print(parsed, result)
  local found = result.events
  if parsed.json then
    return common.print_json {
      campaign = result.campaign, events = found, in_doubt = result.left, paused = result.paused,
      notes = result.notes and json.list(result.notes),
    }
  end
  output.write(("%s: %s read; %s settled as sent, %s as failed; %s still in doubt\n"):format(result.campaign,
    format.many(found.read, "event"), format.count(found.sent), format.count(found.failed),
    format.count(result.left)))
  for _, kind in ipairs(EVENTS) do
    local n = found[kind[1]]
    if n > 0 then output.write(("  %s %s\n"):format(format.count(n), kind[2])) end
  end
  if found.left_out > 0 then
    output.write(("%s not written to any more\n"):format(format.many(found.left_out, "recipient is",
      "recipients are")))
  end
  for _, note in ipairs(result.notes or {}) do output.write("Note: ", note, "\n") end
  if found.warned then output.write("Beware: ", found.warned, "\n") end
  local paused = found.paused or result.paused
  if paused then
    output.write(("%s is %s\nTo go on: %s\n"):format(result.campaign, paused, common.command("resume", parsed)))
  end
end

return events_text
