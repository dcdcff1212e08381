-- examples/embed, built as its README says from an installed tree, at work.
local inbox = require "spec.support.inbox"
local process = require "spec.support.process"

-- The same programs whichever Lua runs this spec: once is enough.
if jit then return end

-- An outer make must not reach into this one.
local CLEAN = { MAKEFLAGS = "", MAKELEVEL = "", MFLAGS = "" }

local FROM, TO = "letters@lantern.example", "reader@example.com"
local SENT, NOT_SENT, IN_DOUBT = 0, 1, 3

describe("examples/embed", function()
  local root, at, emulator, builds

  -- The lines of README.md that build, in its blocks: shared, then static.
  local function build_lines()
    local blocks = {}
    for block in process.read("examples/embed/README.md"):gmatch("```sh\n(cc .-)```") do blocks[#blocks + 1] = block end
    assert.equal(2, #blocks)
    return { shared = blocks[1], static = blocks[2] }
  end

  -- Builds both programs in a folder of their own, whose host.c may be changed before; gives the folder.
  local function build(name, commands, change)
    local folder = root .. "/" .. name
    os.execute(("mkdir %s && cp examples/embed/* %s"):format(folder, folder))
    if change then process.write(folder .. "/host.c", change(process.read(folder .. "/host.c"))) end
    local script = "set -e; cc() { command cc -Wall -Wextra -Werror $FLAGS \"$@\"; }\n" .. commands
    local result = process.run({ "sh", "-c", script }, { cwd = folder, env = {
      PKG_CONFIG_PATH = at .. "/lib/pkgconfig", FLAGS = name == "sanitized" and "-g -fsanitize=address,undefined" or "",
    } })
    assert.equal("", result.err)
    assert.equal(0, result.status)
    return folder
  end

  setup(function()
    root = process.folder()
    at = root .. "/installed"
    local result = process.run({ "make", "install", "DESTDIR=", "PREFIX=" .. at }, { env = CLEAN })
    assert.equal(0, result.status, result.err)
    -- What is installed of Lua must not be needed.
    os.execute(("rm -r %s/share/lua %s/lib/lua"):format(at, at))
    local lines = build_lines()
    builds = { shared = build("shared", lines.shared), static = build("static", lines.static) }
    emulator = inbox.start()
  end)

  teardown(function()
    emulator.stop()
    process.remove(root)
  end)

  -- Runs a program of a build, by `changes` of the environment that the emulator wants.
  local function run(folder, argv, changes)
    local env = { LD_LIBRARY_PATH = at .. "/lib", no_proxy = "*", LUA_PATH_5_4 = "/nowhere/?.lua" }
    for name, value in pairs(emulator.env) do env[name] = value end
    for name, value in pairs(changes or {}) do env[name] = value end
    return process.run(argv, { cwd = folder, env = env })
  end

  local function send(folder, to, changes) return run(folder, { "./send", FROM, to or TO }, changes) end

  local function host(folder, changes) return run(folder, { "./host", "notify.lua", FROM, TO, "The Sea" }, changes) end

  local function subject_of(result)
    assert.equal("", result.err)
    assert.equal(SENT, result.status)
    return emulator.message(assert(result.out:match("^sent as (%S+)\n$"), result.out)).subject
  end

  local function libraries(path)
    return process.shell("readelf -d " .. path .. " | sed -n 's/.*NEEDED.*.\\(libses[^]]*\\)./\\1/p'")
  end

  for _, name in ipairs { "shared", "static" } do
    it("sends from C, " .. name, function()
      assert.equal("From C", subject_of(send(builds[name])))
    end)

    it("sends from a script that C hosts, " .. name, function()
      assert.equal("The Sea is here", subject_of(host(builds[name])))
    end)
  end

  it("has ses within the program where it is built so", function()
    assert.equal("libses.so.0", libraries(builds.shared .. "/send"))
    assert.equal("libses-lua.so.0", libraries(builds.shared .. "/host"):match("^[^\n]+"))
    assert.equal("", libraries(builds.static .. "/send") .. libraries(builds.static .. "/host"))
  end)

  describe("where SES does not take the mail", function()
    -- Both programs end with this status, say so much on stderr, and nothing on stdout.
    local function both(status, words, changes)
      for _, result in ipairs { send(builds.shared, nil, changes), host(builds.static, changes) } do
        assert.equal(status, result.status, result.err)
        assert.equal("", result.out)
        assert.truthy(result.err:lower():find(words), result.err)
      end
    end

    it("says that it was not sent", function()
      emulator.fail { operation = "SendEmail", count = 2, status = 400, code = "MessageRejected", message = "rejected" }
      both(NOT_SENT, "rejected")
    end)

    it("says that nobody was there to send to", function()
      both(NOT_SENT, "refuse", { AWS_ENDPOINT_URL_SESV2 = "http://127.0.0.1:1", SES_MAX_RETRIES = "0" })
    end)

    it("says that it may have been sent, and sends once", function()
      local before = emulator.count()
      emulator.fail { operation = "SendEmail", close = true, count = 2 }
      both(IN_DOUBT, "closed")
      assert.equal(before + 2, emulator.count())
    end)

    it("does not believe a proxy that gave up on SES", function()
      emulator.fail { operation = "SendEmail", processed = true, status = 502, body = "<html>Bad gateway", count = 2 }
      both(IN_DOUBT, "502")
    end)
  end)

  it("tells C what a script did wrong", function()
    process.write(builds.shared .. "/wrong.lua", "require 'ses'.clint()")
    local result = run(builds.shared, { "./host", "wrong.lua", FROM, TO, "The Sea" })
    assert.equal(NOT_SENT, result.status)
    assert.truthy(result.err:find("wrong.lua:1", 1, true), result.err)
  end)

  it("finds the credentials that a profile's program gives", function()
    process.write(root .. "/keys.json", ('{"Version":1,"AccessKeyId":"%s","SecretAccessKey":"%s"}'):format(
      emulator.env.AWS_ACCESS_KEY_ID, emulator.env.AWS_SECRET_ACCESS_KEY))
    process.write(root .. "/config", ("[default]\ncredential_process = cat '%s/keys.json'\n"):format(root))
    assert.equal("From C", subject_of(send(builds.shared, nil, {
      AWS_CONFIG_FILE = root .. "/config", AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "",
    })))
  end)

  it("makes JSON of what it is given, whatever that is", function()
    local result = send(builds.shared, 'a"},"x":{"@example.com')
    assert.equal(NOT_SENT, result.status)
    assert.truthy(result.err:find("HTTP 400", 1, true), result.err)
  end)

  it("reads no file at all where the host brings cjson itself, as README.md has it", function()
    local readme = process.read "examples/embed/README.md"
    local call, library = readme:match("```c\n(.-)```"), readme:match("%-l:liblua[^ ]+")
    local commands = build_lines().shared:gsub("lua5.4%)", "%0 " .. library)
    local folder = build("alone", commands, function(source)
      return (source:gsub("ses_lua_preload%(L%);", function(own) return own .. call end))
    end)
    local without = { LUA_CPATH_5_4 = "/nowhere/?.so" }
    assert.equal("The Sea is here", subject_of(host(folder, without)))
    assert.truthy(host(builds.shared, without).err:find("module 'cjson' not found", 1, true))
  end)

  it("loses no memory and touches none that is not its own, by AddressSanitizer", function()
    local folder = build("sanitized", build_lines().static)
    assert.equal("From C", subject_of(send(folder)))
    assert.equal("The Sea is here", subject_of(host(folder)))
    emulator.fail { operation = "SendEmail", close = true, count = 2 }
    for _, result in ipairs { send(folder), host(folder) } do
      assert.equal(IN_DOUBT, result.status)
      assert.falsy(result.err:find("Sanitizer", 1, true), result.err)
    end
  end)
end)
