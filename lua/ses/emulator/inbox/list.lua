--- The inbox's list: search, filters by status, rows, pages.
-- @module ses.emulator.inbox.list
local address = require "ses.mail.address"
local header = require "ses.mail.header"
local html = require "ses.html"
local keys = require "ses.keys"
local messages = require "ses.emulator.messages"
local page = require "ses.emulator.inbox.page"

local list = {}

local SEARCH = [[
<h1 class="hidden">Inbox</h1>
<form class="search" role="search" action="/" method="get">
<label class="hidden" for="q">Search</label>
<svg viewBox="0 0 20 20" aria-hidden="true"><circle cx="9" cy="9" r="5.5"/><path d="M13.2 13.2L17 17"/></svg>
<input id="q" name="q" type="search" value="{q}" placeholder="Search subject, address or message id"
 autocomplete="off" spellcheck="false">
{status}
<span class="live" id="live" role="status" aria-live="polite">Live</span>
</form>
]]

local ROW = [[
<li><a href="/messages/{id}">
<span class="cell status">{chip}</span>
<span class="cell to" title="{address}"><bdi class="name">{name}</bdi>{more}{email}</span>
<span class="cell subject"><span class="text{none}" dir="auto" title="{subject}">{subject}</span>{tags}</span>
<span class="cell time">{time}</span>
</a></li>
]]

local MORE = '<span class="more">+{n}<span class="hidden"> more</span></span>'

local EMPTY = [[
<div class="empty">
<svg viewBox="0 0 64 64" aria-hidden="true"><path d="M10 20h44v28H10zM10 21l22 16 22-16"/></svg>
<h2>No mail yet</h2>
<p>Whatever is sent to this emulator shows up here at once.</p>
<pre><code>local ses = require "ses"
local client = assert(ses.client {
  endpoint = "{url}",
  credentials = {
    access_key_id = "{key}",
    secret_access_key = "{secret}",
  },
})
client.emails:send {
  from = "me@example.com", to = "you@example.com",
  subject = "Hello", text = "It works.",
}</code></pre>
</div>
]]

local PAGING = [[
<nav class="paging" aria-label="Pages"><span>{first}–{last} of {total}</span>{newer}{older}</nav>
]]

local NOTHING = [[
<div class="empty"><h2>Nothing found</h2>
<p>No message matches. <a href="/">Show all</a></p></div>
]]

-- The list's URL with one thing changed.
local function url(filter, change)
  local parts = {}
  for _, name in ipairs { "q", "status", "offset" } do
    local value = filter[name]
    if change[name] ~= nil then value = change[name] end
    if value and value ~= "" and value ~= 0 then parts[#parts + 1] = name .. "=" .. html.query(value) end
  end
  return "/" .. (#parts > 0 and "?" .. table.concat(parts, "&") or "")
end

local function filter_link(filter, counts, status)
  local active = (filter.status or "all") == status
  return html.render('<a class="filter filter-{status}" href="{href}"{current}>{label} <b>{count}</b></a>', {
    status = status, href = url(filter, { status = status ~= "all" and status or "", offset = 0 }),
    current = active and html.raw ' aria-current="true"' or nil,
    label = status == "all" and "All" or page.label(status),
    count = html.number(status == "all" and counts.total or counts[status]),
  })
end

local function filters(filter, counts)
  local links = { filter_link(filter, counts, "all") }
  for _, status in ipairs(messages.STATUSES) do links[#links + 1] = filter_link(filter, counts, status) end
  return html.render('<nav class="filters" aria-label="Status">{links}</nav>', { links = html.join(links) })
end

local function tags_of(message)
  local names, chips = keys.sorted(message.tags), {}
  for i = 1, math.min(#names, 3) do
    chips[i] = html.render('<span class="tag">{name}={value}</span>', {
      name = names[i], value = message.tags[names[i]],
    })
  end
  if #chips == 0 then return nil end
  return html.render('<span class="tags">{chips}</span>', { chips = html.join(chips) })
end

-- Who the first recipient is: the name and under it the address, or the address alone.
local function person(recipient)
  local parsed = recipient and address.parse(recipient.address, { smtputf8 = true })
  if not parsed or not parsed.name or parsed.name == "" then
    return recipient and (parsed and parsed.email or recipient.address) or "", nil
  end
  return parsed.name, html.render('<span class="email">{email}</span>', { email = parsed.email })
end

local function row(message)
  local first = message.recipients[1]
  local others = #message.recipients - 1
  local name, email = person(first)
  return html.render(ROW, {
    id = message.id, chip = page.chip(message.status), name = name, email = email,
    address = first and header.decode(first.address) or "",
    more = others > 0 and html.render(MORE, { n = others }) or nil,
    subject = message.subject ~= "" and message.subject or "(no subject)", tags = tags_of(message),
    none = message.subject == "" and " none" or nil,
    time = html.time(message.time),
  })
end

local function turn(name, href)
  if not href then return page.no_turn(name) end
  return html.render('<a class="turn" href="{href}" rel="{rel}">{name}</a>', {
    name = name, href = href, rel = name == "Newer" and "prev" or "next",
  })
end

local function paging(filter, total, shown)
  local first, last = filter.offset + 1, filter.offset + shown
  local newer = filter.offset > 0 and url(filter, { offset = math.max(0, filter.offset - filter.limit) })
  local older = last < total and url(filter, { offset = filter.offset + filter.limit })
  return html.render(PAGING, {
    first = html.number(first), last = html.number(last), total = html.number(total),
    newer = turn("Newer", newer), older = turn("Older", older),
  })
end

local function empty(request, filter)
  if filter.q or filter.status or filter.offset > 0 then return html.raw(NOTHING) end
  return html.render(EMPTY, {
    url = request.settings.url, key = request.settings.access_key_id,
    secret = request.settings.secret_access_key,
  })
end

--- The part of the page that changes when mail comes.
-- @tparam table request
-- @tparam table filter see `messages.list`
-- @return HTML
function list.fragment(request, filter)
  local found = messages.list(filter)
  local rows = {}
  for i, message in ipairs(found.messages) do rows[i] = row(message) end
  local parts = { filters(filter, messages.counts(filter)) }
  if #rows == 0 then
    parts[2] = empty(request, filter)
  else
    parts[2] = html.render('<ol class="messages">{rows}</ol>', { rows = html.join(rows) })
    parts[3] = paging(filter, found.total, #rows)
  end
  return html.render('<div data-revision="{revision}" data-quota="{quota}">{parts}</div>', {
    revision = messages.revision(), quota = html.text(page.quota(request.now)), parts = html.join(parts),
  })
end

--- The page.
-- @tparam table request
-- @tparam table filter
-- @treturn string
function list.render(request, filter)
  local search = html.render(SEARCH, {
    q = filter.q or "",
    status = filter.status and html.render('<input type="hidden" name="status" value="{s}">', { s = filter.status }),
  })
  local body = html.render('{search}<div id="list">{list}</div>', {
    search = search, list = list.fragment(request, filter),
  })
  return page.render(request, "Inbox", body)
end

return list
