-- The page of one operation.
local example = require "tools.reference.example"
local fault = require "tools.reference.fault"
local html = require "ses.html"
local inline = require "tools.reference.inline"
local layout = require "tools.reference.layout"
local model = require "ses.model"
local rules = require "tools.reference.rules"
local recipients = require "ses.pipeline.recipients"
local shapes = require "tools.reference.shapes"

local operation_page = {}

local ROOT = "../"

local function limits_of(member)
  local list = {}
  for i, limit in ipairs(shapes.limits(member)) do list[i] = html.render("<span>{limit}</span>", { limit = limit }) end
  if #list == 0 then return nil end
  return html.render('<div class="limits">{list}</div>', { list = html.join(list) })
end

local function row(shape, member, say, asked)
  local words = shapes.words(shape, member)
  return html.render([[
<tr><th scope="row"><code>{snake}</code> <span class="aws mono">{name}</span></th>
<td>{type}{needed}</td><td><p>{words}</p>{limits}</td></tr>
]], {
    snake = member.snake, name = member.name, type = shapes.type(member.shape), words = words and say(words) or nil,
    needed = asked and member.required and html.raw ' <span class="needed">required</span>' or nil,
    limits = limits_of(member),
  })
end

local function table_of(shape, say, asked)
  if #shape.members == 0 then return html.raw '<p class="muted">It has no fields.</p>' end
  local required, others = {}, {}
  for _, member in ipairs(shape.members) do
    local list = asked and member.required and required or others
    list[#list + 1] = row(shape, member, say, asked)
  end
  return html.render([[
{union}<table><thead><tr><th>Field</th><th>Type</th><th>What it is, and its limits</th></tr></thead><tbody>
{required}{others}</tbody></table>
]], {
    required = html.join(required), others = html.join(others),
    union = shape.union and html.raw "<p>Exactly one of these is given.</p>" or nil,
  })
end

local function section(id, title, body)
  if not body then return "" end
  return html.render('<h2 id="{id}">{title}</h2>\n{body}', { id = id, title = title, body = body })
end

-- A method that does more than the operation has its own contract, in LDoc's pages.
local function by_hand(entry)
  if not entry.by_hand then return nil end
  local forms = entry.words.forms and html.render([[,
and <a href="{root}lua/modules/{module}.html">the forms that each field may have</a>]], {
    root = ROOT, module = entry.words.forms,
  })
  return html.render([[
<p>The method does more than the operation: see
<a href="{page}">what <code>{method}</code> takes and returns</a>{forms}.
The tables below have AWS's own shape, which it takes as well.</p>
]], { page = ROOT .. inline.lua_page(entry.by_hand), method = entry.service .. ":" .. entry.method, forms = forms })
end

local function nested(roots, say, asked)
  local list = {}
  for _, shape in ipairs(shapes.nested(roots)) do
    list[#list + 1] = html.render('<h3 id="{name}">{name}</h3>\n{table}', {
      name = shape.name, table = table_of(shape, say, asked[shape]),
    })
  end
  if #list == 0 then return nil end
  return html.join(list)
end

local function input_section(entry, input, say)
  if #input.members == 0 then return html.raw '<p class="muted">It takes none.</p>' end
  local rule = rules.operations[entry.name]
  return html.join {
    by_hand(entry) or "", table_of(input, say, true),
    rule and html.render("<p>{words}</p>", { words = say(rule) }) or "",
  }
end

local function output_section(output, say)
  if #output.members == 0 then return html.raw '<p class="muted">An empty table: that it came is the news.</p>' end
  return table_of(output, say, false)
end

local function pages_section(entry)
  if not entry.each then return nil end
  local rule = entry.op.pagination
  local output = model.shape(entry.op.output)
  return html.render([[
<p><code>client.{service}:{each} {}</code> iterates over the items of <code>{items}</code> and
<code>client.{service}:{pages} {}</code> over whole pages, each asking for the next page when it is needed. A page that
fails gives <code>false, err</code> once, and the loop ends.
By AWS's names: <code>client:pages("{name}", {})</code>.</p>
]], {
    service = entry.service, each = entry.each, pages = entry.pages, name = entry.name,
    items = output.by_name[rule.result_key].snake,
  })
end

local function errors_section(entry)
  local rows = {}
  for _, code in ipairs(entry.op.errors) do
    local found = fault.of(code)
    rows[#rows + 1] = html.render([[
<tr><th scope="row"><a class="mono" href="../errors.html#{code}">{code}</a></th><td><code>{kind}</code></td>
<td>HTTP {status}{again}</td></tr>
]], {
      code = code, kind = found.kind, status = tostring(found.status),
      again = found.retryable and ", tried again" or ", not tried again",
    })
  end
  local known = #rows > 0 and html.render([[
<table><thead><tr><th>Code</th><th>Kind</th><th>What happens</th></tr></thead><tbody>
{rows}</tbody></table>
]], { rows = html.join(rows) }) or html.raw "<p>AWS names none of its own for this operation.</p>"
  local doubt = recipients.sends(entry.name) and html.raw [[
<p>This sends mail: where the request's bytes may have reached SES without an answer, the error's
<code>in_doubt</code> is true, and a further try may be a second mail (<code>retry_in_doubt</code>).</p>
]] or ""
  return html.join { known, doubt, html.raw
    '<p>Besides there are <a href="../errors.html#everywhere">those that any call may end with</a>.</p>' }
end

local HEAD = [[
<p class="crumbs"><a href="../operations.html">Operations</a> ›
<a href="../operations.html#{service}">client.{service}</a></p>
<h1><code>client.{service}:{method}</code></h1>
<p class="lead">{does}</p>
{beware}
<p class="muted">AWS's name: <code>{name}</code> · <code>{http} {uri}</code></p>
<pre><code>{code}</code></pre>
]]

--- The page of an operation.
-- @tparam table entry of tools.reference.catalogue
-- @tparam function say of tools.reference.inline, for pages in a folder
-- @treturn string path
-- @treturn string HTML
function operation_page.render(entry, say)
  local op, words = entry.op, entry.words
  local input = model.shape(op.input)
  local output = model.shape(op.output)
  local asked = {}
  for _, shape in ipairs(shapes.nested { input }) do asked[shape] = true end
  local path = "operations/" .. entry.name .. ".html"
  local body = html.join {
    html.render(HEAD, {
      service = entry.service, method = entry.method, name = entry.name, http = op.method, uri = op.uri,
      does = say(words.does), code = example.code(entry),
      beware = words.beware and html.render('<p class="beware">{words}</p>', { words = say(words.beware) }) or nil,
    }),
    section("parameters", "Parameters", input_section(entry, input, say)),
    section("result", "Result", output_section(output, say)),
    section("pages", "Pages", pages_section(entry)),
    section("errors", "Errors", errors_section(entry)),
    section("structures", "Structures", nested({ input, output }, say, asked)),
  }
  return path, layout.page { path = path, title = entry.service .. ":" .. entry.method, body = body }
end

return operation_page
