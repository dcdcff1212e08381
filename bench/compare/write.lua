-- The results as a page of Markdown.
local clients = require "bench.compare.clients"
local lab = require "bench.campaign.lab"
local process = require "spec.support.process"
local targets = require "bench.compare.targets"
local text = require "bench.campaign.text"

local write = {}

local thousands = text.thousands

local function head(out, columns)
  out[#out + 1] = "| " .. table.concat(columns, " | ") .. " |"
  out[#out + 1] = "|---|" .. ("--:|"):rep(#columns - 1)
end

local function row(out, cells)
  out[#out + 1] = "| " .. table.concat(cells, " | ") .. " |"
end

local function spread(found, format)
  format = format or thousands
  return ("%s (%s to %s)"):format(format(found.median), format(found.least), format(found.most))
end

local function decimals(n) return ("%.2f"):format(n) end

local function npm(name)
  return { name, ([[node -p 'require("./build/peers/node_modules/%s/package.json").version']]):format(name) }
end

local VERSIONS = {
  { "Lua", "lua5.4 -v | cut -d' ' -f2" }, { "LuaJIT", "luajit -v | cut -d' ' -f2" },
  { "libcurl", "curl --version | head -1 | cut -d' ' -f4" }, { "nginx", "nginx -v 2>&1 | cut -d/ -f2" },
  { "Node.js", "node --version" }, { "botocore", "python3 -c 'import botocore; print(botocore.__version__)'" },
  { "AWS CLI", "aws --version 2>&1 | cut -d' ' -f1 | cut -d/ -f2" }, npm "@aws-sdk/client-sesv2", npm "aws4",
  npm "@smithy/signature-v4",
}

local function versions()
  local list = {}
  for i, words in ipairs(VERSIONS) do list[i] = words[1] .. " " .. process.shell(words[2]) end
  return table.concat(list, ", ")
end

local function write_targets(out, results)
  out[#out + 1] = "## Targets\n"
  head(out, { "", "measured", "wanted", "" })
  for _, target in ipairs(targets) do
    local measured, wanted, met = target.judge(results)
    if measured then row(out, { target.name, measured, wanted, met and "met" or "**missed**" }) end
  end
end

local function write_sends(out, results)
  out[#out + 1] = "\n## SendEmail\n\nThe server is one worker of an nginx on the same machine."
  for _, found in ipairs(results.sends) do
    out[#out + 1] = ("\n### %s, %d at once\n"):format(found.scheme == "http" and "HTTP" or "TLS", found.concurrency)
    head(out, { "", "requests a second", "CPU s per 10,000", "of the limit" })
    for _, client in ipairs(clients.senders) do
      local of = found.of[client.id]
      if of then
        row(out, { client.name, spread(of.rate), spread(of.cpu, decimals),
          decimals(of.rate.median / found.of.bare.rate.median) })
      end
    end
  end
end

local function write_bulk(out, results)
  out[#out + 1] = "\n## SendBulkEmail\n\n50 recipients a call, ten calls at once.\n"
  head(out, { "", "recipients a second", "CPU s per 10,000" })
  for _, client in ipairs(clients.senders) do
    local of = results.bulk[client.id]
    if of then row(out, { client.name, spread(of.rate), ("%.3f"):format(of.cpu.median) }) end
  end
end

local function write_signing(out, results)
  out[#out + 1] = "\n## Signing\n\nSignatures a second, with the key of the day at hand.\n"
  local columns = { "" }
  for _, size in ipairs(results.signing) do columns[#columns + 1] = thousands(size.bytes) .. " bytes" end
  head(out, columns)
  for _, client in ipairs(clients.signers) do
    local cells = { client.name }
    for _, size in ipairs(results.signing) do
      local median = size.of[client.id].rate.median
      cells[#cells + 1] = median < 1000 and ("%.1f"):format(median) or thousands(median)
    end
    row(out, cells)
  end
end

local function write_cold_start(out, results)
  out[#out + 1] = "\n## Cold start\n\nFrom the start of a process to its end, with one answered send between; the most "
    .. "memory that was resident.\n"
  head(out, { "", "milliseconds", "MB" })
  for _, found in ipairs(results.cold_start) do
    row(out, { found.name, spread(found.wall, function(n) return ("%.1f"):format(n) end),
      ("%.1f"):format(found.memory / 1024) })
  end
end

local function write_memory(out, results)
  out[#out + 1] = "\n## Memory\n\nMB resident at most while the server takes a second for each answer.\n"
  local columns = { "" }
  for _, found in ipairs(results.memory) do columns[#columns + 1] = thousands(found.in_flight) .. " in flight" end
  head(out, columns)
  for _, client in ipairs(clients.senders) do
    if results.memory[1].of[client.id] then
      local cells = { client.name }
      for _, found in ipairs(results.memory) do cells[#cells + 1] = ("%.1f"):format(found.of[client.id] / 1024) end
      row(out, cells)
    end
  end
end

local function write_stages(out, results)
  out[#out + 1] = "\n## Stages\n\nWhat the stages of a SendEmail of 600 bytes cost by themselves; bytes are "
    .. "those of Lua's memory.\n"
  head(out, { "", "Lua 5.4, ns", "bytes", "LuaJIT, ns", "bytes" })
  for _, stage in ipairs(results.stages) do
    local plain, jit = stage.of["lua5.4"], stage.of.luajit
    row(out, { stage.name, thousands(plain.nanoseconds), thousands(plain.bytes), thousands(jit.nanoseconds),
      thousands(jit.bytes) })
  end
end

local function write_raw(out, results)
  out[#out + 1] = "\n## Large mails\n\nMB resident at most of a process that sends one raw mail.\n"
  head(out, { "bytes of the mail", "Lua 5.4", "LuaJIT" })
  for _, found in ipairs(results.raw) do
    row(out, { thousands(found.bytes), ("%.1f"):format(found.of["lua5.4"] / 1024),
      ("%.1f"):format(found.of.luajit / 1024) })
  end
end

local function write_counts(out, results)
  out[#out + 1] = "\n## Counted\n\nWhat a plain mail takes, whatever the machine: steps of Lua's machine, bytes of its "
    .. "memory, and instructions of the processor but those of the C library (SHA-256 without the processor's own). "
    .. "`make bench-send` holds them to a budget.\n"
  head(out, { "", "steps", "bytes", "instructions" })
  for _, found in ipairs(results.counts) do
    row(out, { found.name, thousands(found.steps), thousands(found.bytes),
      found.instructions and thousands(found.instructions) or "" })
  end
  local parts = results.counts[1].parts
  if not parts then return end
  out[#out + 1] = "\nOf those instructions:\n"
  head(out, { "Lua", "libcurl", "BearSSL", "ses.core" })
  row(out, { thousands(parts.Lua), thousands(parts.libcurl), thousands(parts.BearSSL), thousands(parts.ses) })
end

local function write_campaigns(out, results)
  out[#out + 1] = "\n## Campaigns\n\n`ses campaign run` from a CSV file, its journal in SQLite, to a server that "
    .. "checks every signature; one run each.\n"
  head(out, { "", "recipients", "recipients a second", "CPU s per 10,000", "MB" })
  for _, found in ipairs(results.campaigns) do
    row(out, { lab.CALLS[found.call], thousands(found.recipients), thousands(found.rate), decimals(found.cpu),
      ("%.1f"):format(found.memory / 1024) })
  end
end

--- The page.
-- @tparam table results of bench/compare/run.lua
-- @treturn string
function write.page(results)
  local out = {
    "# ses beside others\n", "Written by `make bench`; medians of " .. results.rounds
      .. " interleaved rounds, least and most in brackets.\n", lab.machine() .. ".\n", versions() .. ".\n",
    "![The same in a drawing](results.svg)\n",
  }
  write_targets(out, results)
  write_sends(out, results)
  write_bulk(out, results)
  write_signing(out, results)
  write_cold_start(out, results)
  write_memory(out, results)
  write_stages(out, results)
  write_counts(out, results)
  write_raw(out, results)
  write_campaigns(out, results)
  return table.concat(out, "\n") .. "\n"
end

return write
