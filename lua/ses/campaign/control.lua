--- What may be told a campaign while it runs: pause, go on, another rate. Every process that works on it, on
-- whatever machine, follows within a second.
-- @module ses.campaign.control
local access = require "ses.campaign.access"
local errors = require "ses.errors"
local format = require "ses.campaign.format"
local recovery = require "ses.campaign.recovery"
local reputation = require "ses.campaign.reputation"

local control = {}

-- Tells the journal something, where it is not so already.
local function tell(options, wanted, is_so, kind, text)
  return access.open(options, "control", function(journal, spec)
    local before, err = journal:control()
    if not before then return nil, err end
    local changed = not is_so(before)
    if changed then
      local done
      done, err = true, nil
      if kind == "resume" then done, err = reputation.begin_anew(journal, journal.clock.now()) end
      if done then done, err = journal:set_control(wanted) end
      if done then done, err = journal:log(kind, text(spec)) end
      if not done then return nil, err end
    end
    local now, counts, workers
    now, err = journal:control()
    if now then counts, err = journal:counts() end
    if counts then workers, err = journal:workers() end
    if not workers then return nil, err end
    return {
      campaign = spec.name, changed = changed, paused = now.paused, reason = now.reason, rate = now.rate,
      own_rate = spec.pace.rate, counts = counts, workers = workers,
    }
  end)
end

--- Pauses a campaign: nothing more leaves until it is resumed, not even by a run that is begun meanwhile.
-- @tparam table options `file` or `campaign`, `journal`
-- @treturn table|nil { campaign =, changed = whether it was not paused already, paused =, rate = the rate that was
--   set, or nil, reason = why it has paused itself, or nil, own_rate = the campaign file's, or nil, counts =,
--   workers = processes at work }
-- @treturn ?ses.Error
function control.pause(options)
  return tell(options, { paused = true }, function(now) return now.paused end, "pause",
    function() return "paused by hand" end)
end

--- Lets a paused campaign go on. Where it had paused itself, what it goes by from then on is the mails that leave after
-- this.
-- @tparam table options as of `pause`
-- @treturn table|nil as of `pause`
-- @treturn ?ses.Error
function control.resume(options)
  return tell(options, { paused = false }, function(now) return not now.paused end, "resume",
    function() return "resumed by hand" end)
end

--- Sets the rate of a campaign for now and for later runs; SES's own limit stays above it.
-- @tparam table options as of `pause`; `rate`: mails a second over all processes, or false for what the campaign file
--   says
-- @treturn table|nil as of `pause`
-- @treturn ?ses.Error
function control.pace(options)
  local rate = options.rate
  if rate ~= false and not (type(rate) == "number" and rate > 0 and rate < math.huge) then
    return nil, errors.new {
      kind = "validation", code = "InvalidParameter", field = "rate",
      message = "the rate must be a number above 0, or false for the campaign file's",
    }
  end
  return tell(options, { rate = rate }, function(now) return (now.rate or false) == rate end, "rate",
    function(spec)
      if rate then return ("the rate is set to %s/s by hand"):format(format.number(rate)) end
      local own = spec.pace.rate and format.number(spec.pace.rate) .. "/s" or "what the account allows"
      return "the rate is the campaign file's again, " .. own
    end)
end

--- Puts recipients back into the queue, for the runs at work or the next one.
-- @tparam table options `file` or `campaign`, `journal`; `failed`: those whose mail failed, with `code` just those
--   that failed with it; `in_doubt`: those in doubt, at the risk of a second mail
-- @treturn table|nil { campaign =, n = how many, workers = processes at work }
-- @treturn ?ses.Error
function control.put_back(options)
  return access.open(options, "control", function(journal, spec)
    local total, err = recovery.put_back(journal, options)
    if not total then return nil, err end
    local workers
    workers, err = journal:workers()
    if not workers then return nil, err end
    return { campaign = spec.name, n = total, workers = workers }
  end)
end

return control
