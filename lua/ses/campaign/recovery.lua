--- What earlier runs of a campaign left, and what this one makes of it.
-- @module ses.campaign.recovery
local format = require "ses.campaign.format"

local recovery = {}

--- Says where the message is another than before, once.
-- @tparam ses.campaign.Run run
-- @treturn boolean|nil
-- @treturn ?ses.Error
function recovery.compare_message(run)
  local now = run.message:fingerprint()
  local before, err = run.journal:meta "message"
  if err then return nil, err end
  if before == now then return true end
  if before then
    run:note("the message has changed since the last run; who was written to before got the earlier one")
  end
  return run.journal:set_meta("message", now)
end

--- In flight becomes in_doubt, and what the caller wants tried again, pending.
-- @tparam ses.campaign.Run run
-- @treturn boolean|nil
-- @treturn ?ses.Error
function recovery.recover(run)
  local journal, options = run.journal, run.options
  local n, err = journal:recover((run.schedule:day(os.time())))
  if not n then return nil, err end
  if n > 0 then
    run:note("%s in flight when an earlier run was cut off; now in doubt",
      n == 1 and "1 mail was" or format.count(n) .. " mails were")
  end
  for option, state in pairs { resend_in_doubt = "in_doubt", retry_failed = "failed" } do
    if options[option] then
      n, err = journal:requeue(state, state == "failed" and options.retry_code or nil)
      if not n then return nil, err end
      if n > 0 then
        run:note("%s back to the queue that %s", format.many(n, "recipient") .. (n == 1 and " goes" or " go"),
          state == "failed" and "had failed" or "stood in doubt")
      end
    end
  end
  return true
end

return recovery
