--- The page that shows how a template comes out: subject, HTML, text, and the warnings. It runs no script, and neither
-- can the HTML part, whose frame is a sandbox.
-- @module ses.cli.template.page
local html = require "ses.html"

local page = {}

local DOCUMENT = [[
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{name}: preview</title>
<style>
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; color: #222; }
h1 { font-size: 1.4rem; } h2 { font-size: 1rem; margin: 2rem 0 .5rem; color: #666; }
iframe { width: 100%; height: 40rem; border: 1px solid #ccc; background: #fff; }
pre { border: 1px solid #ccc; padding: 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.warnings { background: #fff6d6; border: 1px solid #e6cf7a; padding: .8rem 1rem .8rem 2rem; }
</style>
</head>
<body>
<h1>{name}</h1>
{warnings}{subject}{html}{text}
</body>
</html>
]]

local function section(title, piece, value)
  if not value then return "" end
  return html.render("<h2>{title}</h2>\n{piece}\n", { title = title, piece = html.render(piece, { value = value }) })
end

local function warnings_of(list)
  if #list == 0 then return "" end
  local items = {}
  for i, text in ipairs(list) do items[i] = html.render("<li>{text}</li>\n", { text = text }) end
  return html.render('<ul class="warnings">\n{items}</ul>\n', { items = html.join(items) })
end

--- Makes the page.
-- @tparam string name
-- @tparam table rendered { subject =, html =, text = }
-- @tparam table warnings a list of sentences
-- @treturn string HTML
function page.html(name, rendered, warnings)
  return html.text(html.render(DOCUMENT, {
    name = name, warnings = warnings_of(warnings),
    subject = section("Subject", '<p class="subject">{value}</p>', rendered.subject),
    html = section("HTML", '<iframe sandbox="" srcdoc="{value}" title="The HTML part"></iframe>', rendered.html),
    text = section("Text", "<pre>{value}</pre>", rendered.text),
  }))
end

return page
