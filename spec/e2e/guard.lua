-- Keeps the specs of spec/e2e from writing to anybody: mail goes to SES's mailbox simulator alone. Whatever
-- else would make SES send a mail is refused before it leaves.
-- Source: "Using the mailbox simulator manually" in the SES developer guide.
local guard = {}

local MAILBOXES = { success = true, bounce = true, complaint = true, suppressionlist = true }

-- Whether an address is one of the simulator's mailboxes, with a label or without.
function guard.allows(address)
  if type(address) ~= "string" then return false end
  local name, label, domain = address:match("^([%l]+)(%+?[%w-]*)@([%l.]+)$")
  return MAILBOXES[name] == true and domain == "simulator.amazonses.com" and (label == "" or label:sub(1, 1) == "+")
end

local function check_destination(destination)
  local count = 0
  for _, list in pairs(destination or {}) do
    for _, address in ipairs(list) do
      count = count + 1
      if not guard.allows(address) then return nil, "e2e: a recipient is not at the mailbox simulator" end
    end
  end
  if count == 0 then return nil, "e2e: the recipients must stand in the request itself" end
  return true
end

local checks = {}

function checks.SendEmail(params) return check_destination(params.Destination) end

function checks.SendBulkEmail(params)
  for _, entry in ipairs(params.BulkEmailEntries or {}) do
    local ok, reason = check_destination(entry.Destination)
    if not ok then return nil, reason end
  end
  return true
end

-- SES mails the address that is to be verified.
function checks.CreateEmailIdentity(params)
  if not tostring(params.EmailIdentity):find("@", 1, true) then return true end
  return nil, "e2e: the identity of an address would be mailed to"
end

function checks.SendCustomVerificationEmail() return nil, "e2e: the address to verify would be mailed to" end

-- An account's state that other senders live by.
for _, name in ipairs { "PutAccountSendingAttributes", "PutAccountSuppressionAttributes", "PutAccountDetails" } do
  checks[name] = function() return nil, "e2e: the account's own settings stay as they are" end
end

-- Whether an operation may be called: true, or nil and the reason.
function guard.check(operation, params)
  local check = checks[operation]
  if not check then return true end
  return check(params or {})
end

-- Makes a client raise an error where it would write to anybody else.
function guard.watch(client)
  local call = client.call
  function client.call(self, operation, params, options)
    local ok, reason = guard.check(operation, params)
    if not ok then error(reason, 0) end
    return call(self, operation, params, options)
  end
  return client
end

return guard
