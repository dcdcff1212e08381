--- The fault table: what may go wrong between a client and SES, and what comes of it. spec/faults/table_spec.lua
-- holds every row against the real thing, and docs/in-doubt.md shows them.
--
-- A row says of one try, as SendEmail and as GetAccount meet it:
--
--   what      in words, for the documentation
--   server    what spec.support.misbehaving_server does; its counts are those of the row
--   target    "http" of that server (the default), "https" of it, "http6", "both" (a name with an address where
--             nobody listens before that of the server), "refused" (a port where nobody listens), "unknown" and
--             "slow" (names), "tls:NAME" (a server of spec.support.tls_faults, whose count it is then)
--   kind, code, status  of the error; none where the answer is taken
--   again     whether another try is made
--   doubt     whether the mail may have been sent
--   arrives   whether the server reads the request whole (default: it does)
--   then_ok   another try is answered well
--   warm      a call over the same connection comes before
--   options   of the client; `size` of the mail; `seconds` { at least, at most } that the call takes
--   proxy     what HTTPS_PROXY names: "server" (spec.support.misbehaving_server), "refused", or "bypassed", which
--             nobody may ask
--   nginx     false where the row is not of the adapter inside nginx, or what is different there
local CLOSED = { server = "close-after", kind = "network", code = "ConnectionReset", again = true, doubt = true }

local function row(fields, base)
  for name, value in pairs(base or {}) do
    if fields[name] == nil then fields[name] = value end
  end
  return fields
end

local function network(code, fields)
  return row(fields, { kind = "network", code = code, again = true, doubt = false, arrives = false })
end

-- The request was written, and no answer that could be read came.
local function unanswered(code, fields)
  return row(fields, { kind = "network", code = code, again = true, doubt = true })
end

local function late(fields)
  return row(fields, {
    kind = "timeout", code = "RequestTimeout", again = true, doubt = true, options = { read_timeout_ms = 200 },
  })
end

local function answered(kind, code, status, fields)
  return row(fields, { kind = kind, code = code, status = status, again = false, doubt = false })
end

local function fine(fields)
  return row(fields, { again = false, doubt = false })
end

local LARGE = 12 * 1024 * 1024
local UNTRUSTED = { again = false }

