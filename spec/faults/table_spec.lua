-- Every row of the fault table against a server that misbehaves: by the real client, in a process and inside
-- nginx, with an operation that sends and with one that only reads.
local cjson = require "cjson"
local document = require "spec.faults.document"
local fault_call = require "spec.support.fault_call"
local free_port = require "spec.support.free_port"
local misbehaving_server = require "spec.support.misbehaving_server"
local names_library = require "spec.support.names"
local process = require "spec.support.process"
local sections = require "spec.faults.table"
local tls_faults = require "spec.support.tls_faults"

local MAX_RETRIES = 1

local NGINX = [[
  resolver RESOLVER;
  server {
    listen SOCKET;
    lua_ssl_trusted_certificate CA;
    location = /call {
      content_by_lua_block { require("spec.support.fault_call").serve() }
    }
  }
]]

describe("the fault table", function()
  local server, secure, refused_port, names

  setup(function()
    server = misbehaving_server.start()
    local resolver = process.read("/etc/resolv.conf"):match("nameserver%s+(%S+)") or "127.0.0.1"
    secure = tls_faults.start((NGINX:gsub("RESOLVER", resolver:find(":") and "[" .. resolver .. "]" or resolver)))
    refused_port = free_port()
    names = names_library.build()
  end)
  teardown(function()
    server.stop()
    secure.stop()
    names.remove()
  end)

  local function endpoint_of(row)
    local target = row.target or "http"
    local tls = target:match("^tls:(.+)$")
    if tls then return "https://127.0.0.1:" .. secure.ports[tls] end
    return ({
      http = "http://127.0.0.1:" .. server.port, https = "https://127.0.0.1:" .. server.port,
      http6 = "http://[::1]:" .. (server.port6 or 0), both = "http://both.test:" .. server.port,
      refused = "http://127.0.0.1:" .. refused_port, unknown = "http://no-such-host.invalid",
      slow = "http://slow.test:" .. server.port,
    })[target]
  end

  local function job_of(row, operation, more)
    local options = {
      endpoint = endpoint_of(row), region = "us-east-1", max_retries = MAX_RETRIES, initial_backoff_ms = 1,
      max_backoff_ms = 5, connect_timeout_ms = 10000, read_timeout_ms = 20000, circuit_failure_threshold = 100,
      credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret" },
    }
    for name, value in pairs(row.options or {}) do options[name] = value end
    for name, value in pairs(more or {}) do options[name] = value end
    return { operation = operation, options = options, size = row.size, warm = row.warm }
  end

  -- The environment that a row needs, nil where it needs none.
  local function environment_of(row)
    if row.target == "both" or row.target == "slow" then return { LD_PRELOAD = names.path } end
    if not row.proxy then return nil end
    local port = row.proxy == "server" and server.port or refused_port
    return {
      HTTPS_PROXY = "http://127.0.0.1:" .. port,
      NO_PROXY = row.proxy == "bypassed" and "localhost,127.0.0.1" or "",
    }
  end

  local function run_here(row, job)
    job.options.ca_bundle = secure.ca_bundle
    local env = environment_of(row)
    if not env then return fault_call.run(job) end
    env.FAULT_JOB = cjson.encode(job)
    local result = process.run(
      { jit and "luajit" or "lua5.4", "-e", "require('spec.support.fault_call').main()" }, { env = env })
    assert(result.status == 0, result.err)
    return cjson.decode(result.out)
  end

  local function run_in_nginx(_, job)
    local text, status = secure.post("/call", cjson.encode(job))
    assert.equal(200, status, tostring(text) .. secure.error_log())
    return cjson.decode(text)
  end

  -- How many requests were read whole since the row began.
  local function count_of(row)
    local tls = row.target and row.target:match("^tls:(.+)$")
    if tls then return function() return secure.requests(tls) end end
    return function() return server.counts().requests end
  end

  local function expect(row, operation, retry_in_doubt)
    local sends = operation == "SendEmail"
    local stops = sends and row.doubt and not retry_in_doubt
    local max = MAX_RETRIES + 1
    local expected = { attempts = row.again and not stops and (row.then_ok and 2 or max) or 1 }
    expected.sent = row.code == nil or row.then_ok and not stops or false
    if not expected.sent then expected.kind, expected.code, expected.status = row.kind, row.code, row.status end
    local failed = row.then_ok and 1 or expected.attempts
    expected.doubts = sends and row.doubt and failed or 0
    if sends and not expected.sent and row.doubt then expected.in_doubt = true end
    expected.requests = row.arrives == false and 0 or expected.attempts + (row.warm or 0)
    return expected
  end

  local function check(run, row, operation, retry_in_doubt)
    local count = count_of(row)
    if row.server then server.arm(row.server) end
    local before = row.target and row.target:find("^tls:") and count() or 0
    local outcome = run(row, job_of(row, operation, { retry_in_doubt = retry_in_doubt }))
    local expected = expect(row, operation, retry_in_doubt)
    local told = operation .. ": " .. tostring(outcome.message)
    for _, name in ipairs { "sent", "kind", "code", "status", "attempts", "doubts" } do
      assert.equal(expected[name], outcome[name], name .. " of " .. told)
    end
    if operation == "SendEmail" then
      assert.equal(expected.in_doubt, outcome.in_doubt or nil, "in_doubt of " .. told)
    end
    -- nginx writes its log after the answer.
    pcall(process.eventually, function() return count() - before >= expected.requests end, 5)
    assert.equal(expected.requests, count() - before, "requests at the server of " .. told)
    if row.seconds then
      assert.is_true(outcome.seconds >= row.seconds[1] and outcome.seconds <= row.seconds[2],
        outcome.seconds .. " s for " .. told)
    end
  end

  local function inside_nginx(row)
    local inside = {}
    for name, value in pairs(row) do inside[name] = value end
    for name, value in pairs(row.nginx or {}) do inside[name] = value end
    return inside
  end

  local function check_all(run, row)
    if row.target == "http6" and not server.port6 then return pending "no IPv6 here" end
    check(run, row, "SendEmail", true)
    if row.doubt then check(run, row, "SendEmail", false) end
    if row.only ~= "SendEmail" then check(run, row, "GetAccount", true) end
  end

  for _, section in ipairs(sections) do
    describe("where " .. section.title:sub(1, 1):lower() .. section.title:sub(2), function()
      for _, row in ipairs(section) do
        it("holds for: " .. row.what, function() check_all(run_here, row) end)
        if row.nginx ~= false then
          it("holds inside nginx for: " .. row.what, function() check_all(run_in_nginx, inside_nginx(row)) end)
        end
      end
    end)
  end

  it("stands in docs/in-doubt.md as it is (lua5.4 spec/faults/document.lua puts it there)", function()
    local text = process.read(document.PATH)
    assert.equal(document.insert(text), text)
  end)
end)
