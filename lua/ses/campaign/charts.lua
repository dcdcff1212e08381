--- Charts of a campaign's report as SVG that stands in an HTML page: no script, no colour of its own (classes name
-- them), a title and a description for who cannot see it.
-- @module ses.campaign.charts
local format = require "ses.campaign.format"
local html = require "ses.html"

local charts = {}

local WIDTH, HEIGHT = 840, 260
local LEFT, RIGHT, TOP, BOTTOM = 56, 16, 16, 30

-- A limit this many times higher than the highest column would make the columns too low to read.
local FAR_LIMIT = 4

local SVG = [[
<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{id}-title {id}-desc">
<title id="{id}-title">{title}</title>
<desc id="{id}-desc">{desc}</desc>
{content}</svg>
]]

local function svg(options, content)
  return html.render(SVG, {
    width = WIDTH, height = HEIGHT, id = options.id, title = options.title, desc = options.desc,
    content = html.join(content),
  })
end

local function shape(text, ...)
  return html.raw(text:format(...) .. "\n")
end

local function label(class, x, y, text)
  return html.render('<text class="{class}" x="{x}" y="{y}">{text}</text>\n', {
    class = class, x = ("%.1f"):format(x), y = ("%.1f"):format(y), text = text,
  })
end

--- A step that people count by, so that a range has at most so many of them.
-- @tparam number range
-- @tparam integer most
-- @treturn number 1, 2 or 5 times a power of ten
function charts.step(range, most)
  local rough = range / most
  local power = 10 ^ math.floor(math.log(rough) / math.log(10))
  for _, factor in ipairs { 1, 2, 5, 10 } do
    if rough <= factor * power * (1 + 1e-9) then return factor * power end
  end
  return 10 * power
end

