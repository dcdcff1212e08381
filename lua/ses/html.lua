--- HTML as text, with every value escaped.
-- @module ses.html
local html = {}

local ENTITIES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" }

local Raw = {}

--- Escapes text for an element's content or a quoted attribute.
-- @tparam any text
-- @treturn string
function html.escape(text)
  return (tostring(text):gsub("[&<>\"']", ENTITIES))
end

--- Marks a string as HTML already.
-- @tparam string text
function html.raw(text) return setmetatable({ text = text }, Raw) end

local function fill(value)
  if value == nil then return "" end
  if getmetatable(value) == Raw then return value.text end
  return html.escape(value)
end

--- Fills the places `{name}` of a piece of HTML: with what `html.raw` marked as it is, with anything else
-- escaped, with nothing where the value is nil.
-- @tparam string piece
-- @tparam ?table values
-- @return marked as HTML
function html.render(piece, values)
  return html.raw((piece:gsub("{([%l_]+)}", function(name) return fill(values and values[name]) end)))
end

--- Joins pieces of HTML.
-- @tparam table pieces
-- @return marked as HTML
function html.join(pieces)
  local texts = {}
  for i, piece in ipairs(pieces) do texts[i] = fill(piece) end
  return html.raw(table.concat(texts))
end

--- The text of a piece.
-- @treturn string
function html.text(piece) return piece.text end

--- A number as people read it: 1,234,567.
-- @tparam number number
-- @treturn string
function html.number(number)
  local text = ("%d"):format(number)
  local count
  repeat
    text, count = text:gsub("^(-?%d+)(%d%d%d)", "%1,%2")
  until count == 0
  return text
end

--- A size in bytes as people read it.
-- @tparam number bytes
-- @treturn string
function html.size(bytes)
  if bytes < 1000 then return ("%d B"):format(bytes) end
  if bytes < 1e6 then return ("%.1f kB"):format(bytes / 1e3) end
  return ("%.1f MB"):format(bytes / 1e6)
end

--- A time element. The inbox's script puts it into the reader's own time zone.
-- @tparam number seconds since 1970
-- @tparam ?boolean long with the date
-- @return marked as HTML
function html.time(seconds, long)
  return html.render('<time datetime="{iso}" data-form="{form}">{shown}</time>', {
    iso = os.date("!%Y-%m-%dT%H:%M:%SZ", seconds), form = long and "long" or "short",
    shown = os.date(long and "!%Y-%m-%d %H:%M:%S UTC" or "!%m-%d %H:%M", seconds),
  })
end

--- A text for the query of a URL.
-- @tparam any text
-- @treturn string
function html.query(text)
  return (tostring(text):gsub("[^%w._~-]", function(char) return ("%%%02X"):format(char:byte()) end))
end

return html
