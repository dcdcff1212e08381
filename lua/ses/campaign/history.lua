--- What a campaign's journal tells of its course: what went out when, against which rate, and what happened.
-- @module ses.campaign.history
local history = {}

-- A chart has about so many columns at most.
local MOST_BUCKETS = 240
local BUCKETS = {
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 604800,
}
local MINUTE = 60

local function span(buckets, seconds)
  if #buckets == 0 then return 0 end
  return buckets[#buckets].at + seconds - buckets[1].at
end

local function bucket_for(seconds)
  for _, bucket in ipairs(BUCKETS) do
    if seconds / bucket <= MOST_BUCKETS then return bucket end
  end
  return BUCKETS[#BUCKETS]
end

-- Buckets made wider; `shift` is what their zone is east of UTC, so that days begin where they begin there.
local function widen(buckets, seconds, shift)
  local wide = {}
  for _, bucket in ipairs(buckets) do
    local at = math.floor((bucket.at + shift) / seconds) * seconds - shift
    local last = wide[#wide]
    if not last or last.at ~= at then
      last = { at = at, sent = 0, failed = 0, in_doubt = 0 }
      wide[#wide + 1] = last
    end
    for _, name in ipairs { "sent", "failed", "in_doubt" } do last[name] = last[name] + bucket[name] end
  end
  return wide
end

--- What went out when, in about a hundred steps of time.
-- @tparam table journal
-- @tparam ?integer shift seconds that the zone is east of UTC
-- @treturn table|nil { seconds = of a step, { at =, sent =, failed =, in_doubt = }, … }, without steps that have none
-- @treturn ?ses.Error
function history.timeline(journal, shift)
  local buckets, err = journal:timeline(MINUTE)
  if not buckets then return nil, err end
  local seconds = bucket_for(span(buckets, MINUTE))
  if seconds < MINUTE then
    buckets, err = journal:timeline(1)
    if not buckets then return nil, err end
    seconds = bucket_for(span(buckets, 1))
  end
  local timeline = widen(buckets, seconds, shift or 0)
  timeline.seconds = seconds
  return timeline
end

--- The rates that a log tells of.
-- @tparam table logged of the journal
-- @treturn table list of { at =, rate = mails a second, nil where the line names none }, each holding until the next
function history.limits(logged)
  local limits = {}
  for _, line in ipairs(logged) do
    if line.kind == "rate" then
      local rate = line.text:match("([%d.,]+)/s")
      limits[#limits + 1] = { at = line.at, rate = rate and tonumber((rate:gsub(",", ""))) }
    end
  end
  return limits
end

--- The pauses that a log tells of.
-- @tparam table logged of the journal
-- @treturn table list of { from =, to = or nil where it lasts }
function history.pauses(logged)
  local pauses = {}
  for _, line in ipairs(logged) do
    local last = pauses[#pauses]
    local open = last and not last.to
    if line.kind == "pause" and not open then
      pauses[#pauses + 1] = { from = line.at }
    elseif line.kind == "resume" and open then
      last.to = line.at
    end
  end
  return pauses
end

--- The value that a part of all measured ones stays below, as far as a histogram in powers of two tells.
-- @tparam table latencies of the journal
-- @tparam number part such as 0.5 for the median
-- @treturn ?integer milliseconds
function history.below(latencies, part)
  local total, seen = 0, 0
  for _, bucket in ipairs(latencies) do total = total + bucket.n end
  for _, bucket in ipairs(latencies) do
    seen = seen + bucket.n
    if seen >= total * part then return bucket.below_ms end
  end
  return nil
end

--- All of it.
-- @tparam table journal
-- @tparam table logged what the journal has logged
-- @tparam ?integer shift seconds that the zone of the report is east of UTC
-- @treturn table|nil { timeline =, limits =, pauses =, latencies =, breakdown = }
-- @treturn ?ses.Error
function history.of(journal, logged, shift)
  local found, err = {}
  for _, name in ipairs { "latencies", "breakdown" } do
    found[name], err = journal[name](journal)
    if not found[name] then return nil, err end
  end
  found.timeline, err = history.timeline(journal, shift)
  if not found.timeline then return nil, err end
  found.limits, found.pauses = history.limits(logged), history.pauses(logged)
  return found
end

return history
