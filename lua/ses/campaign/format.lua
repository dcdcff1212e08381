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

--- A moment in seconds since 1970 → "2026-10-05T08:00:00Z" (ISO 8601, UTC).
function format.time(unix)
  return os.date("!%Y-%m-%dT%H:%M:%SZ", math.floor(unix))
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
