local core = require "ses.core"
local curl = require "ses.adapters.curl"
local errors = require "ses.errors"
local http_server = require "spec.support.http_server"
local loop = require "ses.adapters.loop"

local function elapsed(fn)
  local from = core.clock.monotonic()
  fn()
  return core.clock.monotonic() - from
end

describe("ses.adapters.loop", function()
  it("takes time from the place that it is given, and waits by it", function()
    local now, waits = 1000, {}
    local place = { monotonic = function() return now end }
    function place.wait(_, ms)
      waits[#waits + 1] = ms
      now = now + ms / 1000
    end
    local order = {}
    loop.run(function(spawn)
      spawn(function()
        loop.sleep(3600)
        order[#order + 1] = "an hour"
      end)
      spawn(function()
        assert.is_false(loop.condition():wait(60))
        order[#order + 1] = "a minute"
      end)
    end, { place = place })
    assert.same({ "a minute", "an hour" }, order)
    assert.same({ 60000, 3540000 }, { waits[#waits - 1], waits[#waits] })
  end)

  it("makes room for another loop while its place waits", function()
    local order, inner = {}, nil
    local function place_of(wait) return { monotonic = function() return #order end, wait = wait } end
    local other = coroutine.create(function()
      loop.run(function()
        inner = loop.current_task().loop
        order[#order + 1] = "other"
        loop.sleep(1)
        order[#order + 1] = "other again"
      end, { place = place_of(coroutine.yield) })
    end)
    loop.run(function()
      local task = loop.current_task()
      loop.sleep(1)
      assert.equal(task, loop.current_task())
      order[#order + 1] = "this"
    end, { place = place_of(function()
      local this = loop.swap(nil)
      assert.is_true(coroutine.resume(other))
      assert.equal(inner, loop.swap(this))
    end) })
    assert.same({ "other", "this" }, order)
    assert.is_nil(loop.swap(inner))
    assert.is_true(coroutine.resume(other))
    assert.same({ "other", "this", "other again" }, order)
    assert.is_nil(loop.current_task())
  end)

  it("returns what the function returns, nils included", function()
    assert.same({ n = 3, 1, nil, 3 }, (function(...) return { n = select("#", ...), ... } end)(
      loop.run(function() return 1, nil, 3 end)))
  end)

  it("runs spawned tasks with their arguments, and ends when all have ended", function()
    local seen = {}
    loop.run(function(spawn)
      for i = 1, 3 do
        spawn(function(n, text)
          loop.sleep(0)
          seen[#seen + 1] = text .. n
        end, i, "task ")
      end
    end)
    assert.same({ "task 1", "task 2", "task 3" }, seen)
  end)

  it("gives a task's results to who waits, before and after its end", function()
    loop.run(function(spawn)
      local task = spawn(function()
        loop.sleep(0.001)
        return "a", nil, "c"
      end)
      assert.equal("ready", task:status())
      local a, b, c = task:wait()
      assert.same({ "a", "c" }, { a, c })
      assert.is_nil(b)
      assert.equal("done", task:status())
      assert.equal("a", (task:wait()))
    end)
  end)

  it("knows whether it runs", function()
    assert.is_false(loop.running())
    loop.run(function() assert.is_true(loop.running()) end)
    assert.is_false(loop.running())
  end)

  it("sleeps many at once, in the order of their times, without turning the processor", function()
    -- When exactly a sleep began is not to be seen from outside: after its task took the time, and before
    -- the next task did. A machine that pauses in between moves the one from the other.
    local order, last = {}, {}
    local time = elapsed(function()
      loop.run(function(spawn)
        for i = 1, 2000 do
          spawn(function()
            local delay = 0.2 + (i * 7919 % 2000) / 20000
            local now = core.clock.monotonic()
            last.latest = (last.delay or 0) + now
            local sleep = { delay = delay, earliest = now + delay, latest = math.huge }
            last = sleep
            loop.sleep(delay)
            order[#order + 1] = sleep
          end)
        end
      end)
    end)
    assert.is_true(time >= 0.2 and time < 5)
    assert.equal(2000, #order)
    for i = 2, #order do assert.is_true(order[i - 1].earliest <= order[i].latest) end
    local busy = os.clock()
    loop.run(function() loop.sleep(0.2) end)
    assert.is_true(os.clock() - busy < 0.05)
  end)

  it("blocks in a sleep outside of a run", function()
    assert.is_true(elapsed(function() assert.is_true(loop.sleep(0.02)) end) >= 0.02)
  end)

  describe("errors", function()
    it("raises the function's own error again, as it was, after cancelling the rest", function()
      local err = errors.new { kind = "network", message = "gone" }
      local ended
      local ok, raised = pcall(loop.run, function(spawn)
        spawn(function() ended = { loop.sleep(60) } end)
        loop.sleep(0)
        error(err, 0)
      end)
      assert.is_false(ok)
      assert.equal(err, raised)
      assert.is_nil(ended[1])
      assert.equal("cancelled", ended[2].kind)
      assert.is_false(loop.running())
    end)

    it("gives a task's error to who waits for it", function()
      loop.run(function(spawn)
        local task = spawn(function() error("broken", 0) end)
        local result, err = task:wait()
        assert.is_nil(result)
        assert.equal("broken", err)
        assert.equal("failed", task:status())
      end)
    end)

    it("raises a task's error from run where nobody waited, after the others ended", function()
      local done = 0
      assert.has_error(function()
        loop.run(function(spawn)
          spawn(function() error("first", 0) end)
          spawn(function() loop.sleep(0.01); done = done + 1 end)
          spawn(function() loop.sleep(0.001); error("second", 0) end)
        end)
      end, "first")
      assert.equal(1, done)
    end)

    it("says so when tasks wait for each other for ever", function()
      local ok, err = pcall(loop.run, function() loop.condition():wait() end)
      assert.is_false(ok)
      assert.matches("every task waits", err)
      assert.is_false(loop.running())
    end)

    it("runs again after a failed run", function()
      pcall(loop.run, function() error("x", 0) end)
      assert.equal(7, loop.run(function() loop.sleep(0); return 7 end))
    end)
  end)

  describe("cancelling", function()
    it("ends a sleep, and every wait after it", function()
      local time = elapsed(function()
        loop.run(function(spawn)
          local task = spawn(function()
            local ok, err = loop.sleep(60)
            local again, err_again = loop.sleep(60)
            return ok == nil and again == nil and err.kind .. " " .. err_again.kind
          end)
          loop.sleep(0)
          assert.equal("waiting", task:status())
          task:cancel()
          task:cancel()
          assert.equal("cancelled cancelled", task:wait())
        end)
      end)
      assert.is_true(time < 10)
    end)

    it("keeps a task that has not begun from beginning", function()
      local began
      loop.run(function(spawn)
        local task = spawn(function() began = true end)
        task:cancel()
        local result, err = task:wait()
        assert.is_nil(result)
        assert.equal("cancelled", err.kind)
        assert.equal("cancelled", task:status())
      end)
      assert.is_nil(began)
    end)

    it("is no error of the run when the task passes it on", function()
      loop.run(function(spawn)
        local task = spawn(function()
          local ok, err = loop.sleep(60)
          if not ok then error(err, 0) end
        end)
        loop.sleep(0)
        task:cancel()
      end)
    end)

    it("ends a task that does not listen", function()
      loop.run(function(spawn)
        local task = spawn(function() while true do loop.sleep(60) end end)
        loop.sleep(0)
        task:cancel()
        local _, err = task:wait()
        assert.equal("cancelled", err.kind)
        assert.equal("cancelled", task:status())
      end)
    end)

    it("ends a wait for another task without touching that one", function()
      loop.run(function(spawn)
        local slow = spawn(function() loop.sleep(0.01); return "slow" end)
        local waiter = spawn(function() return slow:wait() end)
        loop.sleep(0)
        waiter:cancel()
        local result, err = waiter:wait()
        assert.is_nil(result)
        assert.equal("cancelled", err.kind)
        assert.equal("slow", slow:wait())
      end)
    end)
  end)

  describe("a condition", function()
    it("hands work to a pool, one task a signal, first come first served", function()
      local condition, queue, log = loop.condition(), {}, {}
      local closed = false
      loop.run(function(spawn)
        for worker = 1, 3 do
          spawn(function()
            while true do
              while not queue[1] do
                if closed then return end
                condition:wait()
              end
              local job = table.remove(queue, 1)
              log[#log + 1] = worker .. ":" .. job
            end
          end)
        end
        loop.sleep(0)
        for job = 1, 3 do
          queue[1] = job
          condition:signal()
          loop.sleep(0)
        end
        closed = true
        condition:broadcast()
      end)
      assert.same({ "1:1", "2:2", "3:3" }, log)
    end)

    it("gives up after its time, and a late signal goes to the next", function()
      loop.run(function(spawn)
        local condition = loop.condition()
        assert.is_false(condition:wait(0.005))
        local task = spawn(function() return condition:wait(60) end)
        loop.sleep(0)
        condition:signal()
        assert.is_true(task:wait())
        condition:signal()
        assert.is_false(condition:wait(0))
      end)
    end)

    it("lets go of a task that is cancelled", function()
      loop.run(function(spawn)
        local condition = loop.condition()
        local first = spawn(function() return condition:wait() end)
        local second = spawn(function() return condition:wait() end)
        loop.sleep(0)
        first:cancel()
        condition:signal()
        assert.is_true(second:wait())
        assert.is_nil((first:wait()))
      end)
    end)
  end)

  describe("a run within a task", function()
    it("ends when its own tasks have, and uses the same loop", function()
      local log = {}
      loop.run(function(spawn)
        local outer = spawn(function() loop.sleep(60) end)
        assert.equal("inner", loop.run(function(inner_spawn)
          inner_spawn(function() loop.sleep(0.001); log[#log + 1] = "child" end)
          return "inner"
        end))
        log[#log + 1] = "after"
        outer:cancel()
      end)
      assert.same({ "child", "after" }, log)
    end)

    it("raises what its tasks raise", function()
      loop.run(function()
        assert.has_error(function()
          loop.run(function(spawn) spawn(function() error("inner", 0) end) end)
        end, "inner")
      end)
    end)

    it("is cancelled with its task, and does not return before its own tasks have ended", function()
      local ended, after = {}, nil
      loop.run(function(spawn)
        local outer = spawn(function()
          loop.run(function(inner_spawn)
            for i = 1, 3 do
              inner_spawn(function()
                local _, err = loop.sleep(60)
                -- A task that is cancelled may take some turns more to tidy up.
                for _ = 1, 10 do loop.sleep(0) end
                ended[i] = err.kind
              end)
            end
          end)
          after = #ended
        end)
        loop.sleep(0.001)
        outer:cancel()
      end)
      assert.same({ "cancelled", "cancelled", "cancelled" }, ended)
      assert.equal(3, after)
    end)
  end)

  describe("poll", function()
    it("is called while everything waits, and its error cancels all", function()
      local calls, ended = 0, nil
      local time = elapsed(function()
        assert.has_error(function()
          loop.run(function() ended = { loop.sleep(60) } end, {
            poll = function()
              calls = calls + 1
              if calls == 3 then error("interrupted", 0) end
            end,
          })
        end, "interrupted")
      end)
      assert.equal("cancelled", ended[2].kind)
      assert.is_true(time < 5)
    end)
  end)

  describe("with a transport", function()
    local server, transport
    setup(function() server = http_server.start() end)
    teardown(function() server.stop() end)
    before_each(function() transport = assert(curl.new { max_connections = 20 }) end)
    after_each(function() transport:close() end)

    local function perform(path, body, options)
      local request = assert(core.http.request("POST", server.url .. path))
      assert(request:set_body(body or ""))
      return transport:perform(request, options)
    end

    local function open()
      local count = tostring(transport):match("%((%d+) exchanges%)")
      return tonumber(count)
    end

    it("keeps a thousand exchanges going over a few connections", function()
      local answers = {}
      loop.run(function(spawn)
        for i = 1, 1000 do
          spawn(function()
            local body = assert(perform("/echo", "mail number " .. i)).body
            answers[i] = body:match("mail number (%d+)$")
          end)
        end
      end)
      for i = 1, 1000 do assert.equal(tostring(i), answers[i]) end
      local connections = {}
      for number in assert(perform("/requests")).body:gmatch("(%d+) POST /echo") do
        connections[number] = true
      end
      local count = 0
      for _ in pairs(connections) do count = count + 1 end
      assert.is_true(count <= 20, count .. " connections")
      assert.equal(0, open())
    end)

    it("lets others run while one waits for its answer", function()
      loop.run(function(spawn)
        local held = spawn(function() return perform("/held", "x") end)
        while not assert(perform("/requests")).body:find("/held", 1, true) do loop.sleep(0.001) end
        assert.equal("waiting", held:status())
        assert(perform("/release"))
        assert.equal("released", assert(held:wait()).body)
      end)
    end)

    it("closes the exchange of a cancelled task, and is in doubt where it was sent", function()
      loop.run(function(spawn)
        local sent = spawn(function() return perform("/silent", "in doubt") end)
        while not assert(perform("/requests")).body:find("/silent 8", 1, true) do loop.sleep(0.001) end
        sent:cancel()
        local response, err = sent:wait()
        assert.is_nil(response)
        assert.equal("cancelled", err.kind)
        assert.is_true(err.in_doubt)
        assert.equal(0, open())
      end)
    end)

    it("is not in doubt where the exchange had not been sent", function()
      transport:close()
      transport = assert(curl.new { max_connections = 1 })
      loop.run(function(spawn)
        local first = spawn(function() return perform("/silent", "x") end)
        local second = spawn(function() return perform("/echo?never-sent", "x") end)
        loop.sleep(0)
        second:cancel()
        local _, err = second:wait()
        assert.equal("cancelled", err.kind)
        assert.is_false(err.in_doubt)
        first:cancel()
        first:wait()
        assert.is_nil(assert(perform("/requests")).body:find("never-sent", 1, true))
      end)
    end)

    it("starts no exchange in a task that was cancelled", function()
      loop.run(function(spawn)
        local task = spawn(function()
          loop.sleep(60)
          return perform("/echo?after-the-end", "x")
        end)
        loop.sleep(0)
        task:cancel()
        local _, err = task:wait()
        assert.equal("cancelled", err.kind)
        assert.is_false(err.in_doubt)
        assert.is_nil(assert(perform("/requests")).body:find("after-the-end", 1, true))
      end)
    end)

    it("ends what waits for a connection longer than it may", function()
      transport:close()
      transport = assert(curl.new { max_connections = 1 })
      loop.run(function(spawn)
        local first = spawn(function() return perform("/silent", "x") end)
        loop.sleep(0)
        local response, err = perform("/echo", "y", { timeout_ms = 20 })
        assert.is_nil(response)
        assert.equal("PoolTimeout", err.code)
        assert.is_false(err.in_doubt)
        first:cancel()
      end)
    end)

    it("takes exchanges of several transports at once", function()
      local other = assert(curl.new())
      loop.run(function(spawn)
        local held = spawn(function() return perform("/held", "xy") end)
        while not (assert(perform("/requests")).body .. "\n"):match("/held 2\n") do loop.sleep(0.001) end
        local request = assert(core.http.request("POST", server.url .. "/release"))
        assert(other:perform(request))
        assert.equal(200, assert(held:wait()).status)
      end)
      other:close()
    end)

    it("works in a coroutine of the user's, though it holds up the others", function()
      loop.run(function(spawn)
        spawn(function() return perform("/echo", "task") end)
        local step = coroutine.wrap(function()
          coroutine.yield(assert(perform("/echo", "one")).status)
          loop.sleep(0.001)
          coroutine.yield(assert(perform("/echo", "two")).status)
        end)
        assert.equal(200, step())
        assert.equal(200, step())
      end)
    end)

    it("tells tasks that wait when the transport is closed", function()
      loop.run(function(spawn)
        local task = spawn(function() return perform("/silent", "x") end)
        loop.sleep(0)
        transport:close()
        local response, err = task:wait()
        assert.is_nil(response)
        assert.equal("cancelled", err.kind)
      end)
    end)
  end)

  describe("background tasks", function()
    it("run beside the others, and run does not wait for them", function()
      local steps, outcome = {}, nil
      loop.run(function()
        assert.is_true(loop.background(function()
          steps[#steps + 1] = "begun"
          local ok, err = loop.sleep(60)
          outcome = { ok, err and err.kind }
        end))
        loop.sleep(0.01)
        steps[#steps + 1] = "main"
      end)
      assert.same({ "begun", "main" }, steps)
      -- It was cancelled, and had its time to tidy up.
      assert.same({ nil, "cancelled" }, { outcome[1], outcome[2] })
    end)

    it("are ended as well where the loop fails", function()
      local outcome
      assert.has_error(function()
        loop.run(function()
          loop.background(function()
            local _, err = loop.sleep(60)
            outcome = err.kind
          end)
          loop.sleep(0.01)
          error("no more", 0)
        end)
      end, "no more")
      assert.equal("cancelled", outcome)
    end)

    it("are not to be had outside of a loop", function()
      assert.is_false(loop.background(function() end))
    end)
  end)
end)
