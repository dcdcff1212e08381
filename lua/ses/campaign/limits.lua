--- What the account lets a campaign send: the rate, and what is left of the day's quota.
-- @module ses.campaign.limits
local errors = require "ses.errors"
local format = require "ses.campaign.format"

local limits = {}

--- Whether SES refused a question for want of a permission.
-- @tparam ses.Error err
-- @treturn boolean
function limits.refused(err)
  return err.code == "AccessDeniedException" or err.code == "AccessDenied"
end

--- Asks for the account's limits: sets the run's `rate`, `account_rate` and `left_today`.
-- @tparam ses.campaign.Run run
-- @treturn boolean|nil
-- @treturn ?ses.Error
function limits.ask(run)
  local wanted = run.spec.pace.rate
  local account, err = run.client.account:get()
  if not account then
    if not (wanted and limits.refused(err)) then return nil, err end
    run.rate = wanted
    run:note("the credentials may not ask for the account's limits; pace.rate alone sets the pace")
    return true
  end
  if account.sending_enabled == false then
    return nil, errors.new {
      kind = "client", code = "SendingPausedException", message = "sending is disabled for this account",
    }
  end
  local quota = account.send_quota or {}
  local most = quota.max_send_rate
  if most and most <= 0 then most = nil end
  run.rate, run.account_rate = math.min(wanted or most or 1, most or math.huge), most
  if wanted and most and wanted > most then
    run:note("pace.rate is %s; the account allows %s", format.rate(wanted), format.rate(most))
  end
  local daily = quota.max_24_hour_send
  if daily and daily >= 0 then run.left_today = math.max(0, daily - (quota.sent_last_24_hours or 0)) end
  return true
end

--- The rates that a shared journal keeps for all processes: the account's, and the campaign's own where that
-- is less. Of the account nothing is known but where it is reached.
-- @tparam ses.campaign.Run run
-- @treturn table list of { key =, rate = recipients a second }
function limits.shared(run)
  local settings, list = run.client.settings, {}
  local most = run.account_rate
  if most then
    list[1] = { key = ("account %s %s"):format(tostring(settings.region), settings.endpoint or "aws"), rate = most }
  end
  if not most or run.rate < most then
    list[#list + 1] = { key = "campaign " .. run.spec.name, rate = run.rate }
  end
  return list
end

return limits
