local core = require "ses.core"
local emulator = require "spec.support.emulator"
local process = require "spec.support.process"

-- The same programs whichever Lua runs this spec: once is enough.
if jit then return end

local RELEASE = ("rockspec/ses-%s-1.rockspec"):format(core.version)

-- LuaRocks itself takes long, so that `make rocks` alone calls it, for both Luas; else its work is done by hand.
local ALL = os.getenv "ROCKS" == "all"
-- An outer make must not reach into this one.
local ENV = { MAKEFLAGS = "", MAKELEVEL = "", MFLAGS = "", CFLAGS = ALL and "-O2" or "-O0" }

local function headers(package)
  return process.shell("pkg-config --cflags-only-I " .. package):match "%-I(%S+)"
end

local LUAS = { { lua = "lua5.4", version = "5.4", headers = headers "lua5.4" } }
if ALL then LUAS[2] = { lua = "luajit", version = "5.1", headers = headers "luajit" } end

local function rockspec(path)
  local env = {}
  assert(load(process.read(path), "=" .. path, "t", env))()
  return env
end

describe("the rockspecs", function()
  it("have one for this version", function()
    assert.equal(core.version, require("ses").version)
    assert.equal(core.version .. "-1", rockspec(RELEASE).version)
    assert.equal("v" .. core.version, rockspec(RELEASE).source.tag)
  end)

  it("agree but for version and tag", function()
    local release, scm = rockspec(RELEASE), rockspec "rockspec/ses-scm-1.rockspec"
    assert.equal("scm-1", scm.version)
    scm.version, scm.source.tag = release.version, release.source.tag
    assert.same(scm, release)
  end)
end)

describe("plain Lua 5.1", function()
  it("is told that it will not do", function()
    local result = process.run({ "lua5.1", "-e", "require 'ses'" }, { env = {
      LUA_PATH = "lua/?.lua;lua/?/init.lua", LUA_CPATH = "build/luajit/?.so",
    } })
    assert.equal(1, result.status)
    assert.truthy(result.err:find("ses runs on Lua 5.4 and LuaJIT", 1, true), result.err)
  end)
end)

describe("a rock", function()
  local root, service

  setup(function()
    root = process.folder()
    -- Debian's lua-cjson and lua-lpeg, which LuaRocks does not know of.
    process.write(root .. "/config.lua", [[rocks_provided = { ["lua-cjson"] = "2.1.0-1", lpeg = "1.0.2-1" }]])
    ENV.LUAROCKS_CONFIG = root .. "/config.lua"
    service = emulator.start()
  end)

  teardown(function()
    service:stop()
    process.remove(root)
  end)

  local function run(argv)
    local result = process.run(argv, { env = ENV })
    assert.equal(0, result.status, result.err)
    return result.out
  end

  local function luarocks(on, tree, ...)
    local out = run { "luarocks", "--lua-version", on.version, "--tree", root .. tree, ... }
    assert.falsy(out:find("Missing dependencies", 1, true), out)
  end

  -- What LuaRocks does with build.type = "make".
  local function by_hand(on, tree)
    local place = {
      CC = "cc", LUA_INCDIR = on.headers, LUADIR = ("%s%s/share/lua/%s"):format(root, tree, on.version),
      LIBDIR = ("%s%s/lib/lua/%s"):format(root, tree, on.version),
    }
    local build = rockspec(RELEASE).build
    for name in pairs(rockspec(RELEASE).external_dependencies) do
      place[name .. "_INCDIR"], place[name .. "_LIBDIR"] = "/usr/include", "/usr/lib"
    end
    for _, step in ipairs { "build", "install" } do
      local argv = { "make", build[step .. "_target"] }
      for name, value in pairs(build[step .. "_variables"]) do
        argv[#argv + 1] = name .. "=" .. value:gsub("%$%(([%w_]+)%)", place)
      end
      run(argv)
    end
  end

  local function make(on, tree)
    if ALL then luarocks(on, tree, "make", RELEASE, "LUA_INCDIR=" .. on.headers) else by_hand(on, tree) end
  end

  -- Sends a mail with nothing but what is in the tree and Debian's modules.
  local function send(on, tree)
    local at = root .. tree
    local to = ("%s@rock.example"):format(on.lua)
    local result = process.run({
      "env", "-u", "LUA_PATH_5_4", "-u", "LUA_CPATH_5_4", on.lua, "-e", [[
        local ses = require "ses"
        local sent = ses.run(function()
          return assert(assert(ses.client()).emails:send {
            from = "letters@lantern.example", to = "]] .. to .. [[", subject = "By a rock", text = "It is here.",
          })
        end)
        print(package.searchpath("ses", package.path), sent.message_id)]],
    }, {
      cwd = "/", env = {
        LUA_PATH = ("%s/share/lua/%s/?.lua;%s/share/lua/%s/?/init.lua;;"):format(at, on.version, at, on.version),
        LUA_CPATH = ("%s/lib/lua/%s/?.so;;"):format(at, on.version),
        AWS_ENDPOINT_URL_SESV2 = service.url, AWS_REGION = "us-east-1", AWS_ACCESS_KEY_ID = "AKIAEMULATOR00000000",
        AWS_SECRET_ACCESS_KEY = "emulator-secret-key",
      },
    })
    assert.equal("", result.err)
    local file, id = result.out:match("^(%S+)\t(%S+)\n$")
    assert.equal(("%s/share/lua/%s/ses/init.lua"):format(at, on.version), file)
    assert.equal(id, service:messages("to=" .. to).messages[1].id)
  end

  for _, on in ipairs(LUAS) do
    it("of a clone is made, and sends mail, under " .. on.lua, function()
      make(on, "/" .. on.lua)
      send(on, "/" .. on.lua)
    end)

    if ALL then
      it("packed is installed elsewhere, and sends mail, under " .. on.lua, function()
        local packed = run { "luarocks", "--lua-version", on.version, "--tree", root .. "/" .. on.lua, "pack", "ses" }
        luarocks(on, "/packed-" .. on.lua, "install", packed:match "Packed: (%S+)")
        os.remove(packed:match "Packed: (%S+)")
        send(on, "/packed-" .. on.lua)
      end)
    end
  end
end)
