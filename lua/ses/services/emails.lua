--- Sending mail: `client.emails`.
-- @module ses.services.emails
local message = require "ses.services.message"
local model = require "ses.model"
local names = require "ses.model.names"

local emails = {}

--- Sends one mail (SendEmail).
--
-- Plain: `from`, `to`, `cc`, `bcc`, `reply_to`, `subject`, `text`, `html`, `headers`, `attachments`,
-- `tags`, `config_set`. Templated: `template` and `data` in place of subject, text and html. MIME:
-- `raw`. Every field of AWS's own SendEmail is accepted as well, in snake_case. See
-- ses.services.message for the forms that each may have.
-- @tparam table mail
-- @tparam ?table options `retry_in_doubt` (default: the client's, true): whether a try whose bytes may
--   have reached SES is followed by another, at the risk of a second mail; `operation_timeout_ms`;
--   `traceparent` and `tracestate` of the trace that it belongs to
-- @treturn table { message_id =, in_doubt_attempts =, attempts =, warnings = }; `in_doubt_attempts` says how
--   many tries before the answered one may have sent the same mail, `warnings` is as of client:call
-- @treturn[2] nil
-- @treturn[2] ses.Error whose `in_doubt` is true where the mail may have been sent all the same
-- Source: SendEmail, Amazon SES API v2 Reference.
function emails:send(mail, options)
  local request, err = message.request(mail, self.client.settings)
  if not request then
    err.operation = "SendEmail"
    self.client:tell_refused("SendEmail", err)
    return nil, err
  end
  local result, failure, info = self.client:call("SendEmail", request, options)
  if not result then return nil, failure end
  local sent = names.to_lua(model.operation("SendEmail").output, result)
  sent.attempts, sent.in_doubt_attempts, sent.warnings = info.attempts, info.in_doubt_attempts, info.warnings
  return sent
end

return emails
