-- What is measured. Each section gives its rows, in rounds that are interleaved: who comes first changes from round to
-- round, so that what happens to the machine meanwhile happens to all.
local clients = require "bench.compare.clients"
local counts = require "bench.send.counts"
local measure = require "bench.compare.measure"
local process = require "spec.support.process"

local sections = {}

-- Runs `one(client)` for each client in each round. → id → list of results
local function interleaved(list, rounds, one)
  local found = {}
  for _, client in ipairs(list) do found[client.id] = {} end
  for round = 1, rounds do
    for i = 1, #list do
      local client = list[(i + round - 2) % #list + 1]
      table.insert(found[client.id], one(client))
    end
  end
  return found
end

local function map(list, fn)
  local out = {}
  for i, item in ipairs(list) do out[i] = fn(item) end
  return out
end

-- Rates and processor time of runs of the same client.
local function summary(runs, per_request)
  return {
    rate = measure.spread(map(runs, function(run) return run.requests * (per_request or 1) / run.seconds end)),
    cpu = measure.spread(map(runs, function(run) return run.cpu / (run.requests * (per_request or 1)) * 10000 end)),
  }
end

--- SendEmail at several concurrencies, over HTTP and TLS. → list of { scheme =, concurrency =, of = id → summary }
function sections.sends(server, options, say)
  local out = {}
  for _, scheme in ipairs(options.schemes) do
    for _, concurrency in ipairs(options.concurrencies) do
      say(("SendEmail, %s, %d at once"):format(scheme, concurrency))
      local able = {}
      for _, client in ipairs(clients.senders) do
        if scheme == "http" or not client.http_only then able[#able + 1] = client end
      end
      local found = interleaved(able, options.rounds, function(client)
        local requests = math.ceil(client.requests * options.share * (concurrency == 1 and 0.4 or 1))
        return measure.run(client, clients.send_argv(client, server[scheme], concurrency, requests), server.env)
      end)
      local of = {}
      for id, runs in pairs(found) do of[id] = summary(runs) end
      out[#out + 1] = { scheme = scheme, concurrency = concurrency, of = of }
    end
  end
  return out
end

local ENTRIES, BULK_CONCURRENCY = 50, 10

--- Recipients a second by SendBulkEmail. → id → summary
function sections.bulk(server, options, say)
  say "SendBulkEmail"
  local able = {}
  for _, client in ipairs(clients.senders) do
    if client.bulk then able[#able + 1] = client end
  end
  local of = {}
  for id, runs in pairs(interleaved(able, options.rounds, function(client)
    local calls = math.ceil(client.requests * options.share / 10)
    return measure.run(client, clients.send_argv(client, server.http, BULK_CONCURRENCY, calls, true), server.env)
  end)) do of[id] = summary(runs, ENTRIES) end
  return of
end

-- So many signatures of a body of a size take about a second of whom is fast.
local TIMES = { [600] = 20000, [65536] = 1500, [10485760] = 8 }

--- Signatures a second. → list of { bytes =, of = id → summary }
function sections.signing(server, options, say)
  return map(options.sizes, function(bytes)
    say(("signing %d bytes"):format(bytes))
    local of = {}
    for id, runs in pairs(interleaved(clients.signers, options.rounds, function(client)
      local argv = {}
      for i, word in ipairs(client.argv) do argv[i] = word end
      argv[#argv + 1] = tostring(bytes)
      argv[#argv + 1] = tostring(math.max(2, math.ceil(TIMES[bytes] * options.share)))
      return measure.run(client, argv, server.env)
    end)) do of[id] = summary(runs) end
    return { bytes = bytes, of = of }
  end)
end

local BODY = '{"FromEmailAddress":"news@shop.example","Destination":{"ToAddresses":["a@example.com"]},'
  .. '"Content":{"Simple":{"Subject":{"Data":"Hello"},"Body":{"Text":{"Data":"Hello"}}}}}'

-- Those that only start: AWS's command, and curl with its own signatures.
local function starters(url)
  local list = {}
  for _, client in ipairs(clients.senders) do
    if client.id ~= "sigv4" and not client.is_server then
      list[#list + 1] = { id = client.id, name = client.name, lua = client.lua, ours = client.ours,
        argv = clients.send_argv(client, url, 1, 0) }
    end
  end
  list[#list + 1] = { id = "ses", name = "ses, its command", ours = true, argv = { "build/ses", "send",
    "--from", "news@shop.example", "--to", "a@example.com", "--subject", "Hello", "--text", "Hello" } }
  list[#list + 1] = { id = "curl", name = "curl --aws-sigv4", argv = { "curl", "-sSf", "--noproxy", "*", "--aws-sigv4",
    "aws:amz:us-east-1:ses", "--user", "bench:bench", "-H", "Content-Type: application/json", "-d", BODY,
    url .. "/v2/email/outbound-emails" } }
  -- What nobody who starts Lua, and loads libcurl with its libraries, can be faster than.
  list[#list + 1] = { id = "idle", name = "lua5.4, nothing done", argv = { "lua5.4", "-e", "" } }
  list[#list + 1] = { id = "loaded", name = "curl --version, nothing sent", argv = { "curl", "--version" } }
  if process.shell "command -v aws" == "" then return list end
  list[#list + 1] = { id = "cli", name = "AWS CLI", argv = { "aws", "sesv2", "send-email", "--endpoint-url", url,
    "--from-email-address", "news@shop.example", "--destination", "ToAddresses=a@example.com", "--content",
    "Simple={Subject={Data=Hello},Body={Text={Data=Hello}}}" } }
  return list
end

--- From the start of a process to its end, with one mail that was answered between, and the memory that it took.
-- → list of { id =, name =, wall = spread of ms, memory = kB }
function sections.cold_start(server, options, say)
  say "cold starts"
  local env = { AWS_ENDPOINT_URL_SESV2 = server.http }
  for name, value in pairs(server.env) do env[name] = value end
  local list = starters(server.http)
  local found = interleaved(list, options.starts, function(client)
    local wall, _, memory = measure.whole(client, client.argv, env)
    return { wall = wall * 1000, memory = memory }
  end)
  return map(list, function(client)
    return {
      id = client.id, name = client.name, ours = client.ours,
      wall = measure.spread(map(found[client.id], function(run) return run.wall end)),
      memory = measure.spread(map(found[client.id], function(run) return run.memory end)).median,
    }
  end)
end

--- Memory with so many requests in flight, to a server that takes its time.
-- → list of { in_flight =, of = id → kB }
function sections.memory(slow, options, say)
  return map(options.in_flight, function(in_flight)
    say(("memory with %d requests in flight"):format(in_flight))
    local of = {}
    for _, client in ipairs(clients.senders) do
      if client.id ~= "bare" and client.id ~= "sigv4" and not client.is_server then
        local argv = clients.send_argv(client, slow.url, in_flight, in_flight)
        of[client.id] = select(3, measure.whole(client, argv, slow.env))
      end
    end
    return { in_flight = in_flight, of = of }
  end)
end

local LUAS = { { id = "lua5.4", name = "Lua 5.4" }, { id = "luajit", name = "LuaJIT" } }

--- What each stage of a SendEmail costs, for both Luas. → list of { name =, of = id → { nanoseconds =, bytes = } }
function sections.stages(server, options, say)
  say "stages"
  local list = {}
  for _, lua in ipairs(LUAS) do
    local client = { name = lua.name, lua = lua.id }
    local argv = { lua.id, "bench/compare/clients/stages.lua", tostring(math.ceil(40000 * options.share)) }
    for i, stage in ipairs(measure.json(client, argv, server.env)) do
      list[i] = list[i] or { name = stage.name, of = {} }
      list[i].of[lua.id] = stage
    end
  end
  return list
end

--- What a send costs in what can be counted. → list of { name =, steps =, bytes =, instructions = (or nil) }
function sections.counts(place, options, say)
  say "counting"
  local responder = place:respond()
  local ok, list = pcall(map, LUAS, function(lua)
    local found = counts.of(lua.id, responder.env, place.folder, options.counted)
    found.name = lua.name
    return found
  end)
  responder.stop()
  if not ok then error(list, 0) end
  return list
end

local CALLS = { "own", "single", "bulk" }

-- Texts that ses renders: a million of them take ten minutes, which `make bench-campaign` has.
local MOST_OWN = 100000

local function campaign(place, call, recipients, say)
  say(("a campaign to %d, %s"):format(recipients, call))
  local taken = place:run(call, recipients)
  return {
    call = call, recipients = recipients, rate = recipients / taken.result.seconds,
    cpu = (taken.user + taken.system) / recipients * 10000, memory = taken.memory,
  }
end

--- Campaigns from a CSV file. → list of { call =, recipients =, rate =, cpu = (seconds for 10,000), memory = kB }
function sections.campaigns(place, options, say)
  local list = {}
  for _, call in ipairs(CALLS) do
    for _, recipients in ipairs(options.campaigns) do
      if call ~= "own" or recipients <= MOST_OWN then list[#list + 1] = campaign(place, call, recipients, say) end
    end
  end
  return list
end

--- Memory of a process that sends one raw mail, by its size. → list of { bytes =, of = id → kB }
function sections.raw(server, options, say)
  say "raw mails"
  return map(options.raw, function(bytes)
    local of = {}
    for _, lua in ipairs(LUAS) do
      local argv = { lua.id, "bench/compare/clients/raw.lua", server.http, tostring(bytes) }
      of[lua.id] = select(3, measure.whole({ name = lua.name, lua = lua.id }, argv, server.env))
    end
    return { bytes = bytes, of = of }
  end)
end

return sections
