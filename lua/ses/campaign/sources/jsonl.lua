--- Recipients out of a file of JSON lines: one object a line (https://jsonlines.org).
--
-- Nested data, numbers and lists stay what they are. A key that stands twice in an object counts with its last
-- value.
-- @module ses.campaign.sources.jsonl
local json = require "ses.model.json"
local lines = require "ses.campaign.sources.lines"
local value = require "ses.campaign.sources.value"

local find = string.find

local jsonl = {}

local Source = { __name = "ses.campaign.sources.jsonl", unit = "row" }
Source.__index = Source

--- Where records have a column; see ses.campaign.sources.
function Source:locate(column)
  return value.place(column)
end

local KINDS = { ["["] = "a list", ['"'] = "a text" }

--- The next record; `json` is its own text.
function Source:next()
  local line, err = self.lines:next()
  self.row = self.lines.row
  if not line then return nil, err end
  local record, reason = json.decode(line, true)
  if record == nil then
    return nil, self:fault(("is no JSON, of which each line must hold one whole object: %s"):format(reason))
  end
  local first = line:match("^[ \t]*(.)")
  if first ~= "{" then
    return nil, self:fault(("must be an object, {…}, not %s"):format(KINDS[first] or "a single value"))
  end
  -- Control characters within strings, which the decoder lets pass, no other reader would take.
  self.json = not find(line, "%c") and line or nil
  return record
end

--- A record by the names of its fields.
function Source:fields(record)
  return record
end

--- An error at the line that was read last.
function Source:fault(message, field)
  return self.lines:fault(message, field)
end

--- Closes the file.
function Source:close()
  self.lines:close()
end

--- Opens it.
-- @tparam table spec `jsonl` (path)
-- @tparam table ports `on_chunk`
-- @treturn table|nil see ses.campaign.sources
-- @treturn ?ses.Error
function jsonl.open(spec, ports)
  local opened, err = lines.open(spec.jsonl, ports.on_chunk)
  if not opened then return nil, err end
  return setmetatable({ lines = opened, name = opened.name }, Source)
end

return jsonl
