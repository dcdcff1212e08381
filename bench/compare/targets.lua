-- What was set out to be reached, and whether it was. Each: a name, and function(results) → measured, wanted, met; or
-- nil where that was not measured.
local targets = {}

local function at(results, scheme, concurrency)
  for _, row in ipairs(results.sends) do
    if row.scheme == scheme and row.concurrency == concurrency then return row.of end
  end
end

local function rate(of, id) return of[id].rate.median end
local function cpu(of, id) return of[id].cpu.median end

local function add(name, fn) targets[#targets + 1] = { name = name, judge = fn } end

local function ratio(name, wanted, fn)
  add(name, function(results)
    local found = fn(results)
    if not found then return nil end
    return ("%.2f ×"):format(found), ("at least %g ×"):format(wanted), found >= wanted
  end)
end

for _, lua in ipairs { "lua5.4", "luajit" } do
  local who = lua == "lua5.4" and "Lua 5.4" or "LuaJIT"
  ratio("SendEmail, 50 at once, " .. who .. ", against bare libcurl", 0.6, function(results)
    local of = at(results, "http", 50)
    return of and rate(of, lua) / rate(of, "bare")
  end)
  ratio("… against libcurl's own signatures", 1, function(results)
    local of = at(results, "http", 50)
    return of and rate(of, lua) / rate(of, "sigv4")
  end)
  ratio("… against AWS's SDK for JavaScript", 10, function(results)
    local of = at(results, "http", 50)
    return of and rate(of, lua) / rate(of, "js")
  end)
  ratio("… per second of processor", 10, function(results)
    local of = at(results, "http", 50)
    return of and cpu(of, "js") / cpu(of, lua)
  end)
  ratio("… against botocore", 15, function(results)
    local of = at(results, "http", 50)
    return of and rate(of, lua) / rate(of, "botocore")
  end)
  ratio("… per second of processor", 15, function(results)
    local of = at(results, "http", 50)
    return of and cpu(of, "botocore") / cpu(of, lua)
  end)
end

ratio("LuaJIT against Lua 5.4", 1, function(results)
  local of = at(results, "http", 50)
  return of and rate(of, "luajit") / rate(of, "lua5.4")
end)

ratio("Signing 600 bytes against the hashes alone (BearSSL)", 0.85, function(results)
  local of = results.signing[1].of
  return rate(of, "core") / rate(of, "hash")
end)
ratio("… against npm aws4", 4, function(results)
  local of = results.signing[1].of
  return rate(of, "core") / rate(of, "aws4")
end)
ratio("… against @smithy/signature-v4", 4, function(results)
  local of = results.signing[1].of
  return rate(of, "core") / rate(of, "smithy")
end)
ratio("Signing 10 MB against the hash alone (by the processor's instructions)", 0.95, function(results)
  local large = results.signing[3]
  return large and rate(large.of, "core") / rate(large.of, "hardware")
end)

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
