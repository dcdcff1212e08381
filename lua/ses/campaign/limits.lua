--- What the account lets a campaign send: the rate, and what is left of the day's quota.
-- @module ses.campaign.limits
local core = require "ses.core"
local errors = require "ses.errors"
local format = require "ses.campaign.format"
local kept_quota = require "ses.campaign.kept_quota"
local quota = require "ses.campaign.quota"

local limits = {}

--- Whether SES refused a question for want of a permission.
-- @tparam ses.Error err
-- @treturn boolean
function limits.refused(err)
  return err.code == "AccessDeniedException" or err.code == "AccessDenied"
end

-- What the account is called by all who send from it: as the file calls it, by its number, or by the digest of a key
-- that lasts. Of temporary keys each process has another: by them the account's one rate would become several, so
-- that they share one name.
local function account_name(run)
  if run.spec.pace.account then return run.spec.pace.account end
  local credentials = run.client.credentials:get()
  local id = credentials and credentials:account_id()
  if id or not credentials then return id or "-" end
  local key = credentials:access_key_id()
  if credentials:expiration() or key:find "^ASIA" then return "-" end
  return core.digest.sha256(key):sub(1, 16)
end

--- Asks for the account's limits: makes the run's `quota`.
-- @tparam ses.campaign.Run run
-- @treturn boolean|nil
-- @treturn ?ses.Error
function limits.ask(run)
  local account, err = run.client.account:get()
  local may_ask = account or not limits.refused(err)
  if not account then
    if may_ask or not run.spec.pace.rate then return nil, err end
    run:note("the credentials may not ask for the account's limits; pace.rate alone sets the pace")
  elseif account.sending_enabled == false then
    return nil, errors.new {
      kind = "client", code = "SendingPausedException", message = "sending is disabled for this account",
    }
  end
  run.account = account
  local function ask()
    run.account = run.client.account:get()
    limits.keep(run)
    return run.account
  end
  run.quota = quota.new {
    ask = may_ask and ask or nil, account = account,
    clock = require "ses.adapters.clock", waits = run.spec.pace.daily_quota == "wait", every = run.options.ask_seconds,
    pause = run.options.ask_seconds, oldest = function(since) return run.journal:oldest_sent(since) end,
  }
  run.account_name = account_name(run)
  local wanted, most = run.spec.pace.rate, run.quota.rate
  if wanted and most and wanted > most then
    run:note("pace.rate is %s; the account allows %s", format.rate(wanted), format.rate(most))
  end
  return true
end

--- Keeps in the journal what SES last said of the account, where it did.
-- @tparam ses.campaign.Run run
function limits.keep(run)
  if run.account then kept_quota.keep(run.journal, run.account, os.time()) end
end

-- The rates that a shared journal keeps for all processes: the account's, and the campaign's own where that is less.
-- Of the account nothing is known but where it is reached.
local function shared(run, rate)
  local settings, list, most = run.client.settings, {}, run.quota.rate
  if most then
    list[1] = {
      key = ("account %s %s %s"):format(run.account_name, tostring(settings.region), settings.endpoint or "aws"),
      rate = most,
    }
  end
  if not most or rate < most then list[#list + 1] = { key = "campaign " .. run.spec.name, rate = rate } end
  return list
end

--- What holds for the sending now.
-- @tparam ses.campaign.Run run
-- @tparam ?number ordered a rate that somebody has set in place of the file's
-- @treturn table { rate = recipients a second, text = the same as text, limits = of a journal that is shared: list of
--   { key =, rate = }, call = "SendEmail" or "SendBulkEmail", bulk = the latter, why =, batch = recipients of a call }
function limits.terms(run, ordered)
  local wanted, most = ordered or run.spec.pace.rate, run.quota.rate
  local rate = math.min(wanted or most or 1, most or math.huge)
  local call, why, batch = run.message:call(rate)
  return {
    rate = rate, text = format.rate(rate), limits = shared(run, rate), call = call, bulk = call == "SendBulkEmail",
    why = why, batch = batch,
  }
end

return limits
