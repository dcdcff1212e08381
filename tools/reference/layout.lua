-- What all pages of the reference have around them.
local html = require "ses.html"
local style = require "tools.reference.style"

local layout = {}

local PAGE = [[
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · ses</title>
<style>{style}</style>
<header class="top"><nav>{links}</nav></header>
<main>
{body}
</main>
{script}
</html>
]]

local LINKS = {
  { "index.html", "ses", "brand" }, { "index.html", "Guides" }, { "operations.html", "Operations" },
  { "errors.html", "Errors" },
  { "lua/index.html", "Lua modules" }, { "c/index.html", "C headers" },
}

local function links(root, current)
  local list = {}
  for _, link in ipairs(LINKS) do
    list[#list + 1] = html.render('<a href="{root}{target}"{class}{current}>{text}</a>', {
      root = root, target = link[1], text = link[2], class = link[3] and html.raw(' class="' .. link[3] .. '"') or nil,
      current = link[1] == current and not link[3] and html.raw ' aria-current="page"' or nil,
    })
  end
  return html.join(list)
end

--- A whole page.
-- @tparam table page `path` below the folder of all pages, `title`, `body` (HTML), `script` (JavaScript, may be nil),
--   `section`: the page whose link at the top counts as this one's (its own)
-- @treturn string
function layout.page(page)
  local root = ("../"):rep(select(2, page.path:gsub("/", "")))
  return html.text(html.render(PAGE, {
    title = page.title, body = page.body, style = html.raw(style), links = links(root, page.section or page.path),
    script = page.script and html.raw("<script>" .. page.script .. "</script>") or nil,
  }))
end

return layout
