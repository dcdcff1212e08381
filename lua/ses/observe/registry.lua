--- A registry: the metrics of a client, or of several, as they stand.
--
--     local metrics = require("ses.observe").metrics()
--     local client = ses.client { metrics = metrics }
--     print(metrics:text())
--
-- What is counted again and again makes no table and no string here. The number of time series is bounded: of a
-- label whose values come from outside (`config_set`, `template_name`, `region`) so many are told apart, and all
-- further ones are counted under "(other)".
-- @module ses.observe.registry
local catalogue = require "ses.observe.catalogue"
local errors = require "ses.errors"
local exposition = require "ses.observe.exposition"
local keys = require "ses.keys"
local whole_file = require "ses.whole_file"

local registry = {}

--- The value that stands for those beyond the bound.
registry.OTHER = "(other)"

local MAX_LABEL_VALUES = 100

local Metrics = { __name = "ses.Metrics" }
Metrics.__index = Metrics

local function new_series(description, values)
  if description.kind ~= "histogram" then return { values = values, value = 0 } end
  local counts = {}
  for i = 1, #description.buckets + 1 do counts[i] = 0 end
  return { values = values, counts = counts, sum = 0 }
end

local function new_family(description)
  local family = { description = description, labels = description.labels, list = {}, tree = {} }
  if #family.labels == 0 then
    family.only = new_series(description, {})
    family.list[1] = family.only
  end
  return family
end

-- ---- the bound ----

local function say_full(self, label)
  if self.said[label] then return end
  self.said[label] = true
  if self.shared and not self.shared:says_first(label) then return end
  self.warn(("metrics: more than %d values of %s: further ones are counted under %s"):format(
    self.max_label_values, label, registry.OTHER))
end

-- Whether a value that is new here is told apart.
local function is_admitted(self, label, value)
  local known = self.known[label]
  if known.values[value] then return true end
  local room
  if self.shared then
    room = self.shared:admit(label, value, self.max_label_values)
  else
    room = known.count < self.max_label_values
  end
  if not room then
    say_full(self, label)
    return false
  end
  known.values[value] = true
  known.count = known.count + 1
  return true
end

local function label_value(self, label, value)
  value = tostring(value)
  if not catalogue.open_labels[label] or value == registry.OTHER then return value end
  return is_admitted(self, label, value) and value or registry.OTHER
end

-- ---- series ----

local function find(family, a, b, c)
  local node = family.tree[a]
  local depth = #family.labels
  if depth > 1 then node = node and node[b] end
  if depth > 2 then node = node and node[c] end
  return node
end

