local core = require "ses.core"
local http_server = require "spec.support.http_server"

describe("ses.core.transport", function()
  local server, transport

  setup(function() server = http_server.start() end)
  teardown(function() server.stop() end)
  before_each(function() transport = assert(core.transport.new()) end)
  after_each(function() transport:close() end)

  local function start(path, options)
    local request = assert(core.http.request("GET", server.url .. path))
    local id = assert(transport:start(request, options))
    request:close() -- all was copied
    return id
  end

  local function finish()
    while true do
      local finished = assert(transport:step(-1))
      if finished[1] then return finished end
    end
  end

  it("starts without waiting, and gives each result under its id", function()
    local held, free = start("/held"), start("/echo")
    assert.is_true(held ~= free)
    assert.equal(2, transport:open())
    local finished = finish()
    assert.equal(1, #finished)
    assert.equal(free, finished[1].id)
    assert.equal(200, finished[1].response.status)
    local release = start("/release")
    local seen = {}
    while transport:open() > 0 do
      for _, result in ipairs(finish()) do seen[result.id] = result.response.body end
    end
    assert.same({ [held] = "released", [release] = "" }, seen)
  end)

  it("keeps a response as a userdata where it is asked to, and shows nothing of its body", function()
    start("/size/12", { keep_response = true, direct = true })
    local response = finish()[1].response
    assert.equal("userdata", type(response))
    assert.equal(200, response:status())
    assert.equal(12, response:size())
    assert.is_nil(tostring(response):find("xxx", 1, true))
    response:close()
    assert.has_error(function() response:status() end)
  end)

  it("says why an exchange failed", function()
    start("/silent", { timeout_ms = 20 })
    local result = finish()[1]
    assert.is_nil(result.response)
    assert.is_true(result.in_doubt)
    assert.equal("timeout", result.failure.status)
    assert.equal("RequestTimeout", result.failure.code)
    assert.is_true(result.failure.retryable)
  end)

  it("returns from a step at the latest when the time is over, at once where nothing is open", function()
    local from = core.clock.monotonic()
    assert.same({}, transport:step(-1))
    start("/silent")
    repeat transport:step(5) until core.clock.monotonic() > from + 0.05
    assert.is_true(core.clock.monotonic() - from < 5)
  end)

  it("cancels by id, once", function()
    local id = start("/silent")
    assert.same({ true, false }, { transport:cancel(id) })
    assert.same({ false, false }, { transport:cancel(id) })
    assert.equal(0, transport:open())
    assert.same({ false, false }, { transport:cancel(12345) })
  end)

  it("waits for whichever of several has work", function()
    local other = assert(core.transport.new())
    start("/echo")
    local seen
    while not seen do
      assert.is_true(core.transport.wait({ other, transport }, 5000))
      seen = assert(transport:step(0))[1]
    end
    assert.equal(200, seen.response.status)
    local from = core.clock.monotonic()
    assert.is_true(core.transport.wait({}, 20))
    assert.is_true(core.clock.monotonic() - from >= 0.02)
    other:close()
  end)

  it("refuses what cannot be", function()
    local request = assert(core.http.request("GET", server.url .. "/echo"))
    assert.has_error(function() transport:start(request, { timeout_ms = -1 }) end)
    assert.has_error(function() transport:start(request, { timeout_ms = 0 / 0 }) end)
    assert.has_error(function() transport:start(request, { timeout_ms = "5" }) end)
    assert(request:add_header("Transfer-Encoding", "chunked"))
    local id, failure = transport:start(request)
    assert.is_nil(id)
    assert.equal("invalid", failure.status)
  end)

  it("says so when it is used after it was closed", function()
    local request = assert(core.http.request("GET", server.url .. "/silent"))
    assert(transport:start(request))
    transport:close()
    transport:close()
    assert.has_error(function() transport:start(request) end, "this ses.transport is closed")
    assert.has_error(function() core.transport.wait({ transport }, 0) end)
    assert.equal("ses.transport (closed)", tostring(transport))
  end)

  it("ends with the program while exchanges are open", function()
    local made = assert(core.transport.new())
    local request = assert(core.http.request("GET", server.url .. "/silent"))
    for _ = 1, 3 do assert(made:start(request)) end
    made:step(0)
    made = nil -- luacheck: ignore
    collectgarbage()
    collectgarbage()
  end)
end)
