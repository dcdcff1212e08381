--- The fault table as the documentation shows it; run by itself, this puts it into docs/in-doubt.md.
local document = {}

document.PATH = "docs/in-doubt.md"

local FIRST, LAST = "<!-- the fault table -->\n", "<!-- the end of the fault table -->\n"

local function error_of(row)
  if not row.code then return "none" end
  return ("`%s` %s%s"):format(row.code, row.kind, row.status and ", HTTP " .. row.status or "")
end

local function place_of(row)
  if row.nginx == false then return " ¹" end
  if row.nginx then return (" (inside nginx `%s`)"):format(row.nginx.code) end
  return ""
end

local function render_section(section)
  local lines = {
    "### " .. section.title, "", section.says, "", "| what happens | error | tried again | in doubt |",
    "|---|---|---|---|",
  }
  for _, row in ipairs(section) do
    lines[#lines + 1] = ("| %s | %s | %s | %s |"):format(row.what, error_of(row) .. place_of(row),
      row.again and "yes" or "no", row.doubt and "**yes**" or "no")
  end
  return table.concat(lines, "\n")
end

--- The table in Markdown.
function document.render()
  local parts = {}
  for i, section in ipairs(require "spec.faults.table") do parts[i] = render_section(section) end
  return table.concat(parts, "\n\n") .. "\n"
end

--- A text with the table in its place.
function document.insert(text)
  local _, from = assert(text:find(FIRST, 1, true))
  local to = assert(text:find(LAST, from, true))
  return text:sub(1, from) .. "\n" .. document.render() .. "\n" .. text:sub(to)
end

if arg and arg[0] and arg[0]:find("document%.lua$") then
  package.path = "./?.lua;" .. package.path
  local file = assert(io.open(document.PATH, "rb"))
  local text = file:read("*a")
  file:close()
  file = assert(io.open(document.PATH, "wb"))
  file:write(document.insert(text))
  file:close()
end

return document