local function make(self, family, ...)
  local values, labels = { ... }, family.labels
  for i, label in ipairs(labels) do values[i] = label_value(self, label, values[i]) end
  local series = find(family, values[1], values[2], values[3])
  if series then return series end
  series = new_series(family.description, values)
  local node = family.tree
  for i = 1, #labels - 1 do
    node[values[i]] = node[values[i]] or {}
    node = node[values[i]]
  end
  node[values[#labels]] = series
  family.list[#family.list + 1] = series
  return series
end

-- The series of a counter or a histogram, made where it is new: { values =, value = } or
-- { values =, counts =, sum = }.
function Metrics:series(name, a, b, c)
  local family = self.families[name]
  return family.only or find(family, a, b, c) or make(self, family, a, b, c)
end

--- Adds to a counter.
-- @tparam string name
-- @tparam number number
-- @param a the value of its first label
-- @param b that of its second
-- @param c that of its third
function Metrics:add(name, number, a, b, c)
  local series = self:series(name, a, b, c)
  series.value = series.value + number
  if self.changed then self.changed() end
end

--- Observes a value in a histogram.
-- @tparam string name
-- @tparam number value
-- @param a the value of its first label
-- @param b that of its second
-- @param c that of its third
function Metrics:observe(name, value, a, b, c)
  local series = self:series(name, a, b, c)
  local buckets, counts = self.families[name].description.buckets, series.counts
  local i = 1
  while buckets[i] and value > buckets[i] do i = i + 1 end
  counts[i] = counts[i] + 1
  series.sum = series.sum + value
  if self.changed then self.changed() end
end

-- ---- gauges ----

--- Has gauges read whenever the metrics are: `source:gauges(readings)` calls `readings:put(name, value, label value)`.
-- It is held weakly.
-- @tparam table source
function Metrics:add_source(source) self.sources[source] = true end

--- The source has no gauges any more.
-- @tparam table source
function Metrics:remove_source(source) self.sources[source] = nil end

local COMBINE = {
  sum = function(a, b) return a + b end, max = math.max, min = math.min,
}

-- Puts a gauge into `found` (name → label value → number), together with what is there.
local function combine(found, name, value, label)
  local of_name = found[name] or {}
  found[name] = of_name
  label = label or ""
  local before = of_name[label]
  of_name[label] = before and COMBINE[catalogue.by_name[name].combine](before, value) or value
end

local Readings = {}
Readings.__index = Readings

function Readings:put(name, value, label) combine(self.found, name, value, label) end

--- The gauges of this process as they are now.
-- @treturn table name → label value ("" without a label) → number
function Metrics:read_gauges()
  local readings = setmetatable({ found = {} }, Readings)
  for source in pairs(self.sources) do source:gauges(readings) end
  return readings.found
end

-- Takes a gauge of another process's, with what other processes said of it.
function Metrics:put_gauge(name, value, label)
  self.gauges = self.gauges or {}
  combine(self.gauges, name, value, label)
end

-- ---- reading ----

local function less(a, b)
  for i, value in ipairs(a.values) do
    if value ~= b.values[i] then return value < b.values[i] end
  end
  return false
end

local function gauge_samples(values, labelled)
  local samples = {}
  for _, label in ipairs(keys.sorted(values or {})) do
    samples[#samples + 1] = { values = labelled and { label } or {}, value = values[label] }
  end
  return samples
end

--- The metrics as they stand; in nginx those of all workers.
-- @treturn table list of { description = a ses.MetricDescription, samples = list of { values = of the labels,
--   value = } or, of a histogram, { values =, counts = of each bucket and of what lies beyond, sum = } }
function Metrics:snapshot()
  local source = self
  if self.shared then source = self.shared:merged(registry.new { max_label_values = math.huge }) end
  local gauges, list = source.gauges or source:read_gauges(), {}
  for i, description in ipairs(catalogue.list) do
    local samples
    if description.kind == "gauge" then
      samples = gauge_samples(gauges[description.name], #description.labels > 0)
    else
      samples = {}
      for k, series in ipairs(source.families[description.name].list) do samples[k] = series end
      table.sort(samples, less)
    end
    list[i] = { description = description, samples = samples }
  end
  return list
end

--- The metrics as text, for a scrape.
-- @tparam ?string format "prometheus" (text format 0.0.4, the default) or "openmetrics" (1.0.0)
-- @treturn string
function Metrics:text(format)
  return exposition.text(self:snapshot(), format)
end

local function is_prom(path) return type(path) == "string" and path:find("%.prom$") ~= nil end

local function path_fault(name)
  return errors.validation { { path = name, message = "must be a path that ends in .prom" } }
end

--- Writes the metrics into a file for the textfile collector of node_exporter: under a temporary name in the same
-- folder, which is renamed, so that nobody reads half of it. Not for nginx, whose workers must not wait for a disk.
-- @tparam string path it must end in `.prom`, since node_exporter reads no other
-- @treturn boolean|nil true
-- @treturn ?ses.Error kind "validation" for another path; code "CannotWrite"
function Metrics:write(path)
  if not is_prom(path) then return nil, path_fault "path" end
  return whole_file.write(path, function(write) return write(self:text()) end)
end

--- Writes the metrics into the file that the registry was made with, where there is one. A client that counts in it
-- does so as it is closed.
-- @treturn boolean|nil true
-- @treturn ?ses.Error code "CannotWrite"
function Metrics:flush()
  if not self.textfile then return true end
  return self:write(self.textfile)
end

function Metrics:__tostring()
  local count = 0
  for _, family in pairs(self.families) do count = count + #family.list end
  return ("ses.Metrics (%d series)"):format(count)
end

--- Makes a registry.
-- @tparam ?table options `max_label_values` of each label whose values come from outside (100); `warn`
--   function(text), told once of a label that has more (nobody); `textfile`, where `flush` writes to
-- @treturn ses.Metrics
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "validation", for the path of `textfile`
function registry.new(options)
  options = options or {}
  if options.textfile ~= nil and not is_prom(options.textfile) then return nil, path_fault "textfile" end
  local self = {
    families = {}, known = {}, said = {}, sources = setmetatable({}, { __mode = "k" }),
    max_label_values = options.max_label_values or MAX_LABEL_VALUES, warn = options.warn or function() end,
    textfile = options.textfile,
  }
  for _, description in ipairs(catalogue.list) do
    if description.kind ~= "gauge" then self.families[description.name] = new_family(description) end
  end
  for label in pairs(catalogue.open_labels) do self.known[label] = { values = {}, count = 0 } end
  return setmetatable(self, Metrics)
end

--- Whether a value is a registry.
-- @param value
-- @treturn boolean
function registry.is(value)
  return type(value) == "table" and getmetatable(value) == Metrics
end

return registry
