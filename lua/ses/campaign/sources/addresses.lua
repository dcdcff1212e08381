--- A file of addresses, as lists of unsubscribes come: one a line, or a CSV file whose header has a column "email".
-- @module ses.campaign.sources.addresses
local csv = require "ses.campaign.sources.csv"
local lines = require "ses.campaign.sources.lines"

local addresses = {}

local SEPARATORS = { ",", ";", "\t", "|" }

local Source = { __name = "ses.campaign.sources.addresses", unit = "line" }
Source.__index = Source

--- Where records have a column: each is its line.
function Source.locate()
  return 1
end

--- The next record.
function Source:next()
  local line, err
  if self.first then
    line, self.first = self.first, nil
  else
    line, err = self.lines:next()
    self.row = self.lines.row
  end
  if not line then return nil, err end
  return { line }
end

--- An error at the line that was read last.
function Source:fault(message)
  return self.lines:fault(message)
end

--- Closes the file.
function Source:close()
  self.lines:close()
end

-- The separator and the column of addresses, where a line is a header that names one.
local function header_of(line)
  if line:find("@", 1, true) then return nil end
  for _, separator in ipairs(SEPARATORS) do
    for field in (line .. separator):gmatch("([^" .. separator .. "]*)" .. separator) do
      local name = field:match '^%s*"?(.-)"?%s*$'
      if name:lower() == "email" then return separator, name end
    end
  end
end

--- Opens a file.
-- @tparam string path
-- @treturn table|nil see ses.campaign.sources
-- @treturn ses.Error|string the column of addresses
function addresses.open(path)
  local opened, err = lines.open(path)
  if not opened then return nil, err end
  local first
  first, err = opened:next()
  local separator, column
  if first then separator, column = header_of(first) end
  if not err and not separator then
    return setmetatable({ lines = opened, name = opened.name, first = first, row = opened.row }, Source), "email"
  end
  opened:close()
  if err then return nil, err end
  local source
  source, err = csv.open({ csv = path, separator = separator }, {})
  return source, source and column or err
end

return addresses
