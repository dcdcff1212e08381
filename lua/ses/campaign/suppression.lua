--- Who must not be written to: the account's suppression list, and lists of the campaign's own.
--
-- All lists are read anew at the beginning of a run, and again while it goes on. SES tells who was put on the
-- account's list since a moment, but not who was taken off it, so that list is read as a whole too.
-- @module ses.campaign.suppression
local address = require "ses.mail.address"
local format = require "ses.campaign.format"
local limits = require "ses.campaign.limits"
local suppression_list = require "ses.campaign.suppression_list"

local suppression = {}

-- Codes of who is left out; the reason is the list's name.
local ACCOUNT, OWN = "AccountSuppressionList", "SuppressionList"

-- Addresses between two looks at what else there is to do.
local PAUSE_EVERY = 1000

-- A note is made once, however often the lists are read.
local function note_once(run, text)
  for _, note in ipairs(run.notes) do
    if note == text then return end
  end
  run:note("%s", text)
end

-- The account's list, as ses.campaign.suppression_list has others.
local function account_list(run)
  local next_item = run.client.suppression:each {}
  local list = { listed = 0 }
  function list.next()
    while true do
      local item, err = next_item()
      if err then return nil, err end
      if not item then return nil end
      local key = address.normalise(item.email_address)
      if key then
        list.listed = list.listed + 1
        return key
      end
    end
  end
  return list
end

local Reading = {}
Reading.__index = Reading

-- Opens the next list. Nil at the end of all.
function Reading:_open_next()
  self.at = self.at + 1
  local given = self.lists[self.at]
  if not given then return nil end
  if given == ACCOUNT then
    self.run:stage "reading the account's suppression list"
    self.list, self.code, self.reason = account_list(self.run), ACCOUNT, nil
    return self.list
  end
  self.run:stage(("reading the suppression list '%s'"):format(given.name))
  local list, err = suppression_list.open(given, { client = self.run.client })
  self.list, self.code, self.reason = list, OWN, given.name
  return list, err
end

function Reading:_close()
  local list, run = self.list, self.run
  self.list = nil
  if list.close then list:close() end
  local note = list.note and list:note()
  if note then note_once(run, note) end
  if run.options.dry_run then
    local name = self.code == ACCOUNT and "the account's suppression list"
      or ("the suppression list '%s' (%s)"):format(list.name, list.source.name)
    note_once(run, ("%s has %s"):format(name, format.many(list.listed, "address", "addresses")))
  end
end

-- The next address of all lists, its code and its reason; nil at the end; nil and an error.
function Reading:next()
  self.n = self.n + 1
  if self.n % PAUSE_EVERY == 0 then
    if self.run:is_interrupted() then return nil, self.run.INTERRUPTED end
    self.clock.sleep(0)
  end
  while true do
    local err
    if not self.list then
      local list
      list, err = self:_open_next()
      if not list then return nil, err end
    end
    local key
    key, err = self.list:next()
    if key then return key, self.code, self.reason end
    if err then return nil, err end
    self:_close()
  end
end

local function lists_of(spec)
  local lists = spec.account and { ACCOUNT } or {}
  for _, list in ipairs(spec.lists) do lists[#lists + 1] = list end
  return lists
end

--- Gives the journal the addresses that are to be left out.
-- @tparam ses.campaign.Run run
-- @treturn integer|nil how many there are; an address on two lists counts twice
-- @treturn ?ses.Error
function suppression.read(run)
  local reading = setmetatable({
    run = run, lists = lists_of(run.spec.audience.suppression), at = 0, n = 0, clock = require "ses.adapters.clock",
  }, Reading)
  local n, err = run.journal:set_suppressed(function() return reading:next() end)
  if n then return n end
  if reading.list and reading.list.close then reading.list:close() end
  if err ~= run.INTERRUPTED and limits.refused(err) and reading.code == ACCOUNT then
    err.message = err.message .. "; to go without the account's suppression list, set audience.suppression = false"
  end
  return nil, err
end

--- Reads all lists again while a run is at work, and leaves out who stands on one since; who stands on none any
-- more is written to again. Waits for SES, and pauses, so that other tasks go on meanwhile; call it in a task.
-- @tparam ses.campaign.Run run
-- @treturn integer|nil how many recipients are left out now that were not, or the other way round
-- @treturn ?ses.Error the lists that were read before count further
function suppression.refresh(run)
  local spec = run.spec.audience.suppression
  if not spec.account and #spec.lists == 0 then return 0 end
  local n, err = suppression.read(run)
  if not n then return nil, err end
  n, err = run.journal:apply_suppressed()
  if not n then return nil, err end
  if n > 0 then
    local logger = run.client and run.client.logger
    if logger then
      logger:warned("ses.campaign", ("suppression lists: %s left out, or written to again"):format(
        format.many(n, "recipient")))
    end
    local logged
    logged, err = run.journal:log("suppression", ("the suppression lists were read again: %s left out, or written to "
      .. "again"):format(format.many(n, "recipient")))
    if not logged and err then return nil, err end
  end
  return n
end

return suppression
