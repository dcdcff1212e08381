-- Copies the guides for LDoc, which gives second-level headings ids of its own and others none: each gets the id
-- that GitHub gives it, and a link to another guide leads to its page.
--
--   lua5.4 tools/ldoc_guides.lua FOLDER docs/a.md docs/b.md …
local folder = assert(arg[1], "usage: ldoc_guides.lua FOLDER FILE…")

-- "SendEmail or SendBulkEmail" → "sendemail-or-sendbulkemail"
local function slug(heading)
  return (heading:lower():gsub("[^%w%s_-]", ""):gsub("%s", "-"))
end

for i = 2, #arg do
  local out = assert(io.open(folder .. "/" .. arg[i], "wb"))
  local is_code = false
  for line in io.lines(arg[i]) do
    if line:find("^```") then is_code = not is_code end
    if not is_code then
      local heading = line:match("^##+%s+(.*)$")
      if heading then out:write(('<a id="%s"></a>\n\n'):format(slug(heading))) end
      line = line:gsub("%]%(([%l_-]+%.md)", "](%1.html")
    end
    out:write(line, "\n")
  end
  out:close()
end
