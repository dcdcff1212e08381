--- What all pages of the inbox share: the frame, the header, the status chips.
-- @module ses.emulator.inbox.page
local html = require "ses.html"
local throttle = require "ses.emulator.throttle"

local page = {}

local LABELS = {
  delivered = "Delivered", suppressed = "Suppressed", complained = "Complained", bounced = "Bounced",
  rendering_failure = "Rendering failure",
}

-- Nothing from elsewhere, no inline code; mail is shown in a frame with a policy of its own.
page.POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; connect-src 'self'; "
  .. "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

local ICON = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E"
  .. "%3Crect width='32' height='32' rx='8' fill='%23c2410c'/%3E%3Cpath d='M7 11l9 7 9-7M7 10.5h18v12H7z' "
  .. "fill='none' stroke='%23fff' stroke-width='2' stroke-linejoin='round'/%3E%3C/svg%3E"

local FRAME = [[
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="{icon}">
<link rel="stylesheet" href="/assets/inbox.css">
<script src="/assets/inbox.js" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to the mail</a>
<header class="top">
<div class="wrap">
<a class="brand" href="/"><svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8"/>
<path d="M7 11l9 7 9-7M7 10.5h18v12H7z"/></svg><span>SES emulator</span></a>
<span class="mode mode-{mode}">{mode}</span>
<span class="endpoint"><span class="label">Endpoint</span> <code>{url}</code></span>
<span class="quota" id="quota">{quota}</span>
</div>
</header>
<main class="wrap" id="main">
{body}
</main>
</body>
</html>
]]

--- The chip of a status.
-- @tparam string status
-- @return HTML
function page.chip(status)
  return html.render('<span class="chip chip-{status}">{label}</span>', {
    status = status, label = page.label(status),
  })
end

--- The place of a link to a page that is not there: it is told, and cannot be followed.
-- @tparam string name
-- @return HTML
function page.no_turn(name)
  return html.render('<a class="turn" role="link" aria-disabled="true">{name}</a>', { name = name })
end

--- A status in words.
-- @tparam string status
-- @treturn string
function page.label(status) return LABELS[status] or status end

--- How much of the account's quota is used.
-- @tparam number now
-- @return HTML
function page.quota(now)
  local rate, daily = throttle.limits()
  return html.render("<b>{sent}</b> sent in 24 h{of} <span class=\"dot\">·</span> {rate}/s", {
    sent = html.number(throttle.sent(now)), of = daily >= 0 and " of " .. html.number(daily) or "",
    rate = rate % 1 == 0 and html.number(rate) or tostring(rate),
  })
end

--- A whole page.
-- @tparam table request
-- @tparam string title
-- @param body HTML
-- @treturn string
function page.render(request, title, body)
  return html.text(html.render(FRAME, {
    title = title .. " · SES emulator", icon = ICON, url = request.settings.url, body = body,
    mode = request.settings.sandbox and "sandbox" or "production", quota = page.quota(request.now),
  }))
end

return page
