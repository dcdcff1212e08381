-- The fenced blocks of code in Markdown files. A comment right above a block may say why it is not run:
--
--   <!-- not run: it installs into the system -->
local process = require "spec.support.process"

local snippets = {}

-- Without the indentation that a block in a list has.
local function dedented(lines, indent)
  local out = {}
  for i, line in ipairs(lines) do out[i] = line:gsub("^" .. (" "):rep(#indent), "") end
  return table.concat(out, "\n") .. "\n"
end

--- → list of { path =, line =, lang =, code =, not_run = reason or nil }, in their order.
function snippets.of(path)
  local list, open, comment, number = {}, nil, nil, 0
  for line in (process.read(path) .. "\n"):gmatch("(.-)\n") do
    number = number + 1
    local indent, lang = line:match("^( *)```(%S*)")
    if open and indent then
      open.code, open.lines = dedented(open.lines, open.indent), nil
      list[#list + 1], open = open, nil
    elseif indent then
      open = { path = path, line = number, lang = lang, indent = indent, lines = {}, not_run = comment }
    elseif open then
      table.insert(open.lines, line)
    end
    comment = line:match("^%s*<!%-%- not run: (.-) %-%->$")
  end
  assert(not open, path .. ": a block does not end")
  return list
end

--- Those of a language in all guides and the README.
function snippets.all(lang)
  local found = {}
  for path in process.shell("ls README.md docs/*.md"):gmatch("[^\n]+") do
    for _, snippet in ipairs(snippets.of(path)) do
      if snippet.lang == lang then found[#found + 1] = snippet end
    end
  end
  return found
end

return snippets
