--- `ses campaign run`: begins a campaign, or goes on with it.
-- @module ses.cli.campaign.run
local args = require "ses.cli.args"
local common = require "ses.cli.campaign.common"
local job = require "ses.cli.campaign.job"

local function run(parsed)
  if parsed.dry_run and parsed.test_to then
    return nil, args.fault "--dry-run and --test-to exclude each other"
  end
  parsed.command = "run"
  return job.run(parsed)
end

return {
  name = "run",
  summary = "begin a campaign, or go on with it",
  usage = [[
A campaign file is Lua that returns a table: the audience, the message, the pace. What becomes of each
recipient is kept in a journal beside it, so that a campaign may be cut off at any moment and run again:
nobody is written to twice. Ctrl-C finishes what is in flight; a second one quits at once.

  ses campaign run news.lua --dry-run
  ses campaign run news.lua --test-to me@example.com --limit 3
  ses campaign run news.lua]],
  options = args.join({
    common.FILE,
    { name = "test-to", value = "ADDRESS",
      help = "send the mail of the first recipient (of the first N with --limit) to ADDRESS instead" },
    { name = "retry-failed", type = "flag", help = "write again to those who failed in earlier runs" },
    { name = "resend-in-doubt", type = "flag",
      help = "write again to those in doubt, at the risk of a second mail" },
  }, job.OPTIONS, args.client),
  run = run,
}
