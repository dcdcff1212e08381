local process = require "spec.support.process"

-- The same programs whichever Lua runs this spec: once is enough.
if jit then return end

-- An outer make must not reach into this one.
local CLEAN = { MAKEFLAGS = "", MAKELEVEL = "", MFLAGS = "" }

local VERSION = require("ses.core").version

-- The files below a folder, by their paths in it.
local function files(folder)
  local list = {}
  local found = process.shell(("cd %s && find . -type f -o -type l | sed 's|^./||' | LC_ALL=C sort"):format(folder))
  for path in found:gmatch("[^\n]+") do list[#list + 1] = path end
  return list
end

-- What find says of each file and folder of a tree: "755 d usr/bin".
local function modes(folder)
  return process.shell(("cd %s && find . -mindepth 1 -printf '%%m %%y %%P\\n' | LC_ALL=C sort -k 3"):format(folder))
end

local function manual_pages()
  local names = { "ses.1" }
  for _, name in ipairs(require("ses.cli").names()) do names[#names + 1] = ("ses-%s.1"):format(name) end
  return names
end

local function lua_modules()
  local list = {}
  for _, path in ipairs(files "lua") do
    if path:find("%.lua$") then list[#list + 1] = path end
  end
  return list
end

-- All that make install is to put into a tree, in the form of modes(), where `at` names the folders of the
-- Makefile's variables.
local function expected(at)
  local rows, seen = {}, {}
  local function row(mode, path)
    if not seen[path] then rows[#rows + 1] = mode .. " " .. path end
    seen[path] = true
  end
  local function put(mode, folder, names)
    for _, name in ipairs(names) do
      local path = (folder .. "/" .. name):sub(2)
      for at_slash in path:gmatch("()/") do row("755 d", path:sub(1, at_slash - 1)) end
      row(mode, path)
    end
  end
  put("755 f", at.BINDIR, { "ses" })
  put("644 f", at.INCLUDEDIR .. "/ses", files "include/ses")
  for _, library in ipairs { "libses", "libses-lua" } do
    put("644 f", at.LIBDIR, { library .. ".a" })
    put("755 f", at.LIBDIR, { library .. ".so." .. VERSION })
    put("777 l", at.LIBDIR, { library .. ".so", library .. ".so.0" })
  end
  put("644 f", at.LIBDIR .. "/pkgconfig", { "ses.pc", "ses-lua.pc" })
  for _, version in ipairs { "51", "54" } do
    put("755 f", at["LUA" .. version .. "_CMOD"], { "ses/core.so" })
    put("644 f", at["LUA" .. version .. "_LMOD"], lua_modules())
  end
  put("644 f", at.MANDIR .. "/man1", manual_pages())
  put("644 f", at.BASHCOMPDIR, { "ses" })
  put("644 f", at.ZSHCOMPDIR, { "_ses" })
  put("644 f", at.DATADIR .. "/lua-language-server/ses", files "types")
  -- As sort does it: by the path, which a space ends.
  table.sort(rows, function(a, b) return a:sub(7) < b:sub(7) end)
  return table.concat(rows, "\n")
end

local function folders(prefix, changed)
  local share = prefix .. "/share"
  local lib = changed and changed.LIBDIR or prefix .. "/lib"
  local at = {
    BINDIR = prefix .. "/bin", INCLUDEDIR = prefix .. "/include", LIBDIR = lib, DATADIR = share,
    MANDIR = share .. "/man", LUA54_CMOD = lib .. "/lua/5.4", LUA51_CMOD = lib .. "/lua/5.1",
    LUA54_LMOD = share .. "/lua/5.4", LUA51_LMOD = share .. "/lua/5.1",
    BASHCOMPDIR = share .. "/bash-completion/completions", ZSHCOMPDIR = share .. "/zsh/site-functions",
  }
  for name, path in pairs(changed or {}) do at[name] = path end
  return at
end

-- Runs make with a umask that lets nobody else in: what is installed is for everybody all the same.
local function make(target, destination, ...)
  local argv = { "sh", "-c", "umask 077 && exec make \"$@\"", "make", target, "DESTDIR=" .. destination, ... }
  local result = process.run(argv, { env = CLEAN })
  assert.equal(0, result.status, result.err)
end

-- What the files of pkg-config say first of the Debian-like places below.
local PLACES = "prefix=/usr\nlibdir=${prefix}/lib/x86_64-linux-gnu\nincludedir=${prefix}/include/amazon\n"

describe("make install", function()
  local root, at

  setup(function()
    root = process.folder()
    at = root .. "/usr"
    make("install", root, "PREFIX=/usr")
  end)

  teardown(function() process.remove(root) end)

  it("puts each file in its place, readable for everybody, and no other", function()
    assert.equal(expected(folders "/usr"), modes(root))
  end)

  it("installs a program that runs scripts", function()
    process.write(root .. "/script.lua", "print(require('ses.core').version, require('ses.runtime').prefix)")
    local result = process.run { at .. "/bin/ses", root .. "/script.lua" }
    assert.equal(VERSION .. "\t" .. at .. "\n", result.out)
  end)

  it("installs what completes ses in bash and zsh", function()
    local share = at .. "/share"
    for shell, path in pairs { bash = "/bash-completion/completions/ses", zsh = "/zsh/site-functions/_ses" } do
      assert.equal(process.run({ "build/ses", "completion", shell }).out, process.read(share .. path))
    end
  end)

  it("installs modules that Lua 5.4 and LuaJIT load", function()
    for lua, version in pairs { ["lua5.4"] = "5.4", luajit = "5.1" } do
      local program = "require 'ses.suggest' print(require('ses.core').version)"
      local argv = { "env", "-u", "LUA_PATH_5_4", "-u", "LUA_CPATH_5_4", lua, "-e", program }
      local result = process.run(argv, { env = {
        LUA_PATH = ("%s/share/lua/%s/?.lua;%s/share/lua/%s/?/init.lua"):format(at, version, at, version),
        LUA_CPATH = ("%s/lib/lua/%s/?.so;;"):format(at, version),
      } })
      assert.equal("", result.err)
      assert.equal(VERSION .. "\n", result.out)
    end
  end)

  -- Builds a program with the installed ses and runs it: what the program prints, and which libses it then needs.
  local function build_and_run(compiler, libraries)
    process.write(root .. "/try.c", [[
      #include <ses/ses.h>
      #include <stdio.h>
      int main(void) { ses_transport *t; return ses_transport_new(NULL, &t, NULL) || puts(ses_version()) < 0; }]])
    local command = compiler .. " -Wall -Wextra -Werror $(pkg-config --cflags ses) ROOT/try.c -o ROOT/try " .. libraries
      .. " && ROOT/try && readelf -d ROOT/try | sed -n 's/.*NEEDED.*.\\(libses[^]]*\\)./\\1/p'"
    local result = process.run({ "sh", "-c", (command:gsub("ROOT", root)) }, { env = {
      PKG_CONFIG_PATH = at .. "/lib/pkgconfig", PKG_CONFIG_SYSROOT_DIR = root, LD_LIBRARY_PATH = at .. "/lib",
    } })
    assert.equal("", result.err)
    return result.out
  end

  local SHARED = "$(pkg-config --libs ses)"
  local STATIC = "$(pkg-config --static --libs ses | sed s/-lses/-l:libses.a/)"

  it("installs libraries, shared and static, that a C program builds with by pkg-config", function()
    assert.equal(VERSION .. "\nlibses.so.0\n", build_and_run("cc -std=c11", SHARED))
    assert.equal(VERSION .. "\n", build_and_run("cc -std=c11", STATIC))
  end)

  it("has C++ programs build with them as well", function()
    if process.shell "command -v g++" == "" then return pending("g++ is not installed") end
    assert.equal(VERSION .. "\nlibses.so.0\n", build_and_run("g++ -std=c++17 -x c++", SHARED))
    assert.equal(VERSION .. "\n", build_and_run("g++ -std=c++17 -x c++", STATIC))
  end)

  it("leaves no file and no folder of its own after make uninstall", function()
    local other = process.folder()
    make("install", other, "PREFIX=/opt/amazon", "LIBDIR=/opt/amazon/lib64")
    process.write(other .. "/opt/amazon/lib64/libother.so", "")
    make("uninstall", other, "PREFIX=/opt/amazon", "LIBDIR=/opt/amazon/lib64")
    assert.same({ "opt/amazon/lib64/libother.so" }, files(other))
    assert.equal("", process.shell("find " .. other .. " -name '*ses*'"))
    process.remove(other)
  end)

  describe("with folders of one's own", function()
    local OWN = {
      LIBDIR = "/usr/lib/x86_64-linux-gnu", INCLUDEDIR = "/usr/include/amazon", MANDIR = "/usr/man",
      LUA54_LMOD = "/usr/share/lua-5.4", LUA54_CMOD = "/opt/lua/lib", ZSHCOMPDIR = "/usr/share/zsh/vendor-completions",
      BASHCOMPDIR = "/etc/bash_completion.d",
    }
    local other

    setup(function()
      other = process.folder()
      local words = {}
      for name, path in pairs(OWN) do words[#words + 1] = name .. "=" .. path end
      make("install", other, "PREFIX=/usr", (table.unpack or unpack)(words))
    end)

    teardown(function() process.remove(other) end)

    it("puts each file where it is told", function()
      assert.equal(expected(folders("/usr", OWN)), modes(other))
    end)

    it("has pkg-config name them, by their place below the prefix", function()
      for _, name in ipairs { "ses", "ses-lua" } do
        local pc = process.read(other .. "/usr/lib/x86_64-linux-gnu/pkgconfig/" .. name .. ".pc")
        assert.equal(PLACES, pc:sub(1, #PLACES))
      end
    end)

    it("has the emulator find LuaJIT's modules beside those of the Lua that runs", function()
      local lib = other .. "/usr/lib/x86_64-linux-gnu"
      process.write(other .. "/find.lua", "print(require('ses.emulator.code').find().lua_cpath)")
      local result = process.run({ other .. "/usr/bin/ses", other .. "/find.lua" }, {
        env = { LUA_CPATH_5_4 = "/usr/lib/lua/5.4/?.so;" .. lib .. "/lua/5.4/?.so" },
      })
      assert.equal(lib .. "/lua/5.1/?.so\n", result.out, result.err)
    end)
  end)
end)
