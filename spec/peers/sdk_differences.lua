-- Where AWS's SDK for JavaScript and ses differ, and why that is right. sdk_spec.lua fails on a difference that
-- is not here, and on a row that no difference answers to any more.
--
-- A row: { part =, fields = { names of sdk_compare's fields }, operations = { … } | nil for any,
--   variant = Lua pattern | nil for any, sdk = Lua pattern, ses = Lua pattern, why = }
-- A field's name ends where its " (" begins. Headers that only one side signs are the rows of `headers`; they
-- are taken out before operations are counted as equal.
local sdk_differences = {}

sdk_differences.headers = {
  { name = "content-length", signed_by = "sdk",
    why = "a signature has to cover host, x-amz-* and content-type; proxies may send a body on in chunks" },
  { name = "x-amz-content-sha256", signed_by = "sdk",
    why = "the hash of the body is a part of what is signed in any case; only S3 wants it as a header too" },
  { name = "x-amz-user-agent", signed_by = "sdk",
    why = "for browsers, in which a script cannot set User-Agent; ses sends User-Agent alone, which nobody signs" },
}

local LISTS = { "ListConfigurationSets", "ListEmailIdentities" }

sdk_differences.rows = {
  -- ---- requests ----
  { part = "requests", operations = LISTS,
    fields = { "method", "path", "query", "body", "content type", "signed header content-type" },
    why = "the SDK posts each list; ses does so where a filter is given, and gets the others as the published "
      .. "model and the API reference say, since servers that speak the protocol know that one" },
  { part = "requests", operations = { "GetEmailAddressInsights", "GetMessageInsights" }, fields = { "path" },
    sdk = "[^/]$", ses = "/$",
    why = "the published model and the API reference have a slash at the end, botocore sends it; the SDK does not" },

  -- ---- answers ----
  { part = "answers", operations = { "SendEmail", "SendBulkEmail", "SendCustomVerificationEmail" },
    fields = { "outcome" }, sdk = "^result$", ses = "^error$",
    why = "the model requires no member of an answer; SES gives an id or a result to every send it has taken, so that "
      .. "an answer without one is somebody else's, and ses calls the send in doubt" },
  { part = "answers in other forms", variant = "^unknown members$", fields = { "value" },
    sdk = "^nothing$", ses = '^{"Deep":{"Count":1},"Names":%["a","b"%]}$',
    why = "ses keeps members that a newer service sends, the SDK drops them" },
  { part = "answers in other forms", variant = "^a time ", fields = { "outcome" }, sdk = "^error$", ses = "^result$",
    why = "the model has seconds; ses reads the texts of other servers too, the SDK fails on them" },

  -- ---- errors ----
  { part = "errors in other forms", variant = "no message$", fields = { "message" },
    sdk = "^UnknownError$", ses = "^HTTP status %d+$",
    why = "neither has the service's words; ses says the status" },
  { part = "errors in other forms", variant = "an address in the message$", fields = { "message" },
    sdk = "<joe@example%.com>", ses = "<j%*%*%*@example%.com>",
    why = "ses masks addresses, since errors are logged" },
  { part = "errors in other forms", variant = "^an error without a name$", fields = { "name" },
    sdk = "^Unknown$", ses = "^BadRequest$", why = "ses names it by its status" },
  { part = "errors in other forms", variant = "^an error without a body$", fields = { "name", "message" },
    sdk = "^Unknown", ses = "^[HS]", why = "ses names it by its status, 503 ServiceUnavailable" },
  { part = "errors in other forms", variant = "^a page of a proxy$", fields = { "name", "message" },
    why = "the SDK raises the SyntaxError of its JSON reader; ses names it by its status, and says the page's title" },
}

return sdk_differences
