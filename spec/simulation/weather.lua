-- How a run's network and SES behave: one of these, drawn with the seed.
local weather = {}

local CALM = { { "fine", 97 }, { "slow", 1 }, { "reset_after", 1 }, { "refused", 1 } }

local LOSSY = {
  { "fine", 60 }, { "slow", 4 }, { "refused", 4 }, { "unresolved", 2 }, { "tls", 2 }, { "unconnected", 3 },
  { "reset_before", 5 }, { "reset_after", 5 }, { "lost_request", 3 }, { "lost_answer", 4 }, { "half_answer", 4 },
  { "garbage", 4 },
}

local PROXY = {
  { "fine", 70 }, { "proxy_502", 7 }, { "proxy_503", 7 }, { "proxy_504", 7 }, { "portal", 4 }, { "empty", 2 },
  { "half_answer", 3 },
}

local STORM = {
  { "fine", 25 }, { "slow", 10 }, { "reset_before", 10 }, { "reset_after", 10 }, { "lost_request", 10 },
  { "lost_answer", 10 }, { "garbage", 10 }, { "proxy_504", 15 },
}

local WELL = { { "accepted", 1 } }

local KINDS = {
  { fates = CALM, answers = { { "accepted", 98 }, { "internal", 1 }, { "throttled", 1 } } },
  { fates = LOSSY, answers = WELL },
  { fates = LOSSY, answers = { { "accepted", 80 }, { "internal", 5 }, { "unavailable", 5 }, { "garbled", 10 } } },
  { fates = PROXY, answers = { { "accepted", 95 }, { "unavailable", 5 } } },
  { fates = STORM, answers = { { "accepted", 90 }, { "internal", 10 } } },
  { fates = CALM, answers = { { "accepted", 50 }, { "throttled", 50 } }, entry_failures = 0.3 },
  { fates = CALM, answers = { { "accepted", 50 }, { "internal", 25 }, { "unavailable", 25 } } },
  { fates = CALM, answers = { { "accepted", 97 }, { "paused", 3 } } },
  { fates = LOSSY, answers = WELL, entry_failures = 0.2, short_answers = 0.1 },
}

local OUTAGE = { { "refused", 5 }, { "unresolved", 1 }, { "unconnected", 2 }, { "lost_request", 1 } }

local function outages(draw)
  local list, at = {}, 0
  while draw:chance(0.3) and #list < 3 do
    at = at + draw:between(0, 20)
    list[#list + 1] = { from = at, to = at + draw:between(1, 40) }
    at = list[#list].to
  end
  return list
end

function weather.drawn(draw)
  local kind = draw:one(KINDS)
  return {
    fates = kind.fates, answers = kind.answers, entry_failures = kind.entry_failures or 0.02,
    short_answers = kind.short_answers or 0, outages = outages(draw), outage_fates = OUTAGE,
    daily = draw:chance(0.1) and draw:whole(1, 100) or nil,
    service_rate = draw:chance(0.3) and draw:whole(20, 200) or nil,
  }
end

-- Nothing goes wrong any more: what is left undone now is left for good.
function weather.clear_up(found)
  found.fates, found.answers, found.outages, found.service_rate = { { "fine", 1 } }, WELL, {}, nil
  found.daily = nil
  found.entry_failures, found.short_answers = 0, 0
end

return weather
