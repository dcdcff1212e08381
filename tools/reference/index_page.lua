-- The page of every operation by its service, with a box to filter by.
local html = require "ses.html"
local inline = require "tools.reference.inline"
local layout = require "tools.reference.layout"

local index_page = {}

local SCRIPT = [[
(function () {
  var box = document.getElementById("filter"), none = document.getElementById("none");
  function apply() {
    var words = box.value.toLowerCase().split(/\s+/).filter(Boolean), shown = 0;
    document.querySelectorAll("section[data-service]").forEach(function (section) {
      var any = false;
      section.querySelectorAll("li").forEach(function (item) {
        var text = item.textContent.toLowerCase();
        var fits = words.every(function (word) { return text.indexOf(word) >= 0; });
        item.hidden = !fits;
        any = any || fits;
        shown += fits ? 1 : 0;
      });
      section.hidden = !any;
    });
    none.hidden = shown > 0;
  }
  box.addEventListener("input", apply);
  if (box.value) apply();
})();
]]

local HEAD = [[
<h1>Operations</h1>
<p class="lead">Every operation of SES is a method of one service:
<code>client.templates:get { template_name = "welcome" }</code>.
Fields have AWS's names in snake_case;
<code>client:call("GetEmailTemplate", { TemplateName = "welcome" })</code> takes and gives AWS's own.</p>
<ul>
<li>A call returns its result, or <code>nil</code> and an error, and behind both a table with <code>attempts</code>,
<code>in_doubt_attempts</code> and <code>request_id</code>. Nothing raises at run time.</li>
<li>What the tables call required, a limit or a form is checked before anything leaves; a value that an
enumeration does not list passes, since SES may be newer.</li>
<li>A time is seconds since 1970, or in a request also ISO 8601 with its zone. Bytes are Lua strings; base64 is
made here. An integer beyond 2<sup>53</sup> may be given as a string of digits.</li>
<li>A method takes options for its call as second table: <code>operation_timeout_ms</code>,
<code>retry_in_doubt</code>.</li>
</ul>
<p>Also: <a href="errors.html">errors</a>, <a href="guides/configuration.html">configuration</a>,
<a href="guides/errors.html">what to do about an error</a>,
<a href="guides/in-doubt.html">whether a mail was sent</a>,
<a href="guides/secrets.html">what becomes of a secret</a>, the <a href="lua/index.html">Lua modules</a>, the
<a href="c/index.html">C headers</a>.</p>
<div class="filter"><input id="filter" type="search" placeholder="Filter {count} operations"
aria-label="Filter operations" autocomplete="off"></div>
<p id="none" hidden>Nothing fits.</p>
]]

local function operation(entry, say)
  return html.render([[
<li><a href="operations/{name}.html"><code>{method}</code></a>
<span class="muted mono">{name}{each}</span><p>{does}</p></li>
]], {
    name = entry.name, method = entry.service .. ":" .. entry.method, does = say(entry.words.does),
    each = entry.each and " · " .. entry.each .. ", " .. entry.pages or nil,
  })
end

-- The first sentence of a method's own comment.
local function extension(entry)
  local sentence = entry.source.comment:gsub("\n", " "):match("^(.-%.)%s") or entry.source.comment:gsub("\n.*$", "")
  return html.render('<li><a href="{page}"><code>{method}</code></a> <p>{words}</p></li>\n', {
    page = inline.lua_page(entry.source), method = entry.service .. ":" .. entry.method, words = sentence,
  })
end

local function section(service, say)
  local items = {}
  for _, entry in ipairs(service.operations) do items[#items + 1] = operation(entry, say) end
  for _, entry in ipairs(service.extensions) do items[#items + 1] = extension(entry) end
  return html.render([[
<section data-service="{name}"><h3 id="{name}"><code>client.{name}</code></h3>
<p>{about}</p>
<ul class="list">
{items}</ul></section>
]], { name = service.name, about = say(service.about), items = html.join(items) })
end

--- @tparam table services of tools.reference.catalogue
-- @tparam function say of tools.reference.inline
-- @treturn string path
-- @treturn string HTML
function index_page.render(services, say)
  local sections, count = {}, 0
  for _, service in ipairs(services) do
    sections[#sections + 1] = section(service, say)
    count = count + #service.operations
  end
  local body = html.join { html.render(HEAD, { count = tostring(count) }), html.join(sections) }
  return "operations.html", layout.page { path = "operations.html", title = "Operations", body = body, script = SCRIPT }
end

return index_page
