--- The time zone database of this machine: where it is, and which zones it has.
-- @module ses.campaign.zone.database
local database = {}

-- Where systems keep it; the variable TZDIR names another place, as for the C library.
local FOLDERS = { "/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo" }
local MAX_NAME = 64
-- No file of the database is near this size.
local MAX_BYTES = 1048576
-- These are links of the machine's own, and stand for another zone on the next.
local OF_THE_MACHINE = { localtime = true, posixrules = true }

--- Where it is looked for.
-- @treturn table list of folders
function database.folders()
  local folder = os.getenv "TZDIR"
  if folder and folder ~= "" then return { folder } end
  return FOLDERS
end

local function read(name)
  for _, folder in ipairs(database.folders()) do
    local handle = io.open(folder .. "/" .. name, "rb")
    if handle then
      local text = handle:read(MAX_BYTES)
      handle:close()
      if text then return text end
    end
  end
end

--- Whether a text is made as names of zones are: Europe/Berlin, EST5EDT, Etc/GMT+3.
-- @tparam string name
function database.is_name(name)
  if #name > MAX_NAME or OF_THE_MACHINE[name] then return false end
  return ("/" .. name):gsub("/[%w_+-]+", "") == ""
end

--- Where the file of a zone would be.
-- @tparam string name
-- @treturn ?string the path in the first folder; nil where the text is no name of a zone
function database.path(name)
  return database.is_name(name) and database.folders()[1] .. "/" .. name or nil
end

--- The file of a zone.
-- @tparam string name
-- @treturn ?string its bytes; nil where there is none
function database.read(name)
  return database.is_name(name) and read(name) or nil
end

--- Whether there is any.
function database.is_there()
  for _, name in ipairs { "UTC", "Etc/UTC", "tzdata.zi", "zone.tab" } do
    if read(name) then return true end
  end
  return false
end

-- Files that list the zones, the fullest first, each with the patterns of its lines.
local LISTS = {
  { "tzdata.zi", "^Z (%S+)", "^L %S+ (%S+)" },
  { "zone1970.tab", "^%u%u[%u,]*%s+%S+%s+(%S+)" },
  { "zone.tab", "^%u%u%s+%S+%s+(%S+)" },
}

--- The names of the zones, as far as the database lists them.
-- @treturn table list
function database.names()
  for _, list in ipairs(LISTS) do
    local names = {}
    for line in (read(list[1]) or ""):gmatch "[^\n]+" do
      local name = line:match(list[2]) or list[3] and line:match(list[3])
      if name then names[#names + 1] = name end
    end
    if #names > 0 then return names end
  end
  return {}
end

return database
