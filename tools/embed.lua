-- Writes Lua modules as C data: lua5.4 tools/embed.lua OUTPUT.c lua/ses/init.lua …
--
-- A module's name follows from its path below lua/. The output is the same for the same input, in
-- whatever order the files are given.
local output = arg[1]
local files = { table.unpack(arg, 2) }
table.sort(files)

local function module_name(path)
  return (path:gsub("^lua/", ""):gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", "."))
end

local ESCAPES = { ["\n"] = "\\n", ["\t"] = "\\t", ['"'] = '\\"', ["\\"] = "\\\\", ["?"] = "\\?" }

-- One C literal a line. Bytes that are not printable ASCII are octal, which ends after three digits.
local function c_literals(text)
  local lines = {}
  for line in text:gmatch("[^\n]*\n?") do
    if line ~= "" then
      lines[#lines + 1] = '    "' .. line:gsub('[^ !#->@-%[%]-~]', function(byte)
        return ESCAPES[byte] or ("\\%03o"):format(byte:byte())
      end) .. '"'
    end
  end
  return #lines > 0 and table.concat(lines, "\n") or '    ""'
end

local out = { "/* Made by tools/embed.lua. */", '#include "runtime/modules.h"', "" }
local rows = {}
for i, path in ipairs(files) do
  local file = assert(io.open(path, "rb"))
  local text = file:read("a")
  file:close()
  assert(load(text, "@" .. path, "t", {}))
  out[#out + 1] = ("static const char source_%d[] =\n%s;\n"):format(i, c_literals(text))
  rows[i] = ('    {"%s", "@%s", source_%d, sizeof source_%d - 1},'):format(
    module_name(path), path:gsub("^lua/", ""), i, i)
end
rows[#rows + 1] = "    {0, 0, 0, 0},"
out[#out + 1] = "const struct ses_lua_module ses_lua_modules[] = {"
out[#out + 1] = table.concat(rows, "\n")
out[#out + 1] = "};\n"

local file = assert(io.open(output, "wb"))
assert(file:write(table.concat(out, "\n")))
assert(file:close())
