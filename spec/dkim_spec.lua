local core = require "ses.core"
local dkim = require "ses.dkim"
local errors = require "ses.errors"
local http_server = require "spec.support.http_server"
local json = require "ses.model.json"
local memory_search = require "spec.support.memory_search"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"

describe("ses.dkim", function()
  it("makes, saves and loads a key", function()
    local folder = process.folder()
    local key = assert(dkim.generate { bits = 1024 })
    assert.is_true(key:save(folder .. "/key.pem"))
    assert.equal(key:public_key(), assert(dkim.load(folder .. "/key.pem")):public_key())
    assert.equal(key:public_key(), assert(dkim.parse(process.read(folder .. "/key.pem"))):public_key())
    process.remove(folder)
  end)

  it("gives its failures as errors of ses", function()
    local key = assert(dkim.generate { bits = 1024 })
    local cases = {
      { "client", "IOError", key:save "/nonexistent/key.pem" },
      { "client", "InvalidState", key:save "/dev/null" },
      { "client", "NotFound", dkim.load "/nonexistent/key.pem" },
      { "parse", "ParseError", dkim.parse "no key" },
      { "validation", "InvalidParameter", dkim.generate { bits = 4096 } },
    }
    for _, case in ipairs(cases) do
      local err = case[4] or case[3]
      assert.is_true(errors.is(err))
      assert.equal(case[1], err.kind)
      assert.equal(case[2], err.code)
    end
    assert.has_error(function() dkim.generate { bit = 1024 } end,
      "dkim.generate has no option 'bit'; did you mean 'bits'?")
  end)

  it("puts no key into a request for others", function()
    local client = assert(require("ses").client {
      region = "eu-west-1", credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key" },
    })
    local key = assert(dkim.generate { bits = 1024 })
    local made, err = client:presign("CreateEmailIdentity", {
      EmailIdentity = "example.com", DkimSigningAttributes = { DomainSigningPrivateKey = key },
    })
    assert.is_nil(made)
    assert.equal("validation", err.kind)
    assert.truthy(err.message:find("cannot be presigned", 1, true))
    client:close()
  end)

  it("holds up no worker of nginx that serves requests, unless told to", function()
    local server = nginx.start([[init_by_lua_block {
      made_at_start = require("ses.dkim").generate { bits = 1024 } ~= nil
    }]] .. nginx.RUNS_LUA)
    local answer = server.post("/lua", [[
      local dkim = require "ses.dkim"
      local key, err = dkim.generate { bits = 1024 }
      local allowed = dkim.generate { bits = 1024, allow_blocking = true }
      return tostring(made_at_start) .. " " .. tostring(key) .. " " .. err.kind .. " " .. err.code
        .. " " .. tostring(allowed)
    ]])
    server.stop()
    assert.equal("true nil client WrongPhase ses.dkim_key (RSA, 1024 bits, [REDACTED])", answer)
  end)

  describe("in memory", function()
    local server, folder

    setup(function() server, folder = http_server.start(), process.folder() end)
    teardown(function()
      server.stop()
      process.remove(folder)
    end)

    -- Where the private numbers begin: behind the wrapping, the modulus and the exponent, which are public.
    local PUBLIC_PART = 26 + 4 + 3 + 4 + 257 + 5

    local function answer_with(...)
      local lines = {}
      for i, step in ipairs { ... } do lines[i] = json.encode(step) end
      local path = folder .. "/script"
      process.write(path, table.concat(lines, "\n"))
      process.shell(("curl -sS --noproxy '*' --data-binary @%s %s/script"):format(path, server.url))
    end

    it("is once while it is open, and nowhere when it is closed, whatever became of the requests", function()
      local path = folder .. "/key.pem"
      process.shell("openssl genrsa -out " .. path .. " 2048 2>/dev/null")
      local text = process.read(path):gsub("%-%-%-%-%-[^\n]*", ""):gsub("%s", "")
      local patterns = memory_search.patterns(text:sub(math.ceil(PUBLIC_PART / 3) * 4 + 1))
      local of_text = #patterns
      for _, piece in ipairs(memory_search.patterns(core.base64.decode(text):sub(PUBLIC_PART + 1))) do
        patterns[#patterns + 1] = piece
      end
      local lines = {}
      for i, piece in ipairs(patterns) do lines[i] = ("%q"):format(piece):gsub("\r", "\\r"):gsub("%z", "\\0") end
      local function run_child(keep_open)
        answer_with({ status = 200, body = "{}" }, { status = 400, body = "{}" }, { close = true })
        local endpoints = ("%q,"):format(server.url .. "/play"):rep(3) .. '"http://127.0.0.1:1"'
        local job = "return { key = %q, endpoints = { %s }, keep_open = %s, patterns = { %s } }"
        process.write(folder .. "/job.lua",
          job:format(path, endpoints, tostring(keep_open), table.concat(lines, ",\n")))
        local run = process.run({ jit and "luajit" or "lua5.4", "spec/support/dkim_child.lua", folder .. "/job.lua" }, {
          env = {
            LUA_PATH = "lua/?.lua;lua/?/init.lua;./?.lua;;",
            LUA_CPATH = ("build/%s/?.so;;"):format(jit and "luajit" or "lua5.4"), no_proxy = "*",
          },
        })
        assert.equal("", run.err)
        assert.truthy(run.out:find("^nil\n.*HTTP 400.*ConnectionReset.*ConnectionRefused"), run.out)
        assert.is_nil(run.out:find(text:sub(-100, -60), 1, true))
        return run.out:match "found.*$"
      end
      assert.equal(("found %d\nses.dkim_key (RSA, 2048 bits, [REDACTED])\n"):format(of_text), run_child(true))
      assert.equal("found 0\nses.dkim_key (closed)\n", run_child(false))
    end)
  end)
end)
