--- Progress on the way on a terminal: a bar that is drawn anew. Elsewhere see ses.campaign.progress_lines.
-- @module ses.campaign.progress
local format = require "ses.campaign.format"
local meter = require "ses.campaign.meter"

local progress = {}

local REDRAW_SECONDS = 0.1
local LONGEST_BAR = 40

local Progress = { __name = "ses.campaign.Progress" }
Progress.__index = Progress

local EIGHTHS = { "▏", "▎", "▍", "▌", "▋", "▊", "▉" }

--- Makes a progress display.
-- @tparam table options `write` (function(text)), `clock` (`monotonic`), `colour`, `unicode` (block characters
--   may be used), `width` (function → columns)
function progress.new(options)
  return setmetatable({
    write = options.write, clock = options.clock, colour = options.colour, unicode = options.unicode,
    width = options.width or function() return 80 end, meter = meter.new(), drawn_at = -math.huge,
  }, Progress)
end

function Progress:_paint(code, text)
  if not self.colour or text == "" then return text end
  return "\27[" .. code .. "m" .. text .. "\27[0m"
end

-- A bar of `width` columns; on a terminal with block characters it moves by eighths of one.
function Progress:_bar(part, width)
  if not self.unicode then
    local full = math.floor(part * width)
    return "[" .. ("#"):rep(full) .. ("-"):rep(width - full) .. "]"
  end
  local eighths = math.floor(part * width * 8)
  local full, rest = math.floor(eighths / 8), eighths % 8
  local bar = ("█"):rep(full) .. (rest > 0 and EIGHTHS[rest] or "")
  local empty = width - full - (rest > 0 and 1 or 0)
  return self:_paint("36", bar) .. self:_paint("2", ("░"):rep(empty))
end

-- The words beside the bar, the least important last: they go first where the line is narrow. Each is
-- { plain text, colour or nil }.
local function words(tally, rate)
  local done = meter.done(tally)
  local list = {
    { ("%3d%%"):format(tally.total > 0 and math.floor(done / tally.total * 100) or 100) },
    { format.count(done) .. "/" .. format.count(tally.total) },
  }
  if tally.failed > 0 then list[#list + 1] = { format.count(tally.failed) .. " failed", "31" } end
  if tally.in_doubt > 0 then list[#list + 1] = { format.count(tally.in_doubt) .. " in doubt", "33" } end
  local waiting = tally.trouble or tally.note
  if tally.paused then
    list[#list + 1] = { "paused", "33" }
    return list
  elseif waiting then
    list[#list + 1] = { "waiting: " .. waiting, "33" }
    return list
  end
  if rate then list[#list + 1] = { format.rate(rate) } end
  local left = meter.left(tally, rate)
  if left then list[#list + 1] = { "ETA " .. format.duration(left) } end
  if (tally.workers or 0) > 1 then list[#list + 1] = { tally.workers .. " processes" } end
  return list
end

local function columns_of(text)
  return #(text:gsub("[\128-\191]", ""))
end

function Progress:_line(tally, rate)
  local width = math.max(10, self.width() - 1)
  local list, used = words(tally, rate), 0
  local shown = {}
  for i, word in ipairs(list) do
    local columns = columns_of(word[1]) + (i > 1 and 2 or 0)
    if used + columns > width then break end
    used = used + columns
    shown[i] = word[2] and self:_paint(word[2], word[1]) or word[1]
  end
  local bar = math.min(LONGEST_BAR, width - used - (self.unicode and 2 or 4))
  if bar >= 8 then
    local part = tally.total > 0 and meter.done(tally) / tally.total or 1
    shown[1] = self:_bar(math.min(part, 1), bar) .. "  " .. (shown[1] or "")
  end
  return table.concat(shown, "  ")
end

function Progress:_draw(tally, now)
  self.write("\r" .. self:_line(tally, self.meter:look(tally, now)) .. "\27[K")
  self.line_open = true
end

--- Shows a tally, where it is time for it.
-- @tparam table tally of ses.campaign.engine
function Progress:update(tally)
  local now = self.clock.monotonic()
  if now - self.drawn_at < REDRAW_SECONDS * 0.99 then return end
  self.drawn_at = now
  self:_draw(tally, now)
end

--- Shows what happens before the first mail, such as how much of the audience is read.
-- @tparam string text
function Progress:stage(text)
  local now = self.clock.monotonic()
  if now - self.drawn_at < REDRAW_SECONDS then return end
  self.drawn_at = now
  self.write("\r" .. text:sub(1, math.max(10, self.width() - 1)) .. "\27[K")
  self.line_open = true
end

--- Shows the last tally for good.
-- @tparam ?table tally
function Progress:finish(tally)
  if tally then self:_draw(tally, self.clock.monotonic()) end
  if self.line_open then self.write(tally and "\n" or "\r\27[K") end
  self.line_open = false
end

--- Leaves the line to what is written next.
function Progress:close()
  self:finish()
end

return progress
