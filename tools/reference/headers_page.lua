-- The C headers, which teach before they declare: an index of what each is for, and each as it is.
local html = require "ses.html"
local layout = require "tools.reference.layout"
local read = require "tools.reference.read"

local headers_page = {}

-- The first sentence of "/* ses/x.h: what it is for. … */".
local function purpose(text)
  local comment = text:match("^/%*(.-)%*/") or ""
  comment = comment:gsub("\n%s*%*%s?", " "):gsub("%s+", " ")
  comment = comment:gsub("^%s*[%w_/]+%.h:%s*", "")
  local sentence = comment:match("^(.-[%.:])%s") or comment
  return (sentence:gsub("^%l", string.upper):gsub(":$", "."))
end

local function page(name, text)
  local path = "c/" .. name .. ".html"
  local body = html.render([[
<p class="crumbs"><a href="index.html">C headers</a></p>
<h1><code>ses/{name}.h</code></h1>
<pre><code>{text}</code></pre>
]], { name = name, text = text })
  return { path = path, text = layout.page { path = path, title = "ses/" .. name .. ".h", body = body } }
end

--- @tparam {string,...} names of the headers, without ".h"
-- @tparam string folder that they are in
-- @treturn table pages, each { path =, text = }
function headers_page.render(names, folder)
  local pages, items = {}, {}
  for _, name in ipairs(names) do
    local text = read(folder .. "/" .. name .. ".h")
    pages[#pages + 1] = page(name, text)
    items[#items + 1] = html.render('<li><a href="{name}.html"><code>ses/{name}.h</code></a> <p>{words}</p></li>\n', {
      name = name, words = purpose(text),
    })
  end
  local body = html.join { html.raw [[
<h1>C headers</h1>
<p class="lead">The C core stands alone: <code>#include &lt;ses/ses.h&gt;</code> has them all, and
<code>pkg-config --cflags --libs ses</code> what to build with. Each header says what it is for, who owns what and which
functions threads may share.</p>
<ul class="list">
]], html.join(items), html.raw "</ul>" }
  pages[#pages + 1] = {
    path = "c/index.html", text = layout.page { path = "c/index.html", title = "C headers", body = body },
  }
  return pages
end

return headers_page
