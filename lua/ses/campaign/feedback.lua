--- SES's events of a campaign's mails, taken into its journal: what became of each mail, who stood in doubt, and who
-- must not be written to any more.
--
-- An event may come late, in any order and more than once; the journal comes to the same. Of events of other mails, be
-- they of another campaign or of none, one thing counts: whoever bounced for good or complained, and is still to be
-- written to, is left out.
-- @module ses.campaign.feedback
local address = require "ses.mail.address"
local events = require "ses.campaign.events"
local normalise = require "ses.events.normalise"
local own_list = require "ses.events.own_list"
local reputation = require "ses.campaign.reputation"
local suppression = require "ses.events.suppression"

local feedback = {}

-- Codes of who is left out, by SES's reason for its list.
local CODES = { BOUNCE = "Bounce", COMPLAINT = "Complaint" }

-- Leaves out whom an event asks for.
local function leave_out(journal, read)
  local list, reason = suppression.of(read)
  if #list == 0 then return 0 end
  local keys = {}
  for i, email in ipairs(list) do keys[i] = address.normalise(email) end
  return journal:suppress(keys, CODES[reason])
end

-- Puts whom some events ask for on the campaign's own list.
local function keep_list(spec, reads)
  local where = spec.events and spec.events.list
  if not where then return true end
  local list, err
  for _, read in ipairs(reads) do
    if #suppression.of(read) > 0 then
      if not list then list, err = own_list.open(where) end
      local n = nil
      if list then n, err = list:take(read) end
      if not n then
        if list then list:close() end
        return nil, err
      end
    end
  end
  if list then list:close() end
  return true
end

-- What the journal is to record of an event; or what the event is instead.
local function record_of(read, campaign)
  local found, what = events.of(read)
  if not found then return nil, what end
  if found.campaign ~= campaign then return nil, "other_campaign" end
  if not found.recipient then return nil, "unknown" end
  found.id = found.recipient
  return found
end

-- Whether what was recorded is too much.
local function judge(journal, spec, recorded)
  local any = false
  for _, result in ipairs(recorded) do any = any or result.counted end
  if not any then return {} end
  local told, err = journal:set_meta_once("events", "1")
  if told == nil then return nil, err end
  return reputation.judge(journal, spec.reputation, journal.clock.now())
end

--- Takes events. Where it fails a part may be taken; all may be given again.
-- @tparam table journal opened with `control`, or a run's
-- @tparam table spec of ses.campaign.file: `name`, `reputation`
-- @tparam table list of events, each JSON or what it decodes to, in any form that `ses.events.normalise` takes
-- @treturn table|nil for each { what = "recorded", "known" (it told nothing new), "other_mail" (of an earlier mail to
--   that recipient), "not_sent" (no mail has left to that recipient), "unknown" (the campaign has no such recipient),
--   "other_campaign", "untagged" or "malformed"; settled = "sent" or "failed" where the recipient stood in doubt;
--   recorded = what became of the mail, where that is new; left_out = recipients that are not written to any more }
-- @treturn table|ses.Error of ses.campaign.reputation's `judge`: whether the campaign is paused by it; or the error of
--   the journal
function feedback.take(journal, spec, list)
  local results, records, places, reads = {}, {}, {}, {}
  for i, event in ipairs(list) do
    local read = normalise.read(event)
    reads[#reads + 1] = read
    local record, what = record_of(read, spec.name)
    results[i] = { what = what, left_out = 0 }
    if record then
      records[#records + 1], places[#places + 1] = record, i
    end
    if read then
      local n, err = leave_out(journal, read)
      if not n then return nil, err end
      results[i].left_out = n
    end
  end
  local kept, err = keep_list(spec, reads)
  if not kept then return nil, err end
  local recorded
  recorded, err = journal:record(records)
  if not recorded then return nil, err end
  for i, result in ipairs(recorded) do
    result.left_out = results[places[i]].left_out
    results[places[i]] = result
  end
  local judged
  judged, err = judge(journal, spec, recorded)
  if not judged then return nil, err end
  return results, judged
end

--- The numbers of some results.
feedback.COUNTED = {
  "read", "sent", "failed", "delivered", "bounced", "complained", "delayed", "rejected", "rendering_failed", "known",
  "other_mail", "not_sent", "unknown", "other_campaign", "untagged", "malformed", "left_out",
}

--- Begins to count what events came to.
-- @treturn table by the names in `COUNTED`
function feedback.tally()
  local tally = {}
  for _, name in ipairs(feedback.COUNTED) do tally[name] = 0 end
  return tally
end

--- Adds results to a count.
-- @tparam table tally of `feedback.tally`
-- @tparam table results of `feedback.take`
function feedback.add(tally, results)
  for _, result in ipairs(results) do
    tally.read = tally.read + 1
    if result.settled then tally[result.settled] = tally[result.settled] + 1 end
    if result.recorded then tally[result.recorded] = tally[result.recorded] + 1 end
    if result.what ~= "recorded" then tally[result.what] = tally[result.what] + 1 end
    tally.left_out = tally.left_out + result.left_out
  end
end

return feedback
