--- A list of addresses that a campaign leaves out: one's own, or who has unsubscribed.
-- @module ses.campaign.suppression_list
local address = require "ses.mail.address"
local addresses = require "ses.campaign.sources.addresses"
local errors = require "ses.errors"
local format = require "ses.campaign.format"
local sources = require "ses.campaign.sources"
local value = require "ses.campaign.sources.value"

local suppression_list = {}

local List = { __name = "ses.campaign.SuppressionList" }
List.__index = List

-- The key of an address, also of one that has a name beside it: a list of those who want no mail is read with
-- good will.
local function key_of(text)
  if type(text) ~= "string" then return nil end
  local key = address.normalise(text)
  if key then return key end
  local mailbox = address.parse(text)
  return mailbox and address.normalise(mailbox.email)
end

local function at_fault(self, err)
  err.message = ("%s (audience.suppression.lists.%s)"):format(err.message, self.name)
  return nil, err
end

-- A list of which nothing can be read must not pass for one that is empty.
function List:_finish()
  if self.listed == 0 and self.malformed > 0 then
    return at_fault(self, errors.new {
      kind = "validation", code = "InvalidAudience", file = self.source.name,
      message = ("%s: none of its %s has an address"):format(self.source.name,
        format.many(self.malformed, self.source.unit)),
    })
  end
  return nil
end

--- The next address.
-- @treturn string|nil normalised; nil at the end
-- @treturn ?ses.Error
function List:next()
  local source = self.source
  while true do
    local record, err = source:next()
    if err then return at_fault(self, err) end
    if not record then return self:_finish() end
    -- Of a contact list those count that want no mail.
    if source.opted_out or not self.of_contacts then
      local key = key_of(value.at(record, self.place))
      if key then
        self.listed = self.listed + 1
        return key
      end
      self.malformed, self.first_malformed = self.malformed + 1, self.first_malformed or source.row
    end
  end
end

--- What a reading has to tell at its end; nil where all was well.
-- @treturn ?string
function List:note()
  if self.malformed == 0 then return nil end
  return ("the suppression list '%s' (%s): %s no address, the first in %s %d, and keep nobody from being written to")
    :format(self.name, self.source.name, format.many(self.malformed, self.source.unit) .. (self.malformed == 1 and
      " has" or " have"), self.source.unit, self.first_malformed)
end

--- Closes it.
function List:close()
  self.source:close()
end

local function open_source(list, ports)
  if list.path then return addresses.open(list.path) end
  local source, err = sources.open(list.source, ports)
  return source, source and list.source.email or err
end

--- Opens a list.
-- @tparam table list of ses.campaign.file: `name`, and `path` or `source`
-- @tparam table ports see ses.campaign.sources
-- @treturn table|nil with `next`, `note`, `listed` (how many addresses it gave), `source`, `close`
-- @treturn ?ses.Error
function suppression_list.open(list, ports)
  local self = setmetatable({
    name = list.name, listed = 0, malformed = 0, of_contacts = list.source and list.source.contact_list ~= nil,
  }, List)
  local source, column = open_source(list, ports)
  if not source then return at_fault(self, column) end
  local place, err = source:locate(column)
  if not place then
    source:close()
    return at_fault(self, err)
  end
  self.source, self.place = source, place
  return self
end

return suppression_list
