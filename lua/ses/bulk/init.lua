--- One message to any number of people: `client.emails:send_bulk`.
--
--     local sent = assert(client.emails:send_bulk {
--       from = "Lumen Books <news@lumen.example>", template = "autumn", data = { shop = "Lumen" },
--       entries = {
--         { to = "ada@example.com", data = { name = "Ada" } },
--         { to = "bob@example.com", data = { name = "Bob" } },
--       },
--     })
--     print(sent.metrics.sent, sent.metrics.failed)
--
-- SES takes 50 entries and 50 recipients a call; the entries leave in batches of that size, several at once.
-- With `entries` an iterator function and `on_result` a callback, memory stays flat whatever the number.
-- @module ses.bulk
local errors = require "ses.errors"
local lazy = require "ses.lazy"

-- A program that sends mail by mail has no need of them.
local bulk_message = lazy "ses.services.bulk_message"
local options_of = lazy "ses.bulk.options"
local run = lazy "ses.bulk.run"
local source = lazy "ses.bulk.source"

local bulk = {}

local OPTIONS = {
  concurrency = true, batch_size = true, on_result = true, retry_in_doubt = true, operation_timeout_ms = true,
  timeout_ms = true, traceparent = true, tracestate = true,
}

--- Sends one message to any number of entries (SendBulkEmail), in batches.
--
-- An entry that SES would refuse (an address that is none, template data that is no JSON) fails alone, before
-- its batch leaves. Entries whose status says that SES could not just now (TRANSIENT_FAILURE,
-- ACCOUNT_THROTTLED, FAILED without a reason) are sent again, they alone, with backoff, `max_retries` times
-- and within `operation_timeout_ms` of their batch. What every entry would meet (the daily quota, a paused
-- account, a missing template, nobody answering) stops the run: the rest is not sent.
--
-- @tparam table mail see ses.services.bulk_message; `entries` is a list, or a function that gives an entry a
--   call and nil at the end. AWS's shape is taken as well, in snake_case, with any number of
--   `bulk_email_entries`.
-- @tparam ?table options `concurrency` batches at once, 1 to 1,000 (4); `batch_size` 1 to 50 (50, or what the
--   client's rate limit lets through in a second); `on_result(result, entry)`, called as soon as an entry's fate
--   is known; `retry_in_doubt` whether a batch that may have been taken is sent again (default: the client's);
--   `operation_timeout_ms` for a batch with all its tries; `timeout_ms` for the whole run, after which nothing
--   more leaves; `traceparent` and `tracestate` of the trace that its calls belong to
-- @treturn table { results =, metrics =, stopped_by = }. `results` are in the order of the entries (nil where
--   there is an `on_result`), each { index =, status =, message_id =, error =, attempts =, in_doubt_attempts = }.
--   `status` is SES's (BulkEmailStatus), or INVALID_PARAMETER for what was refused here, IN_DOUBT where the mail
--   may have been sent, NOT_SENT where the run had stopped. `error` is a ses.Error unless it was sent.
--   `metrics` counts `entries`, `sent`, `failed`, `in_doubt`, `not_sent`, `retried` (entries tried again), `batches`
--   (calls) and `attempts` (requests). `stopped_by` is the error that stopped the run, or nil; what an iterator
--   had not given by then stays in it.
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "validation" where the message itself has faults: nothing was sent
-- Source: SendBulkEmail, Amazon SES API v2 Reference.
function bulk.send_bulk(self, mail, options)
  local checked, err = options_of.check(options, OPTIONS, "SendBulkEmail")
  if not checked then return nil, err end
  local request
  request, err = bulk_message.request(mail, self.client.settings)
  if not request then
    self.client:tell_refused("SendBulkEmail", err)
    return nil, err
  end
  local given = mail.entries
  if given == nil then given = mail.bulk_email_entries end
  local entries, reason = source.new(given, self.client.host)
  if not entries then
    return nil, errors.validation({ { path = "entries", message = given == nil and "is required" or reason } },
      "SendBulkEmail")
  end
  return run.run(self.client, request, entries, checked)
end

--- The same as `send_bulk`, by the name of what `concurrency` does.
bulk.send_bulk_parallel = bulk.send_bulk

return bulk
