--- The audience of a campaign: recipients, one after the other, out of whatever it is read from.
--
-- What is wrong with the source ends the whole reading with one error that names row and field: a missing
-- column, a ragged row, a line break in a value that goes into a header, data that the message cannot be
-- rendered with. A malformed address is that recipient's own failure. A time zone or a language that nobody
-- knows is passed over, and told at the end.
-- @module ses.campaign.audience
local address = require "ses.mail.address"
local database = require "ses.campaign.zone.database"
local header = require "ses.mail.header"
local journal = require "ses.campaign.journal"
local json = require "ses.model.json"
local picks = require "ses.campaign.picks"
local remarks = require "ses.campaign.remarks"
local schedule = require "ses.campaign.schedule"
local sources = require "ses.campaign.sources"
local suggest = require "ses.suggest"
local value = require "ses.campaign.sources.value"

local audience = {}

-- Of an address that cannot be, no more than this is kept.
local MAX_KEPT = 320

local COLUMNS = { "email", "name", "language", "timezone" }

local Audience = { __name = "ses.campaign.Audience" }
Audience.__index = Audience

-- Finds the columns that the campaign file names. Where records need not be alike, whether any has them shows
-- at the end.
local function locate(self, spec)
  local source = self.source
  self.places, self.unseen = {}, not source.columns and {} or nil
  for _, field in ipairs(COLUMNS) do
    local column = spec[field]
    if column then
      local place, err = source:locate(column, field ~= "email" and "audience." .. field or nil)
      if not place then return nil, err end
      self.places[field] = place
      if self.unseen then self.unseen[field] = column end
    end
  end
  return true
end

--- Opens an audience.
-- @tparam table campaign of ses.campaign.file
-- @tparam table message of ses.campaign.message
-- @tparam ?table ports `client` (for a contact list), `clock`, `schedule` (of ses.campaign.schedule),
--   `on_chunk` (sees every block of a file)
-- @treturn table|nil with `next`, `close`, `notes`; `source` is what it reads from (see ses.campaign.sources)
-- @treturn ?ses.Error
function audience.open(campaign, message, ports)
  local spec, data = campaign.audience, campaign.message.data
  ports = ports or {}
  local source, err = sources.open(spec, ports)
  if not source then return nil, err end
  local self = setmetatable({
    source = source, message = message, spec = spec, build = type(data) == "function" and data or nil,
    remarks = remarks.new(source.unit),
    schedule = ports.schedule or spec.timezone and schedule.new(campaign.schedule, campaign.pace),
  }, Audience)
  local done
  done, err = locate(self, spec)
  if done and not self.build then
    self.picks, err = picks.new(source, data)
    done = self.picks
  end
  if done then return self end
  source:close()
  return nil, err
end

-- A record's value for a column that the campaign file names; nil where it has none.
function Audience:_value(record, field)
  local place = self.places[field]
  if not place then return nil end
  local found = record[place]
  if found == nil then found = value.at(record, place) end
  if found == nil then return nil end
  if self.unseen then self.unseen[field] = nil end
  return found ~= json.null and found or nil
end

-- The data by a function of the campaign file.
function Audience:_built(record)
  local ran, data = pcall(self.build, self.source:fields(record))
  if not ran then
    local reason = tostring(data):gsub("%s*[\r\n]+%s*", " ")
    return nil, self.source:fault("message.data fails: " .. reason)
  end
  if type(data) ~= "table" then
    return nil, self.source:fault("message.data must return a table, not a " .. type(data))
  end
  local text, reason = "{}", nil
  if next(data) ~= nil then text, reason = json.encode(data) end
  if not text then return nil, self.source:fault("message.data: " .. reason) end
  return data, text
end

-- The data of one recipient as JSON, once the message can be rendered with them.
function Audience:_data(record, language, variant)
  local data, text, shape
  if self.picks then
    data, text, shape = self.picks:take(record)
  else
    data, text = self:_built(record)
  end
  if not data then return nil, text end
  local fine, variable, reason = self.message:check(data, shape, language, variant)
  if fine then return text end
  local column = variable and self.picks and self.picks:column_of(variable) or variable
  return nil, self.source:fault(reason, column)
end

