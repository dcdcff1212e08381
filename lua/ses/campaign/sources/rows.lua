--- Recipients out of an iterator of Lua's, such as the campaign file makes of whatever it knows.
--
--     rows = function() return ipairs { "ann@example.com", { email = "bob@example.com", name = "Bob" } } end
--     rows = function() return io.lines "addresses.txt" end
--     rows = function() return coroutine.wrap(function() … coroutine.yield { email = … } … end) end
--
-- The function is called at each reading, and gives what a `for` loop takes. Each step gives a record (a table
-- with names for keys) or an address; where it gives a number first, as `ipairs` does, what follows that. It
-- ends with nil; nil or false and a reason is an error.
-- @module ses.campaign.sources.rows
local errors = require "ses.errors"
local fault = require "ses.campaign.sources.fault"
local value = require "ses.campaign.sources.value"

local rows = {}

local MAX_DEPTH = 200

local Source = { __name = "ses.campaign.sources.rows", name = "audience.rows", unit = "row" }
Source.__index = Source

--- Where records have a column; see ses.campaign.sources.
function Source:locate(column)
  return value.place(column)
end

-- What is wrong with the texts in a value.
local function text_fault(found, depth)
  if type(found) == "string" then return value.text_fault(found) end
  if type(found) ~= "table" then return nil end
  if depth > MAX_DEPTH then return "is nested too deep" end
  for _, inner in pairs(found) do
    local reason = text_fault(inner, depth + 1)
    if reason then return reason end
  end
end

local function one_line(reason)
  if errors.is(reason) then return reason.message end
  return (tostring(reason):gsub("%s*[\r\n]+%s*", " "))
end

-- One step of the iterator: what it gives; nil at the end; nil and an error.
local function step(self)
  local ran, first, second = pcall(self.iterator, self.state, self.control)
  self.row = self.row + 1
  if not ran then return nil, self:fault("the iterator fails: " .. one_line(first)) end
  self.control = first
  if first == nil or first == false then
    if second ~= nil then return nil, self:fault("the iterator fails: " .. one_line(second)) end
    if first == false then return nil, self:fault "the iterator gives false" end
    return nil
  end
  if type(first) == "number" then return second == nil and "" or second end
  return first
end

--- The next record.
function Source:next()
  local given, err = step(self)
  if given == nil then return nil, err end
  if type(given) == "string" then given = { [self.email] = given } end
  if type(given) ~= "table" then
    return nil, self:fault("must be a table or an address, not a " .. type(given))
  end
  for name, found in pairs(given) do
    if type(name) ~= "string" then return nil, self:fault "must have names for keys" end
    local reason = text_fault(found, 1)
    if reason then return nil, self:fault(reason, name) end
  end
  return given
end

--- A record by the names of its fields.
function Source:fields(record)
  return record
end

--- An error at the record that was read last.
Source.fault = fault.at_record

--- Lets go of the iterator.
function Source:close()
  self.iterator = function() return nil end
end

--- Calls the function.
-- @tparam table spec `rows`, `email` (the name under which an address alone is kept)
-- @treturn table|nil see ses.campaign.sources
-- @treturn ?ses.Error
function rows.open(spec)
  local self = setmetatable({ row = 0, email = spec.email }, Source)
  local ran, iterator, state, control = pcall(spec.rows)
  if not ran then return nil, self:fault("fails: " .. one_line(iterator)) end
  local meta = getmetatable(iterator)
  if type(iterator) ~= "function" and not (type(meta) == "table" and meta.__call) then
    return nil, self:fault("must return an iterator, not a " .. type(iterator))
  end
  self.iterator, self.state, self.control = iterator, state, control
  return self
end

return rows
