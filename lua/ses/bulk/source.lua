--- What a bulk run reads from: a list, or an iterator that is asked as it goes.
--
-- An iterator may wait (for a page of SES's, say), and cannot be asked by two tasks at once: one reads, the
-- others wait for their turn.
-- @module ses.bulk.source
local errors = require "ses.errors"

local source = {}

-- Whoever waits for its turn looks up at least this often, should whoever reads be gone.
local LOOK_UP_SECONDS = 5

local Source = {}
Source.__index = Source

local function list_iterator(list)
  local index = 0
  return function()
    index = index + 1
    return list[index]
  end
end

local function iterator_error(reason)
  if errors.is(reason) then return reason end
  return errors.new {
    kind = "client", code = "IteratorFailed", message = "the iterator failed: " .. tostring(reason):match("^[^\r\n]*"),
  }
end

-- The next item and its number, or nil at the end.
local function next_item(self)
  if self.ended then return nil end
  local ok, item, reason = pcall(self.iterator)
  if not ok then item, reason = false, item end
  if item == nil or item == false then
    self.ended = true
    -- An iterator of ses gives false and an error where it cannot go on.
    if item == false then self.failure = iterator_error(reason == nil and "it gave false" or reason) end
    return nil
  end
  self.count = self.count + 1
  return item, self.count
end

--- Makes a source.
-- @tparam table|function given a list, or a function that gives an item a call, nil at the end, and `false,
--   err` where it cannot go on
-- @tparam table host of ses.adapters.host
-- @treturn table|nil
-- @treturn ?string what it must be
function source.new(given, host)
  local is_list = type(given) == "table"
  if not is_list and type(given) ~= "function" then
    return nil, "must be a list or an iterator function, not a " .. type(given)
  end
  return setmetatable({
    iterator = is_list and list_iterator(given) or given, is_list = is_list, size = is_list and #given or nil,
    condition = host.condition(), count = 0,
  }, Source)
end

--- Reads: runs `fill(next)` while nobody else reads, where `next()` gives the next item and its number, or
-- nil. After the end `ended` is true, and `failure` is the error that ended it, if one did.
-- @tparam function fill it must not raise
-- @return what `fill` returns
function Source:read(fill)
  while self.reading do
    local _, err = self.condition:wait(LOOK_UP_SECONDS)
    if errors.is(err) then return nil end
  end
  self.reading = true
  local result = fill(function() return next_item(self) end)
  self.reading = false
  self.condition:broadcast()
  return result
end

return source