return {
  {
    title = "Nothing was written",
    says = "The mail was certainly not sent.",
    network("ConnectionRefused", { what = "nobody listens", target = "refused" }),
    network("NameResolution", { what = "the host name is unknown", target = "unknown" }),
    network("ConnectionTimeout", {
      what = "the name server does not answer within `connect_timeout_ms`", target = "slow", kind = "timeout",
      options = { connect_timeout_ms = 300 }, seconds = { 0.3, 8 }, nginx = false,
    }),
    network("ConnectionTimeout", {
      what = "the server accepts the connection and is silent where TLS should begin", server = "tls-silent",
      target = "https", kind = "timeout", options = { connect_timeout_ms = 300 },
    }),
    network("TLSError", { what = "the TLS handshake fails", server = "tls-alert", target = "https" }),
    network("TLSError", { what = "the connection ends within the TLS handshake", server = "tls-close",
      target = "https" }),
    network("TLSError", { what = "the server speaks no TLS", server = "tls-none", target = "https" }),
    network("TLSError", { what = "the server speaks TLS 1.1 alone", target = "tls:tls11" }),
    network("TLSError", row({ what = "the certificate has expired", target = "tls:expired" }, UNTRUSTED)),
    network("TLSError", row({ what = "the certificate is another host's", target = "tls:wrong_host" }, UNTRUSTED)),
    network("TLSError", row({ what = "the certificate is signed by itself", target = "tls:self_signed" },
      UNTRUSTED)),
    network("ConnectionRefused", {
      what = "nobody listens at the proxy", target = "tls:good", proxy = "refused", nginx = false,
    }),
    network("ProxyError", {
      what = "the proxy asks for a password (407)", server = "proxy-407", target = "tls:good", proxy = "server",
      again = false, nginx = false,
    }),
    network("ProxyError", {
      what = "the proxy does not reach SES (502)", server = "proxy-502", target = "tls:good", proxy = "server",
      nginx = false,
    }),
    network("ProxyError", {
      what = "the proxy closes instead of an answer", server = "proxy-close", target = "tls:good",
      proxy = "server", nginx = false,
    }),
  },
  {
    title = "The request was not written whole",
    says = "SES takes no mail whose end it has not seen, and the signature is over all of it: it was certainly "
      .. "not sent.",
    network("ConnectionReset", {
      what = "the connection is reset while a large mail is on its way", server = "reset-within", size = LARGE,
      only = "SendEmail", options = { max_message_bytes = 40 * 1024 * 1024 },
    }),
  },
  {
    title = "SES answered",
    says = "SES says itself what became of the mail.",
    fine { what = "the answer is good", server = "good" },
    fine { what = "interim answers (100 Continue) come first", server = "interim-100" },
    fine { what = "the answer is chunked, and trailers follow it", server = "chunk-trailers" },
    fine { what = "the answer comes over IPv6", server = "good", target = "http6" },
    fine {
      what = "the name has an IPv6 address where nobody listens, and an IPv4 address", server = "good",
      target = "both", nginx = false,
    },
    fine {
      what = "a kept connection was closed before it was used again", server = "idle-close", warm = 1,
    },
    fine { what = "a proxy is in between", server = "proxy", target = "tls:good", proxy = "server", nginx = false },
    fine {
      what = "`NO_PROXY` has the host, and nobody listens at the proxy", target = "tls:good", proxy = "bypassed",
      nginx = false,
    },
    answered("throttling", "TooManyRequestsException", 429, {
      what = "too many requests", server = "throttled", again = true,
    }),
    answered("throttling", "TooManyRequestsException", 429, {
      what = "too many requests, with `Retry-After` in seconds", server = "throttled-seconds", again = true,
      options = { max_backoff_ms = 5000 }, seconds = { 1, 8 },
    }),
    answered("throttling", "TooManyRequestsException", 429, {
      what = "too many requests, with `Retry-After` as a date", server = "throttled-date", again = true,
      options = { max_backoff_ms = 5000 }, seconds = { 0.9, 8 }, only = "SendEmail",
    }),
    answered("service", "InternalServiceErrorException", 500, {
      what = "a fault of SES's own", server = "service-500", again = true,
    }),
    answered("service", "ServiceUnavailable", 503, {
      what = "SES cannot just now", server = "service-503", again = true,
    }),
    answered("client", "BadRequestException", 400, { what = "a request with a fault", server = "bad-request" }),
    answered("client", "MessageRejected", 400, { what = "a mail that SES does not take", server = "rejected" }),
    answered("client", "NotFoundException", 404, { what = "something that is not there", server = "not-found" }),
  },
  {
    title = "Something before SES said no",
    says = "What answers with less than 500 has not passed the request on.",
    answered("client", "Forbidden", 403, { what = "a proxy forbids it", server = "html-403" }),
    answered("client", "UnexpectedRedirect", 307, { what = "a redirect, which is never followed",
      server = "redirect" }),
  },
  {
    title = "The request was written, and no answer came",
    says = "The mail may have been sent.",
    unanswered("ConnectionReset", { what = "the connection is reset before the request was read",
      server = "reset-unread", arrives = false }),
    unanswered("ConnectionReset", { what = "the connection is reset after the request was read",
      server = "reset-after" }),
    row({ what = "the connection is closed after the request was read" }, CLOSED),
    row({
      what = "a kept connection is closed after the next request was read", server = "close-when-reused", warm = 1,
      then_ok = true,
    }, CLOSED),
    late { what = "no answer within `read_timeout_ms`", server = "silent" },
    late { what = "the head of the answer trickles in for longer", server = "slow-head" },
    late { what = "the body of the answer trickles in for longer", server = "slow-body" },
  },
  {
    title = "What came is no answer",
    says = "The mail may have been sent.",
    unanswered("IncompleteResponse", { what = "the connection is closed within the head of the answer",
      server = "half-head" }),
    unanswered("IncompleteResponse", { what = "the connection is closed within the body of the answer",
      server = "half-body" }),
    unanswered("ConnectionReset", {
      what = "the connection is reset within the answer", server = "reset-in-answer",
      nginx = { code = "IncompleteResponse" },
    }),
    unanswered("IncompleteResponse", { what = "`Content-Length` says more than comes", server = "length-too-long" }),
    unanswered("IncompleteResponse", { what = "the last chunk is missing", server = "chunk-last-missing" }),
    unanswered("InvalidResponse", { what = "`Content-Length` is no number", server = "length-no-number" }),
    unanswered("InvalidResponse", { what = "a chunk's size is no number", server = "chunk-no-size" }),
    unanswered("InvalidResponse", { what = "the answer is not HTTP", server = "garbage" }),
    unanswered("InvalidResponse", { what = "a line of the head is no header", server = "bad-header" }),
    unanswered("ResponseTooLarge", { what = "the answer says that it has 1 GB", server = "gigantic-body",
      again = false }),
    unanswered("ResponseTooLarge", { what = "the answer goes on for longer than `max_response_bytes`",
      server = "gigantic-chunks", again = false, options = { max_response_bytes = 1000000 } }),
    unanswered("ResponseTooLarge", { what = "the headers go on for longer than 256 KiB",
      server = "gigantic-headers", again = false }),
    unanswered("ResponseTooLarge", { what = "one header goes on for longer than that", server = "gigantic-header",
      again = false }),
    unanswered("UnreadableResponse", { what = "`Content-Length` says less than comes, so that half of the JSON is "
      .. "read", server = "length-too-short", kind = "parse", status = 200, again = false }),
    unanswered("UnreadableResponse", { what = "the answer is good, but no JSON (a hotel's page, say)",
      server = "not-json", kind = "parse", status = 200, again = false }),
    unanswered("UnreadableResponse", { what = "the answer is good, but names no message id", server = "empty",
      kind = "parse", status = 200, again = false, only = "SendEmail" }),
  },
  {
    title = "A proxy or load balancer gave up on SES",
    says = "It says nothing of what became of the request behind it: the mail may have been sent.",
    unanswered("BadGateway", { what = "502 without a request id of AWS", server = "html-502", kind = "service",
      status = 502 }),
    -- Envoy, for one, says 503 in words where the connection broke on which it had passed the request on.
    unanswered("ServiceUnavailable", { what = "503 without a request id of AWS, in words or without",
      server = "html-503", kind = "service", status = 503 }),
    unanswered("GatewayTimeout", { what = "504 without a request id of AWS", server = "html-504", kind = "service",
      status = 504 }),
  },
}
