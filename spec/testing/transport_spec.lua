local core = require "ses.core"
local fake_clock = require "ses.testing.clock"
local loop = require "ses.adapters.loop"
local ports = require "ses.ports"
local transport_contract = require "spec.support.transport_contract"
local transport = require "ses.testing.transport"

local URL = "http://127.0.0.1:8999"

-- Answers as the test server of the real transports does.
local ANSWERS = {
  echo = function(request)
    return { headers = { ["X-Method"] = request.method }, body = request.method .. "\n\n" .. request.body }
  end,
  status = function(_, status) return { status = tonumber(status) } end,
  redirect = function() return { status = 302, headers = { Location = "/echo" } } end,
  headers = function()
    return { headers = { ["X-Twice"] = "a, b", ["X-Empty"] = "", ["X-Padded"] = "p", ["X-Folded"] = "one two" } }
  end,
  close = function() return { error = "ConnectionReset" } end,
  reset = function() return { error = "ConnectionReset" } end,
  cut = function() return { error = "IncompleteResponse" } end,
  ["cut-chunked"] = function() return { error = "IncompleteResponse" } end,
  silent = function() return { error = "RequestTimeout" } end,
  garbage = function() return { error = "InvalidResponse" } end,
  ["many-headers"] = function() return { error = "ResponseTooLarge" } end,
}

local function answer(request)
  if request.url:find("no-such-host.invalid", 1, true) then return { error = "NameResolution" } end
  if request.url:sub(1, #URL) ~= URL then return { error = "ConnectionRefused" } end
  local route, rest = request.path:match "^/([^/]+)/?(.*)$"
  return ANSWERS[route](request, rest)
end

describe("ses.testing.transport", function()
  local mock, clock

  before_each(function()
    clock = fake_clock.new()
    mock = transport.new { clock = clock }
  end)

  transport_contract.define_port(it, function()
    local subject = transport.new { answer = answer }
    return { url = URL, perform = function(request, options) return subject:perform(request, options) end }
  end)

  local function request(path, body)
    local made = assert(core.http.request("POST", URL .. (path or "/")))
    assert(made:add_header("X-Name", "value"))
    assert(made:set_body(body or ""))
    return made
  end

  it("is a transport", function() assert(ports.check("transport", mock)) end)

  it("records requests in their order", function()
    mock:perform(request("/a?b=c", "one"), { timeout_ms = 100 })
    clock.advance(5)
    mock:perform(request("/d", "two"))
    local first, second = mock:requests()[1], mock:requests()[2]
    assert.same({ "POST", "/a", "b=c", "value", "one", 100 },
      { first.method, first.path, first.query, first.headers["x-name"], first.body, first.options.timeout_ms })
    assert.same({ "/d", "", "two", first.time + 5 }, { second.path, second.query, second.body, second.time })
    assert.equal(200, second.response.status)
  end)

  it("answers by a list, then by what is for every request", function()
    mock:answer { status = 503, body = "always" }
    mock:answer { { status = 429, headers = { ["Retry-After"] = 1 } }, { error = "ConnectionReset" } }
    assert.same({ 429, "1" }, { mock:perform(request()).status, mock:requests()[1].response.headers["retry-after"] })
    local _, err = mock:perform(request())
    assert.equal("ConnectionReset", err.code)
    assert.equal(err, mock:requests()[2].err)
    for _ = 1, 2 do assert.equal("always", mock:perform(request()).body) end
    mock:reset()
    assert.same({}, mock:requests())
    assert.equal("{}", mock:perform(request()).body)
  end)

  it("takes its time by the clock alone, and no longer than it is given", function()
    local from = clock.now()
    mock:latency(3600)
    assert.equal(3600, mock:perform(request()).timings.total)
    assert.equal(from + 3600, clock.now())
    local _, err = mock:perform(request(), { timeout_ms = 500 })
    assert.same({ "timeout", "RequestTimeout", true }, { err.kind, err.code, err.in_doubt })
    assert.equal(from + 3600.5, clock.now())
    mock:answer { error = "ConnectionTimeout" }
    _, err = mock:perform(request(), { connect_timeout_ms = 250, timeout_ms = 500 })
    assert.same({ "ConnectionTimeout", false }, { err.code, err.in_doubt })
    assert.equal(from + 3600.75, clock.now())
  end)

  it("has requests of several tasks under way at once", function()
    mock:latency(10)
    clock.run(function(spawn)
      for _ = 1, 20 do spawn(function() assert(mock:perform(request())) end) end
    end)
    assert.equal(10, math.floor(clock.monotonic()))
  end)

  it("is in doubt where a request is cancelled", function()
    mock:latency(10)
    local err
    clock.run(function(spawn)
      local task = spawn(function() err = select(2, mock:perform(request())) end)
      loop.sleep(1)
      task:cancel()
    end)
    assert.same({ "cancelled", true }, { err.kind, err.in_doubt })
  end)

  it("refuses requests once it is closed, and ends those that wait", function()
    mock:latency(10)
    local err
    clock.run(function(spawn)
      spawn(function() err = select(2, mock:perform(request())) end)
      loop.sleep(1)
      mock:close()
    end)
    assert.same({ "cancelled", true }, { err.kind, err.in_doubt })
    assert.equal("TransportClosed", select(2, mock:perform(request())).code)
  end)

  it("raises where an answer can never be one", function()
    assert.has_error(function() mock:answer { error = "ConectionReset" } end,
      "a transport does not fail by ConectionReset; did you mean 'ConnectionReset'?")
    assert.has_error(function() mock:answer { stauts = 200 } end, "an answer has no field 'stauts'")
    assert.has_error(function() mock:answer { status = "200" } end,
      "status of an answer must be a number, not a string")
    assert.has_error(function() mock:answer "yes" end, "an answer must be a table, not a string")
  end)
end)
