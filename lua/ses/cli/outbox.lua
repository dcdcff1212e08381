--- `ses outbox FILE`: what is in an outbox of nginx, and settling what is in doubt there.
-- @module ses.cli.outbox
local args = require "ses.cli.args"
local errors = require "ses.errors"
local output = require "ses.cli.output"

local STATES = { "queued", "sending", "sent", "failed", "in_doubt" }

local function time_text(seconds) return os.date("!%Y-%m-%d %H:%M:%S UTC", math.floor(seconds)) end

-- The ids that an option names; "all" is all that are in doubt.
local function ids_of(outbox, given)
  local ids = {}
  for _, id in ipairs(given or {}) do
    if id ~= "all" then
      ids[#ids + 1] = id
    else
      local rows, err = outbox:in_doubt()
      if not rows then return nil, err end
      for _, row in ipairs(rows) do ids[#ids + 1] = row.id end
    end
  end
  return ids
end

local function settle(outbox, given, how)
  local ids, err = ids_of(outbox, given)
  if not ids then return nil, err end
  for _, id in ipairs(ids) do
    local settled
    settled, err = outbox:settle(id, how)
    if settled == nil then return nil, err end
    if not settled then
      return nil, errors.new {
        kind = "client", code = "NotInDoubt", message = ("%s is no mail in doubt; see: ses outbox FILE"):format(id),
      }
    end
    output.write(id, how == "sent" and " is settled as sent\n" or " is queued again\n")
  end
  return true
end

local function show(outbox, as_json)
  local counts, err = outbox:counts()
  local rows
  if counts then rows, err = outbox:in_doubt() end
  if not rows then return nil, err end
  if as_json then
    output.write(require("ses.cli.pretty").json { counts = counts, in_doubt = #rows > 0 and rows or nil }, "\n")
    return true
  end
  for _, state in ipairs(STATES) do output.write(("%-9s %d\n"):format(state:gsub("_", " "), counts[state])) end
  for i, row in ipairs(rows) do
    if i == 1 then output.write "\nIn doubt:\n" end
    output.write(("  %s  accepted %s\n"):format(row.id, time_text(row.accepted)))
  end
  return true
end

local function act(outbox, parsed)
  if not parsed.sent and not parsed.again then return show(outbox, parsed.json) end
  local done, err = settle(outbox, parsed.sent, "sent")
  if done then done, err = settle(outbox, parsed.again, "queued") end
  return done, err
end

local function run(parsed)
  if parsed.json and (parsed.sent or parsed.again) then
    return nil, args.fault "--json is for the list, without --sent and --again"
  end
  local outbox, err = require("ses.adapters.outbox_sqlite").open(parsed.file, { must_exist = true })
  if not outbox then return nil, err end
  local done
  done, err = act(outbox, parsed)
  outbox:close()
  if not done then return nil, err end
  return 0
end

return {
  name = "outbox",
  summary = "what is in an outbox of nginx, and in doubt there",
  usage = [[
A mail that was in flight when nginx ended, or whose answer never came, stands in doubt:
it may have been sent. It is not sent again unless you say so. The events of SES that you
take, or its mailbox, may know.

  ses outbox /var/lib/shop/outbox.db
  ses outbox /var/lib/shop/outbox.db --sent all]],
  options = {
    { positional = "file", value = "FILE", required = true, help = "the outbox" },
    { name = "sent", value = "ID", multiple = true, help = "settles a mail as sent, or all; may be repeated" },
    { name = "again", value = "ID", multiple = true, help = "sends a mail again, or all; may be repeated" },
    { name = "json", type = "flag", help = "writes the list as JSON" },
  },
  run = run,
}
