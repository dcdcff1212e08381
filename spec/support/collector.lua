--- A collector of spans for specs: a server that takes OTLP over HTTP, and what it was given.
local json = require "ses.model.json"
local scripted = require "spec.support.scripted"

local collector = {}

local Collector = {}
Collector.__index = Collector

local function value_of(value)
  if value.intValue then return tonumber(value.intValue) end
  return value.stringValue or value.doubleValue or value.boolValue
end

local function map_of(list)
  local map = {}
  for _, one in ipairs(list) do map[one.key] = value_of(one.value) end
  return map
end

local function add_span(list, span)
  span.attributes, span.error = map_of(span.attributes), span.status and span.status.code == 2
  -- Nanoseconds since the same second, which a double can hold.
  span.from, span.to = tonumber(span.startTimeUnixNano:sub(6)), tonumber(span.endTimeUnixNano:sub(6))
  list[#list + 1] = span
end

--- The spans of request bodies, with `attributes` as a table, `error`, `from` and `to`.
function collector.spans_of(bodies)
  local list = {}
  for _, body in ipairs(bodies) do
    for _, resource in ipairs(json.decode(body).resourceSpans) do
      for _, scope in ipairs(resource.scopeSpans) do
        for _, span in ipairs(scope.spans) do add_span(list, span) end
      end
    end
  end
  return list
end

-- What was asked, as of spec.support.scripted.
function Collector:played() return self.server:played() end

function Collector:bodies()
  local list = {}
  for i, request in ipairs(self:played()) do list[i] = request.body end
  return list
end

--- All spans that were delivered.
function Collector:spans() return collector.spans_of(self:bodies()) end

--- The answers to come; the last of them for all further ones is none.
function Collector:script(...) self.server:script(...) end

--- Takes everything from now on, and forgets what was before.
function Collector:take_all(answer)
  self.server:repeated(200, answer or { status = 200, body = "{}" })
end

function Collector:stop() self.server:stop() end

--- The spans below one, as text: "name(name name(name))".
function collector.tree(spans, parent)
  local parts = {}
  for _, span in ipairs(spans) do
    if span.parentSpanId == parent then
      local below = collector.tree(spans, span.spanId)
      parts[#parts + 1] = span.name:gsub("^ses%.", "") .. (below ~= "" and "(" .. below .. ")" or "")
    end
  end
  return table.concat(parts, " ")
end

--- The spans of a name.
function collector.named(spans, name)
  local list = {}
  for _, span in ipairs(spans) do
    if span.name == name then list[#list + 1] = span end
  end
  return list
end

--- Starts one that takes everything; `collector.url` is where to.
function collector.start()
  local server = scripted.start()
  local self = setmetatable({ server = server, url = server.url .. "/play/v1/traces" }, Collector)
  self:take_all()
  return self
end

return collector
