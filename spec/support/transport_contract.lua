--- What every adapter of the transport port keeps: one set of specs, run against the test server.
local assert = require "luassert"
local core = require "ses.core"
local errors = require "ses.errors"
local free_port = require "spec.support.free_port"

local transport_contract = {}

-- What both parts of the contract work with.
local function tools(it_of_busted, make)
  local subject

  local function it(name, test)
    it_of_busted(name, function()
      subject = make()
      test()
    end)
  end

  local function perform(method, path, body, options, headers)
    local request = assert(core.http.request(method, subject.url .. path))
    for _, header in ipairs(headers or {}) do assert(request:add_header(header[1], header[2])) end
    if body then assert(request:set_body(body)) end
    return subject.perform(request, options)
  end

  return it, perform, function(...) return subject.perform(...) end
end

local function assert_failure(expected, response, err)
  assert.is_nil(response)
  assert.is_true(errors.is(err))
  for name, value in pairs(expected) do assert.equal(value, err[name], name) end
end

-- What stands on the wire, which only a transport with a network has.
local function define_wire(it_of_busted, make)
  local it, perform = tools(it_of_busted, make)

  it("sends method, target, headers and body as they are", function()
    local response = assert(perform("POST", "/echo/a%2Fb/../c?x=%20&y", "the body\r\n\0\255", nil, {
      { "Content-Type", "application/json" }, { "X-Empty", "" }, { "X-Inner", "a  b; c" },
    }))
    assert.equal(200, response.status)
    assert.equal("POST", response.headers["x-method"])
    local head, body = response.body:match("^(.-\n)\n?(the body.*)$")
    assert.equal("the body\r\n\0\255", body)
    assert.matches("^POST /echo/a%%2Fb/%.%./c%?x=%%20&y HTTP/1%.1\n", head)
    assert.matches("\nHost: 127%.0%.0%.1:%d+\n", head)
    assert.matches("\nContent%-Length: 12\n", head)
    assert.matches("\nContent%-Type: application/json\n", head)
    assert.matches("\nX%-Empty: ?\n", head)
    assert.matches("\nX%-Inner: a  b; c\n", head)
    assert.matches("\nUser%-Agent: ses%-lua/%d", head)
    assert.is_nil(head:find("Expect", 1, true))
    assert.is_nil(head:find("Accept", 1, true))
  end)

  it("says that a POST has no body", function()
    assert.matches("\nContent%-Length: 0\n", assert(perform("POST", "/echo")).body)
  end)

  it("replaces a Content-Length that is not true", function()
    local body = assert(perform("POST", "/echo", "four", nil, { { "Content-Length", "9" } })).body
    assert.matches("\nContent%-Length: 4\n", body)
    assert.is_nil(body:find("Content-Length: 9", 1, true))
  end)

  it("reads bodies of every framing", function()
    assert.equal("hello world", assert(perform("GET", "/chunked")).body)
    assert.equal("to the end", assert(perform("GET", "/until-close")).body)
    assert.equal(200000, #assert(perform("GET", "/size/200000")).body)
    assert.equal("", assert(perform("GET", "/status/204")).body)
  end)

  it("passes over an interim answer", function()
    local response = assert(perform("POST", "/interim", "x"))
    assert.equal(200, response.status)
    assert.equal("final", response.body)
    assert.equal("yes", response.headers["x-final"])
    assert.is_nil(response.headers["x-early"])
  end)
end

--- Defines the specs of what every transport keeps, with a network or without. As of `define`.
function transport_contract.define_port(it_of_busted, make)
  local it, perform, perform_request = tools(it_of_busted, make)

  for _, method in ipairs { "GET", "DELETE", "PUT", "POST", "PATCH" } do
    it("sends a " .. method .. " without a body, and one with", function()
      local response = assert(perform(method, "/echo"))
      assert.equal(method, response.headers["x-method"])
      local body = ("0123456789"):rep(20000)
      response = assert(perform(method, "/echo", body))
      assert.equal(body, response.body:sub(-#body))
    end)
  end

  it("gives any status to the caller, and follows no redirect", function()
    for _, status in ipairs { 200, 400, 403, 404, 429, 500, 503 } do
      assert.equal(status, assert(perform("POST", "/status/" .. status, "x")).status)
    end
    local response = assert(perform("GET", "/redirect"))
    assert.equal(302, response.status)
    assert.equal("/echo", response.headers.location)
  end)

  it("gives headers by their names in lower case", function()
    local headers = assert(perform("GET", "/headers")).headers
    assert.equal("a, b", headers["x-twice"])
    assert.equal("", headers["x-empty"])
    assert.equal("p", headers["x-padded"])
    assert.equal("one two", headers["x-folded"])
  end)

  it("is in doubt when the connection ends before an answer", function()
    for _, path in ipairs { "/close", "/reset" } do
      assert_failure({ kind = "network", code = "ConnectionReset", in_doubt = true, retryable = true },
        perform("POST", path, "x"))
    end
  end)

  it("is in doubt when the connection ends within an answer", function()
    for _, path in ipairs { "/cut", "/cut-chunked" } do
      assert_failure({ kind = "network", code = "IncompleteResponse", in_doubt = true },
        perform("POST", path, "x"))
    end
  end)

  it("is in doubt when no answer comes in time", function()
    local response, err = perform("POST", "/silent", "x", { timeout_ms = 50 })
    assert_failure({ kind = "timeout", code = "RequestTimeout", in_doubt = true, retryable = true },
      response, err)
    assert.matches("127%.0%.0%.1:%d+", err.message)
  end)

  -- What is left of an operation's time may be less than a millisecond.
  it("takes a part of a millisecond for little time, and not for no limit", function()
    local _, err = perform("POST", "/silent", "x", { timeout_ms = 0.4 })
    assert.equal("timeout", err.kind)
  end)

  it("knows what is not HTTP", function()
    assert_failure({ kind = "network", code = "InvalidResponse", in_doubt = true },
      perform("POST", "/garbage", "x"))
  end)

  it("bounds the header section", function()
    assert_failure({ kind = "network", code = "ResponseTooLarge", in_doubt = true },
      perform("POST", "/many-headers", "x"))
  end)

  it("is not in doubt when nobody listens", function()
    local port = free_port()
    local request = assert(core.http.request("POST", "http://127.0.0.1:" .. port .. "/"))
    request:set_body("x")
    local response, err = perform_request(request)
    assert_failure({ kind = "network", code = "ConnectionRefused", in_doubt = false, retryable = true },
      response, err)
    assert.matches("127.0.0.1:" .. port, err.message, 1, true)
  end)

  it("is not in doubt when the name is unknown", function()
    local request = assert(core.http.request("POST", "http://no-such-host.invalid/"))
    local response, err = perform_request(request, { connect_timeout_ms = 5000 })
    assert_failure({ kind = "network", code = "NameResolution", in_doubt = false },
      response, err)
    assert.matches("no%-such%-host%.invalid", err.message)
  end)
end

--- Defines the specs with busted's `it`, which a module has to be given. `make()` returns
-- { url = of the server, perform = function(request, options) }.
function transport_contract.define(it_of_busted, make)
  define_wire(it_of_busted, make)
  transport_contract.define_port(it_of_busted, make)
end

--- Defines the specs of TLS, for a server of spec.support.tls_server. `make()` returns { port =,
-- trusting = perform with the server's certificate trusted, distrusting = without, unverified = with
-- verify_ssl off }.
function transport_contract.define_tls(it_of_busted, make)
  local function get(perform, host)
    local request = assert(core.http.request("GET", ("https://%s:%d/"):format(host, make().port)))
    return perform(request, { timeout_ms = 10000 })
  end

  local function assert_untrusted(host, response, err)
    assert.is_nil(response)
    assert.equal("TLSError", err.code)
    assert.equal("network", err.kind)
    assert.is_false(err.in_doubt)
    assert.is_false(err.retryable)
    assert.matches("the certificate of " .. host .. ":" .. make().port .. " is not trusted: ", err.message, 1, true)
  end

  it_of_busted("speaks TLS with a server that it can trust", function()
    local response = assert(get(make().trusting, "127.0.0.1"))
    assert.equal(200, response.status)
    assert.is_true(response.timings.appconnect > 0)
  end)

  it_of_busted("refuses a certificate of an unknown authority", function()
    assert_untrusted("127.0.0.1", get(make().distrusting, "127.0.0.1"))
  end)

  it_of_busted("refuses a certificate for another host", function()
    assert_untrusted("127.0.0.2", get(make().trusting, "127.0.0.2"))
  end)

  it_of_busted("takes any certificate where verify_ssl is false", function()
    assert.equal(200, assert(get(make().unverified, "127.0.0.2")).status)
  end)
end

return transport_contract
