local catalogue = require "ses.observe.catalogue"
local observe = require "ses.observe"
local process = require "spec.support.process"
local text_format = require "spec.support.metrics_text"

describe("a registry of metrics", function()
  local metrics

  before_each(function() metrics = observe.metrics() end)

  local function value(name, labels) return text_format.parse(metrics:text()).value(name, labels) end

  it("counts by the values of labels", function()
    metrics:add("ses_requests_total", 1, "SendEmail", "success", "eu-west-1")
    metrics:add("ses_requests_total", 2, "SendEmail", "success", "eu-west-1")
    metrics:add("ses_requests_total", 1, "SendEmail", "error", "eu-west-1")
    metrics:add("ses_rate_limit_hits_total", 1)
    local labels = { operation = "SendEmail", status = "success", region = "eu-west-1" }
    assert.equal(3, value("ses_requests_total", labels))
    labels.status = "error"
    assert.equal(1, value("ses_requests_total", labels))
    assert.equal(1, value "ses_rate_limit_hits_total")
  end)

  it("has what has no labels from the beginning", function()
    assert.equal(0, value "ses_circuit_breaker_trips_total")
    assert.equal(0, value "ses_signing_duration_seconds_count")
    assert.is_nil(value("ses_recipients_total", { type = "to" }))
  end)

  it("counts a value in the bucket whose bound it does not exceed, and in all above", function()
    for _, seconds in ipairs { 0.01, 0.010001, 0.3, 30, 31 } do
      metrics:observe("ses_request_duration_seconds", seconds, "SendEmail", "eu-west-1")
    end
    local function bucket(le)
      return value("ses_request_duration_seconds_bucket", { operation = "SendEmail", region = "eu-west-1", le = le })
    end
    assert.same({ 1, 2, 2, 2, 3, 3, 3, 3, 3, 4, 5 }, {
      bucket "0.01", bucket "0.05", bucket "0.1", bucket "0.25", bucket "0.5", bucket "1", bucket "2.5", bucket "5",
      bucket "10", bucket "30", bucket "+Inf",
    })
    local labels = { operation = "SendEmail", region = "eu-west-1" }
    assert.equal(5, value("ses_request_duration_seconds_count", labels))
    assert.is_true(math.abs(61.320001 - value("ses_request_duration_seconds_sum", labels)) < 1e-9)
  end)

  it("counts what goes beyond the bound of a label under one value, and says so once", function()
    local said = {}
    metrics = observe.metrics { max_label_values = 3, warn = function(text) said[#said + 1] = text end }
    for i = 1, 10 do
      for _ = 1, 2 do metrics:add("ses_template_renders_total", 1, "template-" .. i) end
    end
    metrics:add("ses_template_renders_total", 5, "template-2")
    assert.equal(2, value("ses_template_renders_total", { template_name = "template-3" }))
    assert.equal(7, value("ses_template_renders_total", { template_name = "template-2" }))
    assert.equal(14, value("ses_template_renders_total", { template_name = "(other)" }))
    assert.is_nil(value("ses_template_renders_total", { template_name = "template-4" }))
    assert.same({ "metrics: more than 3 values of template_name: further ones are counted under (other)" }, said)
    -- Each label has a bound of its own, and operations none: there are only so many.
    for i = 1, 10 do metrics:add("ses_retries_total", 1, "Operation" .. i, "eu-west-1") end
    assert.equal(1, value("ses_retries_total", { operation = "Operation10", region = "eu-west-1" }))
  end)

  it("does not grow by what it has counted before", function()
    metrics:add("ses_requests_total", 1, "SendEmail", "success", "eu-west-1")
    metrics:observe("ses_request_duration_seconds", 0.1, "SendEmail", "eu-west-1")
    collectgarbage()
    collectgarbage "stop"
    local before = collectgarbage "count"
    for _ = 1, 10000 do
      metrics:add("ses_requests_total", 1, "SendEmail", "success", "eu-west-1")
      metrics:observe("ses_request_duration_seconds", 0.1, "SendEmail", "eu-west-1")
    end
    local grown = collectgarbage "count" - before
    collectgarbage "restart"
    -- LuaJIT keeps the traces that it compiles.
    assert.is_true(grown < 100, ("%.1f KB"):format(grown))
  end)

  it("reads gauges when it is read, each in its way of making several one", function()
    local function source(active, state, expiry)
      local made = {
        gauges = function(_, readings)
          readings:put("ses_active_requests", active, "SendEmail")
          readings:put("ses_circuit_breaker_state", state)
          readings:put("ses_credential_expiry_seconds", expiry)
        end,
      }
      metrics:add_source(made)
      return made
    end
    local one, other = source(2, 2, 300), source(3, 0, 100)
    assert.equal(5, value("ses_active_requests", { operation = "SendEmail" }))
    assert.equal(2, value "ses_circuit_breaker_state")
    assert.equal(100, value "ses_credential_expiry_seconds")
    metrics:remove_source(one)
    assert.equal(3, value("ses_active_requests", { operation = "SendEmail" }))
    metrics:remove_source(other)
    assert.is_nil(value("ses_active_requests", { operation = "SendEmail" }))
  end)

  it("does not keep alive what has gauges", function()
    metrics:add_source({ gauges = function(_, readings) readings:put("ses_connection_pool_size", 1) end })
    collectgarbage()
    collectgarbage()
    assert.is_nil(value "ses_connection_pool_size")
  end)

  it("writes both formats so that a strict reader takes them, odd labels too", function()
    metrics:add("ses_emails_sent_total", 1.5, 'a"b\\c\nd', "eu-west-1")
    metrics:add("ses_emails_sent_total", 2 ^ 53 - 1, "", "eu-west-1")
    metrics:observe("ses_bulk_batch_size", 50, "news")
    local source = { gauges = function(_, readings) readings:put("ses_credential_expiry_seconds", -0.1) end }
    metrics:add_source(source)
    for _, format in ipairs { "prometheus", "openmetrics" } do
      local read = text_format.parse(metrics:text(format), format)
      assert.equal(1.5, read.value("ses_emails_sent_total", { config_set = 'a"b\\c\nd', region = "eu-west-1" }), format)
      assert.equal(2 ^ 53 - 1, read.value("ses_emails_sent_total", { config_set = "", region = "eu-west-1" }))
      assert.equal(-0.1, read.value "ses_credential_expiry_seconds")
      local le = format == "openmetrics" and "50.0" or "50"
      assert.equal(1, read.value("ses_bulk_batch_size_bucket", { config_set = "news", le = le }))
    end
    assert.matches("\n# EOF\n$", metrics:text "openmetrics")
    assert.has_error(function() metrics:text "json" end)
  end)

  it("has every metric by the names, labels and buckets that are promised", function()
    local found = {}
    for _, one in ipairs(catalogue.list) do
      found[#found + 1] = one.kind .. " " .. one.name .. "{" .. table.concat(one.labels, ",") .. "}"
        .. (one.buckets and " " .. table.concat(one.buckets, " ") or "")
      assert.is_true(#one.help > 10)
    end
    assert.same({
      "counter ses_requests_total{operation,status,region}", "counter ses_emails_sent_total{config_set,region}",
      "counter ses_bulk_emails_sent_total{config_set,region}", "counter ses_errors_total{operation,error_type,region}",
      "counter ses_retries_total{operation,region}", "counter ses_circuit_breaker_trips_total{}",
      "counter ses_rate_limit_hits_total{}", "counter ses_template_renders_total{template_name}",
      "counter ses_recipients_total{type}",
      "histogram ses_request_duration_seconds{operation,region} 0.01 0.05 0.1 0.25 0.5 1 2.5 5 10 30",
      "histogram ses_request_size_bytes{operation} 1024 10240 102400 1048576 10485760",
      "histogram ses_bulk_batch_size{config_set} 1 5 10 25 50",
      "histogram ses_signing_duration_seconds{} 0.0001 0.0005 0.001 0.005 0.01",
      "gauge ses_active_requests{operation}", "gauge ses_connection_pool_size{}",
      "gauge ses_connection_pool_available{}", "gauge ses_circuit_breaker_state{}",
      "gauge ses_credential_expiry_seconds{}",
    }, found)
  end)

  describe("written into a file", function()
    local folder

    before_each(function() folder = process.folder() end)
    after_each(function() process.remove(folder) end)

    it("is there whole, beside nothing else", function()
      metrics:add("ses_rate_limit_hits_total", 7)
      assert.is_true(metrics:write(folder .. "/ses.prom"))
      assert.equal(metrics:text(), process.read(folder .. "/ses.prom"))
      assert.is_true(metrics:write(folder .. "/ses.prom"))
      assert.equal("ses.prom", process.shell("ls -A " .. folder))
    end)

    it("is never read half", function()
      for i = 1, 2000 do metrics:add("ses_requests_total", 1, "Operation" .. i, "success", "eu-west-1") end
      assert(metrics:write(folder .. "/ses.prom"))
      local size = #metrics:text()
      -- A reader that opens the file again and again while it is written.
      local reader = process.start({ "sh", "-c",
        ("while [ ! -e %s/end ]; do wc -c < %s/ses.prom; done"):format(folder, folder) })
      for _ = 1, 200 do assert(metrics:write(folder .. "/ses.prom")) end
      process.write(folder .. "/end", "")
      assert.equal(0, reader.wait())
      local sizes = 0
      for read in reader.out():gmatch "%d+" do
        assert.equal(size, tonumber(read))
        sizes = sizes + 1
      end
      assert.is_true(sizes > 0)
      reader.remove()
    end)

    it("leaves what was there where it cannot be written", function()
      local written, err = metrics:write(folder .. "/missing/ses.prom")
      assert.is_nil(written)
      assert.same({ "client", "CannotWrite" }, { err.kind, err.code })
      assert.matches("No such file", err.message)
      process.shell("mkdir " .. folder .. "/ses.prom")
      written, err = metrics:write(folder .. "/ses.prom")
      assert.is_nil(written)
      assert.equal("CannotWrite", err.code)
      assert.equal("ses.prom", process.shell("ls -A " .. folder))
      written, err = metrics:write(folder .. "/ses.txt")
      assert.same({ nil, "validation" }, { written, err.kind })
    end)
  end)
end)

describe("the format of a scrape", function()
  local format_for = require("ses.observe.exposition").format_for

  it("is the one that is asked for", function()
    for accept, format in pairs {
      [""] = "prometheus", ["*/*"] = "prometheus", ["text/plain"] = "prometheus",
      ["application/openmetrics-text"] = "openmetrics",
      ["application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
        .. "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"] = "openmetrics",
      ["application/openmetrics-text; version=1.0.0; q=0.2, text/plain; q=0.5"] = "prometheus",
      ["application/openmetrics-text;q=0"] = "prometheus",
      ["application/openmetrics-text;version=0.0.1"] = "prometheus",
    } do
      assert.equal(format, format_for(accept), accept)
    end
    assert.equal("prometheus", format_for(nil))
  end)
end)
