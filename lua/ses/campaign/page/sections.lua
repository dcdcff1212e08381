--- The sections of a campaign's report, in their order: each a function that takes the report and gives HTML, or
-- nothing where there is nothing to tell.
-- @module ses.campaign.page.sections
local charts = require "ses.campaign.charts"
local format = require "ses.campaign.format"
local history = require "ses.campaign.history"
local html = require "ses.html"
local reasons = require "ses.campaign.reasons"
local report_text = require "ses.campaign.report_text"

local count, percent, render = format.count, format.percent, html.render

-- Of what happened, the first and the last so many lines are told.
local MOST_EVENTS = 60
-- A longer list of doubts is folded away.
local MOST_DOUBTS = 12

-- A table; `columns` are { title, class }, `rows` lists of texts or HTML. The first cell of a row is its header.
local function table_of(columns, rows, caption)
  local head, body = {}, {}
  for i, column in ipairs(columns) do
    -- Bars stand for what the columns beside them say, and have no title.
    local piece = column[1] == "" and '<td class="{class}"></td>' or '<th scope="col" class="{class}">{title}</th>'
    head[i] = render(piece, { class = column[2], title = column[1] })
  end
  for i, row in ipairs(rows) do
    local cells = {}
    for j, column in ipairs(columns) do
      local piece = j == 1 and '<th scope="row" class="{class}">{text}</th>' or '<td class="{class}">{text}</td>'
      cells[j] = render(piece, { class = column[2], text = row[j] })
    end
    body[i] = render("<tr>{cells}</tr>\n", { cells = html.join(cells) })
  end
  return render([[
<div class="scroll"><table>
{caption}<thead><tr>{head}</tr></thead>
<tbody>
{body}</tbody>
</table></div>
]], { head = html.join(head), body = html.join(body),
    caption = caption and render("<caption>{text}</caption>\n", { text = caption }) })
end

local function section(title, ...)
  return render('<section>\n<h2>{title}</h2>\n{content}</section>\n', { title = title, content = html.join { ... } })
end

local function paragraph(text, class)
  return render('<p class="{class}">{text}</p>\n', { text = text, class = class or "text" })
end

local function key(class, text)
  return render('<span><span class="key {class}"></span>{text}</span>', { class = class, text = text })
end

local function folded(title, content)
  return render("<details><summary>{title}</summary>\n{content}</details>\n", { title = title, content = content })
end

-- The states in the order of the report, as people call them.
local STATES = {
  { "sent", "sent" }, { "failed", "failed" }, { "in_doubt", "in doubt" }, { "suppressed", "left out" },
  { "pending", "not written to yet" },
}

local function amounts(counts)
  local all = {}
  for _, state in ipairs(STATES) do all[state[1]] = counts[state[1]] or 0 end
  all.pending = all.pending + (counts.sending or 0)
  return all
end

local function parts_of(all)
  local parts = {}
  for i, state in ipairs(STATES) do parts[i] = { class = state[1], n = all[state[1]] } end
  return parts
end

local function people(n) return format.many(n, "person", "people") end

