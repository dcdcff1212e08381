-- Mails by the thousand through an emulator that throttles, drops, delays and fails at random, and then the
-- inbox against the results, mail for mail:  build/ses tools/soak_faults.lua MAILS [SEED]
--
-- Half of the mails leave one by one from many tasks of ses.run, half by send_bulk. What a call could not
-- send and certainly was not sent is given to another call; what is in doubt where retry_in_doubt is false is
-- left so. In the end a mail must be in the inbox once for its result and at most once more for each doubt,
-- under the message id that the result names; descriptors and memory must not have grown.
local core = require "ses.core"
local curl = require "ses.adapters.curl"
local cjson = require "cjson"
local launcher = require "ses.emulator.launcher"
local ses = require "ses"

local MAILS = tonumber(arg[1]) or 200000
local SEED = tonumber(arg[2]) or os.time() % 1000000
local TASKS, BATCHES = 64, 8
local PAGE = 5000

-- What goes wrong, and how often.
local FAULTS = {
  { status = 429, probability = 0.02 },
  { status = 429, probability = 0.005, headers = { ["Retry-After"] = "1" } },
  { status = 500, code = "InternalFailure", probability = 0.01 },
  { status = 503, code = "ServiceUnavailable", probability = 0.01 },
  -- A proxy's words, whether the request came through or not.
  { status = 502, body = "<html><title>502 Bad Gateway</title></html>", probability = 0.01 },
  { status = 504, body = "<html><title>504 Gateway Time-out</title></html>", processed = true, probability = 0.01 },
  { close = true, probability = 0.01 },
  { close = true, processed = false, probability = 0.01 },
  { delay_ms = 30, probability = 0.03 },
  { delay_ms = 3000, probability = 0.001 }, -- longer than read_timeout_ms
  { entry_status = "TRANSIENT_FAILURE", probability = 0.005 },
  { entry_status = "FAILED", probability = 0.002 },
  { entry_status = "ACCOUNT_THROTTLED", probability = 0.005 },
}

local function number_in(path, pattern)
  local file = io.open(path)
  local text = file and file:read("*a") or ""
  if file then file:close() end
  return tonumber(text:match(pattern)) or 0
end

local function descriptors(pid)
  local pipe = assert(io.popen(("ls /proc/%s/fd | wc -l"):format(pid)))
  local count = pipe:read("*n")
  pipe:close()
  return count
end

local self_pid = io.open("/proc/self/stat"):read("*n")

local function measure(emulator)
  collectgarbage()
  collectgarbage()
  return {
    lua_kb = collectgarbage("count"),
    rss_kb = number_in("/proc/self/status", "VmRSS:%s+(%d+)"),
    descriptors = descriptors(self_pid),
    emulator_kb = number_in("/proc/" .. emulator.pid .. "/status", "VmRSS:%s+(%d+)"),
    emulator_descriptors = descriptors(emulator.pid),
  }
end

-- ---- the emulator's own paths ----

local Control = {}
Control.__index = Control

function Control:ask(method, path, input)
  local request = assert(core.http.request(method, self.url .. "/_emulator" .. path))
  if input then assert(request:set_body(cjson.encode(input))) end
  local response = assert(self.transport:perform(request, { direct = true, timeout_ms = 60000 }))
  assert(response.status == 200, response.body)
  return cjson.decode(response.body)
end

-- What was written before its caller gave up may still be taken: until nothing more comes.
function Control:settle()
  local before, quiet = nil, 0
  while quiet < 3 do
    ses.sleep(0.2)
    local revision = self:ask("GET", "/state").revision
    quiet = revision == before and quiet + 1 or 0
    before = revision
  end
end

-- ---- the run ----

local Soak = {}
Soak.__index = Soak

local function address(n) return ("r%d@example.com"):format(n) end

