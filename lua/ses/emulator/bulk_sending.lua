--- SendBulkEmail.
-- @module ses.emulator.bulk_sending
local errors = require "ses.emulator.errors"
local faults = require "ses.emulator.faults"
local outgoing = require "ses.emulator.outgoing"
local recipients = require "ses.emulator.recipients"
local store = require "ses.emulator.store"
local templates = require "ses.emulator.templates"
local throttle = require "ses.emulator.throttle"

local bulk_sending = {}

local MAX_ENTRIES = 50

local function failed_entry(status, err)
  return { Status = status, Error = err.message }
end

-- Replacement data stand beside the default data and win over them.
local function merged(default, replacement)
  local data = {}
  for _, source in ipairs { default, replacement } do
    for name, value in pairs(source) do data[name] = value end
  end
  return data
end

local function entry_data(entry, default)
  local replacement = entry.ReplacementEmailContent and entry.ReplacementEmailContent.ReplacementTemplate
  local data, reason = templates.data(replacement and replacement.ReplacementTemplateData)
  if not data then return errors.fail("BadRequestException", reason) end
  return merged(default, data)
end

-- One entry of a bulk send up to where it is counted.
local function prepare_entry(bulk, entry, context)
  local details = { operation = "SendBulkEmail", template = bulk.template }
  local err
  details.recipients, err = recipients.of(entry.Destination)
  if not details.recipients then return nil, failed_entry("INVALID_PARAMETER", err) end
  details.tags, err = outgoing.tags_of(bulk.params.DefaultEmailTags, entry.ReplacementTags)
  if not details.tags then return nil, failed_entry("INVALID_PARAMETER", err) end
  details.data, err = entry_data(entry, bulk.data)
  if not details.data then return nil, failed_entry("INVALID_PARAMETER", err) end
  if context.settings.sandbox then
    local ok
    ok, err = recipients.check_verified(outgoing.emails_of(details.recipients), context.region)
    if not ok then return nil, failed_entry("MESSAGE_REJECTED", err) end
  end
  return details
end

local function send_entry(bulk, entry, context)
  local wanted = faults.take_entry(entry.Destination)
  if wanted then return { Status = wanted.entry_status, Error = wanted.message } end
  local details, failure = prepare_entry(bulk, entry, context)
  if not details then return failure end
  local ok, limit = throttle.take(#details.recipients, context.now)
  if not ok then
    local _, err = outgoing.throttled(limit)
    return failed_entry(limit == "daily" and "ACCOUNT_DAILY_QUOTA_EXCEEDED" or "ACCOUNT_THROTTLED", err)
  end
  local params = bulk.params
  local envelope = outgoing.envelope_of({
    FromEmailAddress = params.FromEmailAddress, Destination = entry.Destination,
    ReplyToAddresses = params.ReplyToAddresses,
  }, context)
  recipients.settle(details.recipients)
  local mail = outgoing.render(envelope, bulk.content, bulk.message, details.data, details, entry.ReplacementHeaders)
  outgoing.keep(outgoing.record_of(envelope, params, details, mail), context)
  return { Status = "SUCCESS", MessageId = envelope.message_id }
end

local function check_bulk(params, context)
  local content = params.DefaultContent.Template
  if not content then return errors.fail("BadRequestException", "DefaultContent.Template is required.") end
  local count = #params.BulkEmailEntries
  if count == 0 or count > MAX_ENTRIES then
    return errors.fail("BadRequestException", "BulkEmailEntries must have from 1 to %d entries.", MAX_ENTRIES)
  end
  local sender, err = outgoing.check_sender(params.FromEmailAddress, params.ReplyToAddresses)
  if not sender then return nil, err end
  if context.settings.sandbox then
    local ok
    ok, err = recipients.check_verified({ sender }, context.region)
    if not ok then return nil, err end
  end
  return content
end

--- SendBulkEmail.
function bulk_sending.send(params, context)
  local ok, err = outgoing.check(params)
  if not ok then return nil, err end
  local bulk = { params = params }
  bulk.content, err = check_bulk(params, context)
  if not bulk.content then return nil, err end
  ok, err = outgoing.find_template(bulk.content, bulk)
  if not ok then return nil, err end
  local results = store.transaction(function()
    local list = {}
    for i, entry in ipairs(params.BulkEmailEntries) do list[i] = send_entry(bulk, entry, context) end
    return list
  end)
  return { BulkEmailEntryResults = results }
end

return bulk_sending
