--- The suppression lists, the account's and those of its tenants: their operations, and what the account's
-- means for a send.
-- @module ses.emulator.suppression
local address = require "ses.mail.address"
local attributes = require "ses.emulator.attributes"
local errors = require "ses.emulator.errors"
local json = require "ses.model.json"
local keys = require "ses.keys"
local pages = require "ses.emulator.pages"
local store = require "ses.emulator.store"
local tenants = require "ses.emulator.tenants"

local suppression = {}

-- Of a new account. An empty list stands for "nothing is suppressed".
local REASONS = { "BOUNCE", "COMPLAINT" }

local ACCOUNT = ""

local reasons
-- Most emulators suppress nobody: their sends need not look. nil where it must be found out.
local is_empty

-- Which reasons count, from PutAccountSuppressionAttributes.
local function active_reasons()
  if not reasons then
    reasons = {}
    for _, reason in ipairs(attributes.get "suppressed_reasons" or REASONS) do reasons[reason] = true end
  end
  return reasons
end

local function key_of(email)
  local key, reason = address.normalise(email)
  if key then return key end
  return errors.fail("BadRequestException", "Invalid email address: it %s.", reason)
end

-- The list that an input names.
local function list_of(params)
  if not params.TenantName then return ACCOUNT end
  local tenant, err = tenants.operations:find(params)
  if not tenant then return nil, err end
  return tenant.value.TenantId
end

-- The list and the key of the address that an input names.
local function place_of(params)
  local key, err = key_of(params.EmailAddress)
  if not key then return nil, err end
  local list
  list, err = list_of(params)
  if not list then return nil, err end
  return list, key
end

--- The reason for which mail to an address is held back.
-- @tparam string email
-- @treturn ?string "BOUNCE" or "COMPLAINT"; nil where it is not held back
function suppression.reason(email)
  if is_empty == nil then
    is_empty = store.row("SELECT 1 FROM suppressions WHERE list = ? LIMIT 1", ACCOUNT) == nil
  end
  if is_empty then return nil end
  local key = address.normalise(email)
  local row = key and store.row("SELECT reason FROM suppressions WHERE list = ? AND key = ?", ACCOUNT, key)
  return row and active_reasons()[row.reason] and row.reason or nil
end

--- How many addresses are on the account's list.
-- @treturn number
function suppression.count()
  return store.row("SELECT COUNT(*) AS n FROM suppressions WHERE list = ?", ACCOUNT).n
end

local function missing(email)
  return errors.fail("NotFoundException", "Email address %s does not exist on your suppression list.", email)
end

--- PutSuppressedDestination.
function suppression.put(params, context)
  local list, key = place_of(params)
  if not list then return nil, key end
  if params.Reason ~= "BOUNCE" and params.Reason ~= "COMPLAINT" then
    return errors.fail("BadRequestException", "1 validation error detected: Value at 'reason' failed to "
      .. "satisfy constraint: Member must satisfy enum value set: [BOUNCE, COMPLAINT]")
  end
  store.run([[INSERT INTO suppressions (list, key, address, reason, time) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (list, key) DO UPDATE SET address = excluded.address, reason = excluded.reason,
    time = excluded.time]], list, key, params.EmailAddress, params.Reason, context.now)
  if list == ACCOUNT then is_empty = false end
  return {}
end

--- GetSuppressedDestination.
function suppression.get(params)
  local list, key = place_of(params)
  if not list then return nil, key end
  local row = store.row("SELECT address, reason, time FROM suppressions WHERE list = ? AND key = ?", list, key)
  if not row then return missing(params.EmailAddress) end
  return { SuppressedDestination = {
    EmailAddress = row.address, Reason = row.reason, LastUpdateTime = row.time,
  } }
end

--- DeleteSuppressedDestination.
function suppression.delete(params)
  local list, key = place_of(params)
  if not list then return nil, key end
  if store.run("DELETE FROM suppressions WHERE list = ? AND key = ?", list, key) == 0 then
    return missing(params.EmailAddress)
  end
  is_empty = nil
  return {}
end

-- Both, where the input names none.
local function wanted_reasons(params)
  local wanted = params.Reasons or {}
  if #wanted == 0 then wanted = REASONS end
  return wanted[1], wanted[2] or wanted[1]
end

--- ListSuppressedDestinations: the oldest first.
function suppression.list(params)
  local list, err = list_of(params)
  if not list then return nil, err end
  local page
  page, err = pages.read("suppressed", params, 1000, 1000, "InvalidNextTokenException")
  if not page then return nil, err end
  local first, second = wanted_reasons(params)
  local rows = store.rows([[SELECT id, address, reason, time FROM suppressions
    WHERE list = ? AND id > ? AND reason IN (?, ?) AND time >= ? AND time < ? ORDER BY id LIMIT ?]],
    list, page.after, first, second, params.StartDate or 0, params.EndDate or 1e12, page.size + 1)
  local token = pages.next_token("suppressed", page, rows)
  local summaries = {}
  for i, row in ipairs(rows) do
    summaries[i] = { EmailAddress = row.address, Reason = row.reason, LastUpdateTime = row.time }
  end
  return { SuppressedDestinationSummaries = summaries, NextToken = token }
end

--- PutAccountSuppressionAttributes.
function suppression.put_account_attributes(params)
  attributes.put("suppressed_reasons", json.list(params.SuppressedReasons))
  if params.ValidationAttributes then attributes.put("suppression_validation", params.ValidationAttributes) end
  reasons = nil
  return {}
end

--- What GetAccount tells of suppression.
-- @treturn table
function suppression.account_attributes()
  return {
    SuppressedReasons = keys.sorted(active_reasons()),
    ValidationAttributes = attributes.get "suppression_validation",
  }
end

--- Forgets what was read from the store.
function suppression.reset() reasons, is_empty = nil, nil end

return suppression
