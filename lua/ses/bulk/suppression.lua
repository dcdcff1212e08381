--- Many addresses onto the account's suppression list: `client.suppression:put_all`.
-- @module ses.bulk.suppression
local address = require "ses.mail.address"
local callback = require "ses.bulk.callback"
local errors = require "ses.errors"
local options_of = require "ses.bulk.options"
local source = require "ses.bulk.source"
local verdict = require "ses.bulk.verdict"
local workers = require "ses.bulk.workers"

local suppression = {}

local OPERATION = "PutSuppressedDestination"

local OPTIONS = { reason = true, concurrency = true, on_result = true, operation_timeout_ms = true }

-- So many calls in a row that nobody answers, or that are refused alike before one went through, end a run.
local ALIKE = 3

local COUNTED_AS = { PUT = "put", DUPLICATE = "duplicates", FAILED = "failed", NOT_PUT = "not_put" }

local function stop(self, err)
  self.result.stopped_by = self.result.stopped_by or err
end

local function record(self, index, given, status, err)
  local name = COUNTED_AS[status]
  self.result[name] = self.result[name] + 1
  if self.on_result then
    local failure = callback.call(self.on_result, { index = index, status = status, error = err }, given)
    if failure then stop(self, failure) end
  elseif status == "FAILED" then
    local list = self.result.errors
    list[#list + 1] = { index = index, address = given, error = err }
  end
end

-- The address of an item, as SES takes it, and the key under which its spellings are one.
local function read(given)
  local text = type(given) == "table" and (given.email_address or given.email) or given
  if type(text) ~= "string" then return nil, "must be an address, not a " .. type(given) end
  local mailbox, reason = address.parse(text)
  if not mailbox then return nil, reason end
  return address.format { email = mailbox.email }, address.normalise(mailbox.email)
end

-- The next address that is to be put, or nil when there are no more.
local function next_address(self)
  return self.source:read(function(take)
    while not self.result.stopped_by do
      local given, index = take()
      if given == nil then return nil end
      local email, key = read(given)
      if not email then
        record(self, index, given, "FAILED", errors.validation({ { path = "EmailAddress", message = key } }, OPERATION))
      elseif self.seen[key] then
        record(self, index, given, "DUPLICATE")
      else
        self.seen[key] = true
        return { email = email, given = given, index = index }
      end
    end
  end)
end

local function failed(self, item, err)
  local _, stops, silent = verdict.of_call(err)
  record(self, item.index, item.given, "FAILED", err)
  self.silent = silent and self.silent + 1 or 0
  self.alike = self.alike_code == err.code and self.alike + 1 or 1
  self.alike_code = err.code
  if stops or self.silent >= ALIKE or self.alike >= ALIKE and self.result.put == 0 then stop(self, err) end
end

local function work(self)
  while not self.result.stopped_by do
    local item = next_address(self)
    if not item then return end
    if self.result.stopped_by then return record(self, item.index, item.given, "NOT_PUT", self.result.stopped_by) end
    local ok, err = self.client:call(OPERATION, { EmailAddress = item.email, Reason = self.reason }, self.call_options)
    if ok then
      self.silent = 0
      record(self, item.index, item.given, "PUT")
    else
      failed(self, item, err)
    end
  end
end

-- What a list still has when the run stopped. What an iterator has not given yet stays in it.
local function report_rest(self)
  if self.source.failure then stop(self, self.source.failure) end
  if not self.result.stopped_by or not self.source.is_list then return end
  self.source:read(function(take)
    for given, index in take do record(self, index, given, "NOT_PUT", self.result.stopped_by) end
  end)
end

--- Puts many addresses onto the account's suppression list (PutSuppressedDestination), several at once.
-- Spellings of one address count once.
-- @tparam table|function addresses a list, or a function that gives an address a call and nil at the end; an
--   address is a string, or a table with `email_address` or `email`
-- @tparam table options `reason` "BOUNCE" or "COMPLAINT"; `concurrency` calls at once, 1 to 1,000 (4);
--   `on_result({ index =, status =, error = }, address)`, where `status` is PUT, DUPLICATE, FAILED or NOT_PUT;
--   `operation_timeout_ms` for each call
-- @treturn table { put =, failed =, duplicates =, not_put =, errors =, stopped_by = }: how many; `errors` is a list
--   of { index =, address =, error = } of those that failed (empty where there is an `on_result`); `stopped_by` the
--   error that every further address would have met, or nil: the rest of a list is `not_put` then. Memory grows
--   by the addresses seen, about 100 bytes each
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "validation" where the arguments have faults
-- Source: PutSuppressedDestination, Amazon SES API v2 Reference.
function suppression:put_all(addresses, options)
  local checked, err = options_of.check(options, OPTIONS, OPERATION)
  if not checked then return nil, err end
  local reason = not checked.reason and "is required: BOUNCE or COMPLAINT" or nil
  local given, wrong = source.new(addresses, self.client.host)
  if reason or not given then
    return nil, errors.validation({
      reason and { path = "reason", message = reason } or { path = "addresses", message = wrong },
    }, OPERATION)
  end
  local state = {
    client = self.client, source = given, reason = checked.reason, on_result = checked.on_result, seen = {},
    call_options = { operation_timeout_ms = checked.operation_timeout_ms }, silent = 0, alike = 0,
    result = { put = 0, failed = 0, duplicates = 0, not_put = 0, errors = {} },
  }
  local concurrency = math.min(checked.concurrency or 4, given.size or math.huge)
  workers.run(self.client.host, concurrency, function() return work(state) end)
  report_rest(state)
  return state.result
end

return suppression
