-- The programs and functions that docs/c.md shows, compiled and run.
local inbox = require "spec.support.inbox"
local process = require "spec.support.process"
local snippets = require "spec.support.snippets"

-- The same programs whichever Lua runs this spec: once is enough.
if jit then return end

local LIBRARIES = "build/libses-lua.a build/libses.a $(pkg-config --libs lua5.4) -lbearssl -lcurl -lidn2 -lm"
local PATH = "/v2/email/outbound-emails"

describe("docs/c.md", function()
  local folder, emulator

  setup(function()
    folder = process.folder()
    emulator = inbox.start()
  end)

  teardown(function()
    emulator.stop()
    process.remove(folder)
  end)

  -- The whole programs, and the pieces of one, in their order.
  local function code()
    local programs, pieces = {}, {}
    for _, snippet in ipairs(snippets.of "docs/c.md") do
      if snippet.lang == "c" then
        local list = snippet.code:find("int main(", 1, true) and programs or pieces
        list[#list + 1] = snippet.code
      end
    end
    return programs, pieces
  end

  local function build(source, name)
    local result = process.run { "sh", "-c", ("cc -Wall -Wextra -Werror -g -fsanitize=address,undefined -Iinclude -I%s "
      .. "$(pkg-config --cflags lua5.4) %s -o %s/%s %s"):format(folder, source, folder, name, LIBRARIES) }
    assert.equal("", result.err)
    assert.equal(0, result.status)
  end

  local function run(...)
    local env = { no_proxy = "*" }
    for name, value in pairs(emulator.env) do env[name] = value end
    return process.run({ ... }, { env = env })
  end

  it("begins with a program that sends", function()
    local programs = code()
    assert.equal(1, #programs)
    process.write(folder .. "/mail.c", programs[1])
    build(folder .. "/mail.c", "mail")
    local result = run(folder .. "/mail", emulator.url .. PATH)
    assert.equal("", result.err)
    local id = assert(result.out:match('^HTTP 200 {"MessageId":"([^"]+)"}\n$'), result.out)
    assert.equal("Hello from C", emulator.message(id).subject)
    result = run(folder .. "/mail", "http://127.0.0.1:1" .. PATH)
    assert.equal("network 127.0.0.1:1 refuses the connection\n", result.err)
    assert.equal(1, result.status)
  end)

  it("goes on with functions that sign, find credentials, send from a loop and host Lua", function()
    local _, pieces = code()
    process.write(folder .. "/guide.c", table.concat(pieces, "\n"))
    build("spec/support/c_guide.c", "guide")
    local before = emulator.count()
    local result = run(folder .. "/guide", emulator.url .. PATH, "http://127.0.0.1:1" .. PATH)
    assert.equal("", result.err)
    local signed, rest = result.out:match("^(.*\r\n)(.-)$")
    assert.truthy(("\r\n" .. signed):find("\r\nAuthorization: AWS4-HMAC-SHA256 Credential=", 1, true), signed)
    assert.equal("mail 1 200\nmail 1 200\nmail 2 0\nheard 1\nlua 1\n", rest)
    assert.equal(before + 2, emulator.count())
  end)

  it("has every status, in the order of status.h", function()
    local declared, told = {}, {}
    local enum = process.read("include/ses/status.h"):match("enum ses_status {(.-)};")
    for name in enum:gmatch("\n%s*(SES_[A-Z_]+)") do declared[#declared + 1] = name end
    for name in process.read("docs/c.md"):gmatch("\n| `(SES_[A-Z_]+)`") do told[#told + 1] = name end
    assert.same(declared, told)
  end)
end)
