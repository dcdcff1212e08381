local cjson = require "cjson"
local core = require "ses.core"
local errors = require "ses.errors"
local http_server = require "spec.support.http_server"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"
local tls_server = require "spec.support.tls_server"
local transport_contract = require "spec.support.transport_contract"

-- Each location does in nginx what a spec asks of it by JSON.
local HTTP = [[
  init_by_lua_block {
    -- Requiring ses does no work: even here, where nothing may be done.
    require "ses.adapters.host"
    require "ses.adapters.nginx"
  }
  server {
    listen SOCKET;
    lua_ssl_trusted_certificate CA_BUNDLE;
    location = /perform-distrusting {
      lua_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;
      content_by_lua_block { require("spec.support.nginx_perform")() }
    }
    location = /perform {
      content_by_lua_block { require("spec.support.nginx_perform")() }
    }
    location = /sleep {
      content_by_lua_block {
        local clock = require("ses.adapters.host").current().clock
        local from = clock.monotonic()
        local threads = {}
        for i = 1, 20 do threads[i] = ngx.thread.spawn(clock.sleep, 0.05) end
        for i = 1, 20 do ngx.thread.wait(threads[i]) end
        ngx.print(clock.monotonic() - from)
      }
    }
    location = /sleep-shortly {
      content_by_lua_block {
        local clock = require("ses.adapters.host").current().clock
        for i = 0, 20 do clock.sleep(i / 20000) end
        ngx.print "slept"
      }
    }
    location = /log-phase {
      content_by_lua_block { ngx.print "served" }
      log_by_lua_block {
        local host = require("ses.adapters.host").current()
        local request = assert(require("ses.core").http.request("GET", "http://127.0.0.1:1/"))
        local _, err = assert(host.transport()):perform(request)
        ngx.log(ngx.WARN, "in the log phase: ", tostring(err))
        _, err = host.sleep(1)
        ngx.log(ngx.WARN, "sleep in the log phase: ", tostring(err))
      }
    }
  }
]]

describe("ses.adapters.nginx", function()
  local server, secure, running

  setup(function()
    server = http_server.start()
    secure = tls_server.start()
    running = nginx.start((HTTP:gsub("CA_BUNDLE", secure.ca_bundle)))
  end)
  teardown(function()
    running.stop()
    secure.stop()
    server.stop()
  end)

  local function perform(request, options, more, path)
    local job = {
      method = request:method(), url = request:url(), headers = request:headers(), body = request:body(),
      options = options or {}, config = {},
    }
    for name, value in pairs(more or {}) do job[name] = value end
    local text, status = running.post(path or "/perform", cjson.encode(job))
    assert.equal(200, status, text)
    local answer = cjson.decode(text)
    assert.equal("nginx", answer.host)
    if answer.response then return answer.response end
    return nil, errors.new(answer.err)
  end

  transport_contract.define(it, function()
    return { url = server.url, perform = perform }
  end)

  transport_contract.define_tls(it, function()
    return {
      port = secure.port, trusting = perform,
      distrusting = function(request, options)
        return perform(request, options, nil, "/perform-distrusting")
      end,
      unverified = function(request, options)
        return perform(request, options, { config = { verify_ssl = false } })
      end,
    }
  end)

  it("refuses an untrusted certificate every time, however fast the handshake is", function()
    local untrusted = assert(core.http.request("GET", "https://127.0.0.1:" .. secure.port .. "/"))
    for _ = 1, 40 do
      local response, err = perform(untrusted, nil, nil, "/perform-distrusting")
      assert.is_nil(response)
      assert.equal("TLSError", err.code)
      assert.is_false(err.in_doubt)
    end
  end)

  local function request(method, path, body)
    local made = assert(core.http.request(method, server.url .. path))
    if body then assert(made:set_body(body)) end
    return made
  end

  it("keeps connections open, for the worker's other requests too", function()
    assert(perform(request("GET", "/echo"), nil, { times = 2 }))
    local response = assert(perform(request("GET", "/echo")))
    assert.is_true(response.reused)
    assert.is_true(response.timings.total > 0)
    assert.equal(0, response.timings.connect)
  end)

  it("sends once when a kept connection dies", function()
    local response, err = perform(request("POST", "/close-if-reused?counted", "a mail"), nil, {
      times = 2, config = { max_connections = 7 }, -- a pool of its own
    })
    assert.is_nil(response)
    assert.equal("ConnectionReset", err.code)
    assert.is_true(err.in_doubt)
    local log = assert(perform(request("GET", "/requests"))).body
    local _, count = log:gsub("counted", "")
    assert.equal(2, count)
  end)

  it("bounds the answer's size", function()
    for _, path in ipairs { "/size/1001", "/chunked", "/until-close" } do
      local response, err = perform(request("GET", path), nil, {
        config = { max_response_bytes = path == "/size/1001" and 1000 or 9 },
      })
      assert.is_nil(response)
      assert.equal("ResponseTooLarge", err.code)
    end
  end)

  it("refuses settings that nginx.conf has to make", function()
    local adapter = require "ses.adapters.nginx"
    local made, err = adapter.new { ca_bundle = "/some/ca.pem" }
    assert.is_nil(made)
    assert.matches("lua_ssl_trusted_certificate", err.message)
  end)

  it("sleeps without holding up the worker", function()
    local slept = tonumber((running.post("/sleep", "")))
    assert.is_true(slept >= 0.05 and slept < 0.9)
  end)

  it("sleeps for no less than nginx can, so that its loop rests", function()
    assert.equal("slept", (running.post("/sleep-shortly", "")))
    assert.is_nil(running.error_log():find("ngx.sleep(0)", 1, true))
  end)

  it("says which phase cannot send, and what can", function()
    assert.equal("served", (running.post("/log-phase", "")))
    local log = process.eventually(function()
      local text = running.error_log()
      return text:find("sleep in the log phase", 1, true) and text
    end)
    assert.matches("in the log phase: nginx cannot do this in its phase log", log)
    assert.matches("ngx%.timer%.at", log)
  end)
end)
