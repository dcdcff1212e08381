local child = require "spec.support.child"
local core = require "ses.core"
local curl = require "ses.adapters.curl"
local http_server = require "spec.support.http_server"
local tls_server = require "spec.support.tls_server"
local transport_contract = require "spec.support.transport_contract"

describe("ses.adapters.curl", function()
  local server, transport

  setup(function() server = http_server.start() end)
  teardown(function() server.stop() end)
  before_each(function() transport = assert(curl.new()) end)
  after_each(function() transport:close() end)

  transport_contract.define(it, function()
    return {
      url = server.url,
      perform = function(request, options) return transport:perform(request, options) end,
    }
  end)

  local function request(method, path, body)
    local made = assert(core.http.request(method, server.url .. path))
    if body then assert(made:set_body(body)) end
    return made
  end

  local function requests()
    local probe = assert(curl.new())
    local response = assert(probe:perform(request("GET", "/requests")))
    probe:close()
    local lines = {}
    for line in response.body:gmatch("[^\n]+") do lines[#lines + 1] = line end
    return lines
  end

  it("keeps a connection open and says so", function()
    assert.is_false(assert(transport:perform(request("GET", "/echo"))).reused)
    assert.is_true(assert(transport:perform(request("GET", "/echo"))).reused)
  end)

  it("hands no connection down to a program that is started meanwhile", function()
    local function inherited()
      local pipe = assert(io.popen "ls -l /proc/self/fd")
      local _, count = pipe:read("*a"):gsub("socket:", "")
      pipe:close()
      return count
    end
    -- libcurl has a pair of sockets of its own, to be woken by; nothing goes over it.
    assert.is_nil(transport:perform(core.http.request("GET", "http://127.0.0.1:1/")))
    local before = inherited()
    assert(transport:perform(request("GET", "/echo")))
    assert.equal(before, inherited())
  end)

  it("tells where the time went", function()
    local timings = assert(transport:perform(request("GET", "/echo"))).timings
    assert.is_true(timings.total > 0 and timings.total < 10)
    for _, phase in ipairs { "connect", "pretransfer", "starttransfer" } do
      assert.is_true(timings[phase] > 0 and timings[phase] <= timings.total, phase)
    end
    assert.equal(0, timings.appconnect)
  end)

  -- libcurl by itself sends a request again when a kept connection closes before the answer: a server
  -- that counted saw three POSTs for two sends.
  for _, case in ipairs {
    { "POST", "/close-if-reused", "a mail" }, { "POST", "/close-if-reused", "" },
    { "POST", "/close-if-reused", ("m"):rep(300000) }, { "PUT", "/close-if-reused", "a template" },
    { "GET", "/close-if-reused" }, { "DELETE", "/close-if-reused" },
  } do
    local method, path, body = case[1], case[2], case[3]
    it("never repeats a " .. method .. " of " .. #(body or "") .. " bytes on a dead connection", function()
      assert(transport:perform(request("GET", "/echo")))
      local before = #requests()
      local response, err = transport:perform(request(method, path, body))
      assert.is_nil(response)
      assert.equal("ConnectionReset", err.code)
      assert.is_true(err.in_doubt)
      assert.is_true(err.retryable)
      local log = requests()
      assert.equal(before + 1, #log)
      assert.equal(method .. " " .. path .. " " .. #(body or ""), log[#log]:match("^%d+ (.*)$"))
      assert.equal(200, assert(transport:perform(request(method, path, body))).status)
    end)
  end

  it("goes over a new connection when a kept one was closed in the meantime", function()
    for _, path in ipairs { "/bye", "/drop" } do
      assert(transport:perform(request("POST", path, "x")))
      requests() -- the server has one thread: it has closed when it answers this
      assert.is_false(assert(transport:perform(request("POST", "/echo", "x"))).reused)
    end
  end)

  it("goes through the proxy that the environment names, but not where it is asked for a direct way", function()
    local printed = child.lua(([[
      local core, curl = require "ses.core", require "ses.adapters.curl"
      for _, direct in ipairs { false, true } do
        local transport = assert(curl.new())
        local request = assert(core.http.request("GET", "%s/status/200"))
        local response = transport:perform(request, { direct = direct, keep_response = true })
        print(response and response:status())
      end
    ]]):format(server.url), { http_proxy = "http://127.0.0.1:9", no_proxy = "" })
    assert.equal("nil\n200", printed)
  end)

  it("bounds the answer's size", function()
    transport:close()
    transport = assert(curl.new { max_response_bytes = 1000 })
    assert.equal(1000, #assert(transport:perform(request("GET", "/size/1000"))).body)
    local response, err = transport:perform(request("GET", "/size/1001"))
    assert.is_nil(response)
    assert.equal("ResponseTooLarge", err.code)
    assert.is_false(err.retryable)
  end)

  it("sends the user agent that it was made with, or the request's own", function()
    transport:close()
    transport = assert(curl.new { user_agent = "newsletter/7" })
    assert.matches("User%-Agent: newsletter/7\n", assert(transport:perform(request("GET", "/echo"))).body)
    local own = request("GET", "/echo")
    own:add_header("User-Agent", "mine")
    local body = assert(transport:perform(own)).body
    assert.matches("User%-Agent: mine\n", body)
    assert.is_nil(body:find("newsletter", 1, true))
  end)

  it("answers with an error once it is closed", function()
    transport:close()
    transport:close()
    local response, err = transport:perform(request("GET", "/echo"))
    assert.is_nil(response)
    assert.equal("TransportClosed", err.code)
  end)

  it("refuses settings that cannot be", function()
    local made, err = curl.new { max_connections = 20000 }
    assert.is_nil(made)
    assert.equal("max_connections", err.field)
    made, err = curl.new { user_agent = "a\r\nBcc: b" }
    assert.is_nil(made)
    assert.equal("user_agent", err.field)
  end)

  describe("with TLS", function()
    local secure

    setup(function() secure = tls_server.start() end)
    teardown(function() secure.stop() end)

    local function with(config)
      return function(...)
        local made = assert(curl.new(config))
        local response, err = made:perform(...)
        made:close()
        return response, err
      end
    end

    transport_contract.define_tls(it, function()
      return {
        port = secure.port, trusting = with { ca_bundle = secure.ca_bundle }, distrusting = with {},
        unverified = with { verify_ssl = false },
      }
    end)

    it("says which CA bundle cannot be read", function()
      local response, err = with { ca_bundle = "/nonexistent/ca.pem" }(
        assert(core.http.request("GET", "https://127.0.0.1:" .. secure.port .. "/")))
      assert.is_nil(response)
      assert.equal("TLSError", err.code)
      assert.matches("/nonexistent/ca.pem", err.message, 1, true)
    end)

    it("says so when the server does not speak TLS", function()
      local response, err = with {}(assert(core.http.request("GET",
        "https://127.0.0.1:" .. server.port .. "/echo")), { timeout_ms = 10000 })
      assert.is_nil(response)
      assert.equal("TLSError", err.code)
      assert.is_false(err.in_doubt)
    end)
  end)
end)
