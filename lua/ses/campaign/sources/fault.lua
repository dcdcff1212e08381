--- Errors of what an audience, or a list of addresses, is read from.
-- @module ses.campaign.sources.fault
local errors = require "ses.errors"

local fault = {}

local function place(row, line)
  if row == line then return "row " .. row end
  return ("row %d (line %d)"):format(row, line)
end

--- Makes the error for a fault in a source.
-- @tparam string name of the source
-- @tparam ?table at { row =, line =, field = }, as far as they are known
-- @tparam string message
-- @treturn ses.Error "people.jsonl, row 12, field 'email': …", with `file`, `row`, `line` and `field`
function fault.new(name, at, message)
  local text = { name }
  if at and at.row then text[#text + 1] = ", " .. place(at.row, at.line or at.row) end
  if at and at.field then text[#text + 1] = ", field '" .. at.field .. "'" end
  text[#text + 1] = ": " .. message
  return errors.new {
    kind = "validation", code = "InvalidAudience", message = table.concat(text), file = name,
    row = at and at.row, line = at and at.line, field = at and at.field,
  }
end

--- The method `fault` of a source that counts its records in `row`: an error about the one that was read last.
-- @tparam table source
-- @tparam string message
-- @tparam ?string field
-- @treturn ses.Error
function fault.at_record(source, message, field)
  return fault.new(source.name, { row = source.row > 0 and source.row or nil, field = field }, message)
end

return fault
