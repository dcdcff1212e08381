--- Recipients out of a CSV file: a record is the list of its fields, and a column's place a position in it.
-- @module ses.campaign.sources.csv
local csv = require "ses.campaign.csv"
local suggest = require "ses.suggest"

local csv_source = {}

local Source = { __name = "ses.campaign.sources.csv", unit = "row" }
Source.__index = Source

--- Where records have a column; see ses.campaign.sources.
function Source:locate(column, field)
  local reader = self.reader
  local position = reader.index[column]
  if position then return position end
  local message = ("has no column '%s'%s"):format(column, suggest.hint(column, reader.index))
  if #reader.columns == 1 and reader.columns[1]:find("[;\t|]") then
    message = message .. "; are the columns separated by another character? See audience.separator"
  end
  if field then message = message .. " (" .. field .. ")" end
  return nil, csv.fault(reader.name, { row = 1 }, message)
end

--- The next record.
function Source:next()
  local record, err = self.reader:next()
  self.row = self.reader.row
  return record, err
end

--- A record by the names of its columns.
function Source:fields(record)
  local fields = {}
  for column, position in pairs(self.reader.index) do fields[column] = record[position] end
  return fields
end

--- An error at the record that was read last.
function Source:fault(message, column)
  local reader = self.reader
  return csv.fault(reader.name, { row = reader.row, line = reader.line, field = column }, message)
end

--- Closes the file.
function Source:close()
  self.reader:close()
end

--- Opens it.
-- @tparam table spec `csv` (path), `separator`
-- @tparam table ports `on_chunk`
-- @treturn table|nil see ses.campaign.sources
-- @treturn ?ses.Error
function csv_source.open(spec, ports)
  local reader, err = csv.open(spec.csv, { separator = spec.separator, on_chunk = ports.on_chunk })
  if not reader then return nil, err end
  return setmetatable({ reader = reader, name = reader.name, columns = reader.columns }, Source)
end

return csv_source
