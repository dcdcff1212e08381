-- What one worker of nginx does with a mail, in LuaJIT: mails a second, processor time, memory over the whole run, and
-- what the compiler makes of the code, as jit.v tells it.
--
--   build/ses bench/nginx/hot_path.lua [MAILS [CALLS]]     calls at one time
--
-- The mails go to a server that answers as SES does (bench/campaign/responder.c), in requests to nginx of a thousand
-- mails each. Fails where a mail is missing, where memory grows past the first tenth, or where the compiler meets what
-- it cannot compile then. What else it gives up it tries again from another place.
package.path = "./?.lua;" .. package.path
local clock = require "ses.adapters.clock"
local lab = require "bench.campaign.lab"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"
local text = require "bench.campaign.text"

local MAILS, CALLS = tonumber(arg[1] or 1000000), tonumber(arg[2] or 50)
local A_REQUEST = 1000
local TENTHS = 10
local MOST_REASONS = 20

-- So many kB more past the first tenth are noise.
local NOISE_KB = 1024

local HTTP = [[
  lua_socket_pool_size 256;
  lua_max_running_timers 64;
  init_by_lua_block { require "ses" }
  init_worker_by_lua_block {
    require("ses.nginx").init_worker { client = CLIENT }
    HOT = { n = 0, failed = 0 }
    local mail = {
      from = "The Shop <news@shop.example>", subject = "Your order has left",
      text = ("A few more words of the letter, as letters have them. "):rep(10),
    }
    local function work(client)
      while HOT.left > 0 do
        HOT.left, HOT.n = HOT.left - 1, HOT.n + 1
        local sent, err = client.emails:send {
          from = mail.from, to = "reader-" .. HOT.n .. "@example.com", subject = mail.subject, text = mail.text,
        }
        if not sent then
          HOT.failed = HOT.failed + 1
          HOT.reason = tostring(err)
        end
      end
    end
    function HOT.send(n)
      local client, threads = require("ses.nginx.clients").get(CLIENT), {}
      HOT.left = n
      for i = 1, CALLS do threads[i] = ngx.thread.spawn(work, client) end
      for i = 1, #threads do ngx.thread.wait(threads[i]) end
      if HOT.failed > 0 then error(HOT.failed .. " failed: " .. HOT.reason) end
      return "sent"
    end
    function HOT.watch(path)
      local v = require "jit.v"
      if HOT.watching then v.off() end
      v.on(path)
      HOT.watching = true
    end
    function HOT.memory()
      collectgarbage() collectgarbage()
      return math.floor(collectgarbage "count")
    end
  }
]] .. nginx.RUNS_LUA

