--- The journal port: what a campaign knows of each recipient, kept so that no crash can lose it.
--
-- A recipient is in one state:
--
--     pending      not written to yet
--     sending      the mail may leave any moment, or has left; committed before the first byte
--     sent         SES took the mail; `message_id` is SES's
--     failed       SES or we refused; `code` and `reason` say why
--     suppressed   left out; `code` and `reason` say by which list
--     in_doubt     the mail may have been taken, no answer tells; never sent again unasked
--
-- A journal is an object with these methods; all give nil and a ses.Error where they fail:
--
--     journal:meta(key), journal:set_meta(key, value)    text, kept with the journal
--     journal:load() → load                              begins a load of the audience, in one transaction
--       load:add{ address =, row =, email =, name =, data =, language =, variant =, zone =, state =, code =, reason = }
--                                                        `state`: nil (pending), "failed", or "suppressed" for who
--                                                        has opted out (code `OPTED_OUT`); the last two are judged
--                                                        anew at every load
--       load:finish() → { added =, known =, duplicates = } commits
--       load:abort()                                     as if it had not begun
--     journal:set_suppressed(next_address)               keeps a list of addresses, by an iterator of
--                                                        address, code, reason; may be called again during a run
--     journal:apply_suppressed() → number of changes     pending ⇄ suppressed by that list; neither who opted out
--                                                        nor what is in hand
--     journal:recover(day) → number of rows              sending, left by a dead process → in_doubt, on that day; sent
--                                                        where an event has told that SES took the mail
--     journal:requeue(state, code) → number of rows      failed or in_doubt (of one code) → pending
--     journal:claim(n, options) → list of rows           the next pending ones, in file order: { id =, row =, email =,
--                                                        name =, data =, language =, variant =, zone = }
--       options.asleep = { zones }                       not those, "" being the rows without one
--       options.day, options.most                        no more than `most` mails on that day, counting those sent
--                                                        and in doubt on it, and those in hand
--       rows.more                                        true of an empty list, where `options` exclude some
--       rows.wait                                        an empty list may say after how many seconds to ask again
--     journal:commit(sending, results) → true, lost      durable when it returns; a result is { id =, state =, at =,
--                                                        code =, reason =, message_id =, latency_ms = }; `lost` are
--                                                        the places in `sending` of who must not be sent to any more
--       day =                                            on which it counts, where it is sent or in doubt
--       release = true                                   of a pending one: anybody may claim it again
--       later = true                                     of a pending one: not in this run
--     journal:zones() → list of texts                    the time zones of those pending
--     journal:pending_by_zone() → numbers by zone        how many they are in each
--     journal:sent_on(day) → number                      mails that count on a day
--     journal:counts() → { pending =, sent =, … }        also `removed`, `duplicates`, `total`, `suppressed_by`
--     journal:failures(limit, rows) → groups             { code =, reason =, count =, rows = { first rows } }
--     journal:each(state, fn)                            rows of one state (nil: of every), in file order
--     journal:timeline(seconds, since), journal:latencies(), journal:breakdown(), journal:oldest_sent(since)
--                                                        see ses.adapters.journal_report
--     journal:copy(path)                                 a snapshot, for a run that leaves no trace
--     journal:close(), journal:discard()                 discard: removes what this object made
--
-- Where it cannot be written for a while, `claim` and `commit` wait, by the clock, and these tell of it:
--
--     journal.trouble                                    text, while that lasts
--     journal.outages, journal.outage                    how often, and what it was
--
-- What any process may tell it while others run the campaign (see ses.adapters.journal_control):
--
--     journal:control() → { paused =, reason =, rate =, events = }, journal:set_control{ paused =, rate = }
--     journal:set_meta_once(key, value) → boolean        where there is none yet
--     journal:log(kind, text), journal:logged() → list of { at =, kind =, text = }
--     journal:settle{ id =, state =, … } → boolean, journal:settle_all{ state =, before =, … } → number of rows
--     journal:workers() → number of processes at work
--
-- What SES's events tell of the mails that left (see ses.adapters.journal_feedback); `each` and `counts` tell it, too:
--
--     journal:record(events) → results                   in any order, and more than once
--     journal:suppress(addresses, code) → number of rows pending, also those in hand → suppressed, for good
--     journal:sent_since(unix) → { sent =, bounced =, complained = }, journal:next_tally(now)
--
-- A journal that several processes share (in PostgreSQL) has these besides:
--
--     journal:enter_setup() → boolean, journal:leave_setup()   one process at a time reads the audience
--     journal:others() → number of other processes at work
--     journal:claim(n) → rows                            each row has a `claim`, which `commit` is told with it
--     journal:commit(sending, results, claims) → true, lost   the places in `sending` of recipients that are
--                                                        not this process's any more
--     journal:tick() → what all have done                keeps the lease alive
--     journal:lease_slots(limits, n, taken), journal:throttle(limits)   the rate that all share
--
-- @module ses.campaign.journal
local errors = require "ses.errors"
local postgres_url = require "ses.adapters.postgres_url"
local recipients = require "ses.adapters.journal_recipients"

local journal = {}

--- The code of a suppressed recipient whom the audience itself gives as such.
journal.OPTED_OUT = recipients.OPTED_OUT

--- Opens the journal that a campaign names.
-- @tparam string where the path of an SQLite file, made where it is missing, or the URL of a PostgreSQL
--   database (see ses.adapters.postgres_url)
-- @tparam table options `campaign` (its name), `read_only` (look at it, also while a run works on it), `control` (the
--   same, and tell it something)
-- @treturn table|nil
-- @treturn ?ses.Error code "JournalInUse" where another process runs the same campaign
function journal.open(where, options)
  if postgres_url.is(where) then return require("ses.adapters.journal_postgres").open(where, options) end
  local scheme = where:match("^(%a[%w+.-]*)://")
  if scheme then
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
  return postgres_url.shown(where)
end

return journal
