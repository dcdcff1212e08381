-- Counts what is equal, and holds what differs against the list of sdk_differences.lua.
local known = require "spec.peers.sdk_differences"

local sdk_tally = {}

local Tally = {}
Tally.__index = Tally

-- For cases of these parts. `tally.unknown` is the list of differences that no row knows, as texts.
function sdk_tally.new(parts)
  return setmetatable({ parts = parts, calls = {}, equal = {}, operations = {}, unknown = {}, met = {} }, Tally)
end

local function contains(list, wanted)
  for _, item in ipairs(list) do
    if item == wanted then return true end
  end
  return false
end

local function kind_of(field) return (field:gsub(" %(.*$", "")) end

local function row_fits(row, case, difference)
  return row.part == case.part
    and (not row.operations or contains(row.operations, case.operation))
    and (not row.variant or case.variant:find(row.variant) ~= nil)
    and contains(row.fields, kind_of(difference.field))
    and (not row.sdk or difference.sdk:find(row.sdk) ~= nil)
    and (not row.ses or difference.ses:find(row.ses) ~= nil)
end

-- The header's row, where that is what differs.
local function header_of(difference)
  local name = difference.field:match("^signed header (.*)$")
  for _, row in ipairs(name and known.headers or {}) do
    if row.name == name and difference[row.signed_by] == "signed" then return row end
  end
end

local function meet(tally, row, ...)
  local met = tally.met[row] or {}
  tally.met[row] = met
  for _, what in ipairs { ... } do met[what] = true end
end

local function note(tally, case, difference)
  local fits = false
  for _, row in ipairs(known.rows) do
    if row_fits(row, case, difference) then
      fits = true
      meet(tally, row, kind_of(difference.field), case.operation)
    end
  end
  if fits then return end
  tally.unknown[#tally.unknown + 1] = ("%s, %s, %s: %s\n    sdk %s\n    ses %s"):format(case.part, case.operation,
    case.variant, difference.field, difference.sdk, difference.ses)
end

-- Takes in a case with the list of its differences.
function Tally:add(case, differences)
  local part, equal = case.part, true
  for _, difference in ipairs(differences) do
    local header = header_of(difference)
    if header then
      meet(self, header)
    else
      equal = false
      note(self, case, difference)
    end
  end
  self.calls[part] = (self.calls[part] or 0) + 1
  if equal then self.equal[part] = (self.equal[part] or 0) + 1 end
  local operations = self.operations[part] or {}
  self.operations[part] = operations
  operations[case.operation] = equal and operations[case.operation] ~= false
end

-- { calls =, equal_calls =, operations =, equal_operations = } of a part.
function Tally:counts(part)
  local counts = {
    calls = self.calls[part] or 0, equal_calls = self.equal[part] or 0, operations = 0, equal_operations = 0,
  }
  for _, equal in pairs(self.operations[part] or {}) do
    counts.operations = counts.operations + 1
    if equal then counts.equal_operations = counts.equal_operations + 1 end
  end
  return counts
end

-- The rows, and what of them, that no difference answered to, as a text.
function Tally:unmet()
  local list = {}
  for _, row in ipairs(known.headers) do
    if not self.met[row] then list[#list + 1] = "signed header " .. row.name end
  end
  for _, row in ipairs(known.rows) do
    for _, group in ipairs { row.fields, row.operations or {} } do
      for _, what in ipairs(group) do
        if not (self.met[row] and self.met[row][what]) then
          list[#list + 1] = ("%s, %s (%s)"):format(row.part, what, row.why)
        end
      end
    end
  end
  return table.concat(list, "\n")
end

function Tally:__tostring()
  local lines = { ("  %-24s %18s %18s"):format("", "operations equal", "calls equal") }
  for _, part in ipairs(self.parts) do
    local counts = self:counts(part)
    lines[#lines + 1] = ("  %-24s %18s %18s"):format(part, counts.equal_operations .. " / " .. counts.operations,
      counts.equal_calls .. " / " .. counts.calls)
  end
  lines[#lines + 1] = ("  spec/peers/sdk_differences.lua lists what is not equal: %d rows, each with a reason"):format(
    #known.rows + #known.headers)
  return table.concat(lines, "\n")
end

return sdk_tally
