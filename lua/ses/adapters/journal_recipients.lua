--- How a recipient of the audience is written into a journal in SQL, alike for every database.
-- @module ses.adapters.journal_recipients
local recipients = {}

--- The code of those whom the audience itself gives as suppressed.
recipients.OPTED_OUT = "OptedOut"

--- The codes of suppressed recipients who stay so whatever lists there are, in SQL: those, and who an event has told
-- must not be written to.
recipients.LASTING = "('OptedOut', 'Bounce', 'Complaint')"

recipients.COLUMNS = "address, row, load, state, code, reason, opted_out, email, name, data, language, variant, zone"
-- What a mail to come would say follows the file, for whoever may still get one.
local FOLLOWING = { "email", "name", "data", "language", "variant", "zone" }

-- Who opts out leaves the queue, and who opts in again comes back to it, unless a list of suppressed addresses says
-- otherwise. All other states stay.
local function judged(column, out, back)
  return ([[, %s = CASE WHEN excluded.opted_out IS NOT NULL AND r.state IN ('pending', 'suppressed') THEN %s
    WHEN excluded.opted_out IS NULL AND r.state = 'suppressed' AND r.code = 'OptedOut' THEN %s
    ELSE r.%s END]]):format(column, out, back, column)
end

local function on_conflict(key)
  local sets = { (" ON CONFLICT (%s) DO UPDATE SET load = excluded.load, row = excluded.row"):format(key) }
  for _, column in ipairs(FOLLOWING) do
    sets[#sets + 1] = (", %s = CASE WHEN r.state IN ('pending', 'suppressed', 'failed') THEN excluded.%s ELSE r.%s END")
      :format(column, column, column)
  end
  sets[#sets + 1] = judged("state", "'suppressed'", "'pending'")
  sets[#sets + 1] = judged("code", "excluded.code", "NULL")
  sets[#sets + 1] = judged("reason", "excluded.reason", "NULL")
  sets[#sets + 1] = ", opted_out = excluded.opted_out WHERE r.load <> excluded.load"
  return table.concat(sets)
end

--- The end of an insert into a table with the alias `r`, for recipients that are known.
-- @tparam string key the columns that tell recipients apart
-- @treturn string
recipients.on_conflict = on_conflict

--- The values of `COLUMNS`, in SQL.
-- @tparam table recipient `address` (what duplicates share), `row`, `email`, `name`, `data` (text), `language`,
--   `variant`, `zone`; `state`: nil for pending, "failed" for a malformed address, or "suppressed" for who has opted
--   out; `code`, `reason`
-- @tparam integer load its number
-- @tparam function quote of the database
-- @treturn string
function recipients.values(recipient, load, quote)
  local code, opted_out = recipient.code, nil
  if recipient.state == "suppressed" and (code == nil or code == recipients.OPTED_OUT) then
    code, opted_out = recipients.OPTED_OUT, recipient.reason or ""
  end
  return ("%s,%d,%d,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s"):format(quote(recipient.address), recipient.row, load,
    quote(recipient.state or "pending"), quote(code), quote(recipient.reason), quote(opted_out),
    quote(recipient.email), quote(recipient.name), quote(recipient.data), quote(recipient.language),
    quote(recipient.variant), quote(recipient.zone))
end

--- An iterator over the rows of a list of suppressed addresses, in SQL: address, code, reason.
-- @tparam function next_address see ses.adapters.journal_sqlite_load
-- @tparam function quote of the database
-- @treturn function for ses.adapters.sql's `insert_each`
function recipients.suppressed(next_address, quote)
  return function()
    local address, code, reason = next_address()
    if not address then return nil, code end
    return ("(%s,%s,%s)"):format(quote(address), quote(code or "AccountSuppressionList"), quote(reason))
  end
end

return recipients