local function literal(options)
  local parts = {}
  for name, value in pairs(options) do parts[#parts + 1] = ("%s = %q"):format(name, value) end
  table.sort(parts)
  return "{ " .. table.concat(parts, ", ") .. " }"
end

-- → resident memory in kB, seconds of processor
local function state_of(pid)
  local resident = tonumber(process.read("/proc/" .. pid .. "/status"):match "VmRSS:%s*(%d+)")
  local fields = {}
  local stat = process.read("/proc/" .. pid .. "/stat"):gsub("^.*%) ", "")
  for field in stat:gmatch "%S+" do fields[#fields + 1] = field end
  return resident, (fields[12] + fields[13]) / 100
end

-- A frame below is only a trace that began too late.
local function is_hopeless(reason)
  return reason:find("NYI", 1, true) and not reason:find("lower frame", 1, true)
end

-- The compiler's own record: traces made, those given up, those of them that met what cannot be compiled, and why.
local function traces(path)
  local made, aborted, hopeless, reasons = 0, 0, 0, {}
  for line in io.lines(path) do
    local where, reason = line:match "^%[TRACE %-%-%- (.-) %-%- (.+)%]$"
    if reason then
      aborted = aborted + 1
      reason = (where:match "[^/%s]*$" .. ": " .. reason):gsub("[^%s]*/lua/ses/", "")
      reasons[reason] = (reasons[reason] or 0) + 1
      if is_hopeless(reason) then hopeless = hopeless + 1 end
    elseif line:find("TRACE", 1, true) then
      made = made + 1
    end
  end
  local list = {}
  for reason, n in pairs(reasons) do list[#list + 1] = { reason = reason, n = n } end
  table.sort(list, function(a, b)
    if a.n ~= b.n then return a.n > b.n end
    return a.reason < b.reason
  end)
  return { made = made, aborted = aborted, hopeless = hopeless, reasons = list }
end

local function ask(running, code)
  local answer = running.post("/lua", code)
  if answer:find("^raised") then error(answer, 0) end
  return answer
end

local function measure(running)
  local pid = process.read(running.folder .. "/nginx.pid"):match "%d+"
  local steps = MAILS / TENTHS
  local points, sent = {}, 0
  ask(running, ("HOT.watch(%q)"):format(running.folder .. "/first.txt"))
  local watched_at = clock.monotonic()
  for tenth = 1, TENTHS do
    local began, _, cpu = clock.monotonic(), state_of(pid)
    while sent < steps * tenth do
      local n = math.min(A_REQUEST, MAILS - sent)
      ask(running, ("return HOT.send(%d)"):format(n))
      sent = sent + n
    end
    local seconds = clock.monotonic() - began
    local lua_kb = tonumber(ask(running, "return HOT.memory()"))
    local resident, cpu_after = state_of(pid)
    points[tenth] = { sent = sent, seconds = seconds, cpu = cpu_after - cpu, lua_kb = lua_kb, resident = resident }
    if tenth == 1 then ask(running, ("HOT.watch(%q)"):format(running.folder .. "/rest.txt")) end
  end
  ask(running, "require('jit.v').off()")
  return points, clock.monotonic() - watched_at
end

local function show(points, seconds)
  text.head { "mails", "mails/s", "CPU s for 10,000", "Lua, kB", "resident, kB" }
  for i, point in ipairs(points) do
    local n = point.sent - (i > 1 and points[i - 1].sent or 0)
    text.row { text.thousands(point.sent), text.thousands(n / point.seconds), ("%.2f"):format(point.cpu * 1e4 / n),
      text.thousands(point.lua_kb), text.thousands(point.resident) }
  end
  print(("\n%s mails in %.0f s"):format(text.thousands(points[#points].sent), seconds))
end

local function show_traces(name, seen)
  print(("\n%s: %d traces, %d given up, %d of them at what cannot be compiled"):format(name, seen.made, seen.aborted,
    seen.hopeless))
  for i = 1, math.min(MOST_REASONS, #seen.reasons) do
    print(("  %d %s"):format(seen.reasons[i].n, seen.reasons[i].reason))
  end
end

local function judge(points, rest)
  local first, last = points[1], points[#points]
  if last.lua_kb - first.lua_kb > NOISE_KB or last.resident - first.resident > 2 * NOISE_KB then
    error(("memory has grown from %d kB (Lua's %d) to %d kB (%d)"):format(first.resident, first.lua_kb, last.resident,
      last.lua_kb), 0)
  end
  if rest.hopeless > 0 then
    error(("the compiler has met %d times what it cannot compile, past the first tenth"):format(rest.hopeless), 0)
  end
end

local function run(bench, server)
  local client = {
    endpoint = server.env.AWS_ENDPOINT_URL_SESV2, region = "us-east-1", max_connections = CALLS,
  }
  local http = HTTP:gsub("CLIENT", literal(client)):gsub("CALLS", CALLS)
  local running = nginx.start(http, { env = {
    AWS_ACCESS_KEY_ID = "bench", AWS_SECRET_ACCESS_KEY = "bench", HOME = "/nonexistent",
  } })
  local ran, points, seconds = pcall(measure, running)
  local seen = ran and { traces(running.folder .. "/first.txt"), traces(running.folder .. "/rest.txt") }
  local log = running.error_log()
  running.stop()
  if not ran then error(tostring(points) .. "\n" .. log, 0) end
  lab.check(server.counts(), MAILS)
  show(points, seconds)
  show_traces("In the first tenth", seen[1])
  show_traces("In the rest", seen[2])
  judge(points, seen[2])
end

print("On " .. lab.machine() .. ", " .. process.shell "nginx -v 2>&1" .. "\n")
local bench = lab.new()
local server = bench:respond()
local ran, err = pcall(run, bench, server)
server.stop()
bench:stop()
if not ran then
  io.stderr:write("hot_path.lua: ", tostring(err), "\n")
  os.exit(1)
end
