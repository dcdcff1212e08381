-- ses beside AWS's SDKs, libcurl and the limits of this machine.
--
--   build/ses bench/compare/run.lua [FOLDER [ROUNDS|quick]]
--
-- Writes results.md and results.svg into FOLDER (bench); 5 rounds unless it is told. "quick" is a short form, for the
-- tests: its numbers mean nothing. First each client sends to a server that checks signatures
-- (bench/campaign/responder.c), so that nobody is fast by sending what SES would refuse; then they are timed against
-- an nginx.
package.path = "./?.lua;" .. package.path
local clients = require "bench.compare.clients"
local draw = require "bench.compare.draw"
local lab = require "bench.campaign.lab"
local measure = require "bench.compare.measure"
local process = require "spec.support.process"
local sections = require "bench.compare.sections"
local server = require "bench.compare.server"
local write = require "bench.compare.write"

local FOLDER, QUICK = arg[1] or "bench", arg[2] == "quick"

local OPTIONS = QUICK and {
  rounds = 1, starts = 1, share = 0.01, schemes = { "http", "https" }, concurrencies = { 10 }, sizes = { 600 },
  in_flight = { 50 }, latency = 100, raw = { 1000 }, counted = 100, campaigns = { 300 },
} or {
  rounds = tonumber(arg[2]) or 5, starts = 15, share = 1,
  schemes = { "http", "https" }, concurrencies = { 1, 10, 50, 200 },
  sizes = { 600, 65536, 10485760 }, in_flight = { 50, 1000 }, latency = 1000,
  raw = { 1000, 100000, 1000000, 10000000 }, campaigns = { 10000, 100000, 1000000 },
}

local function say(words) io.stderr:write(words, "\n") end

-- Every client but the one without signatures sends what a server of SES would take.
local function check(place)
  say "checking what is sent"
  local responder = place:respond()
  local url, sent = responder.env.AWS_ENDPOINT_URL_SESV2, 0
  local ok, err = pcall(function()
    for _, client in ipairs(clients.senders) do
      if client.id ~= "bare" then
        measure.run(client, clients.send_argv(client, url, 2, 10), responder.env)
        sent = sent + 12
      end
    end
    local counts = responder.counts()
    if counts.refused > 0 or counts.SendEmail ~= sent then
      error(("%d mails of %d arrived, %d were refused"):format(counts.SendEmail, sent, counts.refused), 0)
    end
  end)
  responder.stop()
  if not ok then error(err, 0) end
end

local place = lab.new()
local fast = server.start()
local ok, err = pcall(function()
  check(place)
  local results = { rounds = OPTIONS.rounds }
  results.sends = sections.sends(fast, OPTIONS, say)
  results.bulk = sections.bulk(fast, OPTIONS, say)
  results.signing = sections.signing(fast, OPTIONS, say)
  results.cold_start = sections.cold_start(fast, OPTIONS, say)
  results.stages = sections.stages(fast, OPTIONS, say)
  results.raw = sections.raw(fast, OPTIONS, say)
  results.counts = sections.counts(place, OPTIONS, say)
  results.campaigns = sections.campaigns(place, OPTIONS, say)
  local slow = place:respond { latency = OPTIONS.latency }
  results.memory = sections.memory({ url = slow.env.AWS_ENDPOINT_URL_SESV2, env = slow.env }, OPTIONS, say)
  slow.stop()
  process.write(FOLDER .. "/results.md", write.page(results))
  process.write(FOLDER .. "/results.svg", draw.page(results))
end)
fast.stop()
place:stop()
if not ok then error(err, 0) end
