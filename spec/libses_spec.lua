local process = require "spec.support.process"

-- The same compilers and the same files whichever Lua runs this spec: once is enough.
if jit then return end

-- Those of libses: lua.h is libses-lua's.
local function headers()
  local list = {}
  for name in process.shell("ls include/ses"):gmatch("[%w_]+%.h") do
    if name ~= "lua.h" then list[#list + 1] = name end
  end
  return list
end

-- The functions that a header declares, each with the line it stands in and whether a comment says what it does: one
-- above it, or above the first of a block without an empty line.
local function declarations(name)
  local list, documented, line_number = {}, false, 0
  local text = process.read("include/ses/" .. name):gsub("\nSES_API ([^;(]*)\n%s*", "\nSES_API %1 ")
  for line in text:gmatch("([^\n]*)\n") do
    line_number = line_number + 1
    if line == "" then documented = false end
    if line:find("%*/$") then documented = true end
    local declared = line:match("^SES_API.-([%w_]+)%(")
    if declared then list[#list + 1] = { name = declared, documented = documented, line = line_number } end
  end
  return list
end

local function sorted_lines(command)
  local list = {}
  for line in process.shell(command):gmatch("[^\n]+") do list[#list + 1] = line end
  table.sort(list)
  return list
end

describe("the headers of libses", function()
  local WARNINGS = "-Wall -Wextra -Wpedantic -Werror -fsyntax-only -Iinclude"

  local function compile(command)
    local result = process.run { "sh", "-c", command .. " include/ses/*.h" }
    assert.equal("", result.err)
    assert.equal(0, result.status)
  end

  it("stand alone in C11", function()
    compile("cc -std=c11 -Wstrict-prototypes -x c " .. WARNINGS)
  end)

  it("stand alone in C++17", function()
    if process.shell "command -v g++" == "" then return pending("g++ is not installed") end
    local program = '#include <ses/ses.h>\nses_span text = SES_SPAN("x");'
    compile("printf '%s' " .. process.quote(program) .. " | g++ -std=c++17 -x c++ " .. WARNINGS .. " -")
  end)

  it("are all in ses.h", function()
    local included, expected = {}, {}
    for name in process.read("include/ses/ses.h"):gmatch("#include \"ses/([%w_]+%.h)\"") do
      included[#included + 1] = name
    end
    for _, name in ipairs(headers()) do
      if name ~= "ses.h" then expected[#expected + 1] = name end
    end
    assert.same(expected, included)
  end)

  it("say of every function what it does", function()
    for _, name in ipairs(headers()) do
      for _, declared in ipairs(declarations(name)) do
        assert(declared.documented, ("%s:%d: %s has no comment"):format(name, declared.line, declared.name))
      end
    end
  end)

  it("give the version in one piece and in parts", function()
    local text = process.read "include/ses/version.h"
    local parts = {}
    for _, part in ipairs { "MAJOR", "MINOR", "PATCH" } do
      parts[#parts + 1] = text:match("#define SES_VERSION_" .. part .. " (%d+)")
    end
    assert.equal(text:match('#define SES_VERSION "(%d+%.%d+%.%d+)"'), table.concat(parts, "."))
    assert.equal(require("ses.core").version, table.concat(parts, "."))
  end)
end)

describe("libses", function()
  local function declared(form)
    local list = {}
    for _, name in ipairs(headers()) do
      for _, declaration in ipairs(declarations(name)) do list[#list + 1] = form:format(declaration.name) end
    end
    assert(#list > 200)
    table.sort(list)
    return list
  end

  it("exports what the headers declare and nothing else, each under the version SES_0", function()
    assert.same(declared "%s@@SES_0",
      sorted_lines "nm -D --defined-only build/libses.so | awk '$2 != \"A\" { print $3 }'")
  end)

  it("is known to the loader by the name libses.so.0", function()
    assert.equal("libses.so.0", process.shell("readelf -d build/libses.so"):match("SONAME.-%[(.-)%]"))
    assert.equal("libses-lua.so.0", process.shell("readelf -d build/libses-lua.so"):match("SONAME.-%[(.-)%]"))
  end)

  it("has no name in a static library that is not its own", function()
    assert.same({ "luaopen_ses_core" }, sorted_lines("nm -g --defined-only build/libses.a build/libses-lua.a "
      .. "| awk 'NF == 3 && $3 !~ /^ses_/ { print $3 }'"))
  end)

  it("leaves one function to libses-lua, and has nothing of Lua's itself", function()
    assert.same({ "ses_lua_preload@@SES_LUA_0" },
      sorted_lines "nm -D --defined-only build/libses-lua.so | awk '$2 != \"A\" { print $3 }'")
    local declared_there = declarations "lua.h"
    assert.equal("ses_lua_preload", declared_there[1].name)
    assert.equal(1, #declared_there)
    assert.same({}, sorted_lines "nm -D --undefined-only build/libses.so | grep ' lua'")
    assert.same({}, sorted_lines "grep -l 'include.*lua' src/core/*.[ch]")
  end)

  it("stays within each Lua module, whatever libses.so the program has", function()
    for _, lua in ipairs { "lua5.4", "luajit" } do
      assert.same({ "luaopen_ses_core" },
        sorted_lines("nm -D --defined-only build/" .. lua .. "/ses/core.so | awk '{ print $3 }'"))
    end
  end)
end)
