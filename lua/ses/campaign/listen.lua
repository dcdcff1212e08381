--- Takes a campaign's events from its queue, where no run does.
-- @module ses.campaign.listen
local access = require "ses.campaign.access"
local errors = require "ses.errors"
local listeners = require "ses.campaign.listener"
local loop = require "ses.adapters.loop"

local listen = {}

local LOOK_SECONDS = 0.2

local function open_client(spec, options)
  local merged = {}
  for _, part in ipairs { spec.client or {}, options.client or {} } do
    for name, value in pairs(part) do merged[name] = value end
  end
  return require("ses").client(merged)
end

-- Until Ctrl-C, or for so long.
local function is_over(options, clock, ends)
  return options.interrupted and options.interrupted() > 0 or clock.monotonic() >= ends
end

local function run(one, options)
  local clock = require "ses.adapters.clock"
  local ends = clock.monotonic() + (options.seconds or math.huge)
  return loop.run(function(spawn)
    local tasks = {}
    for i, fn in ipairs(one:tasks()) do tasks[i] = spawn(fn) end
    while not is_over(options, clock, ends) do
      if not loop.sleep(math.min(LOOK_SECONDS, math.max(0, ends - clock.monotonic()))) then break end
    end
    one:finish(tasks)
  end)
end

local function work(journal, spec, options)
  if not (spec.events and spec.events.queue_url) then
    return nil, errors.new {
      kind = "validation", code = "InvalidCampaign", field = "events.queue_url", file = spec.file,
      message = (spec.file or "campaign") .. ": events.queue_url is missing: the queue that SES's events come to",
    }
  end
  local client, err = open_client(spec, options)
  if not client then return nil, err end
  local one = listeners.new { client = client, journal = journal, spec = spec, warn = options.warn }
  local ran, result, reason = pcall(function()
    local looked, fault = one:look()
    if not looked then return nil, fault end
    run(one, options)
    local counts
    counts, fault = journal:counts()
    if not counts then return nil, fault end
    local control
    control, fault = journal:control()
    if not control then return nil, fault end
    return {
      campaign = spec.name, events = one.tally, left = counts.in_doubt, paused = control.reason, notes = one:notes(),
    }
  end)
  client:close()
  if not ran then error(result, 0) end
  return result, reason
end

--- Takes events from the campaign's queue until it is interrupted, also while runs are at work.
-- @tparam table options `file` or `campaign`, `journal`; `client`: options for ses.client, before those of the file;
--   `interrupted`: function → how often Ctrl-C was pressed; `seconds`: end by itself after so long; `warn`:
--   function(text), told of what goes wrong on the way
-- @treturn table|nil { campaign =, events = numbers by the names of ses.campaign.feedback's `COUNTED`, left = mails
--   that stand in doubt, paused = why the campaign has paused itself, or nil, notes = list of texts }
-- @treturn ?ses.Error of the journal, or of a queue that cannot be read
function listen.events(options)
  return access.open(options, "control", function(journal, spec) return work(journal, spec, options) end)
end

return listen
