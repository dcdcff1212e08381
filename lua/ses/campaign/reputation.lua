--- Which part of a campaign's mails bounces for good or is complained of, and whether it had better pause.
--
-- Judged is whatever left within a window, by what events have told of it so far. Above `stop` the campaign is paused,
-- as anybody may pause it: no process sends any more until it is resumed. From then on just the mails that leave after
-- that are judged, so that the numbers that made it pause do not do so again.
-- @module ses.campaign.reputation
local duration = require "ses.duration"
local format = require "ses.campaign.format"

local reputation = {}

-- What Amazon SES looks at: above the first numbers an account is at risk, above the second its sending may be paused.
local DEFAULTS = {
  window = 24 * 3600, minimum = 500,
  bounce = { warn = 0.02, stop = 0.05 }, complaint = { warn = 0.0005, stop = 0.001 },
}

-- One of a kind is no rate.
local FEWEST = 2

-- { key of the policy, name in the journal's numbers, as people call it }
local KINDS = { { "bounce", "bounced", "bounced for good" }, { "complaint", "complained", "were complained of" } }

--- The policy of a campaign file, with every default filled in.
-- @param given nil, false or a table; already checked
-- @treturn table|boolean { window = seconds, minimum = mails, bounce = { warn =, stop = }, complaint = }; false where
--   nothing is watched
function reputation.policy(given)
  if given == false then return false end
  given = given or {}
  local policy = { minimum = given.minimum or DEFAULTS.minimum, window = given.window or DEFAULTS.window }
  if type(policy.window) == "string" then policy.window = assert(duration.parse(policy.window)) end
  for _, kind in ipairs(KINDS) do
    local own, default = given[kind[1]] or {}, DEFAULTS[kind[1]]
    local stop = own.stop or math.max(default.stop, own.warn or 0)
    policy[kind[1]] = { warn = own.warn or math.min(default.warn, stop), stop = stop }
  end
  return policy
end

local function percent(rate)
  return ("%.3g %%"):format(rate * 100)
end

--- How it stands.
-- @tparam table journal
-- @tparam table policy of `reputation.policy`
-- @tparam number now Unix time
-- @treturn table|nil { sent = mails that left within the window, bounced =, complained = of those, window = seconds,
--   resumed = true where the window begins when the campaign was resumed }
-- @treturn ?ses.Error
function reputation.of(journal, policy, now)
  local resumed, err = journal:meta "judged_from"
  if err then return nil, err end
  local since, from = now - policy.window, tonumber(resumed or "") or 0
  local found
  found, err = journal:sent_since(math.max(since, from))
  if not found then return nil, err end
  found.window, found.resumed = policy.window, from > since or nil
  return found
end

-- "5.4 % of the 1,200 mails within 1 day bounced for good, more than 5 %"
local function text_of(found, kind, limit)
  return ("%s of the %s %s %s, more than %s"):format(percent(found[kind[2]] / found.sent),
    format.many(found.sent, "mail"), found.resumed and "since it was resumed"
      or "within " .. format.span(found.window), kind[3], percent(limit))
end

-- The text of the first rate that is above a limit, and of which kind it is.
local function above(found, policy, name)
  if found.sent < policy.minimum then return nil end
  for _, kind in ipairs(KINDS) do
    local n, limit = found[kind[2]], policy[kind[1]][name]
    if n >= FEWEST and n / found.sent > limit then return text_of(found, kind, limit), kind[1] end
  end
  return nil
end

local function pause(journal, text)
  local reason = "paused by itself: " .. text
  local is_first, err = journal:set_meta_once("pause_reason", reason)
  if is_first == nil then return nil, err end
  local done
  done, err = journal:set_control { paused = true }
  if done and is_first then done, err = journal:log("pause", reason) end
  return done and { paused = reason }, err
end

local function warn(journal, text, kind)
  local is_first, err = journal:set_meta_once("warned_of_" .. kind, text)
  if is_first == nil then return nil, err end
  if not is_first then return {} end
  local done
  done, err = journal:log("reputation", text)
  return done and { warned = text }, err
end

--- Judges a campaign: pauses it where a rate is above `stop`, and tells once where one is above `warn`.
-- @tparam table journal opened with `control`, or a run's
-- @tparam table|boolean policy
-- @tparam number now Unix time
-- @treturn table|nil { paused = why, where it is paused now by that, warned = what is told of, the first time }
-- @treturn ?ses.Error of the journal
function reputation.judge(journal, policy, now)
  if not policy then return {} end
  local control, err = journal:control()
  if not control then return nil, err end
  if control.paused then return {} end
  local found
  found, err = reputation.of(journal, policy, now)
  if not found then return nil, err end
  local text = above(found, policy, "stop")
  if text then return pause(journal, text) end
  local kind
  text, kind = above(found, policy, "warn")
  if text then return warn(journal, text, kind) end
  return {}
end

--- Forgets what was judged so far, for a campaign that is resumed.
-- @tparam table journal
-- @tparam number now Unix time
-- @treturn boolean|nil
-- @treturn ?ses.Error
function reputation.begin_anew(journal, now)
  local reason, err = journal:meta "pause_reason"
  if err then return nil, err end
  if not reason or reason == "" then return true end
  -- Of the tally that is under way a part left before.
  local done
  done, err = journal:set_meta("judged_from", ("%d"):format(journal:next_tally(now)))
  for _, key in ipairs { "warned_of_bounce", "warned_of_complaint", "pause_reason" } do
    if done then done, err = journal:set_meta(key, "") end
  end
  return done and true, err
end

return reputation
