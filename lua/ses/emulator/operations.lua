--- The operations that the emulator performs: each takes the input and a context, and gives the result
-- in AWS's names, or nil and a fault of `ses.emulator.errors`.
--
-- The context: `now` (seconds since 1970), `region`, `settings`.
-- @module ses.emulator.operations
local account = require "ses.emulator.account"
local identities = require "ses.emulator.identities"
local sending = require "ses.emulator.sending"
local suppression = require "ses.emulator.suppression"
local templates = require "ses.emulator.templates"

return {
  SendEmail = sending.send,
  SendBulkEmail = sending.send_bulk,
  GetAccount = account.get,
  PutAccountSendingAttributes = account.put_sending,
  PutAccountSuppressionAttributes = suppression.put_account_attributes,
  CreateEmailTemplate = templates.create,
  GetEmailTemplate = templates.get,
  UpdateEmailTemplate = templates.update,
  DeleteEmailTemplate = templates.delete,
  ListEmailTemplates = templates.list,
  TestRenderEmailTemplate = templates.test_render,
  PutSuppressedDestination = suppression.put,
  GetSuppressedDestination = suppression.get,
  DeleteSuppressedDestination = suppression.delete,
  ListSuppressedDestinations = suppression.list,
  CreateEmailIdentity = identities.create,
  GetEmailIdentity = identities.get,
  DeleteEmailIdentity = identities.delete,
  ListEmailIdentities = identities.list,
}
