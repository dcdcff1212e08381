-- Words as HTML: `code` in backticks, and `service:method` as a link to what it names.
local html = require "ses.html"

local inline = {}

--- Makes a writer of words.
-- @tparam table services of tools.reference.catalogue
-- @tparam string root the way to the reference's first page, such as "../"
-- @treturn function text → HTML; raises where a method is named that does not exist
function inline.writer(services, root)
  local targets = {}
  for _, service in ipairs(services) do
    for _, entry in ipairs(service.operations) do
      local page = "operations/" .. entry.name .. ".html"
      targets[service.name .. ":" .. entry.method] = page
      if entry.each then targets[service.name .. ":" .. entry.each] = page .. "#pages" end
    end
    for _, extension in ipairs(service.extensions) do
      targets[service.name .. ":" .. extension.method] = inline.lua_page(extension.source)
    end
  end
  local function code(text)
    if not text:find("^%l[%l_]*:%l[%l_]*$") then return html.render("<code>{text}</code>", { text = text }) end
    local own = text:match("^client:(.*)$")
    local target = own and "lua/modules/ses.client.html#Client:" .. own or targets[text]
      or error("the words name " .. text .. ", which there is not", 0)
    return html.render('<a href="{root}{target}"><code>{text}</code></a>', {
      root = root, target = target, text = text,
    })
  end
  return function(text)
    local pieces, at = {}, 1
    for before, marked, past in text:gmatch("([^`]*)`([^`]+)`()") do
      pieces[#pieces + 1] = before
      pieces[#pieces + 1] = code(marked)
      at = past
    end
    pieces[#pieces + 1] = text:sub(at)
    return html.join(pieces)
  end
end

--- Where LDoc has a function.
-- @tparam table source of tools.reference.catalogue
function inline.lua_page(source)
  return ("lua/modules/%s.html#%s"):format(source.module, source.label)
end

return inline
