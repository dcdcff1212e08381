--- Numbers and times as people read them.
-- @module ses.campaign.format
local format = {}

--- 1234567 → "1,234,567"
function format.count(n)
  local text = ("%d"):format(n)
  local head = #text % 3
  local groups = text:sub(head + 1):gsub("%d%d%d", ",%0")
  return head == 0 and groups:sub(2) or text:sub(1, head) .. groups
end

--- Seconds → "0:07", "12:30", "1:02:03".
function format.duration(seconds)
  local whole = math.floor(seconds + 0.5)
  local hours, minutes = math.floor(whole / 3600), math.floor(whole / 60) % 60
  if hours > 0 then return ("%d:%02d:%02d"):format(hours, minutes, whole % 60) end
  return ("%d:%02d"):format(minutes, whole % 60)
end

--- A number that need not be whole: 1,234, 0.5.
function format.number(number)
  return number % 1 == 0 and format.count(number) or ("%g"):format(number)
end

--- A part of a whole → "12.3 %"; what is neither nothing nor all is never shown as such.
function format.percent(part, whole)
  if whole == 0 or part == 0 then return "0 %" end
  if part == whole then return "100 %" end
  local percent = math.floor(part / whole * 1000 + 0.5) / 10
  if percent == 0 then return "<0.1 %" end
  if percent == 100 then return ">99.9 %" end
  return ("%.1f %%"):format(percent)
end

--- Milliseconds → "250 ms", "1.5 s".
function format.milliseconds(ms)
  if ms < 1000 then return ("%d ms"):format(ms) end
  return ("%.3g s"):format(ms / 1000)
end

local MONTHS = {
  "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
  "December",
}

--- A moment as people write it → "5 October 2026, 08:00:05".
-- @tparam number unix
-- @tparam ?integer offset seconds east of UTC
function format.date(unix, offset)
  local date = os.date("!*t", math.floor(unix) + (offset or 0))
  return ("%d %s %d, %02d:%02d:%02d"):format(date.day, MONTHS[date.month], date.year, date.hour, date.min, date.sec)
end

local UNITS = { { 604800, "week" }, { 86400, "day" }, { 3600, "hour" }, { 60, "minute" }, { 1, "second" } }

--- A length of time in the greatest unit that it is a multiple of → "5 minutes", "1 day".
function format.span(seconds)
  for _, unit in ipairs(UNITS) do
    if seconds % unit[1] == 0 then return format.many(seconds / unit[1], unit[2]) end
  end
  return ("%g seconds"):format(seconds)
end

--- A rate → "182/s", "0.5/s".
function format.rate(per_second)
  if per_second >= 10 then return format.count(math.floor(per_second + 0.5)) .. "/s" end
  return ("%.1f/s"):format(per_second)
end

--- "1 row", "2 rows".
function format.many(n, one, more)
  return format.count(n) .. " " .. (n == 1 and one or more or one .. "s")
end

--- Row numbers → "rows 3, 7, 12 and 40 more".
-- @tparam table rows the first of them
-- @tparam integer total how many there are
function format.rows(rows, total)
  local text = (total == 1 and "row " or "rows ") .. table.concat(rows, ", ")
  if total > #rows then text = text .. " and " .. format.count(total - #rows) .. " more" end
  return text
end

return format
