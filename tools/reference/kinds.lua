-- What the reference says of each kind of error.
return {
  cancelled = "The task that waited was cancelled, by the `cancel` of a task.",
  circuit_open = "Earlier calls failed one after the other, so this one was not made. `retry_after` says when a trial "
    .. "is let through.",
  client = "SES understood the request and refused it: the code says why. Also a closed client.",
  credentials = "No credentials were found, or AWS does not know them, or they may not do this.",
  network = "No connection, or it broke: DNS, TCP, TLS.",
  parse = "The answer could not be read.",
  rate_limited = "The client's own rate limit asks for a longer wait than the call may last.",
  service = "SES, or something before it, failed (HTTP 5xx).",
  signing = "AWS did not accept the signature: most often the secret key is wrong or the clock is.",
  throttling = "SES asks for fewer requests. It was tried again until `max_retries` or the time ran out.",
  timeout = "No answer within `read_timeout_ms` or `operation_timeout_ms`.",
  validation = "The input is at fault, and nothing was sent. `faults` lists every fault with its `path`.",
}
