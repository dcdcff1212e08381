-- A program that posts mails to a relay, one after the other, and writes down what each was answered:
-- relay_poster.lua PORT FIRST LAST FILE. Every other mail has an Idempotency-Key, and is posted until it is accepted;
-- of the rest each is posted once.
local http = require "socket.http"
local json = require "ses.model.json"
local ltn12 = require "ltn12"
local relay = require "spec.support.relay"
local socket = require "socket"

local port, first, last, path = tonumber(arg[1]), tonumber(arg[2]), tonumber(arg[3]), arg[4]

http.TIMEOUT = 30

-- → status, id; "none" where no answer came
local function post(n, key)
  local out, body = {}, json.encode(relay.mail(("n%d@example.com"):format(n)))
  local ok, status = http.request {
    url = ("http://127.0.0.1:%d/mail"):format(port), method = "POST", source = ltn12.source.string(body),
    sink = ltn12.sink.table(out), headers = {
      authorization = "Bearer " .. relay.TOKEN, ["content-type"] = "application/json", ["content-length"] = #body,
      ["idempotency-key"] = key,
    },
  }
  if not ok then return "none", "-" end
  return status, table.concat(out):match '"id":"(%x+)"' or "-"
end

local log = assert(io.open(path, "w"))
for n = first, last do
  local key = n % 2 == 0 and "key-" .. n or nil
  local status, id
  repeat
    status, id = post(n, key)
    if status ~= 202 then socket.sleep(0.01) end
  until status == 202 or not key
  log:write(("%d %s %s\n"):format(n, status, id))
  log:flush()
end
log:close()
