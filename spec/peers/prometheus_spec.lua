-- A real Prometheus scrapes four workers of nginx and a campaign that runs, and promtool finds nothing to say.
local free_port = require "spec.support.free_port"
local inbox = require "spec.support.inbox"
local json = require "ses.model.json"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"

-- nginx has its own Lua, whichever runs the spec.
if not jit then return end

local WORKERS, PEOPLE = 4, 240

local HTTP = [[
  lua_shared_dict ses_cache 1m;
  lua_shared_dict ses_metrics 1m;
  init_by_lua_block { require "ses" }
  server {
    listen 127.0.0.1:PORT;
    location = /metrics { content_by_lua_block { require("ses.nginx").metrics() } }
    location = /campaign { alias FOLDER/campaign/ses.prom; default_type "text/plain; version=0.0.4"; }
  }
]]

local CONFIG = [[
global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - { job_name: nginx, metrics_path: /metrics, static_configs: [ { targets: [ "127.0.0.1:PORT" ] } ] }
  - { job_name: campaign, metrics_path: /campaign, static_configs: [ { targets: [ "127.0.0.1:PORT" ] } ] }
]]

local function missing()
  for _, name in ipairs { "prometheus", "promtool" } do
    local file = io.open("build/prometheus/" .. name, "rb")
    if not file then return "it is not here (tools/prometheus.sh)" end
    file:close()
  end
end

describe("Prometheus", function()
  local emulator, running, server, port, api

  if missing() then
    it("reads the metrics", function() pending(missing()) end)
    return
  end

  local function start_prometheus()
    local config = running.folder .. "/prometheus.yml"
    process.write(config, (CONFIG:gsub("PORT", port)))
    local checked = process.run { "build/prometheus/promtool", "check", "config", config }
    assert(checked.status == 0, checked.err)
    local address = "127.0.0.1:" .. free_port()
    api = "http://" .. address .. "/api/v1/query"
    server = process.start { "build/prometheus/prometheus", "--config.file=" .. config,
      "--storage.tsdb.path=" .. running.folder .. "/data", "--web.listen-address=" .. address }
  end

  setup(function()
    emulator = inbox.start { rate = 1000000, daily = -1, verify = false }
    port = free_port()
    running = nginx.start(nginx.RUNS_LUA_IN_WORKER .. HTTP:gsub("PORT", port), { workers = WORKERS })
    process.shell("mkdir " .. running.folder .. "/campaign")
    start_prometheus()
  end)
  teardown(function()
    server.signal "TERM"
    server.wait()
    server.remove()
    running.stop()
    emulator.stop()
  end)

  local function query(expression)
    local text = process.shell("curl -s --noproxy '*' --get --data-urlencode "
      .. process.quote("query=" .. expression) .. " " .. api)
    return json.decode(text) or {}
  end

  local function number(expression)
    local answer = query(expression)
    local first = answer.data and answer.data.result[1]
    return first and tonumber(first.value[2])
  end

  local function send(count)
    local options = ('{ region = "us-east-1", endpoint = "%s", metrics = true, credentials = { access_key_id = "%s", '
      .. 'secret_access_key = "%s" } }'):format(emulator.url, emulator.client.credentials.access_key_id,
      emulator.client.credentials.secret_access_key)
    return running.post("/workers", ([[
      local client = require("ses.nginx.clients").get(%s)
      for i = 1, %d do
        assert(client.emails:send { from = "a@example.com", to = "w@example.com", subject = "s", text = "t" })
      end
    ]]):format(options, count))
  end

  local function start_campaign()
    local folder, people = running.folder .. "/campaign", { "email" }
    for i = 1, PEOPLE do people[#people + 1] = ("reader.%d@example.com"):format(i) end
    process.write(folder .. "/people.csv", table.concat(people, "\n") .. "\n")
    process.write(folder .. "/autumn.lua", [[return {
      name = "autumn", audience = { csv = "people.csv" }, pace = { rate = 20 },
      message = { from = "news@shop.example", subject = "s", text = "t" },
    }]])
    return process.start({ "build/ses", "campaign", "run", folder .. "/autumn.lua", "--no-progress", "--metrics",
      folder .. "/ses.prom" }, { env = emulator.env })
  end

  it("sees all that nginx and a campaign send, the campaign while it runs too", function()
    local job = start_campaign()
    assert.equal(("nil\n"):rep(WORKERS), (send(20)))
    process.eventually(function() return number 'sum(ses_emails_sent_total{job="nginx"})' == WORKERS * 20 end, 30)
    process.eventually(function()
      local sent = number 'sum(ses_emails_sent_total{job="campaign"})'
      return sent and sent > 0 and sent < PEOPLE
    end, 60)
    assert.equal(1, number 'max(ses_active_requests{job="campaign"}) >= bool 0')
    assert.equal(0, job.wait(120), job.err())
    job.remove()
    process.eventually(function() return number 'sum(ses_emails_sent_total{job="campaign"})' == PEOPLE end, 30)
    assert.equal(("nil\n"):rep(WORKERS), (send(5)))
    process.eventually(function() return number "sum(ses_emails_sent_total)" == WORKERS * 25 + PEOPLE end, 30)
    process.eventually(function() return emulator.count() == WORKERS * 25 + PEOPLE end)
    assert.equal(WORKERS * 25 + PEOPLE, number 'sum(ses_request_duration_seconds_count{operation="SendEmail"})')
  end)

  it("understands every query of the dashboard", function()
    local dashboard = json.decode(process.read "examples/grafana/dashboard.json")
    -- What is not there where credentials do not expire, and nothing was retried, failed, or sent in bulk.
    local answered = 0
    for _, panel in ipairs(dashboard.panels) do
      for _, target in ipairs(panel.targets or {}) do
        local expression = target.expr:gsub("%$__rate_interval", "1m"):gsub("%$job", ".*")
        local answer = query(expression)
        assert.equal("success", answer.status, expression .. ": " .. tostring(answer.error))
        answered = answered + (#answer.data.result > 0 and 1 or 0)
      end
    end
    assert.is_true(answered >= 15, tostring(answered))
  end)

  it("has nothing to say of either format's text", function()
    send(1)
    for _, path in ipairs { "/metrics", "/campaign" } do
      local text = process.shell("curl -sSf --noproxy '*' http://127.0.0.1:" .. port .. path) .. "\n"
      assert.is_truthy(text:find "ses_emails_sent_total")
      local checked = process.run({ "build/prometheus/promtool", "check", "metrics" }, { stdin = text })
      assert.same({ 0, "", "" }, { checked.status, checked.out, checked.err })
    end
    -- What Prometheus scraped of nginx was OpenMetrics: it asks for that.
    assert.equal(1, number 'up{job="nginx"}')
    assert.equal(1, number 'up{job="campaign"}')
  end)
end)