local function sentence(counts)
  local all = amounts(counts)
  local words = { ("%s of %s %s been written to"):format(count(all.sent), people(counts.total),
    all.sent == 1 and "has" or "have") }
  local function add(n, one, more)
    if n > 0 then words[#words + 1] = count(n) .. " " .. (n == 1 and one or more) end
  end
  add(all.pending, "still waits", "still wait")
  add(all.failed, "mail failed", "mails failed")
  add(all.suppressed, "was left out", "were left out")
  add(all.in_doubt, "stands in doubt", "stand in doubt")
  return table.concat(words, "; ") .. "."
end

local function outcomes(report)
  local counts = report.counts
  local all, rows = amounts(counts), {}
  for _, state in ipairs(STATES) do
    rows[#rows + 1] = { key(state[1], state[2]), count(all[state[1]]), percent(all[state[1]], counts.total) }
  end
  local more = {}
  if counts.duplicates > 0 then
    more[#more + 1] = format.many(counts.duplicates, "row") .. " of the list named an address for a second time"
  end
  if counts.removed > 0 then
    more[#more + 1] = ("%s no longer on the list"):format(counts.removed == 1 and "1 person is"
      or count(counts.removed) .. " people are")
  end
  return html.join {
    paragraph(sentence(counts), "lead"),
    counts.total > 0 and charts.bar(parts_of(all), counts.total) or "",
    table_of({ { "Outcome" }, { "People", "n" }, { "Part", "n" } }, rows),
    #more > 0 and paragraph(table.concat(more, "; ") .. ".", "muted") or "",
  }
end

-- How the outcomes of deliveries are coloured.
local DELIVERY_CLASS = {
  delivered = "sent", delayed = "pending", bounced_hard = "failed", bounced_soft = "in_doubt", complained = "failed",
  rejected = "failed", rendering_failed = "failed",
}

local function deliveries(report)
  local delivery, rows, known = report.counts.delivery or {}, {}, 0
  for _, entry in ipairs(report_text.DELIVERY) do
    local n = delivery[entry[1]]
    if n then
      known = known + n
      rows[#rows + 1] = { entry[2], count(n), percent(n, report.counts.sent),
        charts.bar({ { class = DELIVERY_CLASS[entry[1]], n = n } }, report.counts.sent) }
    end
  end
  if known == 0 then return nil end
  local rest = report.counts.sent - known
  if rest > 0 then rows[#rows + 1] = { "no event yet", count(rest), percent(rest, report.counts.sent), "" } end
  return section("What became of the mails",
    report.reputation and paragraph(report_text.reputation(report.reputation)) or "",
    table_of({ { "By SES's events" }, { "People", "n" }, { "Part", "n" }, { "", "wide" } }, rows))
end

local function numbers_over_time(report)
  local rows, timeline = {}, report.timeline
  for i, bucket in ipairs(timeline) do
    rows[i] = {
      format.date(bucket.at, report.zone.offset(bucket.at)), count(bucket.sent), count(bucket.failed),
      count(bucket.in_doubt),
    }
  end
  return folded("The numbers", table_of({ { "From", "at" }, { "Sent", "n" }, { "Failed", "n" }, { "In doubt", "n" } },
    rows, "What went out in steps of " .. format.span(timeline.seconds)))
end

-- The highest rate of mails that SES took, and whether any failed.
local function extremes(timeline)
  local most, failed = 0, false
  for _, bucket in ipairs(timeline) do
    most = math.max(most, bucket.sent / timeline.seconds)
    failed = failed or bucket.failed > 0
  end
  return most, failed
end

local function remark_on(limit, shown, most)
  if not limit or not limit.rate then return "" end
  if not shown then
    return paragraph(("The limit, %s, lies far above the chart."):format(format.rate(limit.rate)), "muted")
  elseif most > limit.rate then
    return paragraph("A mail counts in the step in which SES answers; answers that bunch up may pass the limit, which "
      .. "holds for the mails as they leave.", "muted")
  end
  return ""
end

local function over_time(report)
  local timeline = report.timeline
  if #timeline == 0 then return nil end
  local first, last = timeline[1].at, timeline[#timeline].at + timeline.seconds
  local most, failed = extremes(timeline)
  local desc = ("From %s to %s %s went out, %s at most."):format(format.date(first, report.zone.offset(first)),
    format.date(last, report.zone.offset(last)), format.many(report.counts.sent, "mail"),
    format.rate(most))
  local chart, shown = charts.over_time {
    id = "time", title = "Mails a second over time", desc = desc, buckets = timeline, seconds = timeline.seconds,
    limits = report.limits, pauses = report.pauses, offset = report.zone.offset,
  }
  local legend = { key("sent", "sent") }
  if failed then legend[#legend + 1] = key("failed", "failed") end
  if shown then legend[#legend + 1] = key("dash", "the limit") end
  if #report.pauses > 0 then legend[#legend + 1] = key("pause", "paused") end
  return section("Sent over time",
    render("<figure>{chart}</figure>\n<p class=\"muted legend\">{legend}</p>\n",
      { chart = chart, legend = html.join(legend) }),
    remark_on(report.limits[#report.limits], shown, most),
    numbers_over_time(report))
end

-- A code of SES, which a narrow page may break between its words.
local function code_of(code)
  return html.raw("<code>" .. html.escape(code):gsub("(%l)(%u)", "%1<wbr/>%2") .. "</code>")
end

local function failures(report)
  if report.counts.failed == 0 then return nil end
  local rows, told = {}, 0
  for i, group in ipairs(report.failures) do
    told = told + group.count
    rows[i] = {
      group.reason or "no reason known", code_of(group.code or "Unknown"),
      count(group.count), charts.bar({ { class = "failed", n = group.count } }, report.counts.failed),
    }
  end
  local rest = report.counts.failed - told
  if rest > 0 then
    rows[#rows + 1] = { "other reasons", "", count(rest),
      charts.bar({ { class = "failed", n = rest } }, report.counts.failed) }
  end
  return section("Why mails failed",
    table_of({ { "Reason" }, { "Code", "code" }, { "People", "n" }, { "", "wide" } }, rows),
    paragraph(html.join { "To write again to just those: ",
      render("<code>ses campaign retry FILE --failed</code>", {}) }, "muted"))
end

local function doubts(report)
  local total = report.counts.in_doubt
  if total == 0 then return nil end
  local rows = {}
  for i, doubt in ipairs(report.in_doubt) do
    rows[i] = {
      count(doubt.row), doubt.email, doubt.at and format.date(doubt.at, report.zone.offset(doubt.at)) or "",
      doubt.reason or "",
    }
  end
  local rest = total - #report.in_doubt
  local list = html.join {
    table_of({ { "Row", "code" }, { "Address" }, { "When", "at" }, { "Why" } }, rows),
    rest > 0 and paragraph(("And %s more."):format(count(rest)), "muted") or "",
  }
  return section("In doubt",
    paragraph("No answer tells whether these mails were taken, so they are not sent again unless somebody says so."),
    #rows > MOST_DOUBTS and folded(rest > 0 and ("The first %d"):format(#rows) or "All of them", list) or list,
    paragraph(html.join { "SES's events settle them: ",
      render("<code>ses campaign settle FILE --events EVENTS</code>", {}) }, "muted"))
end

local function left_out(report)
  local by = report.counts.suppressed_by
  if report.counts.suppressed == 0 or not by then return nil end
  local rows = {}
  for _, list in ipairs(reasons.suppressed(by)) do
    rows[#rows + 1] = { list.text, count(list.n),
      charts.bar({ { class = "suppressed", n = list.n } }, report.counts.suppressed) }
  end
  return section("Left out", table_of({ { "Because" }, { "People", "n" }, { "", "wide" } }, rows))
end

-- The breakdown by one of its columns: a list of { name =, total =, sent = … }.
local function grouped(breakdown, column)
  local groups, by_name = {}, {}
  for _, row in ipairs(breakdown) do
    local name = row[column] or ""
    local group = by_name[name]
    if not group then
      group = { name = name, total = 0 }
      by_name[name] = group
      groups[#groups + 1] = group
    end
    group[row.state] = (group[row.state] or 0) + row.n
    group.total = group.total + row.n
  end
  table.sort(groups, function(a, b) return a.name < b.name end)
  return groups
end

local function breakdown_by(report, column, title, none)
  local groups = grouped(report.breakdown, column)
  if #groups == 0 or (#groups == 1 and groups[1].name == "") then return "" end
  local rows = {}
  for i, group in ipairs(groups) do
    local all = amounts(group)
    rows[i] = {
      group.name == "" and none or group.name, count(group.total), count(all.sent), count(all.failed),
      count(all.in_doubt), charts.bar(parts_of(all), group.total),
    }
  end
  return table_of({ { title }, { "People", "n" }, { "Sent", "n" }, { "Failed", "n" }, { "In doubt", "n" },
    { "", "wide" } }, rows)
end

local function kinds(report)
  local by_variant = breakdown_by(report, "variant", "Variant", "none")
  local by_language = breakdown_by(report, "language", "Language", "none")
  if by_variant == "" and by_language == "" then return nil end
  return section("By variant and language", by_variant, by_language)
end

local function latency_label(ms)
  return "<" .. (ms < 1000 and ("%d ms"):format(ms) or ("%g s"):format(math.floor(ms / 100 + 0.5) / 10))
end

local function latency(report)
  local latencies = report.latencies
  if #latencies == 0 then return nil end
  local items, rows, total = {}, {}, 0
  for i, bucket in ipairs(latencies) do
    items[i] = { label = latency_label(bucket.below_ms), n = bucket.n }
    total = total + bucket.n
  end
  for i, item in ipairs(items) do rows[i] = { item.label, count(item.n), percent(item.n, total) } end
  local text = ("Half of the answers came within %s, 95 %% within %s, 99 %% within %s."):format(
    format.milliseconds(history.below(latencies, 0.5)), format.milliseconds(history.below(latencies, 0.95)),
    format.milliseconds(history.below(latencies, 0.99)))
  return section("How long SES took to answer", paragraph(text),
    render("<figure>{chart}</figure>\n", { chart = charts.columns {
      id = "latency", title = "Mails by the time that SES took to answer", desc = text, items = items,
    } }),
    folded("The numbers", table_of({ { "Time" }, { "Mails", "n" }, { "Part", "n" } }, rows)))
end

local function happened(report)
  local logged, rows = report.logged, {}
  if #logged == 0 then return nil end
  local skipped = math.max(0, #logged - 2 * MOST_EVENTS)
  for i, line in ipairs(logged) do
    if skipped == 0 or i <= MOST_EVENTS or i > #logged - MOST_EVENTS then
      rows[#rows + 1] = { format.date(line.at, report.zone.offset(line.at)), line.text }
    elseif i == MOST_EVENTS + 1 then
      rows[#rows + 1] = { "", ("… %s in between …"):format(count(skipped)) }
    end
  end
  return section("What happened when", table_of({ { "When", "at" }, { "What" } }, rows))
end

return { outcomes, deliveries, over_time, failures, doubts, left_out, kinds, latency, happened }
