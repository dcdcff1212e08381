--- The account's suppression list: its operations, and what it means for a send.
-- @module ses.emulator.suppression
local address = require "ses.mail.address"
local errors = require "ses.emulator.errors"
local json = require "ses.model.json"
local pages = require "ses.emulator.pages"
local store = require "ses.emulator.store"

local suppression = {}

-- Of a new account. An empty list stands for "nothing is suppressed".
local REASONS = { "BOUNCE", "COMPLAINT" }

local reasons
-- Most emulators suppress nobody: their sends need not look. nil where it must be found out.
local is_empty

-- Which reasons count, from PutAccountSuppressionAttributes.
local function active_reasons()
  if not reasons then
    local row = store.row("SELECT value FROM attributes WHERE name = 'suppressed_reasons'")
    reasons = {}
    for _, reason in ipairs(row and json.decode(row.value) or REASONS) do reasons[reason] = true end
  end
  return reasons
end

local function key_of(email)
  local key, reason = address.normalise(email)
  if key then return key end
  return errors.fail("BadRequestException", "Invalid email address: it %s.", reason)
end

--- The reason for which mail to an address is held back.
-- @tparam string email
-- @treturn ?string "BOUNCE" or "COMPLAINT"; nil where it is not held back
function suppression.reason(email)
  if is_empty == nil then is_empty = store.row("SELECT 1 FROM suppressed LIMIT 1") == nil end
  if is_empty then return nil end
  local key = address.normalise(email)
  local row = key and store.row("SELECT reason FROM suppressed WHERE key = ?", key)
  return row and active_reasons()[row.reason] and row.reason or nil
end

local function missing(email)
  return errors.fail("NotFoundException", "Email address %s does not exist on your suppression list.", email)
end

--- PutSuppressedDestination.
function suppression.put(params, context)
  local key, err = key_of(params.EmailAddress)
  if not key then return nil, err end
  if params.Reason ~= "BOUNCE" and params.Reason ~= "COMPLAINT" then
    return errors.fail("BadRequestException", "1 validation error detected: Value at 'reason' failed to "
      .. "satisfy constraint: Member must satisfy enum value set: [BOUNCE, COMPLAINT]")
  end
  store.run([[INSERT INTO suppressed (key, address, reason, time) VALUES (?, ?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET address = excluded.address, reason = excluded.reason,
    time = excluded.time]], key, params.EmailAddress, params.Reason, context.now)
  is_empty = false
  return {}
end

--- GetSuppressedDestination.
function suppression.get(params)
  local key, err = key_of(params.EmailAddress)
  if not key then return nil, err end
  local row = store.row("SELECT address, reason, time FROM suppressed WHERE key = ?", key)
  if not row then return missing(params.EmailAddress) end
  return { SuppressedDestination = {
    EmailAddress = row.address, Reason = row.reason, LastUpdateTime = row.time,
  } }
end

--- DeleteSuppressedDestination.
function suppression.delete(params)
  local key, err = key_of(params.EmailAddress)
  if not key then return nil, err end
  if store.run("DELETE FROM suppressed WHERE key = ?", key) == 0 then return missing(params.EmailAddress) end
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
  local page, err = pages.read("suppressed", params, 1000, 1000)
  if not page then return nil, err end
  local first, second = wanted_reasons(params)
  local rows = store.rows([[SELECT id, address, reason, time FROM suppressed
    WHERE id > ? AND reason IN (?, ?) AND time >= ? AND time < ? ORDER BY id LIMIT ?]],
    page.after, first, second, params.StartDate or 0, params.EndDate or 1e12, page.size + 1)
  local token = pages.next_token("suppressed", page, rows)
  local list = {}
  for i, row in ipairs(rows) do
    list[i] = { EmailAddress = row.address, Reason = row.reason, LastUpdateTime = row.time }
  end
  return { SuppressedDestinationSummaries = list, NextToken = token }
end

--- PutAccountSuppressionAttributes.
function suppression.put_account_attributes(params)
  store.run([[INSERT INTO attributes (name, value) VALUES ('suppressed_reasons', ?)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value]],
    json.encode(json.list(params.SuppressedReasons)))
  reasons = nil
  return {}
end

--- The reasons that count, as GetAccount gives them.
-- @treturn table a sorted list
function suppression.account_reasons()
  local list = {}
  for reason in pairs(active_reasons()) do list[#list + 1] = reason end
  table.sort(list)
  return list
end

--- Forgets what was read from the store.
function suppression.reset() reasons, is_empty = nil, nil end

return suppression
