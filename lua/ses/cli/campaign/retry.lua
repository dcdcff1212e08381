--- `ses campaign retry`: writes again to those who missed the mail.
-- @module ses.cli.campaign.retry
local args = require "ses.cli.args"
local common = require "ses.cli.campaign.common"
local format = require "ses.campaign.format"
local job = require "ses.cli.campaign.job"
local output = require "ses.cli.output"

-- A run is at work, which takes up what comes back to its queue.
local function put_back(parsed)
  local result, err = require("ses.campaign").put_back {
    file = parsed.file, journal = parsed.journal, failed = parsed.failed, in_doubt = parsed.in_doubt,
    code = parsed.code,
  }
  if not result then return nil, err end
  if parsed.json then
    common.print_json { campaign = result.campaign, put_back = result.n, processes = result.workers }
  else
    output.write(("%s: %s back in the queue of the run at work\n"):format(result.campaign,
      format.many(result.n, "recipient is", "recipients are")))
  end
  return 0
end

local function retry(parsed)
  if not (parsed.failed or parsed.in_doubt) then return nil, args.fault "say whom: --failed, --in-doubt or both" end
  if parsed.code and not parsed.failed then return nil, args.fault "--code is for --failed" end
  parsed.command, parsed.retry_failed, parsed.resend_in_doubt = "retry", parsed.failed, parsed.in_doubt
  parsed.retry_code = parsed.code
  local status, err = job.run(parsed)
  if status == nil and err.code == "JournalInUse" and not parsed.dry_run then return put_back(parsed) end
  return status, err
end

return {
  name = "retry",
  summary = "write again to those who missed the mail, and to nobody else",
  usage = [[
Puts them back into the queue and runs the campaign. Who has got the mail does not get it again; who was not written to
yet is. Where a run is at work, they go into its queue.

  ses campaign retry news.lua --failed --code MessageRejected]],
  options = args.join({
    common.FILE,
    { name = "failed", type = "flag", help = "those whose mail failed; malformed addresses are not tried" },
    { name = "code", value = "CODE", help = "of those, just the ones with this code, such as MessageRejected" },
    { name = "in-doubt", type = "flag", help = "those in doubt, at the risk of a second mail" },
  }, job.OPTIONS, args.client),
  run = retry,
}
