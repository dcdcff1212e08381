--- The ports: what ses asks of the place that it runs in.
--
-- A port is a table of functions; whatever has them will do. `ses.adapters.host` picks the adapters
-- that fit (libcurl and the loop, or nginx); options of the client replace any of them, in tests for
-- one. Requiring an adapter does no work.
--
-- **transport** moves one HTTP request. Adapters: `ses.adapters.curl`, `ses.adapters.nginx`.
--
--     transport:perform(request, { connect_timeout_ms =, timeout_ms = }) → response | nil, err
--     transport:close()
--
--   `request` is a request of `ses.core.http`; with `release` the transport may close it as soon as it has no need of
--   it any more. `timeout_ms` is for all of the exchange. Two more options
--   are for answers that are secrets: `direct` asks for no proxy, `keep_response` for a response that is
--   a userdata of `ses.core.http` where the transport can give one. Otherwise the response is
--   { status =, headers = { [lower-case name] = value }, body =, timings = { total =, … } } for any
--   status that the server gave. `err` is a `ses.Error` of kind "network", "timeout" or "cancelled",
--   `err.code` one of "ConnectionRefused", "HostUnreachable", "NameResolution", "ConnectionTimeout",
--   "RequestTimeout", "PoolTimeout", "ConnectionReset", "IncompleteResponse", "InvalidResponse",
--   "ResponseTooLarge", "TLSError", "ProxyError", "NetworkError", "Cancelled"; its message names host
--   and port. `err.in_doubt` is true where bytes of the request may have reached the server. A
--   transport sends a request once and never follows a redirect.
--
-- **clock** tells time, in seconds with fractions. Adapters: `ses.adapters.clock`,
-- `ses.adapters.nginx`.
--
--     clock.now() → since the Unix epoch
--     clock.monotonic() → since some moment; never set back
--     clock.sleep(seconds) → true | nil, err of kind "cancelled"
--
-- **random** gives numbers that nobody can foretell. Adapter: `ses.core.random`.
--
--     random.uniform() → at least 0 and less than 1
--     random.bytes(n) → a string of n bytes
--
-- **store** shares small values: between the clients of a process, or the workers of an nginx. It is
-- bounded, so that any value may be gone. Adapters: `ses.adapters.store_memory`, `ses.adapters.store_nginx`.
--
--     store:get(key) → value | nil, err
--     store:set(key, value, ttl_seconds) → true | nil, err; a value of nil forgets what is there
--     store:set_new(key, value, ttl_seconds) → true, or false where there is a value | nil, err: atomically
--     store:add(key, number, initial) → the sum | nil, err: atomically, from `initial` where absent
--     store:update(key, fn, …) → true, nil, … | nil, err, …: atomically, value, … = fn(value or nil, …); `fn` must
--       not wait, and what it returns beside the value comes back at the end
--
--   Values are strings and numbers. A `ttl_seconds` of nil keeps the value.
--
-- **sink** takes the lines of the log. It should not wait; what it raises is caught. Adapters:
-- `ses.adapters.log_stderr`, `ses.adapters.log_file`, `ses.adapters.nginx_log`.
--
--     sink:log(level, line, entry)
--
--   `level` is "error", "warn", "info", "debug" or "trace"; `line` is JSON without a line break; `entry` holds the
--   same as a table, by the fields of `ses.observe.redact`. None has a secret or a full mail address. A sink's
--   `max_line_bytes`, where it has one, is how long a line may be.
--
-- **journal** keeps the state of a campaign; `ses.campaign.journal` documents its functions, which return only
-- when what they were told is on disk. Adapters: `ses.adapters.journal_sqlite`, `ses.adapters.journal_postgres`.
-- @module ses.ports
local ports = {}

--- The names of the ports.
ports.names = { "transport", "clock", "random", "store", "sink", "journal" }

local FUNCTIONS = {
  transport = { "perform", "close" },
  clock = { "now", "monotonic", "sleep" },
  random = { "uniform", "bytes" },
  store = { "get", "set", "set_new", "add", "update" },
  sink = { "log" },
  journal = { "load", "claim", "commit", "recover", "requeue", "counts", "failures", "close" },
}

--- Looks whether `value` can serve as a port: whether every function of the port is there.
-- @tparam string name one of `ports.names`
-- @param value
-- @return true | nil, what is missing, as text
function ports.check(name, value)
  if not FUNCTIONS[name] then error("ports.check: no port named " .. tostring(name), 2) end
  for _, member in ipairs(FUNCTIONS[name]) do
    local ok, found = pcall(function() return value[member] end)
    if not ok or found == nil then return nil, "the " .. name .. " has no function '" .. member .. "'" end
  end
  return true
end

return ports