-- The vertical axis up to `highest`: what turns a value into a place, and the lines behind the chart.
local function scale(highest, unit)
  local step = charts.step(math.max(highest, 1e-9), 4)
  local top = math.max(step, math.ceil(highest / step - 1e-9) * step)
  local function y(value)
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - math.min(value, top) / top)
  end
  local lines = {}
  for i = 0, math.floor(top / step + 0.5) do
    local value = i * step
    lines[#lines + 1] = shape('<path class="%s" d="M%d %.1fH%d"/>', i == 0 and "axis" or "grid", LEFT, y(value),
      WIDTH - RIGHT)
    lines[#lines + 1] = label("tick left", LEFT - 8, y(value) + 4, format.number(value) .. (i == 0 and "" or unit))
  end
  return y, lines
end

local TIME_STEPS = {
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 2592000,
}

local function time_step(range, most)
  for _, step in ipairs(TIME_STEPS) do
    if range / step <= most then return step end
  end
  return TIME_STEPS[#TIME_STEPS]
end

local MONTHS = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" }

local function clock(seconds, step)
  local date = os.date("!*t", math.floor(seconds))
  if step >= 86400 or (date.hour == 0 and date.min == 0 and date.sec == 0) then
    return ("%d %s"):format(date.day, MONTHS[date.month])
  elseif step < 60 then
    return ("%02d:%02d:%02d"):format(date.hour, date.min, date.sec)
  end
  return ("%02d:%02d"):format(date.hour, date.min)
end

-- Labels under the horizontal axis of time, at round times of the zone.
local function time_axis(from, to, x, offset)
  local step, lines = time_step(to - from, 8), {}
  local shift = offset(from)
  local at = math.ceil((from + shift) / step) * step - shift
  while at <= to do
    lines[#lines + 1] = shape('<path class="axis" d="M%.1f %dv4"/>', x(at), HEIGHT - BOTTOM)
    -- At the edge the text would be cut off.
    if x(at) < WIDTH - RIGHT - 14 then
      lines[#lines + 1] = label("tick", x(at), HEIGHT - BOTTOM + 18, clock(at + shift, step))
    end
    at = at + step
  end
  return lines
end

-- A path along the tops of columns, down to zero where there is a gap between them.
local function steps_path(buckets, seconds, x, y, value)
  local path, ends = {}, nil
  for _, bucket in ipairs(buckets) do
    if ends ~= bucket.at then
      if ends then path[#path + 1] = ("V%.1f"):format(y(0)) end
      path[#path + 1] = ("M%.1f %.1f"):format(x(bucket.at), y(0))
    end
    ends = bucket.at + seconds
    path[#path + 1] = ("V%.1fH%.1f"):format(y(value(bucket)), x(ends))
  end
  if ends then path[#path + 1] = ("V%.1f"):format(y(0)) end
  return table.concat(path)
end

local function limit_path(limits, from, to, x, y)
  local path = {}
  for i, limit in ipairs(limits) do
    local ends = limits[i + 1] and limits[i + 1].at or to
    if limit.rate and ends > from and limit.at < to then
      path[#path + 1] = ("M%.1f %.1fH%.1f"):format(x(math.max(limit.at, from)), y(limit.rate), x(math.min(ends, to)))
    end
  end
  return table.concat(path)
end

--- What went out over time, in mails a second, against the limit.
-- @tparam table options `id`, `title`, `desc`; `buckets`: list of { at =, sent =, failed = } in order; `seconds`:
--   of a bucket; `limits`: list of { at =, rate = } in order, a rate holding until the next; `pauses`: list of
--   { from =, to = }; `offset`: function(unix) → seconds east of UTC
-- @return marked as HTML (see ses.html)
-- @treturn boolean whether the limit is in the picture: one far above everything is left out
function charts.over_time(options)
  local buckets, seconds = options.buckets, options.seconds
  local from, to = buckets[1].at, buckets[#buckets].at + seconds
  local highest, limit = 0, 0
  for _, bucket in ipairs(buckets) do highest = math.max(highest, (bucket.sent + bucket.failed) / seconds) end
  for _, one in ipairs(options.limits or {}) do limit = math.max(limit, one.rate or 0) end
  local shown = limit > 0 and limit <= highest * FAR_LIMIT
  local y, content = scale(shown and math.max(highest, limit) or highest, "/s")
  local function x(at) return LEFT + (WIDTH - LEFT - RIGHT) * (at - from) / (to - from) end
  for _, pause in ipairs(options.pauses or {}) do
    local begins, ends = math.max(pause.from, from), math.min(pause.to or to, to)
    if ends > begins then
      content[#content + 1] = shape('<rect class="pause" x="%.1f" y="%d" width="%.1f" height="%d"/>', x(begins), TOP,
        x(ends) - x(begins), HEIGHT - TOP - BOTTOM)
    end
  end
  content[#content + 1] = shape('<path class="failed" d="%s"/>', steps_path(buckets, seconds, x, y, function(bucket)
    return (bucket.sent + bucket.failed) / seconds
  end))
  content[#content + 1] = shape('<path class="sent" d="%s"/>', steps_path(buckets, seconds, x, y, function(bucket)
    return bucket.sent / seconds
  end))
  if shown then
    content[#content + 1] = shape('<path class="limit" d="%s"/>', limit_path(options.limits, from, to, x, y))
  end
  for _, line in ipairs(time_axis(from, to, x, options.offset)) do content[#content + 1] = line end
  return svg(options, content), shown
end

--- Columns, one for each item.
-- @tparam table options `id`, `title`, `desc`; `items`: list of { label =, n = }
-- @return marked as HTML
function charts.columns(options)
  local items, highest = options.items, 0
  for _, item in ipairs(items) do highest = math.max(highest, item.n) end
  local y, content = scale(highest, "")
  local each = (WIDTH - LEFT - RIGHT) / #items
  local width = math.min(each * 0.8, 72)
  for i, item in ipairs(items) do
    local middle = LEFT + each * (i - 0.5)
    content[#content + 1] = shape('<rect class="sent" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>',
      middle - width / 2, y(item.n), width, y(0) - y(item.n))
    content[#content + 1] = label("tick", middle, HEIGHT - BOTTOM + 18, item.label)
  end
  return svg(options, content)
end

-- What there is is to be seen, however little of all it is.
local LEAST_PERCENT = 0.4

--- One bar of parts, as wide as the page; what it means stands beside it.
-- @tparam table parts list of { class =, n = }
-- @tparam number total
-- @return marked as HTML
function charts.bar(parts, total)
  local widths, sum = {}, 0
  for i, part in ipairs(parts) do
    widths[i] = part.n > 0 and math.max(part.n / total * 100, LEAST_PERCENT) or 0
    sum = sum + widths[i]
  end
  local pieces, done, room = {}, 0, math.max(sum, 100) / 100
  for i, part in ipairs(parts) do
    local width = widths[i] / room
    if width > 0 then
      pieces[#pieces + 1] = shape('<rect class="%s" x="%.2f%%" width="%.2f%%" height="100%%"/>', part.class, done,
        width)
      done = done + width
    end
  end
  return html.render('<svg class="bar" width="100%" height="12" aria-hidden="true">{pieces}</svg>',
    { pieces = html.join(pieces) })
end

return charts
