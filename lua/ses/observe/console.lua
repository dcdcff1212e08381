--- Traces for a person: one line a span, as a tree, as soon as a call has ended.
-- @module ses.observe.console
local charset = require "ses.mail.charset"
local keys = require "ses.keys"

local console = {}

local Console = { __name = "ses.ConsoleExporter" }
Console.__index = Console

local function text_of(value)
  local text = type(value) == "number" and ("%.14g"):format(value) or tostring(value)
  return (charset.scrub(text):gsub("%c", "?"))
end

local function attributes_of(span)
  local parts = {}
  for i, name in ipairs(keys.sorted(span.attributes)) do
    parts[i] = (" %s=%s"):format(name, text_of(span.attributes[name]))
  end
  return table.concat(parts)
end

local function line_of(trace, span, depth)
  return ("%s%s%s %.3f ms%s%s"):format(("  "):rep(depth), span.name, depth == 0 and " " .. trace.trace_id or "",
    (span.to - span.from) * 1000, span.failed and " ERROR" or "", attributes_of(span))
end

--- Takes the trace of a call that has ended.
-- @tparam ses.Trace trace
function Console:add(trace)
  local depths, lines = {}, {}
  for i, span in ipairs(trace.spans) do
    depths[span.id] = span.parent and depths[span.parent] + 1 or 0
    lines[i] = line_of(trace, span, depths[span.id])
  end
  self.written = self.written + #lines
  self.write(table.concat(lines, "\n"))
end

--- Does nothing: nothing is kept back.
function Console:poll() end

--- Nothing is kept back.
-- @treturn boolean true
function Console:flush() return true end

--- See `ses.observe.exporter`.
function Console:stats() return { queued = 0, sent = self.written, dropped = 0 } end

--- Makes an exporter.
-- @tparam function write function(text) where the lines go
-- @treturn ses.ConsoleExporter
function console.new(write) return setmetatable({ write = write, written = 0 }, Console) end

return console
