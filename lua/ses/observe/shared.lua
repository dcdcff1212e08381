--- A registry in each of several processes that are one to who reads them: the workers of an nginx.
--
-- A worker counts in its own memory and adds what is new to numbers that all share, every second; what it counts
-- while it is about to end it adds at once. So a worker that is killed takes the last second's counts along, and
-- nothing else; the numbers outlast workers, and reloads of nginx. Gauges are each worker's own: it writes them
-- every second, and they end a few seconds after it.
-- @module ses.observe.shared
local catalogue = require "ses.observe.catalogue"
local json = require "ses.model.json"

local shared = {}

local FLUSH_SECONDS = 1
-- A worker that is too busy to write its gauges for so long counts as gone.
local GAUGE_SECONDS = 5

local Shared = { __name = "ses.SharedMetrics" }
Shared.__index = Shared

-- ---- keys: a kind, the metric, what is counted of it, and the labels' values, as JSON ----

local function key_of(kind, name, part, values)
  local parts = { kind, name, part }
  for _, value in ipairs(values) do parts[#parts + 1] = value end
  return json.encode(parts)
end

-- ---- writing ----

local function add(self, key, number)
  if self.counters:add(key, number) then return true end
  if not self.said_full then
    self.said_full = true
    self.counters.warn("metrics: the shared dictionary is full, so that new time series are not counted")
  end
  return false
end

-- Adds what a number of a series has more than was added before.
local function flush_number(self, keys, id, name, values, number)
  local flushed = keys[id]
  if not flushed then
    flushed = { key = key_of("c", name, id, values), number = 0 }
    keys[id] = flushed
  end
  if number == flushed.number then return end
  if add(self, flushed.key, number - flushed.number) then flushed.number = number end
end

local function flush_series(self, name, series)
  local keys = self.flushed[series]
  if not keys then
    keys = {}
    self.flushed[series] = keys
  end
  if series.value then return flush_number(self, keys, "value", name, series.values, series.value) end
  for i, count in ipairs(series.counts) do flush_number(self, keys, i, name, series.values, count) end
  flush_number(self, keys, "sum", name, series.values, series.sum)
end

local function flush_gauges(self)
  for name, of_name in pairs(self.metrics:read_gauges()) do
    for label, value in pairs(of_name) do
      self.counters:put(key_of("g", name, self.counters:process(), { label }), value, GAUGE_SECONDS)
    end
  end
end

--- Adds what is new to what all share.
-- @tparam ?boolean ended whether this process is about to end, and has no gauges any more
function Shared:flush(ended)
  for name, family in pairs(self.metrics.families) do
    for _, series in ipairs(family.list) do flush_series(self, name, series) end
  end
  if not ended then flush_gauges(self) end
end

local function forget_gauges(self)
  for name, of_name in pairs(self.metrics:read_gauges()) do
    for label in pairs(of_name) do
      self.counters:remove(key_of("g", name, self.counters:process(), { label }))
    end
  end
end

local function tick(self, ended)
  self:flush(ended)
  if not ended then return end
  forget_gauges(self)
  -- Requests may still be on their way here, and no timer runs any more.
  self.metrics.changed = function() self:flush(true) end
end

-- Where no timer can be started yet, with the first count that comes where one can.
local function start(self)
  if not self.counters:every(FLUSH_SECONDS, function(ended) tick(self, ended) end) then return end
  self.metrics.changed = nil
end

-- ---- the bound ----

--- Whether a label's value is one of those that all of the processes tell apart.
-- @tparam string label
-- @tparam string value
-- @tparam integer most
-- @treturn boolean
function Shared:admit(label, value, most)
  local key = json.encode { "v", label, value }
  if self.full[label] then return self.counters:has(key) end
  if not self.counters:claim(key) then return self.counters:has(key) end
  -- Places are numbered: whoever takes one has it, whatever the others do.
  for place = 1, most do
    if self.counters:claim(json.encode { "p", label, place }) then return true end
  end
  self.counters:remove(key)
  self.full[label] = true
  return false
end

--- Whether this process is the first to say that a label has too many values.
function Shared:says_first(label) return self.counters:claim(json.encode { "s", label }) end

-- ---- reading ----

local function take_counter(target, key, number)
  local name, part, values = key[2], key[3], { key[4], key[5], key[6] }
  local family = target.families[name]
  if not family or #key - 3 ~= #family.labels then return end
  local series = target:series(name, values[1], values[2], values[3])
  if part == "value" and series.value then
    series.value = number
  elseif part == "sum" and series.sum then
    series.sum = number
  elseif series.counts and series.counts[part] then
    series.counts[part] = number
  end
end

--- The metrics of all processes.
-- @tparam ses.Metrics target an empty registry, which takes them
-- @treturn ses.Metrics it
function Shared:merged(target)
  self:flush()
  target.gauges = {}
  self.counters:each(function(text, number)
    local key = json.decode(text)
    if key[1] == "c" then
      take_counter(target, key, number)
    elseif key[1] == "g" and catalogue.by_name[key[2]] then
      target:put_gauge(key[2], number, key[4])
    end
  end)
  return target
end

--- Makes a registry one with those of other processes.
-- @tparam ses.Metrics metrics
-- @tparam table counters what they share, such as ses.adapters.nginx_counters
function shared.attach(metrics, counters)
  local self = setmetatable({
    metrics = metrics, counters = counters, flushed = {}, full = {},
  }, Shared)
  metrics.shared = self
  metrics.changed = function() start(self) end
  start(self)
end

return shared