-- The name to write beside the address.
function Audience:_name(record)
  local name = self:_value(record, "name")
  if name == nil then return nil end
  if type(name) == "number" then name = json.number(name) end
  local fine, reason = header.check_value(name)
  if fine then return name end
  return nil, self.source:fault(reason, self.spec.name)
end

-- The language of the message for a record; nil for the message itself.
function Audience:_language(record)
  local text = self:_value(record, "language")
  if text == nil or text == "" then return nil end
  local language = type(text) == "string" and self.message:language_of(text) or nil
  if not language then self.remarks:add("language", text, self.source.row) end
  return language
end

-- Whether quiet hours depend on a zone that nobody can know here, as this machine has no time zones at all.
local function lacks_database(self, name)
  if not self.schedule.quiet or not database.is_name(name) then return false end
  if self.has_database == nil then self.has_database = database.is_there() end
  return not self.has_database
end

-- The time zone of a record; nil for the campaign's own, and nil with a ses.Error where there must be one.
function Audience:_zone(record)
  local text = self:_value(record, "timezone")
  if text == nil or text == "" then return nil end
  local known, reason
  if type(text) == "string" then known, reason = self.schedule:check_zone(text) end
  if known then return text end
  if reason and lacks_database(self, text) then return nil, self.source:fault(reason, self.spec.timezone) end
  self.remarks:add("timezone", text, self.source.row)
  return nil
end

local function trimmed(text)
  if text == nil then return "" end
  if type(text) ~= "string" then return text end
  return text:match("^[ \t]*(.-)[ \t]*$")
end

-- What is kept of a text that is no address, whole characters.
local function kept(text)
  if #text <= MAX_KEPT then return text end
  local last = MAX_KEPT
  while last > 0 and text:find("^[\128-\191]", last + 1) do last = last - 1 end
  return text:sub(1, last)
end

-- A record whose address is none. Another may have the same, so the row tells them apart.
function Audience:_malformed(email, name, reason)
  local row = self.source.row
  return {
    address = "!" .. row, row = row, email = kept(type(email) == "string" and email or ""), name = name,
    state = "failed", code = "InvalidAddress", reason = "the address " .. reason,
  }
end

-- At the end: whether any record had the columns that the campaign file names.
function Audience:_check_unseen()
  if not self.unseen or not self.first then return nil end
  for _, field in ipairs(COLUMNS) do
    local column = self.unseen[field]
    if column then
      return nil, self.source:fault(("no %s up to here has a field '%s'%s (audience.%s)"):format(self.source.unit,
        column, suggest.hint(column, self.first), field))
    end
  end
  return nil
end

-- Somebody who wants no mail needs nothing but the address.
function Audience:_opted_out(key, email)
  return {
    address = key, row = self.source.row, email = email, state = "suppressed", code = journal.OPTED_OUT,
    reason = self.source.opted_out,
  }
end

--- The next recipient.
-- @treturn table|nil { address =, row =, email =, name =, data =, language =, variant =, zone = }; with `state`,
--   `code` and `reason` for a malformed address ("failed") and for who wants no mail ("suppressed"); nil at the end
-- @treturn ?ses.Error
function Audience:next()
  local source = self.source
  local record, err = source:next()
  if not record then
    if err then return nil, err end
    return self:_check_unseen()
  end
  local email = trimmed(self:_value(record, "email"))
  if type(email) == "string" and email:find("[%z\r\n]") then
    return nil, source:fault("must not contain " .. (email:find "%z" and "NUL" or "a line break"), self.spec.email)
  end
  local key, reason = address.normalise(email)
  if source.opted_out then return key and self:_opted_out(key, email) or self:_malformed(email, nil, reason) end
  if self.unseen then self.first = self.first or record end
  local name
  name, err = self:_name(record)
  if err then return nil, err end
  local language = self:_language(record)
  local zone
  zone, err = self:_zone(record)
  if err then return nil, err end
  local variant = key and self.message:variant_of(key) or nil
  local data
  data, err = self:_data(record, language, variant)
  if not data then return nil, err end
  if not key then return self:_malformed(email, name, reason) end
  return {
    address = key, row = source.row, email = email, name = name, data = data, language = language, variant = variant,
    zone = zone,
  }
end

--- What a reading has to tell at its end.
-- @treturn table list of sentences
function Audience:notes()
  return self.remarks:texts()
end

--- Closes the source.
function Audience:close()
  self.source:close()
end

return audience
