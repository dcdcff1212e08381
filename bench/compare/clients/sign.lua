-- ses's signer from Lua: sign.lua BODY_BYTES TIMES. Prints what result.h says; `requests` are signatures.
local bytes, times = tonumber(arg[1]), tonumber(arg[2])
local core = require "ses.core"

local signer = core.sigv4.signer()
local credentials = core.credentials.static { access_key_id = "AKIAIOSFODNN7EXAMPLE", secret_access_key = "bench" }
local request = core.http.request("POST", "https://email.us-east-1.amazonaws.com/v2/email/outbound-emails")
request:add_header("Content-Type", "application/json")
request:set_body(("b"):rep(bytes))
local options = { region = "us-east-1", service = "ses", time = 1700000000 }
assert(signer:sign(request, credentials, options))

local from, processor = core.clock.monotonic(), os.clock()
for _ = 1, times do signer:sign(request, credentials, options) end
print(('{"seconds":%.6f,"cpu":%.6f,"requests":%d,"failed":0}'):format(core.clock.monotonic() - from,
  os.clock() - processor, times))
