--- Progress on the way: a bar that is drawn anew on a terminal, a line now and then elsewhere.
-- @module ses.campaign.progress
local format = require "ses.campaign.format"

local progress = {}

local REDRAW_SECONDS = 0.1
local LINE_SECONDS = 5
-- The rate is that of the last so many seconds.
local WINDOW_SECONDS = 5
local LONGEST_BAR = 40

local Progress = { __name = "ses.campaign.Progress" }
Progress.__index = Progress

local EIGHTHS = { "▏", "▎", "▍", "▌", "▋", "▊", "▉" }

--- Makes a progress display.
-- @tparam table options `write` (function(text)), `clock` (`monotonic`), `interactive` (redraw one line of
--   a terminal), `colour`, `unicode` (block characters may be used), `width` (function → columns)
function progress.new(options)
  return setmetatable({
    write = options.write, clock = options.clock, interactive = options.interactive,
    colour = options.interactive and options.colour, unicode = options.unicode,
    width = options.width or function() return 80 end, samples = {}, first = 1, drawn_at = -math.huge,
  }, Progress)
end

-- Mails a second over the last seconds.
function Progress:_rate(done, now)
  local samples = self.samples
  samples[#samples + 1] = { at = now, done = done }
  -- The oldest that stays is the last one that is at least as old as the window.
  while samples[self.first + 1] and now - samples[self.first + 1].at >= WINDOW_SECONDS do
    samples[self.first] = nil
    self.first = self.first + 1
    if self.first > 256 then
      local kept = {}
      for i = self.first, #samples do kept[#kept + 1] = samples[i] end
      self.samples, self.first, samples = kept, 1, kept
    end
  end
  local oldest = samples[self.first]
  if now - oldest.at < 0.05 then return nil end
  return (done - oldest.done) / (now - oldest.at)
end

local function done_of(tally)
  return tally.sent + tally.failed + tally.in_doubt + tally.deferred
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
  local done = done_of(tally)
  local list = {
    { ("%3d%%"):format(tally.total > 0 and math.floor(done / tally.total * 100) or 100) },
    { format.count(done) .. "/" .. format.count(tally.total) },
  }
  if tally.failed > 0 then list[#list + 1] = { format.count(tally.failed) .. " failed", "31" } end
  if tally.in_doubt > 0 then list[#list + 1] = { format.count(tally.in_doubt) .. " in doubt", "33" } end
  local waiting = tally.trouble or tally.note
  if waiting then
    list[#list + 1] = { "waiting: " .. waiting, "33" }
    return list
  end
  if rate then list[#list + 1] = { format.rate(rate) } end
  if rate and rate > 0 and done < tally.total then
    list[#list + 1] = { "ETA " .. format.duration((tally.total - done) / rate) }
  end
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
    local part = tally.total > 0 and done_of(tally) / tally.total or 1
    shown[1] = self:_bar(math.min(part, 1), bar) .. "  " .. (shown[1] or "")
  end
  return table.concat(shown, "  ")
end

function Progress:_draw(tally, now)
  local rate = self:_rate(done_of(tally), now)
  if self.interactive then
    self.write("\r" .. self:_line(tally, rate) .. "\27[K")
    self.line_open = true
    return
  end
  local text = {}
  for _, word in ipairs(words(tally, rate)) do text[#text + 1] = (word[1]:gsub("^%s+", "")) end
  self.write(table.concat(text, ", ") .. "\n")
end

--- Shows a tally, where it is time for it.
-- @tparam table tally of ses.campaign.engine
function Progress:update(tally)
  local now = self.clock.monotonic()
  if now - self.drawn_at < (self.interactive and REDRAW_SECONDS or LINE_SECONDS) * 0.99 then return end
  if not self.interactive and self.drawn_at == -math.huge then
    -- The first line elsewhere waits its time as well: a short run needs none.
    self.drawn_at = now
    self:_rate(done_of(tally), now)
    return
  end
  self.drawn_at = now
  self:_draw(tally, now)
end

--- Shows what happens before the first mail, such as how much of the audience is read.
-- @tparam string text
function Progress:stage(text)
  local now = self.clock.monotonic()
  if not self.interactive or now - self.drawn_at < REDRAW_SECONDS then return end
  self.drawn_at = now
  self.write("\r" .. text:sub(1, math.max(10, self.width() - 1)) .. "\27[K")
  self.line_open = true
end

--- Shows the last tally for good.
-- @tparam ?table tally
function Progress:finish(tally)
  if not self.interactive then return end
  if tally then self:_draw(tally, self.clock.monotonic()) end
  if self.line_open then self.write(tally and "\n" or "\r\27[K") end
  self.line_open = false
end

return progress
