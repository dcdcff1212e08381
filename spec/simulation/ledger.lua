-- What must hold between a campaign's journal and the mails that SES has taken, when all is over.
local ledger = {}

-- How many mails somebody may have, by what the journal says.
local MAY_HAVE = {
  sent = { 1, 1 }, failed = { 0, 0 }, pending = { 0, 0 }, suppressed = { 0, 0 }, in_doubt = { 0, 1 },
  sending = { 0, 1 },
}

-- `people`: their addresses. `doubts`, by address: `again`, how many mails more somebody may have whom a decision took
-- out of doubt; `assumed`, who need not have had the one that is called sent.
function ledger.check(journal, people, service, doubts, report)
  local known, found = 0, {}
  for state, may in pairs(MAY_HAVE) do
    assert(journal:each(state, function(row)
      known = known + 1
      local n, more = service:accepted_by(row.email), doubts.again[row.email] or 0
      local least = doubts.assumed[row.email] and 0 or may[1]
      if n < least or n > may[2] + more then
        found[#found + 1] = ("%s is %s and has %d mails, %d doubts put back"):format(row.email, state, n, more)
      end
    end))
  end
  table.sort(found)
  for _, text in ipairs(found) do report(text) end
  local counts = assert(journal:counts())
  if known ~= #people then report(("%d of %d recipients are known"):format(known, #people)) end
  if counts.pending > 0 then report(("%d recipients are forgotten"):format(counts.pending)) end
  if counts.sending > 0 then report(("%d recipients are left as sending"):format(counts.sending)) end
  return counts
end

return ledger
