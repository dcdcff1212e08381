-- What was set out to be reached, and whether it was. Each: a name, and function(results) → measured, wanted, met; or
-- nil where that was not measured.
local targets = {}

local function add(name, fn) targets[#targets + 1] = { name = name, judge = fn } end

-- `part(results)` gives id → summary, or nil where that was not measured; of it `of(part)` is how often better.
local function ratio(name, wanted, part, of)
  add(name, function(results)
    local measured = part(results)
    if not measured then return nil end
    local found = of(measured)
    return ("%.2f ×"):format(found), ("at least %g ×"):format(wanted), found >= wanted
  end)
end

local function faster(name, wanted, part, id, other)
  ratio(name, wanted, part, function(of) return of[id].rate.median / of[other].rate.median end)
end

local function cheaper(name, wanted, part, id, other)
  ratio(name, wanted, part, function(of) return of[other].cpu.median / of[id].cpu.median end)
end

local function sends(results)
  for _, row in ipairs(results.sends) do
    if row.scheme == "http" and row.concurrency == 50 then return row.of end
  end
end

local function signing(size)
  return function(results) return results.signing[size] and results.signing[size].of end
end

local small, large = signing(1), signing(3)

for _, lua in ipairs { "lua5.4", "luajit" } do
  local who = lua == "lua5.4" and "Lua 5.4" or "LuaJIT"
  faster("SendEmail, 50 at once, " .. who .. ", against bare libcurl", 0.6, sends, lua, "bare")
  faster("… against libcurl's own signatures", 1, sends, lua, "sigv4")
  faster("… against AWS's SDK for JavaScript", 10, sends, lua, "js")
  cheaper("… per second of processor", 10, sends, lua, "js")
  faster("… against botocore", 15, sends, lua, "botocore")
  cheaper("… per second of processor", 15, sends, lua, "botocore")
end
faster("LuaJIT against Lua 5.4", 1, sends, "luajit", "lua5.4")

faster("Signing 600 bytes against the hashes alone (BearSSL)", 0.85, small, "core", "hash")
faster("… against npm aws4", 4, small, "core", "aws4")
faster("… against @smithy/signature-v4", 4, small, "core", "smithy")
faster("Signing 10 MB against the hash alone (by the processor's instructions)", 0.95, large, "core", "hardware")

local function started(results, id)
  for _, row in ipairs(results.cold_start) do
    if row.id == id then return row end
  end
end

add("Cold start, Lua 5.4, to the end of the first answered send", function(results)
  local found = started(results, "lua5.4").wall.median
  return ("%.1f ms"):format(found), "under 10 ms", found < 10
end)
for _, peer in ipairs { "js", "botocore", "cli" } do
  add("… of that of " .. peer, function(results)
    local other = started(results, peer)
    if not other then return nil end
    local found = started(results, "lua5.4").wall.median / other.wall.median
    return ("%.2f ×"):format(found), "under 0.1 ×", found < 0.1
  end)
end

add("Memory after the first send, Lua 5.4", function(results)
  local found = started(results, "lua5.4").memory / 1024
  return ("%.1f MB"):format(found), "under 12 MB", found < 12
end)
add("Memory with 1,000 requests in flight, Lua 5.4", function(results)
  local many = results.memory[2]
  if not many then return nil end
  local found = many.of["lua5.4"] / 1024
  return ("%.1f MB"):format(found), "under 40 MB", found < 40
end)

local KB = 1024

add("Memory for a raw mail of 10 MB, above that for one of 1 KB, Lua 5.4", function(results)
  local first, last = results.raw[1], results.raw[#results.raw]
  if first == last then return nil end
  local times = (last.of["lua5.4"] - first.of["lua5.4"]) / (last.bytes / KB)
  return ("%.2f × its size"):format(times), "under 2.5 ×", times < 2.5
end)

return targets
