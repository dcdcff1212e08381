--- The report of a campaign as one HTML page: it holds all that it shows, runs no script and loads nothing, so that
-- it can be mailed, kept and printed.
-- @module ses.campaign.page
local base64 = require("ses.core").base64
local digest = require("ses.core").digest
local format = require "ses.campaign.format"
local html = require "ses.html"
local report_text = require "ses.campaign.report_text"
local sections = require "ses.campaign.page.sections"
local style = require "ses.campaign.page.style"

local page = {}

local DOCUMENT = [[
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{hash}'">
<title>{campaign}: report</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{campaign}</h1>
<p class="when">{when}</p>
{sections}
</main>
<footer>
<p>Times are {zone}. A mail counts as sent when Amazon SES has taken it; whether it was delivered, SES's events
tell. Addresses are masked; <code>ses campaign export</code> writes them out.</p>
<p>Journal: <code>{journal}</code></p>
</footer>
</body>
</html>
]]

local function bytes_of(hex)
  return (hex:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end))
end

--- Makes the page.
-- @tparam table report of ses.campaign.status
-- @treturn string HTML
function page.html(report)
  local pieces = {}
  for i, section in ipairs(sections) do pieces[i] = section(report) or "" end
  return html.text(html.render(DOCUMENT, {
    hash = html.raw(base64.encode(bytes_of(digest.sha256(style)))), style = html.raw(style),
    campaign = report.campaign, sections = html.join(pieces), zone = report.zone.name, journal = report.journal,
    when = ("As it stood on %s: %s"):format(format.date(report.at, report.zone.offset(report.at)),
      report_text.head(report)),
  }))
end

return page
