--- The metrics of a client: what each counts, by which labels, in which buckets.
-- @module ses.observe.catalogue
local catalogue = {}

---@class ses.MetricDescription
---@field name string as the text formats have it, a counter's with `_total`
---@field kind string "counter", "gauge" or "histogram"
---@field help string
---@field labels table list of names
---@field buckets table|nil of a histogram: upper bounds, ascending
---@field combine string|nil of a gauge: how those of several clients and processes become one: "sum", "max", "min"

local KB = 1024
local MB = 1024 * KB

--- In the order in which they are written.
catalogue.list = {
  { name = "ses_requests_total", kind = "counter", labels = { "operation", "status", "region" },
    help = "Requests made to SES, each try for itself; status is success, error or in_doubt." },
  { name = "ses_emails_sent_total", kind = "counter", labels = { "config_set", "region" },
    help = "Mails that SES has accepted one by one." },
  { name = "ses_bulk_emails_sent_total", kind = "counter", labels = { "config_set", "region" },
    help = "Entries of SendBulkEmail that SES has accepted." },
  { name = "ses_errors_total", kind = "counter", labels = { "operation", "error_type", "region" },
    help = "Errors by their kind: of each failed try, and of calls that were refused before one." },
  { name = "ses_retries_total", kind = "counter", labels = { "operation", "region" },
    help = "Tries after the first of a call." },
  { name = "ses_circuit_breaker_trips_total", kind = "counter", labels = {},
    help = "Times that a circuit breaker has opened." },
  { name = "ses_rate_limit_hits_total", kind = "counter", labels = {},
    help = "Calls that the client's own rate limit has held back: they waited, or were refused." },
  { name = "ses_template_renders_total", kind = "counter", labels = { "template_name" },
    help = "Mails that SES has accepted to make from a template, and test renderings." },
  { name = "ses_recipients_total", kind = "counter", labels = { "type" },
    help = "Recipients of accepted mails; type is to, cc or bcc." },
  { name = "ses_request_duration_seconds", kind = "histogram", labels = { "operation", "region" },
    buckets = { 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30 },
    help = "Time from the request to its answer, or to its failure; each try for itself." },
  { name = "ses_request_size_bytes", kind = "histogram", labels = { "operation" },
    buckets = { KB, 10 * KB, 100 * KB, MB, 10 * MB }, help = "Size of the body of a request; each try for itself." },
  { name = "ses_bulk_batch_size", kind = "histogram", labels = { "config_set" }, buckets = { 1, 5, 10, 25, 50 },
    help = "Entries of a call of SendBulkEmail, once for all its tries." },
  { name = "ses_signing_duration_seconds", kind = "histogram", labels = {},
    buckets = { 0.0001, 0.0005, 0.001, 0.005, 0.01 }, help = "Time to sign a request." },
  { name = "ses_active_requests", kind = "gauge", labels = { "operation" }, combine = "sum",
    help = "Requests on their way." },
  { name = "ses_connection_pool_size", kind = "gauge", labels = {}, combine = "sum",
    help = "Connections that may be open at the same time." },
  { name = "ses_connection_pool_available", kind = "gauge", labels = {}, combine = "sum",
    help = "Connections that no request is using." },
  { name = "ses_circuit_breaker_state", kind = "gauge", labels = {}, combine = "max",
    help = "0 closed, 1 half open, 2 open; of several circuit breakers the one that is least well." },
  { name = "ses_credential_expiry_seconds", kind = "gauge", labels = {}, combine = "min",
    help = "Seconds until the credentials expire; absent where they do not." },
}

--- By name.
catalogue.by_name = {}
for _, description in ipairs(catalogue.list) do catalogue.by_name[description.name] = description end

--- Labels whose values come from outside, so that they could be any number.
catalogue.open_labels = { config_set = true, template_name = true, region = true }

return catalogue
