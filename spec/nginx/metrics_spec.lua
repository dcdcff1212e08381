-- The metrics of four workers, against what the emulator took from them.
local emulator = require "spec.support.emulator"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"
local text_format = require "spec.support.metrics_text"

-- nginx has its own Lua, whichever runs the spec.
if not jit then return end

local WORKERS = 4

local METRICS = [[
  server {
    listen unix:FOLDER/metrics.sock;
    location = /metrics { content_by_lua_block { require("ses.nginx").metrics() } }
    location = /other {
      content_by_lua_block { require("ses.nginx").metrics { metrics_dict = "none", cache_dict = "no" } }
    }
    location = /wrong { content_by_lua_block { require("ses.nginx").metrics { metric_dict = "x" } } }
  }
]]

local function start(dicts)
  return nginx.start((dicts or "lua_shared_dict ses_cache 1m; lua_shared_dict ses_metrics 1m;")
    .. "\ninit_by_lua_block { require 'ses' }\n" .. nginx.RUNS_LUA_IN_WORKER .. METRICS, { workers = WORKERS })
end

describe("ses.nginx.metrics", function()
  local sandbox, running, prelude

  setup(function()
    sandbox = emulator.start { rate = 1000000, daily = -1, verify = false }
    prelude = ([[
      local ses = require "ses"
      local MAIL = { from = "a@example.com", to = { "b@example.com", "c@example.com" }, subject = "s", text = "t" }
      local function client_of(options)
        local all = { region = "us-east-1", endpoint = "%s", max_retries = 10, metrics = true, initial_backoff_ms = 1,
          circuit_failure_threshold = 1000,
          max_backoff_ms = 1, credentials = { access_key_id = "%s", secret_access_key = "%s" } }
        for name, value in pairs(options or {}) do all[name] = value end
        return assert(require("ses.nginx.clients").get(all))
      end
    ]]):format(sandbox.url, sandbox.emulator.access_key_id, sandbox.emulator.secret_access_key)
  end)
  teardown(function() sandbox:stop() end)
  before_each(function()
    sandbox:control("POST", "/reset")
    running = start()
  end)
  after_each(function()
    if running then running.stop() end
    running = nil
  end)

  local function lua(path, code)
    local text, status = running.post(path, prelude .. code)
    assert.equal(200, status, text)
    return text
  end

  local function in_all(code) return lua("/workers", code) end

  local function get(path, accept)
    return process.shell(("curl -s -i --unix-socket %s/metrics.sock %s http://nginx%s"):format(running.folder,
      accept and "-H " .. process.quote("Accept: " .. accept) or "", path))
  end

  -- What a scrape finds, by whichever worker.
  local function scrape(accept)
    local answer = get("/metrics", accept)
    assert.matches("^HTTP/1.1 200", answer)
    local format = answer:find("openmetrics-text", 1, true) and "openmetrics" or "prometheus"
    return text_format.parse(answer:match "\r?\n\r?\n(.*)$" .. "\n", format), answer
  end

  local function sent() return sandbox:messages("limit=0").total end

  local function eventually_sent(count)
    process.eventually(function() return scrape().sum "ses_emails_sent_total" == count end)
  end

  local function send(count)
    assert.equal(("nil\n"):rep(WORKERS), in_all(([[
      for _ = 1, %d do assert(client_of().emails:send(MAIL)) end
    ]]):format(count)))
  end

  it("adds all workers up to what the emulator took", function()
    sandbox:control("POST", "/faults",
      { operation = "SendEmail", status = 503, code = "ServiceUnavailable", count = 5 })
    send(25)
    eventually_sent(100)
    process.eventually(function() return sent() == 100 end)
    local found = scrape()
    assert.equal(100, found.value("ses_emails_sent_total", { config_set = "", region = "us-east-1" }))
    assert.equal(100, found.sum("ses_requests_total", { status = "success" }))
    assert.equal(200, found.value("ses_recipients_total", { type = "to" }))
    assert.same({ 5, 5, 5 }, { found.sum("ses_requests_total", { status = "error" }), found.sum "ses_retries_total",
      found.sum("ses_errors_total", { error_type = "service" }) })
    assert.equal(105, found.sum "ses_request_duration_seconds_count")
    assert.equal(105, found.value "ses_signing_duration_seconds_count")
    assert.equal(WORKERS * 100, found.value "ses_connection_pool_size")
    assert.equal(0, found.value("ses_active_requests", { operation = "SendEmail" }))
    assert.equal(0, found.value "ses_circuit_breaker_state")
    -- Every worker says the same.
    for _ = 1, 8 do assert.equal(100, scrape().sum "ses_emails_sent_total") end
  end)

  it("counts in one worker alone that a breaker which all share has opened", function()
    sandbox:control("POST", "/faults", { operation = "SendEmail", status = 503, code = "ServiceUnavailable" })
    in_all [[
      local client = client_of { circuit_failure_threshold = 3, circuit_reset_timeout_ms = 60000, max_retries = 0 }
      for _ = 1, 5 do client.emails:send(MAIL) end
    ]]
    process.eventually(function() return scrape().sum("ses_errors_total", { error_type = "circuit_open" }) >= 12 end)
    local found = scrape()
    assert.equal(1, found.value "ses_circuit_breaker_trips_total")
    assert.equal(2, found.value "ses_circuit_breaker_state")
  end)

  it("goes on counting over a reload, and what old workers send while they drain", function()
    send(5)
    eventually_sent(20)
    -- On their way while the workers change.
    sandbox:control("POST", "/faults", { operation = "SendEmail", delay_ms = 1500, count = WORKERS })
    in_all "ngx.timer.at(0, function() client_of().emails:send(MAIL) end)"
    process.eventually(function()
      return scrape().value("ses_active_requests", { operation = "SendEmail" }) == WORKERS
    end)
    local before = in_all "return ngx.worker.pid()"
    running.signal "HUP"
    process.eventually(function()
      local pids = in_all "return ngx.worker.exiting() and 'exiting' or ngx.worker.pid()"
      for pid in before:gmatch "%d+" do
        if pids:find(pid, 1, true) then return false end
      end
      return not pids:find("exiting", 1, true)
    end)
    eventually_sent(24)
    send(5)
    eventually_sent(44)
    assert.equal(44, sent())
    -- The gauges are those of the new workers alone.
    process.eventually(function()
      local found = scrape()
      return found.value "ses_connection_pool_size" == WORKERS * 100
        and found.value("ses_active_requests", { operation = "SendEmail" }) == 0
    end, 20)
  end)

  it("loses with a worker that is killed no more than what it counted within the last second", function()
    send(10)
    eventually_sent(40)
    local victim = lua("/worker/2", "return ngx.worker.pid()")
    -- It is killed at a request: nobody knows any more what became of that.
    sandbox:control("POST", "/faults", { operation = "SendEmail", delay_ms = 60000, count = 1 })
    lua("/worker/2", "ngx.timer.at(0, function() client_of().emails:send(MAIL) end)")
    process.eventually(function()
      return scrape().value("ses_active_requests", { operation = "SendEmail" }) == 1
    end)
    process.shell("kill -KILL " .. victim)
    process.eventually(function()
      return running.post("/worker/2", "return ngx.worker.pid()") ~= victim
    end)
    send(10)
    eventually_sent(80)
    process.eventually(function()
      local found = scrape()
      return found.value("ses_active_requests", { operation = "SendEmail" }) == 0
        and found.value "ses_connection_pool_size" == WORKERS * 100
    end, 20)
    assert.equal(80, scrape().sum "ses_emails_sent_total")
  end)

  it("tells so many values of a label apart in all workers together, and says so once", function()
    for i = 1, 130 do
      sandbox:ok("CreateEmailTemplate", { TemplateName = "t" .. i, TemplateContent = { Subject = "s", Text = "t" } })
    end
    in_all [[
      local client = client_of()
      for i = 1, 130 do
        -- Each worker in an order of its own.
        local n = (i * 7 + ngx.worker.id() * 31) % 130 + 1
        assert(client.emails:send { from = "a@example.com", to = "b@example.com", template = "t" .. n, data = {} })
      end
    ]]
    eventually_sent(4 * 130)
    local found, values = scrape(), 0
    for _, sample in ipairs(found.families.ses_template_renders_total.samples) do
      values = values + (sample.labels[1][2]:find "^t" and 1 or 0)
    end
    assert.is_true(values <= 100 and values >= 97, tostring(values))
    assert.equal(4 * 130, found.sum "ses_template_renders_total")
    assert.is_true(found.value("ses_template_renders_total", { template_name = "(other)" }) >= 30)
    local _, times = running.error_log():gsub("more than 100 values of template_name", "")
    assert.equal(1, times)
  end)

  it("answers in the format that is asked for", function()
    send(1)
    eventually_sent(4)
    local _, answer = scrape "application/openmetrics-text; version=1.0.0"
    assert.matches("[Cc]ontent%-[Tt]ype: application/openmetrics%-text; version=1.0.0; charset=utf%-8", answer)
    _, answer = scrape "text/plain"
    assert.matches("[Cc]ontent%-[Tt]ype: text/plain; version=0.0.4; charset=utf%-8", answer)
  end)

  it("forgets a request whose light thread was killed", function()
    sandbox:control("POST", "/faults", { operation = "SendEmail", delay_ms = 60000, count = 1 })
    lua("/worker/1", [[
      local client = client_of()
      ses.run(function(spawn)
        local task = spawn(function() client.emails:send(MAIL) end)
        ses.sleep(0.2)
        task:cancel()
      end)
    ]])
    process.eventually(function()
      local found = scrape()
      return found.value("ses_active_requests", { operation = "SendEmail" }) == 0
        and found.value "ses_connection_pool_available" == 100
      -- Not only when Lua has collected it.
    end, 1)
  end)

  it("says once that nobody counts anything", function()
    for _ = 1, 12 do scrape() end
    local _, times = running.error_log():gsub("no client counts anything", "")
    assert.is_true(times >= 1 and times <= WORKERS)
    send(1)
    eventually_sent(WORKERS)
  end)

  it("says what is wrong with its options, and what nginx.conf lacks", function()
    assert.matches("^HTTP/1.1 503", get "/wrong")
    assert.matches("metric_dict is not known; did you mean", running.error_log())
    assert.matches("^HTTP/1.1 503", get "/other")
    assert.matches("nginx.conf needs `lua_shared_dict none 1m;`", running.error_log(), 1, true)
    assert.matches("^HTTP/1.1 405", get("/metrics -X POST"))
  end)

  it("counts in the dictionary of the cache where there is none of its own", function()
    running.stop()
    running = start "lua_shared_dict ses_cache 1m;"
    send(5)
    eventually_sent(20)
  end)

  it("says that the dictionary is full, and counts what it has room for", function()
    running.stop()
    running = start "lua_shared_dict ses_cache 1m; lua_shared_dict ses_metrics 12k;"
    in_all [[
      local client = client_of()
      for i = 1, 20 do client.templates:get { template_name = "none-" .. i } end
      for i = 1, 300 do client:call("TestRenderEmailTemplate", { TemplateName = "n" .. i, TemplateData = "{}" }) end
      for i = 1, 120 do
        require("ses.nginx.clients").get(client).metrics:add("ses_template_renders_total", 1, ("x"):rep(60) .. i)
      end
      assert(client.emails:send(MAIL))
    ]]
    process.eventually(function()
      return running.error_log():find("the shared dictionary is full", 1, true)
    end)
    assert.equal(200, tonumber(get("/metrics"):match "^HTTP/1.1 (%d+)"))
  end)
end)
