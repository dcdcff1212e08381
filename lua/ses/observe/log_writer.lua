--- Lines of the log on their way to a sink, which can do no harm to the work that they tell of: what it raises is
-- caught, and the time that it takes is not the call's.
-- @module ses.observe.log_writer
local json = require "ses.model.json"
local redact = require "ses.observe.redact"
local timestamp = require "ses.model.timestamp"

local log_writer = {}

--- The levels, each with its rank.
log_writer.RANK = { error = 1, warn = 2, info = 3, debug = 4, trace = 5 }

-- A sink that takes longer for a line gets none for ten times as long.
local SLOW_SECONDS, REST = 0.1, 10

-- Fields that a line can be without, where it would be too long for its sink.
local LONG = { "request_body", "response_body", "request_headers", "response_headers", "signing" }

local Writer = { __name = "ses.LogWriter" }
Writer.__index = Writer

local HEADS = {}
for _, field in ipairs(redact.fields) do HEADS[field.name] = json.quote(field.name) .. ":" end

local function line_of(entry, names)
  local parts = {}
  for i, name in ipairs(names) do
    local value = entry[name]
    parts[i] = HEADS[name] .. (type(value) == "string" and json.quote(value) or assert(json.encode(value)))
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

-- The line without those fields.
local function shortened(entry, names)
  for _, name in ipairs(LONG) do entry[name] = nil end
  entry.truncated = true
  local left = {}
  for _, name in ipairs(names) do
    if entry[name] ~= nil and name ~= "truncated" then left[#left + 1] = name end
  end
  left[#left + 1] = "truncated"
  return line_of(entry, left)
end

local function deliver(self, level, fields)
  local sink = self.sink
  local entry, names = redact.entry(fields)
  local line = line_of(entry, names)
  if sink.max_line_bytes and #line > sink.max_line_bytes then line = shortened(entry, names) end
  sink:log(level, line, entry)
end

-- What the sink has taken of a call's time is given back to it.
local function give_back(call, seconds)
  if call and call.deadline then call.deadline = call.deadline + seconds end
end

-- The time as in timestamp.iso8601; of a second that lines have been of already, its milliseconds alone are new.
function Writer:stamp()
  local now = self.clock.now()
  local second = math.floor(now)
  if second ~= self.second then
    self.second, self.second_text = second, timestamp.iso8601(second):sub(1, -2)
  end
  return ("%s.%03dZ"):format(self.second_text, math.floor((now - second) * 1000))
end

--- Writes a line. Nothing is raised.
-- @tparam string level
-- @tparam table fields of `ses.observe.redact`, as they are
-- @tparam ?table call the state of the call that they are of
function Writer:write(level, fields, call)
  -- A sink that itself sends by the client tells nothing of that.
  local thread = coroutine.running() or "main"
  local from = self.clock.monotonic()
  if self.inside[thread] or from < self.rests_until then
    self.left_out = self.left_out + 1
    return
  end
  fields.timestamp, fields.level = self:stamp(), level
  fields.left_out = self.left_out > 0 and self.left_out or nil
  self.inside[thread] = true
  local written = pcall(deliver, self, level, fields)
  self.inside[thread] = nil
  self.left_out = written and 0 or self.left_out + 1
  local seconds = self.clock.monotonic() - from
  if seconds > SLOW_SECONDS then self.rests_until = from + seconds * (1 + REST) end
  give_back(call, seconds)
end

--- Tries once to say how many lines were left out since the last one that the sink has taken.
-- @tparam table fields of the line that says it
-- @treturn integer how many are left that nobody was told of
function Writer:flush(fields)
  if self.left_out == 0 then return 0 end
  self.rests_until = -math.huge
  local missing = self.left_out
  self:write("warn", fields)
  return self.left_out == 0 and 0 or missing
end

--- Makes a writer.
-- @tparam table sink a port of ses.ports; its `max_line_bytes`, where it has one, is how long a line may be
-- @tparam table clock the clock port
-- @treturn ses.LogWriter
function log_writer.new(sink, clock)
  return setmetatable({
    sink = sink, clock = clock, inside = setmetatable({}, { __mode = "k" }), left_out = 0, rests_until = -math.huge,
  }, Writer)
end

return log_writer
