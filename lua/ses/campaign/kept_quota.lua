--- What SES last said of the account's limits, kept in a journal: for whoever tells how the campaign stands without
-- asking SES.
-- @module ses.campaign.kept_quota
local json = require "ses.model.json"

local kept_quota = {}

local KEY = "account"
local DAY = 86400
-- The campaign's own mails are counted in steps of so many seconds.
local STEP = 900

--- Keeps an answer.
-- @tparam table journal
-- @tparam table account result of GetAccount
-- @tparam number at unix seconds of it
-- @treturn boolean|nil
-- @treturn ?ses.Error
function kept_quota.keep(journal, account, at)
  local found = account.send_quota or {}
  return journal:set_meta(KEY, json.encode {
    rate = found.max_send_rate, daily = found.max_24_hour_send, sent = found.sent_last_24_hours, at = math.floor(at),
  })
end

local function positive(number)
  return type(number) == "number" and number > 0 and number or nil
end

-- The campaign's mails since a moment, as { n =, till = when they leave the last 24 hours }, and all of them.
local function own_mails(journal, since)
  local steps, err = journal:timeline(STEP, since)
  if not steps then return nil, err end
  local list, all = {}, 0
  for _, step in ipairs(steps) do
    local n = step.sent + step.in_doubt
    list[#list + 1] = { n = n, till = step.at + DAY }
    all = all + n
  end
  return list, all
end

-- What is used of the quota: the campaign's own mails, and what others had sent when SES was asked.
local function used_of(journal, kept, now)
  local own, all = own_mails(journal, kept.at - DAY)
  if not own then return nil, all end
  local later, since = own_mails(journal, kept.at + 1)
  if not later then return nil, since end
  local used = {}
  for _, part in ipairs(own) do
    if part.till > now and part.n > 0 then used[#used + 1] = part end
  end
  local others = (positive(kept.sent) or 0) - (all - since)
  if others > 0 and kept.at + DAY > now then used[#used + 1] = { n = others, till = kept.at + DAY } end
  table.sort(used, function(a, b) return a.till < b.till end)
  return used
end

--- What is known of the account's limits.
-- @tparam table journal
-- @tparam number now unix seconds
-- @treturn table|nil `rate`: mails a second; `quota`: of 24 hours: `most`, and `used` as ses.campaign.estimate takes
--   it: the campaign's own mails, and what others had sent when SES was last asked. Each nil where it is not known
-- @treturn ?ses.Error
function kept_quota.read(journal, now)
  local text, err = journal:meta(KEY)
  if err then return nil, err end
  local kept = text and json.decode(text)
  if type(kept) ~= "table" or type(kept.at) ~= "number" then return {} end
  local known = { rate = positive(kept.rate) }
  if type(kept.daily) ~= "number" or kept.daily < 0 then return known end
  local used
  used, err = used_of(journal, kept, now)
  if not used then return nil, err end
  known.quota = { most = kept.daily, used = used }
  return known
end

return kept_quota
