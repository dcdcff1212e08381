--- What a transport may fail by: the codes of the transport port, each as the real transports tell it.
-- @module ses.testing.failures
local errors = require "ses.errors"
local suggest = require "ses.suggest"

local failures = {}

-- `in_doubt`: bytes of the request may have reached the server. `waits`: the limit of time that it is after.
failures.known = {
  ConnectionRefused = { text = "%s refuses the connection" },
  HostUnreachable = { text = "no route to %s" },
  NameResolution = { text = "cannot resolve the host of %s" },
  ConnectionTimeout = {
    kind = "timeout", waits = "connect_timeout_ms", text = "no connection to %s within the time allowed",
  },
  RequestTimeout = {
    kind = "timeout", in_doubt = true, waits = "timeout_ms", text = "no complete answer of %s within the time allowed",
  },
  PoolTimeout = {
    kind = "timeout", waits = "timeout_ms",
    text = "all connections were busy for as long as the request to %s could wait",
  },
  ConnectionReset = { in_doubt = true, text = "the connection to %s was closed before an answer came" },
  IncompleteResponse = { in_doubt = true, text = "the connection to %s was closed in the middle of the answer" },
  InvalidResponse = { in_doubt = true, text = "the answer of %s is not HTTP" },
  ResponseTooLarge = { in_doubt = true, final = true, text = "the answer of %s is larger than allowed" },
  TLSError = { final = true, text = "the certificate of %s is not trusted" },
  ProxyError = { text = "the proxy gave no way to %s" },
  NetworkError = { in_doubt = true, text = "the exchange with %s failed" },
  Cancelled = { kind = "cancelled", in_doubt = true, final = true, text = "the exchange with %s was broken off" },
}

--- The failure of that code; raises where there is none.
function failures.of(code)
  local failure = failures.known[code]
  if failure then return failure end
  error(("a transport does not fail by %s%s"):format(tostring(code),
    type(code) == "string" and suggest.hint(code, failures.known) or ""), 3)
end

--- Its error.
-- @tparam string code
-- @tparam string peer "host:port"
-- @treturn ses.Error
function failures.error(code, peer)
  local failure = failures.of(code)
  return errors.new {
    kind = failure.kind or "network", code = code, message = failure.text:format(peer),
    in_doubt = failure.in_doubt == true, retryable = not failure.final,
  }
end

return failures
