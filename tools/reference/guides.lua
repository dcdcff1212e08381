-- The guides of docs/ as pages: their order and sections are those of docs/README.md, which is itself the first page.
-- cmark-gfm makes the HTML; links between guides, and ids of headings as GitHub gives them, are put in here.
local html = require "ses.html"
local layout = require "tools.reference.layout"
local read = require "tools.reference.read"

local guides = {}

local function markdown(path)
  local pipe = assert(io.popen(("cmark-gfm --unsafe -e table -e strikethrough '%s'"):format(path), "r"))
  local text = pipe:read("*a")
  assert(pipe:close(), "cmark-gfm failed on " .. path)
  return (text:gsub("<!%-%-.-%-%->\n?", ""))
end

local function plain(marked)
  return (marked:gsub("<[^>]*>", ""):gsub("&quot;", '"'):gsub("&lt;", "<"):gsub("&gt;", ">"):gsub("&amp;", "&"))
end

-- "SendEmail or SendBulkEmail" → "sendemail-or-sendbulkemail"; the second of a page gets "-1".
local function slugs()
  local seen = {}
  return function(heading)
    local slug = plain(heading):lower():gsub("[^%w%s_\128-\255-]", ""):gsub("%s", "-")
    local count = seen[slug]
    seen[slug] = (count or 0) + 1
    return count and slug .. "-" .. count or slug
  end
end

-- A link as it stands in a guide, on a page whose way to the guides is `to_guides` and to the first page `to_index`.
local function link(target, to_guides, to_index)
  local name, id = target:match("^([%w-]+)%.md(#?.*)$")
  if name == "README" then return to_index .. "index.html" .. id end
  return name and to_guides .. name .. ".html" .. id or target
end

local function finished(text, to_guides, to_index)
  local slug = slugs()
  text = text:gsub("<h([1-6])>(.-)</h%1>", function(level, heading)
    return ('<h%s id="%s">%s</h%s>'):format(level, slug(heading), heading, level)
  end)
  text = text:gsub('(<a href=")([^"]*)"', function(head, target)
    return head .. link(target, to_guides, to_index) .. '"'
  end)
  return (text:gsub('(<img src=")images/', "%1" .. to_guides .. "images/"))
end

--- The guides in their order, from the lists of docs/README.md.
-- @tparam string folder of the guides
-- @treturn table sections, each { title =, guides = { { name =, title = }, … } }
function guides.sections(folder)
  local sections = {}
  for line in read(folder .. "/README.md"):gmatch("[^\n]+") do
    local title = line:match("^## (.+)$")
    if title then sections[#sections + 1] = { title = title, guides = {} } end
    local text, name = line:match("^%- %[([^%]]+)%]%(([%w-]+)%.md%)")
    if name then table.insert(sections[#sections].guides, { name = name, title = text }) end
  end
  return sections
end

-- What a guide is divided into, for the reader who is on its page.
local function headings(body)
  local items = {}
  for id, heading in body:gmatch '<h2 id="([^"]+)">(.-)</h2>' do
    items[#items + 1] = html.render('<li><a href="#{id}">{heading}</a></li>\n', { id = id, heading = plain(heading) })
  end
  return #items > 1 and html.render("<ul>\n{items}</ul>\n", { items = html.join(items) }) or nil
end

local function sidebar(sections, current, body)
  local parts = {}
  for _, section in ipairs(sections) do
    local items = {}
    for _, guide in ipairs(section.guides) do
      items[#items + 1] = html.render('<li><a href="{name}.html"{current}>{title}</a>{headings}</li>\n', {
        name = guide.name, title = guide.title, headings = guide.name == current and headings(body) or nil,
        current = guide.name == current and html.raw ' aria-current="page"' or nil,
      })
    end
    if #items > 0 then
      parts[#parts + 1] = html.render("<p>{title}</p>\n<ul>\n{items}</ul>\n", {
        title = section.title, items = html.join(items),
      })
    end
  end
  return html.join(parts)
end

local function neighbour(guide, word)
  return guide and html.render('<a href="{name}.html" rel="{word}">{title}</a>', {
    name = guide.name, title = guide.title, word = word,
  }) or html.raw "<span></span>"
end

local PAGE = [[
<div class="guide">
<nav class="guides" aria-label="Guides">
<details><summary>All guides</summary>
{sidebar}</details>
<div class="wide">
{sidebar}</div>
</nav>
<article>
{body}
<nav class="pager" aria-label="Next and previous">{before}{after}</nav>
</article>
</div>
]]

local function page(guide, before, after, sections, folder)
  local body = finished(markdown(folder .. "/" .. guide.name .. ".md"), "", "../")
  local path = "guides/" .. guide.name .. ".html"
  return {
    path = path,
    text = layout.page {
      path = path, title = guide.title, section = "index.html", body = html.render(PAGE, {
        sidebar = sidebar(sections, guide.name, body), body = html.raw(body), before = neighbour(before, "prev"),
        after = neighbour(after, "next"),
      }),
    },
  }
end

local LANDING = [[
<h1>Amazon SES v2 for Lua</h1>
<p class="lead">ses sends mail and campaigns by Amazon SES, from scripts (Lua 5.4, LuaJIT), from nginx, and from C. It
brings an emulator of SES with an inbox, so that nothing has to leave your machine until you want it to.</p>
<p class="doors"><a href="guides/start.html">The first ten minutes</a> <a href="operations.html">All operations</a></p>
{body}
<h2 id="reference">Reference</h2>
<ul>
<li><a href="operations.html">Operations</a>: every operation of SES, with its fields, limits and errors</li>
<li><a href="errors.html">Errors</a>: AWS's codes, and the kinds that any call may end with</li>
<li><a href="lua/index.html">Lua modules</a>: what each function takes and returns</li>
<li><a href="c/index.html">C headers</a>: the core, which stands alone</li>
</ul>
]]

--- The page of each guide, and the first page.
-- @tparam string folder of the guides
-- @treturn table pages, each { path =, text = }
function guides.render(folder)
  local sections, list, pages = guides.sections(folder), {}, {}
  for _, section in ipairs(sections) do
    for _, guide in ipairs(section.guides) do list[#list + 1] = guide end
  end
  for i, guide in ipairs(list) do pages[i] = page(guide, list[i - 1], list[i + 1], sections, folder) end
  -- What the list begins with is said by the page itself.
  local body = finished(markdown(folder .. "/README.md"):gsub("^.-(<h2>)", "%1"), "guides/", "")
  pages[#pages + 1] = {
    path = "index.html",
    text = layout.page {
      path = "index.html", title = "Amazon SES v2 for Lua", body = html.render(LANDING, { body = html.raw(body) }),
    },
  }
  return pages
end

return guides