-- A line for each mail whose fate is known. They go to a file, so that they are no growth of memory.
function Soak:record(n, fate, doubts, message_id)
  self.fates[fate] = (self.fates[fate] or 0) + 1
  self.doubts = self.doubts + doubts
  self.done = self.done + 1
  assert(self.log:write(n, " ", fate, " ", doubts, " ", message_id or "-", "\n"))
  if self.done % self.every == 0 then self.measured[#self.measured + 1] = measure(self.emulator) end
end

-- One mail by calls of SendEmail until it was sent, or is in doubt for good.
function Soak:send(n)
  local again, doubts = n % 4 < 2, 0
  while true do
    local sent, err = self.client.emails:send({
      from = "ada@example.com", to = address(n), subject = "Mail " .. n, text = "This is mail " .. n .. ".",
    }, { retry_in_doubt = again })
    local result = sent or err
    doubts = doubts + (result.in_doubt_attempts or 0)
    if sent then return self:record(n, "sent", doubts, sent.message_id) end
    if err.in_doubt and not again then return self:record(n, "in_doubt", doubts) end
    if not (err.retryable or err.in_doubt) then error(err, 0) end
    self.calls_again = self.calls_again + 1
    ses.sleep(0.05 + math.random() * 0.1)
  end
end

-- Those from `first` on by send_bulk, and what could not be sent by another one, until there is none left.
function Soak:send_bulk(first, last, again)
  local next_n, left, doubts = first, {}, {}
  local function entries()
    local n = table.remove(left)
    if not n then
      n, next_n = next_n, next_n + 1
      if n > last then return nil end
    end
    return { to = address(n), data = { n = n } }
  end
  local failed, fatal = {}, nil
  local function on_result(result, entry)
    local n = entry.data.n
    local total = (doubts[n] or 0) + (result.in_doubt_attempts or result.error and result.error.in_doubt_attempts or 0)
    doubts[n] = nil
    if result.status == "SUCCESS" then return self:record(n, "sent", total, result.message_id) end
    if result.status == "IN_DOUBT" and not again then return self:record(n, "in_doubt", total) end
    if not (result.status == "NOT_SENT" or result.error.retryable or result.error.in_doubt) then
      fatal = fatal or result.error
    end
    failed[#failed + 1] = n
    if total > 0 then doubts[n] = total end
  end
  repeat
    local run = assert(self.client.emails:send_bulk({
      from = "ada@example.com", subject = "Mail {{n}}", text = "This is mail {{n}}.", entries = entries,
    }, { concurrency = BATCHES, retry_in_doubt = again, on_result = on_result }))
    if run.stopped_by then
      if not (run.stopped_by.retryable or run.stopped_by.in_doubt) then error(run.stopped_by, 0) end
      ses.sleep(0.1)
    end
    if fatal then error(fatal, 0) end
    for _, n in ipairs(failed) do left[#left + 1] = n end
    self.calls_again = self.calls_again + #failed
    failed = {}
  until next_n > last and #left == 0
end

function Soak:run()
  local singles = math.floor(MAILS / 2)
  local middle = singles + math.floor((MAILS - singles) / 2)
  ses.run(function(spawn)
    local next_n = 1
    for _ = 1, TASKS do
      spawn(function()
        while next_n <= singles do
          local n = next_n
          next_n = next_n + 1
          self:send(n)
        end
      end)
    end
    spawn(function() self:send_bulk(singles + 1, middle, true) end)
    spawn(function() self:send_bulk(middle + 1, MAILS, false) end)
  end)
end

-- ---- the inbox against the results ----

-- n → the message ids under which it was taken.
local function read_inbox(control)
  local inbox, total, offset = {}, 0, 0
  repeat
    local page = control:ask("GET", ("/messages?limit=%d&offset=%d"):format(PAGE, offset))
    for _, message in ipairs(page.messages) do
      local n = tonumber(message.recipients[1].email:match("^r(%d+)@example%.com$"))
      inbox[n] = inbox[n] and inbox[n] .. " " .. message.id or message.id
      total = total + 1
    end
    offset = offset + PAGE
  until #page.messages < PAGE
  return inbox, total
end

local function count_words(text)
  local _, count = (text or ""):gsub("%S+", "")
  return count
end

local function compare(path, inbox)
  local found = { mails = 0, twice = 0, doubtful_but_sent = 0, doubtful_and_lost = 0 }
  local seen = {}
  for line in io.lines(path) do
    local n, fate, doubts, message_id = line:match("^(%d+) (%S+) (%d+) (%S+)$")
    n, doubts = tonumber(n), tonumber(doubts)
    assert(not seen[n], "two results for mail " .. n)
    seen[n] = true
    local ids = inbox[n] or ""
    local count, owed = count_words(ids), fate == "sent" and 1 or 0
    if fate == "sent" then
      assert((" " .. ids .. " "):find(" " .. message_id .. " ", 1, true),
        ("mail %d was sent as %s, but the inbox has: %s"):format(n, message_id, ids))
    end
    assert(count <= owed + doubts, ("mail %d (%s, %d doubts) is in the inbox %d times"):format(n, fate, doubts, count))
    found.mails = found.mails + count
    if count > 1 then found.twice = found.twice + 1 end
    if fate == "in_doubt" then
      local name = count > 0 and "doubtful_but_sent" or "doubtful_and_lost"
      found[name] = found[name] + 1
    end
  end
  for n = 1, MAILS do assert(seen[n], "no result for mail " .. n) end
  return found
end

-- ---- growth ----

local function check_growth(measured, first, bounds)
  local from, last = measured[first], measured[#measured]
  for name, bound in pairs(bounds) do
    local growth = last[name] - from[name]
    assert(growth <= bound, ("%s grew by %.0f, from %.0f to %.0f"):format(name, growth, from[name], last[name]))
  end
end

local function soak(emulator, folder)
  local control = setmetatable({ url = emulator.url, transport = assert(curl.new()) }, Control)
  for i, fault in ipairs(FAULTS) do
    if i == 1 then fault.seed = SEED end
    control:ask("POST", "/faults", fault)
  end
  local at_first = descriptors(self_pid)
  local path = folder .. "/results"
  local self = setmetatable({
    emulator = emulator, log = assert(io.open(path, "w")), fates = {}, doubts = 0, done = 0, calls_again = 0,
    every = math.max(1, math.floor(MAILS / 10)), measured = {},
    client = assert(ses.client {
      endpoint = emulator.url, region = "us-east-1", read_timeout_ms = 2000, max_backoff_ms = 500,
      initial_backoff_ms = 20, circuit_reset_timeout_ms = 100,
      credentials = { access_key_id = emulator.access_key_id, secret_access_key = emulator.secret_access_key },
    }),
  }, Soak)
  local from = ses.monotonic()
  self:run()
  local seconds = ses.monotonic() - from
  self.log:close()
  self.client:close()
  control:ask("DELETE", "/faults")
  control:settle()
  local inbox, total = read_inbox(control)
  local found = compare(path, inbox)
  assert(found.mails == total, ("%d mails in the inbox are nobody's"):format(total - found.mails))
  control.transport:close()
  local left = descriptors(self_pid)
  -- The transport of the control paths was there at first.
  assert(left <= at_first, ("%d descriptors, %d at first"):format(left, at_first))
  -- From when all is warm: the pool is open, and the emulator's database has filled its cache of 64 MiB, which
  -- some 90,000 mails do.
  check_growth(self.measured, 2, { descriptors = 8, emulator_descriptors = 16, lua_kb = 2000, rss_kb = 12000,
    emulator_kb = 80000 })
  if MAILS >= 200000 then check_growth(self.measured, 5, { lua_kb = 1000, rss_kb = 4000, emulator_kb = 16000 }) end
  return self, seconds, total, found
end

math.randomseed(SEED)
print(("seed %d: %d mails"):format(SEED, MAILS))
io.stdout:flush()
local folder = assert(io.popen("mktemp -d")):read("*l")
local emulator = assert(launcher.start { rate = 20000, daily = -1 })
local ran, self, seconds, total, found = pcall(soak, emulator, folder)
emulator.stop()
os.execute("rm -rf " .. folder)
if not ran then
  io.stderr:write("soak_faults.lua: ", tostring(self), " (seed ", SEED, ")\n")
  os.exit(1)
end
local first, last = self.measured[2], self.measured[#self.measured]
print(("%d sent, %d left in doubt (%d were sent, %d were not), %d tries in doubt, %d twice, %d in the inbox"):format(
  self.fates.sent or 0, self.fates.in_doubt or 0, found.doubtful_but_sent, found.doubtful_and_lost, self.doubts,
  found.twice, total))
print(("%.1f s, %.0f mails a second; memory %.1f MB, then %.1f MB; the emulator's %.1f MB, then %.1f MB"):format(
  seconds, MAILS / seconds, first.rss_kb / 1000, last.rss_kb / 1000, first.emulator_kb / 1000, last.emulator_kb / 1000))
