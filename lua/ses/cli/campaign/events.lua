--- `ses campaign events`: takes SES's events from the campaign's queue.
-- @module ses.cli.campaign.events
local args = require "ses.cli.args"
local common = require "ses.cli.campaign.common"
local events_text = require "ses.cli.campaign.events_text"
local job = require "ses.cli.campaign.job"

local function events(parsed)
  local seconds, fault = args.seconds(parsed, "for")
  if fault then return nil, fault end
  local result, err = require("ses.campaign").events {
    file = parsed.file, journal = parsed.journal, client = args.client_options(parsed), seconds = seconds,
    interrupted = job.interrupted,
    warn = function(text) io.stderr:write("ses campaign events: ", text, "\n") end,
  }
  if not result then return nil, err end
  events_text.print(parsed, result)
  return 0
end

return {
  name = "events",
  summary = "take SES's events from the campaign's queue, until Ctrl-C",
  usage = [[
A run takes them by itself while it sends, and for a while after (events.queue_url of the campaign file). Bounces and
complaints may come days later: this command takes those. It works beside runs, and as often as one likes.

  ses campaign events news.lua --for 10m]],
  options = args.join({
    common.FILE, { name = "for", value = "TIME", help = "end by itself after so long, such as 30s, 10m, 1h" },
    common.JOURNAL, common.JSON,
  }, args.client),
  run = events,
}
