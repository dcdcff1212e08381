local process = require "spec.support.process"

-- An outer make must not reach into this one.
local CLEAN = { MAKEFLAGS = "", MAKELEVEL = "", MFLAGS = "" }

describe("make install", function()
  local root, at

  local function make(target)
    return process.run({ "make", target, "DESTDIR=" .. root, "PREFIX=/usr" }, { env = CLEAN })
  end

  setup(function()
    root = process.folder()
    at = root .. "/usr"
    local result = make "install"
    assert.equal(0, result.status, result.err)
  end)

  teardown(function() process.remove(root) end)

  local function files(folder, filter)
    return process.shell(("cd %s && find . -type f -o -type l | sed 's|^./||' | %s | LC_ALL=C sort"):format(
      folder, filter or "cat"))
  end

  it("puts the program, the library and the core of both Luas in their places", function()
    local version = require("ses.core").version
    assert.equal(table.concat({
      "usr/bin/ses", "usr/lib/libses.a", "usr/lib/libses.so", "usr/lib/libses.so.0",
      "usr/lib/libses.so." .. version, "usr/lib/lua/5.1/ses/core.so", "usr/lib/lua/5.4/ses/core.so",
      "usr/lib/pkgconfig/ses.pc", "usr/share/bash-completion/completions/ses", "usr/share/zsh/site-functions/_ses",
    }, "\n"), files(root, "grep -v -e ^usr/share/lua -e ^usr/share/man/ -e ^usr/include/"))
    assert.equal(files "include/ses", files(at .. "/include/ses"))
  end)

  it("puts every Lua module in the place of both Luas", function()
    local modules = files("lua", "grep '[.]lua$'")
    assert.equal(modules, files(at .. "/share/lua/5.4"))
    assert.equal(modules, files(at .. "/share/lua/5.1"))
  end)

  it("puts the types for editors into a folder of their own", function()
    assert.equal(files "types", files(at .. "/share/lua-language-server/ses"))
  end)

  it("installs a program that runs scripts", function()
    process.write(root .. "/script.lua", "print(require('ses.core').version, require('ses.runtime').prefix)")
    local result = process.run { at .. "/bin/ses", root .. "/script.lua" }
    assert.equal(require("ses.core").version .. "\t" .. at .. "\n", result.out)
  end)

  it("installs what completes ses in bash and zsh, readable for everybody", function()
    local share = at .. "/share"
    for shell, path in pairs { bash = "/bash-completion/completions/ses", zsh = "/zsh/site-functions/_ses" } do
      assert.equal(process.run({ "build/ses", "completion", shell }).out, process.read(share .. path))
      assert.equal("644", process.shell("stat -c %a " .. share .. path))
    end
  end)

  it("installs the manual pages of ses and of every command", function()
    local names = { "ses.1" }
    for _, name in ipairs(require("ses.cli").names()) do names[#names + 1] = ("ses-%s.1"):format(name) end
    table.sort(names)
    assert.equal(table.concat(names, "\n"), files(at .. "/share/man/man1"))
    assert.equal("644", process.shell(("stat -c %%a %s/share/man/man1/ses.1"):format(at)))
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
      assert.equal(require("ses.core").version .. "\n", result.out)
    end
  end)

  it("installs a library that a C program builds against by pkg-config", function()
    process.write(root .. "/try.c", [[
      #include <ses/ses.h>
      #include <stdio.h>
      int main(void) { return puts(ses_version()) < 0; }]])
    local env = { PKG_CONFIG_PATH = at .. "/lib/pkgconfig", PKG_CONFIG_SYSROOT_DIR = root,
      LD_LIBRARY_PATH = at .. "/lib" }
    for _, library in ipairs { "$(pkg-config --libs ses)", at .. "/lib/libses.a -lbearssl -lcurl -lidn2 -lm" } do
      local command = "cc $(pkg-config --cflags ses) ROOT/try.c -o ROOT/try " .. library .. " && ROOT/try"
      local result = process.run({ "sh", "-c", (command:gsub("ROOT", root)) }, { env = env })
      assert.equal("", result.err)
      assert.equal(require("ses.core").version .. "\n", result.out)
    end
  end)

  it("leaves nothing behind after make uninstall", function()
    local other = process.folder()
    local function run(target)
      return process.run({ "make", target, "DESTDIR=" .. other, "PREFIX=/opt/ses" }, { env = CLEAN }).status
    end
    assert.equal(0, run "install")
    assert.equal(0, run "uninstall")
    assert.equal("", files(other))
    process.remove(other)
  end)
end)
