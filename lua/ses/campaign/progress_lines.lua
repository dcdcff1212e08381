--- Progress on the way for programs: one JSON object a line, every few seconds.
--
--     {"time":"2026-10-05T08:00:05Z","campaign":"autumn","status":"sending","sent":490,"failed":1,
--      "in_doubt":0,"deferred":0,"total":12000,"rate":98.2,"eta":"2026-10-05T08:02:02Z"}
--
-- `docs/campaigns.md` says what each member means. A run of less than five seconds writes none.
-- @module ses.campaign.progress_lines
local json = require "ses.model.json"
local meter = require "ses.campaign.meter"
local timestamp = require "ses.model.timestamp"

local progress_lines = {}

local LINE_SECONDS = 5
-- What has changed is told sooner.
local CHANGE_SECONDS = 1

local Lines = { __name = "ses.campaign.ProgressLines" }
Lines.__index = Lines

--- Makes a display.
-- @tparam table options `write` (function(text)), `clock` (`monotonic` and `now`), `campaign` (its name, also to be
--   set later)
function progress_lines.new(options)
  local clock = options.clock
  return setmetatable({
    write = options.write, clock = clock, campaign = options.campaign, meter = meter.new(LINE_SECONDS),
    written_at = clock.monotonic(), told = "preparing",
  }, Lines)
end

--- The members, in their order.
progress_lines.MEMBERS = {
  "time", "campaign", "status", "stage", "sent", "failed", "in_doubt", "deferred", "total", "rate", "eta", "processes",
  "note", "waits_until",
}

local function time(seconds)
  return timestamp.iso8601(math.floor(seconds))
end

local function round(number)
  return math.floor(number * 10 + 0.5) / 10
end

function Lines:_line(members, now)
  members.time, members.campaign = time(self.clock.now()), self.campaign
  local text = {}
  for _, name in ipairs(progress_lines.MEMBERS) do
    if members[name] ~= nil then text[#text + 1] = json.quote(name) .. ":" .. json.encode(members[name]) end
  end
  self.write("{" .. table.concat(text, ",") .. "}\n")
  self.written_at, self.told, self.any = now, members.status, true
end

function Lines:_is_due(status, now)
  local seconds = now - self.written_at
  return seconds >= LINE_SECONDS * 0.99 or (self.any and status ~= self.told and seconds >= CHANGE_SECONDS)
end

local function status_of(tally)
  if tally.paused then return "paused" end
  return (tally.trouble or tally.note) and "waiting" or "sending"
end

local function members_of(tally, status)
  return {
    status = status, sent = tally.sent, failed = tally.failed, in_doubt = tally.in_doubt, deferred = tally.deferred,
    total = tally.total, processes = tally.workers, note = tally.trouble or tally.note,
    waits_until = tally.waits_until and time(tally.waits_until),
  }
end

--- Shows a tally, where it is time for it.
-- @tparam table tally of ses.campaign.engine
function Lines:update(tally)
  local now, status = self.clock.monotonic(), status_of(tally)
  local rate = self.meter:look(tally, now)
  if not self:_is_due(status, now) then return end
  local members, left = members_of(tally, status), meter.left(tally, rate)
  members.rate = rate and round(rate)
  members.eta = status == "sending" and left and time(self.clock.now() + left) or nil
  self:_line(members, now)
end

--- Shows what happens before the first mail.
-- @tparam string text
function Lines:stage(text)
  local now = self.clock.monotonic()
  if self:_is_due("preparing", now) then self:_line({ status = "preparing", stage = text }, now) end
end

--- Takes the last tally.
-- @tparam ?table tally
function Lines:finish(tally)
  self.tally = tally or self.tally
end

--- Writes the last line, where there were others.
-- @tparam string status of the result of ses.campaign.run, or "error"
-- @tparam ?string note
function Lines:close(status, note)
  if not self.any then return end
  local members = self.tally and members_of(self.tally, status) or { status = status }
  members.note = note
  self:_line(members, self.clock.monotonic())
end

return progress_lines
