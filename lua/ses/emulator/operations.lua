--- The operations that the emulator performs: each takes the input and a context, and gives the result
-- in AWS's names, or nil and a fault of `ses.emulator.errors`.
--
-- The context: `now` (seconds since 1970), `region`, `settings`.
-- @module ses.emulator.operations
local account = require "ses.emulator.account"
local bulk_sending = require "ses.emulator.bulk_sending"
local certificates = require "ses.emulator.certificates"
local configuration_sets = require "ses.emulator.configuration_sets"
local contact_lists = require "ses.emulator.contact_lists"
local contacts = require "ses.emulator.contacts"
local dedicated_ips = require "ses.emulator.dedicated_ips"
local identities = require "ses.emulator.identities"
local identity_attributes = require "ses.emulator.identity_attributes"
local insights = require "ses.emulator.insights"
local jobs = require "ses.emulator.jobs"
local multi_region_endpoints = require "ses.emulator.multi_region_endpoints"
local reputation = require "ses.emulator.reputation"
local sending = require "ses.emulator.sending"
local suppression = require "ses.emulator.suppression"
local tags = require "ses.emulator.tags"
local templates = require "ses.emulator.templates"
local tenants = require "ses.emulator.tenants"
local verification_templates = require "ses.emulator.verification_templates"

local sets, destinations = configuration_sets.sets, configuration_sets.destinations
local lists, pools, verifications = contact_lists.operations, dedicated_ips.pools, verification_templates.operations

return {
  SendEmail = sending.send,
  SendBulkEmail = bulk_sending.send,
  GetMessageInsights = insights.get,

  GetAccount = account.get,
  PutAccountDedicatedIpWarmupAttributes = account.put_warmup,
  PutAccountDeliveryAttributes = account.put_delivery,
  PutAccountDetails = account.put_details,
  PutAccountPricingAttributes = account.put_pricing,
  PutAccountSendingAttributes = account.put_sending,
  PutAccountSuppressionAttributes = suppression.put_account_attributes,
  PutAccountVdmAttributes = account.put_vdm,

  CreateEmailTemplate = templates.create,
  GetEmailTemplate = templates.get,
  UpdateEmailTemplate = templates.update,
  DeleteEmailTemplate = templates.delete,
  ListEmailTemplates = templates.list,
  TestRenderEmailTemplate = templates.test_render,

  CreateCustomVerificationEmailTemplate = verifications.create,
  GetCustomVerificationEmailTemplate = verifications.get,
  UpdateCustomVerificationEmailTemplate = verifications.update,
  DeleteCustomVerificationEmailTemplate = verifications.delete,
  ListCustomVerificationEmailTemplates = verification_templates.list,
  SendCustomVerificationEmail = verification_templates.send,

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
  AssociateEmailIdentityCertificate = certificates.associate,
  DisassociateEmailIdentityCertificate = certificates.disassociate,
  ListEmailIdentityCertificates = certificates.list,

  CreateConfigurationSet = sets.create,
  GetConfigurationSet = sets.get,
  UpdateConfigurationSet = sets:put "MessageSecurityOptions",
  DeleteConfigurationSet = sets.delete,
  ListConfigurationSets = sets:list "ConfigurationSets",
  PutConfigurationSetArchivingOptions = sets:put "ArchivingOptions",
  PutConfigurationSetDeliveryOptions = sets:put "DeliveryOptions",
  PutConfigurationSetReputationOptions = sets:put "ReputationOptions",
  PutConfigurationSetSendingOptions = sets:put "SendingOptions",
  PutConfigurationSetSuppressionOptions = sets:put "SuppressionOptions",
  PutConfigurationSetTrackingOptions = sets:put "TrackingOptions",
  PutConfigurationSetVdmOptions = sets:put "VdmOptions",
  CreateConfigurationSetEventDestination = destinations.create,
  GetConfigurationSetEventDestinations = configuration_sets.get_destinations,
  UpdateConfigurationSetEventDestination = destinations.update,
  DeleteConfigurationSetEventDestination = destinations.delete,

  CreateContactList = lists.create,
  GetContactList = lists.get,
  UpdateContactList = lists.update,
  DeleteContactList = lists.delete,
  ListContactLists = contact_lists.list,
  CreateContact = contacts.create,
  GetContact = contacts.get,
  UpdateContact = contacts.update,
  DeleteContact = contacts.delete,
  ListContacts = contacts.list,

  CreateDedicatedIpPool = pools.create,
  GetDedicatedIpPool = pools.get,
  DeleteDedicatedIpPool = pools.delete,
  ListDedicatedIpPools = pools:list "DedicatedIpPools",
  PutDedicatedIpPoolScalingAttributes = pools:put "ScalingMode",
  GetDedicatedIp = dedicated_ips.get,
  GetDedicatedIps = dedicated_ips.list,
  PutDedicatedIpInPool = dedicated_ips.put_in_pool,
  PutDedicatedIpWarmupAttributes = dedicated_ips.put_warmup,

  CreateImportJob = jobs.create_import,
  GetImportJob = jobs.get_import,
  ListImportJobs = jobs.list_imports,
  CreateExportJob = jobs.create_export,
  GetExportJob = jobs.get_export,
  ListExportJobs = jobs.list_exports,
  CancelExportJob = jobs.cancel_export,

  CreateMultiRegionEndpoint = multi_region_endpoints.create,
  GetMultiRegionEndpoint = multi_region_endpoints.get,
  DeleteMultiRegionEndpoint = multi_region_endpoints.delete,
  ListMultiRegionEndpoints = multi_region_endpoints.list,

  CreateTenant = tenants.create,
  GetTenant = tenants.operations.get,
  DeleteTenant = tenants.operations.delete,
  ListTenants = tenants.list,
  PutTenantSuppressionAttributes = tenants.put_suppression,
  CreateTenantResourceAssociation = tenants.associate,
  DeleteTenantResourceAssociation = tenants.dissociate,
  ListTenantResources = tenants.list_resources,
  ListResourceTenants = tenants.of_resource,
  GetReputationEntity = reputation.get,
  ListReputationEntities = reputation.list,
  UpdateReputationEntityCustomerManagedStatus = reputation.put_status,
  UpdateReputationEntityPolicy = reputation.put_policy,

  TagResource = tags.tag,
  UntagResource = tags.untag,
  ListTagsForResource = tags.list,
}
