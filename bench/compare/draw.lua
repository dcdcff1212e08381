-- The results at a glance: bars, as one SVG.
local clients = require "bench.compare.clients"
local html = require "ses.html"
local text = require "bench.campaign.text"

local draw = {}

local WIDTH, LABEL, BAR, GAP, TITLE = 760, 230, 18, 6, 34
local OURS, OTHERS, LIMIT = "#1f7a5c", "#8a94a6", "#c9ced8"

local function panel(y, title, bars)
  local most = 0
  for _, bar in ipairs(bars) do most = math.max(most, bar.value) end
  local out = { ('<text x="0" y="%d" class="title">%s</text>'):format(y + 18, html.escape(title)) }
  y = y + TITLE
  for _, bar in ipairs(bars) do
    local width = math.max(1, (WIDTH - LABEL - 110) * bar.value / most)
    out[#out + 1] = ('<text x="%d" y="%d" text-anchor="end">%s</text>'):format(LABEL - 8, y + 13, html.escape(bar.name))
    out[#out + 1] = ('<rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/>'):format(LABEL, y, width, BAR,
      bar.ours and OURS or bar.limit and LIMIT or OTHERS)
    out[#out + 1] = ('<text x="%.1f" y="%d">%s</text>'):format(LABEL + width + 6, y + 13, html.escape(bar.label))
    y = y + BAR + GAP
  end
  return table.concat(out, "\n"), y + 16
end

local function bars_of(list, value, label)
  local bars = {}
  for _, client in ipairs(list) do
    local n = value(client)
    if n then
      bars[#bars + 1] = { name = client.name, value = n, label = label(n), ours = client.ours,
        limit = client.name:find "^limit" ~= nil }
    end
  end
  return bars
end

--- The drawing.
-- @tparam table results of bench/compare/run.lua
-- @treturn string
function draw.page(results)
  local parts, y = {}, 8
  local function add(title, bars)
    parts[#parts + 1], y = panel(y, title, bars)
  end
  for _, found in ipairs(results.sends) do
    if found.concurrency == 50 or #results.sends == 2 then
      add(("SendEmail, %s, %d at once: requests a second"):format(found.scheme == "http" and "HTTP" or "TLS",
        found.concurrency), bars_of(clients.senders, function(client)
          local of = found.of[client.id]
          return of and of.rate.median
        end, text.thousands))
    end
  end
  add("Signing 600 bytes: signatures a second", bars_of(clients.signers, function(client)
    return results.signing[1].of[client.id].rate.median
  end, text.thousands))
  add("Cold start with one answered send: milliseconds", bars_of(results.cold_start, function(found)
    return found.wall.median
  end, function(n) return ("%.0f"):format(n) end))
  add("1,000 requests in flight: MB", bars_of(clients.senders, function(client)
    local kb = results.memory[#results.memory].of[client.id]
    return kb and kb / 1024
  end, function(n) return ("%.0f"):format(n) end))
  return ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">\n'
    .. '<style>text{fill:#333}.title{font-size:15px;font-weight:bold}@media(prefers-color-scheme:dark){text{fill:#ddd}}'
    .. '</style>\n%s\n</svg>\n'):format(WIDTH, y, table.concat(parts, "\n"))
end

return draw
