--- The journal port: what a campaign knows of each recipient, kept so that no crash can lose it.
--
-- A recipient is in one state:
--
--     pending      not written to yet
--     sending      the mail may leave any moment, or has left; committed before the first byte
--     sent         SES took the mail; `message_id` is SES's
--     failed       SES or we refused; `code` and `reason` say why
--     suppressed   on the account's suppression list, left out
--     in_doubt     the mail may have been taken, no answer tells; never sent again unasked
--
-- A journal is an object with these methods; all give nil and a ses.Error where they fail:
--
--     journal:meta(key), journal:set_meta(key, value)    text, kept with the journal
--     journal:load() → load                              begins a load of the audience, in one transaction
--       load:add{ address =, row =, email =, name =, data =, state =, code =, reason = }
--       load:finish() → { added =, known =, duplicates = } commits
--       load:abort()                                     as if it had not begun
--     journal:set_suppressed(next_address)               keeps a list of addresses, by an iterator
--     journal:apply_suppressed() → number of changes     pending ⇄ suppressed by that list
--     journal:recover() → number of rows                 sending, left by a dead process → in_doubt
--     journal:requeue(state) → number of rows            failed or in_doubt → pending
--     journal:claim(n) → list of rows                    the next pending ones, in file order
--     journal:commit(sending, results)                   durable when it returns
--     journal:counts() → { pending =, sent =, … }        also `removed`, `duplicates`, `total`
--     journal:failures(limit, rows) → groups             { code =, reason =, count =, rows = { first rows } }
--     journal:each(state, fn)                            rows of one state, in file order
--     journal:copy(path)                                 a snapshot, for a run that leaves no trace
--     journal:close(), journal:discard()                 discard: removes what this object made
--
-- A journal that several processes share (in PostgreSQL) has these besides:
--
--     journal:enter_setup() → boolean, journal:leave_setup()   one process at a time reads the audience
--     journal:others() → number of other processes at work
--     journal:claim(n) → rows; rows.wait                 an empty list may say when to ask again; each row has
--                                                        a `claim`, which `commit` is told with it
--     journal:commit(sending, results, claims) → true, lost   the places in `sending` of recipients that are
--                                                        not this process's any more
--     journal:tick() → what all have done                keeps the lease alive
--     journal.trouble                                    text, while the database cannot be reached
--     journal:lease_slots(limits, n, taken), journal:throttle(limits)   the rate that all share
--
-- @module ses.campaign.journal
local errors = require "ses.errors"

local journal = {}

--- Opens the journal that a campaign names.
-- @tparam string where the path of an SQLite file, made where it is missing, or the URL of a PostgreSQL
--   database (see ses.adapters.postgres_url)
-- @tparam table options `campaign` (its name), `read_only` (look at it, also while a run works on it)
-- @treturn table|nil
-- @treturn ?ses.Error code "JournalInUse" where another process runs the same campaign
function journal.open(where, options)
  local scheme = where:match("^(%a[%w+.-]*)://")
  if scheme == "postgres" or scheme == "postgresql" then
    return require("ses.adapters.journal_postgres").open(where, options)
  elseif scheme then
    return nil, errors.new {
      kind = "validation", code = "InvalidParameter", field = "journal",
      message = ("journal: '%s://' is not known; give the path of an SQLite file, or postgres://…"):format(scheme),
    }
  end
  return require("ses.adapters.journal_sqlite").open(where, options)
end

--- How a journal may be shown: its path, or its URL without the password.
-- @tparam string where
-- @treturn string
function journal.shown(where)
  if where:find("^postgres") then return require("ses.adapters.postgres_url").shown(where) end
  return where
end

return journal
