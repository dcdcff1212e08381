-- The page of errors: those that SES is known to answer with, and those of any call.
local fault = require "tools.reference.fault"
local faults = require "tools.reference.faults"
local html = require "ses.html"
local keys = require "ses.keys"
local kinds = require "tools.reference.kinds"
local layout = require "tools.reference.layout"

local errors_page = {}

-- code → the operations that may answer with it.
local function users(services)
  local map = {}
  for _, service in ipairs(services) do
    for _, entry in ipairs(service.operations) do
      for _, code in ipairs(entry.op.errors) do
        map[code] = map[code] or {}
        table.insert(map[code], entry)
      end
    end
  end
  return map
end

local function links(entries)
  local list = {}
  for i, entry in ipairs(entries) do
    list[i] = html.render('{comma}<a href="operations/{name}.html"><code>{method}</code></a>', {
      comma = i > 1 and ", " or nil, name = entry.name, method = entry.service .. ":" .. entry.method,
    })
  end
  return html.join(list)
end

local function service_error(code, entries)
  local found = fault.of(code)
  return html.render([[
<h3 id="{code}">{code}</h3>
<p>{words}</p>
<p class="muted">HTTP {status} · kind <code>{kind}</code> · {again}</p>
<details><summary>{count} operations may answer with it</summary><p>{links}</p></details>
]], {
    code = code, words = faults[code], status = tostring(found.status), kind = found.kind, links = links(entries),
    again = found.retryable and "tried again" or "not tried again", count = tostring(#entries),
  })
end

local function kind_row(name, say)
  return html.render('<tr><th scope="row" id="{name}"><code>{name}</code></th><td>{words}</td></tr>\n', {
    name = name, words = say(kinds[name]),
  })
end

local HEAD = [[
<h1>Errors</h1>
<p class="lead">A call that fails returns <code>nil</code> and an error: <code>err.kind</code> says what sort it is,
<code>err.code</code> is AWS's code where AWS gave one, <code>err.retryable</code> whether the same call may succeed
later.
<a href="guides/errors.html">What to do about each</a>.</p>
<h2 id="everywhere">Kinds, of any call</h2>
<table><tbody>
{kinds}</tbody></table>
<h2 id="codes">Codes of SES</h2>
]]

--- @tparam table services of tools.reference.catalogue
-- @tparam function say of tools.reference.inline
-- @treturn string path
-- @treturn string HTML
function errors_page.render(services, say)
  local rows, list, by_code = {}, {}, users(services)
  for _, name in ipairs(keys.sorted(kinds)) do rows[#rows + 1] = kind_row(name, say) end
  for _, code in ipairs(keys.sorted(by_code)) do list[#list + 1] = service_error(code, by_code[code]) end
  local body = html.join { html.render(HEAD, { kinds = html.join(rows) }), html.join(list) }
  return "errors.html", layout.page { path = "errors.html", title = "Errors", body = body }
end

return errors_page
