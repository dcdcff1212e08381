-- What the relay of ses.nginx.send accepts, beside a location that says one word: requests a second and latencies, from
-- wrk to an nginx of four workers on a file on this disk.
--
--   build/ses bench/nginx/relay.lua [SECONDS [FOLDER]]     for each row; where the outbox is (a new folder in /tmp)
--
-- Once while mails are only accepted (nobody answers in SES's place), and once while they are sent as well, to a server
-- that answers as SES does (bench/campaign/responder.c). How fast the disk is stands at the head: so often a second one
-- write reaches it, behind each other.
package.path = "./?.lua;" .. package.path
local clock = require "ses.adapters.clock"
local core = require "ses.core"
local lab = require "bench.campaign.lab"
local process = require "spec.support.process"
local relay = require "spec.support.relay"
local text = require "bench.campaign.text"

local SECONDS = tonumber(arg[1] or 5)
local CONNECTIONS = { 1, 16, 64 }

local SAY = [[ location = /say { content_by_lua_block { ngx.say "accepted" } } ]]

local SCRIPT = [[
wrk.method = "POST"
wrk.headers["Authorization"] = "Bearer TOKEN"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"from":"letters@lantern.example","to":"siobhan@example.com","subject":"Hello","text":"'
  .. ("A few more words of the letter. "):rep(20) .. '"}'
function done(summary, latency)
  io.write(("RESULT %d %d %d %d %d\n"):format(summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), summary.errors.status + summary.errors.timeout + summary.errors.read))
end
]]

-- → { rate =, p50 = ms, p99 = ms, failed = }
local function wrk(folder, running, path, connections)
  local out = process.shell(("wrk -t1 -c%d -d%ds -s %s/post.lua http://127.0.0.1:%d%s"):format(connections, SECONDS,
    folder, running.port, path))
  local requests, micros, p50, p99, failed = out:match "RESULT (%d+) (%d+) (%d+) (%d+) (%d+)"
  if not requests then error("wrk: " .. out, 0) end
  return { rate = requests / micros * 1e6, p50 = p50 / 1000, p99 = p99 / 1000, failed = tonumber(failed) }
end

local function row(name, connections, found)
  text.row { name, connections, text.thousands(found.rate), ("%.2f"):format(found.p50), ("%.2f"):format(found.p99),
    found.failed }
end

-- So many writes of 4 KiB a second, each of which has reached the disk before the next.
local function disk_rate(folder)
  local path = folder .. "/writes"
  local file = assert(io.open(path, "wb"))
  local began, n = clock.monotonic(), 0
  while clock.monotonic() - began < 1 do
    assert(file:write(("x"):rep(4096)))
    assert(file:flush())
    assert(core.private_file.sync(path))
    n = n + 1
  end
  file:close()
  os.remove(path)
  return n
end

local function start(folder, client)
  return relay.start { client = client, file = folder .. "/outbox.db", outbox = "max_mails = 100000000",
    locations = SAY }
end

local function clear(folder)
  for _, suffix in ipairs { "", "-wal", "-shm" } do os.remove(folder .. "/outbox.db" .. suffix) end
end

-- Runs fn(running) with an nginx that is stopped in the end.
local function with_nginx(folder, client, fn)
  clear(folder)
  local running = start(folder, client)
  local ran, err = pcall(fn, running)
  running.stop()
  if not ran then error(err, 0) end
end

local function measure(folder, server)
  local credentials = { access_key_id = "bench", secret_access_key = "bench" }
  with_nginx(folder, { endpoint = "http://127.0.0.1:1", credentials = credentials }, function(running)
    for _, n in ipairs(CONNECTIONS) do row("`ngx.say`", n, wrk(folder, running, "/say", n)) end
    for _, n in ipairs(CONNECTIONS) do row("relay, accepting", n, wrk(folder, running, "/mail", n)) end
  end)
  with_nginx(folder, { endpoint = server.env.AWS_ENDPOINT_URL_SESV2, credentials = credentials }, function(running)
    for _, n in ipairs(CONNECTIONS) do row("relay, accepting and sending", n, wrk(folder, running, "/mail", n)) end
    local counts = running.counts()
    print(("\n%s mails were sent meanwhile, %s wait"):format(text.thousands(counts.sent),
      text.thousands(counts.queued + counts.sending)))
  end)
end

local folder = process.shell("mktemp -d " .. (arg[2] and "-p " .. process.quote(arg[2]) or ""))
process.write(folder .. "/post.lua", (SCRIPT:gsub("TOKEN", relay.TOKEN)))
print(("On %s, %s; %s writes a second reach the disk\n"):format(lab.machine(), process.shell "nginx -v 2>&1",
  text.thousands(disk_rate(folder))))
text.head { "location", "connections", "requests/s", "p50 ms", "p99 ms", "failed" }
local bench = lab.new()
local server = bench:respond()
local ran, err = pcall(measure, folder, server)
server.stop()
bench:stop()
os.execute("rm -rf " .. process.quote(folder))
if not ran then
  io.stderr:write("relay.lua: ", tostring(err), "\n")
  os.exit(1)
end
