--- The operations that the emulator performs: each takes the input and a context, and gives the result
-- in AWS's names, or nil and a fault of `ses.emulator.errors`.
--
-- The context: `now` (seconds since 1970), `region`, `settings`.
-- @module ses.emulator.operations
local account = require "ses.emulator.account"
local identities = require "ses.emulator.identities"
local identity_attributes = require "ses.emulator.identity_attributes"
local jobs = require "ses.emulator.jobs"
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
  PutEmailIdentityConfigurationSetAttributes = identity_attributes.put_configuration_set,
  PutEmailIdentityDkimAttributes = identity_attributes.put_dkim,
  PutEmailIdentityDkimSigningAttributes = identity_attributes.put_dkim_signing,
  PutEmailIdentityFeedbackAttributes = identity_attributes.put_feedback,
  PutEmailIdentityMailFromAttributes = identity_attributes.put_mail_from,
  CreateEmailIdentityPolicy = identity_attributes.create_policy,
  UpdateEmailIdentityPolicy = identity_attributes.update_policy,
  GetEmailIdentityPolicies = identity_attributes.get_policies,
  DeleteEmailIdentityPolicy = identity_attributes.delete_policy,
  CreateImportJob = jobs.create_import,
  GetImportJob = jobs.get_import,
  ListImportJobs = jobs.list_imports,
  CreateExportJob = jobs.create_export,
  GetExportJob = jobs.get_export,
  ListExportJobs = jobs.list_exports,
  CancelExportJob = jobs.cancel_export,
}
