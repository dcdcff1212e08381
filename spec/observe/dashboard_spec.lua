-- The Grafana dashboard against the metrics that there are.
local catalogue = require "ses.observe.catalogue"
local json = require "ses.model.json"
local process = require "spec.support.process"

local SUFFIXES = { "_bucket", "_sum", "_count" }

-- The metric that a series belongs to, by its name.
local function metric_of(name)
  local found = catalogue.by_name[name]
  if found then return found.kind ~= "histogram" and found or nil end
  for _, suffix in ipairs(SUFFIXES) do
    local base = name:sub(-#suffix) == suffix and catalogue.by_name[name:sub(1, -#suffix - 1)]
    if base and base.kind == "histogram" then return base, suffix end
  end
end

describe("examples/grafana/dashboard.json", function()
  local dashboard = assert(json.decode(process.read "examples/grafana/dashboard.json"))

  local function each_target(visit)
    for _, panel in ipairs(dashboard.panels) do
      for _, target in ipairs(panel.targets or {}) do visit(target, panel) end
    end
  end

  it("uses metrics that there are, and all of them", function()
    local used = {}
    each_target(function(target)
      for name in target.expr:gmatch "ses_[%w_]+" do
        local metric = metric_of(name)
        assert.is_truthy(metric, name)
        used[metric.name] = true
      end
    end)
    for _, metric in ipairs(catalogue.list) do assert.is_true(used[metric.name], metric.name) end
    for _, variable in ipairs(dashboard.templating.list) do
      local query = type(variable.query) == "table" and variable.query.query
      if query then assert.is_truthy(metric_of(query:match "ses_[%w_]+"), query) end
    end
  end)

  it("asks by labels that its metrics have, and shows no other", function()
    local asked = 0
    each_target(function(target)
      local by = {}
      for labels, name in target.expr:gmatch "by %(([^)]*)%) [^s]*%(?r?a?t?e?%(?(ses_[%w_]+)" do
        local metric, suffix = metric_of(name)
        local has = { le = suffix == "_bucket" }
        for _, label in ipairs(metric.labels) do has[label] = true end
        for label in labels:gmatch "[%w_]+" do
          assert.is_true(has[label], name .. " by " .. label)
          by[label], asked = true, asked + 1
        end
      end
      for label in target.legendFormat:gmatch "{{([%w_]+)}}" do assert.is_true(by[label], target.expr) end
    end)
    assert.is_true(asked > 10)
  end)

  it("has panels that do not lie upon each other, each with an id of its own", function()
    local taken, ids = {}, {}
    for _, panel in ipairs(dashboard.panels) do
      assert.is_nil(ids[panel.id])
      ids[panel.id] = true
      local at = panel.gridPos
      assert.is_true(at.x + at.w <= 24)
      for x = at.x, at.x + at.w - 1 do
        for y = at.y, at.y + at.h - 1 do
          assert.is_nil(taken[x .. " " .. y], panel.title)
          taken[x .. " " .. y] = true
        end
      end
    end
  end)
end)
