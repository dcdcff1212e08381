-- Compares a campaign's journal with the emulator's inbox, message for message:
--
--   ses tools/demo_check.lua URL JOURNAL
--
-- Every recipient that the journal calls sent must have exactly one mail, under the message id that the
-- journal has, and nobody else may have one. Exit status 1 where they differ.
local address = require "ses.mail.address"
local core = require "ses.core"
local host = require "ses.adapters.host"
local journal = require "ses.campaign.journal"
local json = require "ses.model.json"

local url, path = arg[1], arg[2]

local function inbox()
  local transport = assert(host.current().transport {})
  local request = assert(core.http.request("GET", url .. "/_emulator/messages?limit=10000"))
  local response = assert(transport:perform(request, { timeout_ms = 30000 }))
  transport:close()
  assert(response.status == 200, "the emulator answers HTTP " .. response.status)
  return assert(json.decode(response.body))
end

local function sent_rows()
  local opened = assert(journal.open(path, { campaign = arg[3] or "lantern-letter-42", read_only = true }))
  local rows, counts = {}, assert(opened:counts())
  assert(opened:each("sent", function(row) rows[#rows + 1] = row end))
  opened:close()
  return rows, counts
end

local function key_of(email)
  return address.normalise(email) or email
end

local mail, faults, people = inbox(), {}, {}
local by_id = {}
for _, message in ipairs(mail.messages) do
  by_id[message.id] = message
  for _, recipient in ipairs(message.recipients) do
    local key = key_of(recipient.email)
    people[key] = (people[key] or 0) + 1
    if people[key] > 1 then faults[#faults + 1] = address.mask(key) .. " has more than one mail" end
  end
end

local rows, counts = sent_rows()
for _, row in ipairs(rows) do
  local message = by_id[row.message_id]
  if not message then
    faults[#faults + 1] = "row " .. row.row .. " counts as sent and has no mail"
  elseif not message.recipients[1] or key_of(message.recipients[1].email) ~= key_of(row.email) then
    faults[#faults + 1] = "row " .. row.row .. " has somebody else's mail"
  end
end
if mail.total ~= (counts.sent or 0) then
  faults[#faults + 1] = ("the report counts %d as sent, the inbox holds %d"):format(counts.sent or 0, mail.total)
end

if #faults > 0 then
  for i = 1, math.min(#faults, 10) do io.stderr:write("demo: ", faults[i], "\n") end
  os.exit(1)
end
print(("Yes: %d sent by the report, %d mails in the inbox, the same ones, none of them twice."):format(
  counts.sent, mail.total))
