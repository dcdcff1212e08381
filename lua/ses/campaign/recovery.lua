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

local PUT_BACK = { "failed", "in_doubt" }

--- Puts recipients back into the queue: first those whose mail failed, then those in doubt.
-- @tparam table journal
-- @tparam table wanted `failed`: those whose mail failed, with `code` just those that failed with it; `in_doubt`:
--   those in doubt, at the risk of a second mail
-- @tparam ?function told called with each wanted state and how many there were
-- @treturn integer|nil how many in all
-- @treturn ?ses.Error
function recovery.put_back(journal, wanted, told)
  local total = 0
  for _, state in ipairs(PUT_BACK) do
    if wanted[state] then
      local n, err = journal:requeue(state, state == "failed" and wanted.code or nil)
      if not n then return nil, err end
      total = total + n
      if told then told(state, n) end
    end
  end
  return total
end

--- In flight becomes in_doubt, and what the caller wants tried again, pending.
-- @tparam ses.campaign.Run run
-- @treturn boolean|nil
-- @treturn ?ses.Error
function recovery.recover(run)
  local journal, options = run.journal, run.options
  local clock = require "ses.adapters.clock"
  local n, err = journal:recover((run.schedule:day(clock.now())))
  if not n then return nil, err end
  if n > 0 then
    run:note("%s in flight when an earlier run was cut off; now in doubt",
      n == 1 and "1 mail was" or format.count(n) .. " mails were")
  end
  n, err = recovery.put_back(journal, {
    failed = options.retry_failed, code = options.retry_code, in_doubt = options.resend_in_doubt,
  }, function(state, many)
    if many == 0 then return end
    run:note("%s back to the queue that %s", format.many(many, "recipient") .. (many == 1 and " goes" or " go"),
      state == "failed" and "had failed" or "stood in doubt")
  end)
  return n and true, err
end

return recovery
