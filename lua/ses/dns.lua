--- DNS records as text: the presentation format of zone files (RFC 1035, section 5.1).
--
-- A record is { type =, name =, value =, ttl =, priority = } (the last for MX), its names without the dot at
-- their end; what else is in it is left alone. `client.identities:dns_records` gives such records.
-- @module ses.dns
local dns = {}

local STRING_MAX = 255 -- octets of one character-string, RFC 1035, section 3.3

local function decimal(char) return ("\\%03d"):format(char:byte()) end

-- A name as it stands in a zone file, absolute. Dots part its labels; all but what host names have is escaped.
local function absolute(name)
  return (name:gsub("%.$", ""):gsub("[^%w%-_.*]", decimal)) .. "."
end

--- The text of a TXT record as its strings of at most 255 octets, quoted.
-- @tparam string text
-- @treturn string such as `"v=DMARC1; p=none;"`
function dns.txt(text)
  local strings = {}
  for from = 1, math.max(#text, 1), STRING_MAX do
    local piece = text:sub(from, from + STRING_MAX - 1)
    strings[#strings + 1] = '"' .. piece:gsub('[\\"]', "\\%0"):gsub("[^ -~]", decimal) .. '"'
  end
  return table.concat(strings, " ")
end

local DATA = {
  TXT = function(record) return dns.txt(record.value) end,
  MX = function(record) return ("%d %s"):format(record.priority, absolute(record.value)) end,
  CNAME = function(record) return absolute(record.value) end,
}

local function line_of(record)
  local data = DATA[record.type]
  if not data then error("dns.zone knows no records of type " .. tostring(record.type), 3) end
  if not record.value then
    return ("; %s %s: %s"):format(absolute(record.name), record.type, record.missing or "its value is not known")
  end
  return ("%s %d IN %s %s"):format(absolute(record.name), record.ttl, record.type, data(record))
end

--- Records as lines of a zone file, with absolute names: they can be put into the zone as they are.
-- A record whose value is not known becomes a comment.
-- @tparam table records of the types CNAME, MX and TXT
-- @treturn string
function dns.zone(records)
  local lines = {}
  for i, record in ipairs(records) do lines[i] = line_of(record) .. "\n" end
  return table.concat(lines)
end

return dns
