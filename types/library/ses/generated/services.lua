---@meta _
-- Made by tools/gen_types.lua from the model. Change that, not this.

---AWS's names of the operations
---@alias ses.OperationName
---| "AssociateEmailIdentityCertificate"
---| "BatchGetMetricData"
---| "CancelExportJob"
---| "CreateConfigurationSet"
---| "CreateConfigurationSetEventDestination"
---| "CreateContact"
---| "CreateContactList"
---| "CreateCustomVerificationEmailTemplate"
---| "CreateDedicatedIpPool"
---| "CreateDeliverabilityTestReport"
---| "CreateEmailIdentity"
---| "CreateEmailIdentityPolicy"
---| "CreateEmailTemplate"
---| "CreateExportJob"
---| "CreateImportJob"
---| "CreateMultiRegionEndpoint"
---| "CreateTenant"
---| "CreateTenantResourceAssociation"
---| "DeleteConfigurationSet"
---| "DeleteConfigurationSetEventDestination"
---| "DeleteContact"
---| "DeleteContactList"
---| "DeleteCustomVerificationEmailTemplate"
---| "DeleteDedicatedIpPool"
---| "DeleteEmailIdentity"
---| "DeleteEmailIdentityPolicy"
---| "DeleteEmailTemplate"
---| "DeleteMultiRegionEndpoint"
---| "DeleteSuppressedDestination"
---| "DeleteTenant"
---| "DeleteTenantResourceAssociation"
---| "DisassociateEmailIdentityCertificate"
---| "GetAccount"
---| "GetBlacklistReports"
---| "GetConfigurationSet"
---| "GetConfigurationSetEventDestinations"
---| "GetContact"
---| "GetContactList"
---| "GetCustomVerificationEmailTemplate"
---| "GetDedicatedIp"
---| "GetDedicatedIpPool"
---| "GetDedicatedIps"
---| "GetDeliverabilityDashboardOptions"
---| "GetDeliverabilityTestReport"
---| "GetDomainDeliverabilityCampaign"
---| "GetDomainStatisticsReport"
---| "GetEmailAddressInsights"
---| "GetEmailIdentity"
---| "GetEmailIdentityPolicies"
---| "GetEmailTemplate"
---| "GetExportJob"
---| "GetImportJob"
---| "GetMessageInsights"
---| "GetMultiRegionEndpoint"
---| "GetReputationEntity"
---| "GetSuppressedDestination"
---| "GetTenant"
---| "ListConfigurationSets"
---| "ListContactLists"
---| "ListContacts"
---| "ListCustomVerificationEmailTemplates"
---| "ListDedicatedIpPools"
---| "ListDeliverabilityTestReports"
---| "ListDomainDeliverabilityCampaigns"
---| "ListEmailIdentities"
---| "ListEmailIdentityCertificates"
---| "ListEmailTemplates"
---| "ListExportJobs"
---| "ListImportJobs"
---| "ListMultiRegionEndpoints"
---| "ListRecommendations"
---| "ListReputationEntities"
---| "ListResourceTenants"
---| "ListSuppressedDestinations"
---| "ListTagsForResource"
---| "ListTenantResources"
---| "ListTenants"
---| "PutAccountDedicatedIpWarmupAttributes"
---| "PutAccountDeliveryAttributes"
---| "PutAccountDetails"
---| "PutAccountPricingAttributes"
---| "PutAccountSendingAttributes"
---| "PutAccountSuppressionAttributes"
---| "PutAccountVdmAttributes"
---| "PutConfigurationSetArchivingOptions"
---| "PutConfigurationSetDeliveryOptions"
---| "PutConfigurationSetReputationOptions"
---| "PutConfigurationSetSendingOptions"
---| "PutConfigurationSetSuppressionOptions"
---| "PutConfigurationSetTrackingOptions"
---| "PutConfigurationSetVdmOptions"
---| "PutDedicatedIpInPool"
---| "PutDedicatedIpPoolScalingAttributes"
---| "PutDedicatedIpWarmupAttributes"
---| "PutDeliverabilityDashboardOption"
---| "PutEmailIdentityConfigurationSetAttributes"
---| "PutEmailIdentityDkimAttributes"
---| "PutEmailIdentityDkimSigningAttributes"
---| "PutEmailIdentityFeedbackAttributes"
---| "PutEmailIdentityMailFromAttributes"
---| "PutSuppressedDestination"
---| "PutTenantSuppressionAttributes"
---| "SendBulkEmail"
---| "SendCustomVerificationEmail"
---| "SendEmail"
---| "TagResource"
---| "TestRenderEmailTemplate"
---| "UntagResource"
---| "UpdateConfigurationSet"
---| "UpdateConfigurationSetEventDestination"
---| "UpdateContact"
---| "UpdateContactList"
---| "UpdateCustomVerificationEmailTemplate"
---| "UpdateEmailIdentityPolicy"
---| "UpdateEmailTemplate"
---| "UpdateReputationEntityCustomerManagedStatus"
---| "UpdateReputationEntityPolicy"

---@class ses.Client
---@field account ses.services.account
---@field configuration_sets ses.services.configuration_sets
---@field contact_lists ses.services.contact_lists
---@field contacts ses.services.contacts
---@field custom_verification_templates ses.services.custom_verification_templates
---@field dedicated_ips ses.services.dedicated_ips
---@field deliverability ses.services.deliverability
---@field emails ses.services.emails
---@field endpoints ses.services.endpoints
---@field identities ses.services.identities
---@field insights ses.services.insights
---@field jobs ses.services.jobs
---@field reputation ses.services.reputation
---@field suppression ses.services.suppression
---@field tags ses.services.tags
---@field templates ses.services.templates
---@field tenants ses.services.tenants

---`client.account`
---@class ses.services.account
local Account = {}

---GetAccount. Errors: BadRequestException, TooManyRequestsException.
---@param params? ses.types.GetAccountRequest
---@param options? ses.CallOptions
---@return ses.types.GetAccountResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Account:get(params, options) end

---PutAccountDedicatedIpWarmupAttributes. Errors: BadRequestException, TooManyRequestsException.
---@param params? ses.types.PutAccountDedicatedIpWarmupAttributesRequest
---@param options? ses.CallOptions
---@return ses.types.PutAccountDedicatedIpWarmupAttributesResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Account:put_dedicated_ip_warmup_attributes(params, options) end

---PutAccountDeliveryAttributes.
---@param params ses.types.PutAccountDeliveryAttributesRequest
---@param options? ses.CallOptions
---@return ses.types.PutAccountDeliveryAttributesResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Account:put_delivery_attributes(params, options) end

---PutAccountDetails. Errors: BadRequestException, ConflictException, TooManyRequestsException.
---@param params ses.types.PutAccountDetailsRequest
---@param options? ses.CallOptions
---@return ses.types.PutAccountDetailsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Account:put_details(params, options) end

---PutAccountPricingAttributes. Errors: BadRequestException, ConflictException, TooManyRequestsException.
---@param params ses.types.PutAccountPricingAttributesRequest
---@param options? ses.CallOptions
---@return ses.types.PutAccountPricingAttributesResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Account:put_pricing_attributes(params, options) end

---PutAccountSendingAttributes. Errors: BadRequestException, TooManyRequestsException.
---@param params? ses.types.PutAccountSendingAttributesRequest
---@param options? ses.CallOptions
---@return ses.types.PutAccountSendingAttributesResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Account:put_sending_attributes(params, options) end

---PutAccountSuppressionAttributes. Errors: BadRequestException, TooManyRequestsException.
---@param params? ses.types.PutAccountSuppressionAttributesRequest
---@param options? ses.CallOptions
---@return ses.types.PutAccountSuppressionAttributesResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Account:put_suppression_attributes(params, options) end

---PutAccountVdmAttributes. Errors: BadRequestException, TooManyRequestsException.
---@param params ses.types.PutAccountVdmAttributesRequest
---@param options? ses.CallOptions
---@return ses.types.PutAccountVdmAttributesResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Account:put_vdm_attributes(params, options) end

---`client.configuration_sets`
---@class ses.services.configuration_sets
local ConfigurationSets = {}

---CreateConfigurationSet. Errors: AlreadyExistsException, BadRequestException, ConcurrentModificationException, LimitExceededException, NotFoundException, TooManyRequestsException.
---@param params ses.types.CreateConfigurationSetRequest
---@param options? ses.CallOptions
---@return ses.types.CreateConfigurationSetResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function ConfigurationSets:create(params, options) end

---CreateConfigurationSetEventDestination. Errors: AlreadyExistsException, BadRequestException, LimitExceededException, NotFoundException, TooManyRequestsException.
---@param params ses.types.CreateConfigurationSetEventDestinationRequest
---@param options? ses.CallOptions
---@return ses.types.CreateConfigurationSetEventDestinationResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function ConfigurationSets:create_event_destination(params, options) end

---DeleteConfigurationSet. Errors: BadRequestException, ConcurrentModificationException, NotFoundException, TooManyRequestsException.
---@param params ses.types.DeleteConfigurationSetRequest
---@param options? ses.CallOptions
---@return ses.types.DeleteConfigurationSetResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function ConfigurationSets:delete(params, options) end

---DeleteConfigurationSetEventDestination. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.DeleteConfigurationSetEventDestinationRequest
---@param options? ses.CallOptions
---@return ses.types.DeleteConfigurationSetEventDestinationResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function ConfigurationSets:delete_event_destination(params, options) end

---GetConfigurationSet. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.GetConfigurationSetRequest
---@param options? ses.CallOptions
---@return ses.types.GetConfigurationSetResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function ConfigurationSets:get(params, options) end

---GetConfigurationSetEventDestinations. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.GetConfigurationSetEventDestinationsRequest
---@param options? ses.CallOptions
---@return ses.types.GetConfigurationSetEventDestinationsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function ConfigurationSets:get_event_destinations(params, options) end

---ListConfigurationSets. Errors: BadRequestException, TooManyRequestsException.
---@param params? ses.types.ListConfigurationSetsRequest
---@param options? ses.CallOptions
---@return ses.types.ListConfigurationSetsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function ConfigurationSets:list(params, options) end

---The items of ListConfigurationSets, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListConfigurationSetsRequest
---@return fun(): string|false|nil, ses.Error?
function ConfigurationSets:each(params) end

---The pages of ListConfigurationSets, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListConfigurationSetsRequest
---@return fun(): ses.types.ListConfigurationSetsResponse|false|nil, ses.Error?
function ConfigurationSets:pages(params) end

---PutConfigurationSetArchivingOptions. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.PutConfigurationSetArchivingOptionsRequest
---@param options? ses.CallOptions
---@return ses.types.PutConfigurationSetArchivingOptionsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function ConfigurationSets:put_archiving_options(params, options) end

---PutConfigurationSetDeliveryOptions. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.PutConfigurationSetDeliveryOptionsRequest
---@param options? ses.CallOptions
---@return ses.types.PutConfigurationSetDeliveryOptionsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function ConfigurationSets:put_delivery_options(params, options) end

---PutConfigurationSetReputationOptions. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.PutConfigurationSetReputationOptionsRequest
---@param options? ses.CallOptions
---@return ses.types.PutConfigurationSetReputationOptionsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function ConfigurationSets:put_reputation_options(params, options) end

---PutConfigurationSetSendingOptions. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.PutConfigurationSetSendingOptionsRequest
---@param options? ses.CallOptions
---@return ses.types.PutConfigurationSetSendingOptionsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function ConfigurationSets:put_sending_options(params, options) end

---PutConfigurationSetSuppressionOptions. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.PutConfigurationSetSuppressionOptionsRequest
---@param options? ses.CallOptions
---@return ses.types.PutConfigurationSetSuppressionOptionsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function ConfigurationSets:put_suppression_options(params, options) end

---PutConfigurationSetTrackingOptions. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.PutConfigurationSetTrackingOptionsRequest
---@param options? ses.CallOptions
---@return ses.types.PutConfigurationSetTrackingOptionsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function ConfigurationSets:put_tracking_options(params, options) end

---PutConfigurationSetVdmOptions. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.PutConfigurationSetVdmOptionsRequest
---@param options? ses.CallOptions
---@return ses.types.PutConfigurationSetVdmOptionsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function ConfigurationSets:put_vdm_options(params, options) end

---UpdateConfigurationSet.
---@param params ses.types.UpdateConfigurationSetRequest
---@param options? ses.CallOptions
---@return ses.types.UpdateConfigurationSetResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function ConfigurationSets:update(params, options) end

---UpdateConfigurationSetEventDestination. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.UpdateConfigurationSetEventDestinationRequest
---@param options? ses.CallOptions
---@return ses.types.UpdateConfigurationSetEventDestinationResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function ConfigurationSets:update_event_destination(params, options) end

---`client.contact_lists`
---@class ses.services.contact_lists
local ContactLists = {}

---CreateContactList. Errors: AlreadyExistsException, BadRequestException, LimitExceededException, TooManyRequestsException.
---@param params ses.types.CreateContactListRequest
---@param options? ses.CallOptions
---@return ses.types.CreateContactListResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function ContactLists:create(params, options) end

---DeleteContactList. Errors: BadRequestException, ConcurrentModificationException, NotFoundException, TooManyRequestsException.
---@param params ses.types.DeleteContactListRequest
---@param options? ses.CallOptions
---@return ses.types.DeleteContactListResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function ContactLists:delete(params, options) end

---GetContactList. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.GetContactListRequest
---@param options? ses.CallOptions
---@return ses.types.GetContactListResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function ContactLists:get(params, options) end

---ListContactLists. Errors: BadRequestException, TooManyRequestsException.
---@param params? ses.types.ListContactListsRequest
---@param options? ses.CallOptions
---@return ses.types.ListContactListsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function ContactLists:list(params, options) end

---The items of ListContactLists, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListContactListsRequest
---@return fun(): ses.types.ContactList|false|nil, ses.Error?
function ContactLists:each(params) end

---The pages of ListContactLists, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListContactListsRequest
---@return fun(): ses.types.ListContactListsResponse|false|nil, ses.Error?
function ContactLists:pages(params) end

---UpdateContactList. Errors: BadRequestException, ConcurrentModificationException, NotFoundException, TooManyRequestsException.
---@param params ses.types.UpdateContactListRequest
---@param options? ses.CallOptions
---@return ses.types.UpdateContactListResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function ContactLists:update(params, options) end

---`client.contacts`
---@class ses.services.contacts
local Contacts = {}

---CreateContact. Errors: AlreadyExistsException, BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.CreateContactRequest
---@param options? ses.CallOptions
---@return ses.types.CreateContactResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Contacts:create(params, options) end

---DeleteContact. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.DeleteContactRequest
---@param options? ses.CallOptions
---@return ses.types.DeleteContactResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Contacts:delete(params, options) end

---GetContact. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.GetContactRequest
---@param options? ses.CallOptions
---@return ses.types.GetContactResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Contacts:get(params, options) end

---ListContacts. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.ListContactsRequest
---@param options? ses.CallOptions
---@return ses.types.ListContactsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Contacts:list(params, options) end

---The items of ListContacts, asked for as the loop goes on; `false` and an error where a page fails.
---@param params ses.types.ListContactsRequest
---@return fun(): ses.types.Contact|false|nil, ses.Error?
function Contacts:each(params) end

---The pages of ListContacts, asked for as the loop goes on; `false` and an error where a page fails.
---@param params ses.types.ListContactsRequest
---@return fun(): ses.types.ListContactsResponse|false|nil, ses.Error?
function Contacts:pages(params) end

---UpdateContact. Errors: BadRequestException, ConcurrentModificationException, NotFoundException, TooManyRequestsException.
---@param params ses.types.UpdateContactRequest
---@param options? ses.CallOptions
---@return ses.types.UpdateContactResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Contacts:update(params, options) end

---`client.custom_verification_templates`
---@class ses.services.custom_verification_templates
local CustomVerificationTemplates = {}

---CreateCustomVerificationEmailTemplate. Errors: AlreadyExistsException, BadRequestException, LimitExceededException, NotFoundException, TooManyRequestsException.
---@param params ses.types.CreateCustomVerificationEmailTemplateRequest
---@param options? ses.CallOptions
---@return ses.types.CreateCustomVerificationEmailTemplateResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function CustomVerificationTemplates:create(params, options) end

---DeleteCustomVerificationEmailTemplate. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.DeleteCustomVerificationEmailTemplateRequest
---@param options? ses.CallOptions
---@return ses.types.DeleteCustomVerificationEmailTemplateResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function CustomVerificationTemplates:delete(params, options) end

---GetCustomVerificationEmailTemplate. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.GetCustomVerificationEmailTemplateRequest
---@param options? ses.CallOptions
---@return ses.types.GetCustomVerificationEmailTemplateResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function CustomVerificationTemplates:get(params, options) end

---ListCustomVerificationEmailTemplates. Errors: BadRequestException, TooManyRequestsException.
---@param params? ses.types.ListCustomVerificationEmailTemplatesRequest
---@param options? ses.CallOptions
---@return ses.types.ListCustomVerificationEmailTemplatesResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function CustomVerificationTemplates:list(params, options) end

---The items of ListCustomVerificationEmailTemplates, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListCustomVerificationEmailTemplatesRequest
---@return fun(): ses.types.CustomVerificationEmailTemplateMetadata|false|nil, ses.Error?
function CustomVerificationTemplates:each(params) end

---The pages of ListCustomVerificationEmailTemplates, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListCustomVerificationEmailTemplatesRequest
---@return fun(): ses.types.ListCustomVerificationEmailTemplatesResponse|false|nil, ses.Error?
function CustomVerificationTemplates:pages(params) end

---SendCustomVerificationEmail. Errors: BadRequestException, LimitExceededException, MailFromDomainNotVerifiedException, MessageRejected, NotFoundException, SendingPausedException, TooManyRequestsException.
---@param params ses.types.SendCustomVerificationEmailRequest
---@param options? ses.CallOptions
---@return ses.types.SendCustomVerificationEmailResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function CustomVerificationTemplates:send(params, options) end

---UpdateCustomVerificationEmailTemplate. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.UpdateCustomVerificationEmailTemplateRequest
---@param options? ses.CallOptions
---@return ses.types.UpdateCustomVerificationEmailTemplateResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function CustomVerificationTemplates:update(params, options) end

---`client.dedicated_ips`
---@class ses.services.dedicated_ips
local DedicatedIps = {}

---CreateDedicatedIpPool. Errors: AlreadyExistsException, BadRequestException, ConcurrentModificationException, LimitExceededException, TooManyRequestsException.
---@param params ses.types.CreateDedicatedIpPoolRequest
---@param options? ses.CallOptions
---@return ses.types.CreateDedicatedIpPoolResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function DedicatedIps:create_pool(params, options) end

---DeleteDedicatedIpPool. Errors: BadRequestException, ConcurrentModificationException, NotFoundException, TooManyRequestsException.
---@param params ses.types.DeleteDedicatedIpPoolRequest
---@param options? ses.CallOptions
---@return ses.types.DeleteDedicatedIpPoolResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function DedicatedIps:delete_pool(params, options) end

---GetDedicatedIp. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.GetDedicatedIpRequest
---@param options? ses.CallOptions
---@return ses.types.GetDedicatedIpResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function DedicatedIps:get(params, options) end

---GetDedicatedIpPool. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.GetDedicatedIpPoolRequest
---@param options? ses.CallOptions
---@return ses.types.GetDedicatedIpPoolResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function DedicatedIps:get_pool(params, options) end

---GetDedicatedIps. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params? ses.types.GetDedicatedIpsRequest
---@param options? ses.CallOptions
---@return ses.types.GetDedicatedIpsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function DedicatedIps:list(params, options) end

---The items of GetDedicatedIps, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.GetDedicatedIpsRequest
---@return fun(): ses.types.DedicatedIp|false|nil, ses.Error?
function DedicatedIps:each(params) end

---The pages of GetDedicatedIps, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.GetDedicatedIpsRequest
---@return fun(): ses.types.GetDedicatedIpsResponse|false|nil, ses.Error?
function DedicatedIps:pages(params) end

---ListDedicatedIpPools. Errors: BadRequestException, TooManyRequestsException.
---@param params? ses.types.ListDedicatedIpPoolsRequest
---@param options? ses.CallOptions
---@return ses.types.ListDedicatedIpPoolsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function DedicatedIps:list_pools(params, options) end

---The items of ListDedicatedIpPools, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListDedicatedIpPoolsRequest
---@return fun(): string|false|nil, ses.Error?
function DedicatedIps:each_pools(params) end

---The pages of ListDedicatedIpPools, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListDedicatedIpPoolsRequest
---@return fun(): ses.types.ListDedicatedIpPoolsResponse|false|nil, ses.Error?
function DedicatedIps:pages_pools(params) end

---PutDedicatedIpInPool. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.PutDedicatedIpInPoolRequest
---@param options? ses.CallOptions
---@return ses.types.PutDedicatedIpInPoolResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function DedicatedIps:put_in_pool(params, options) end

---PutDedicatedIpPoolScalingAttributes. Errors: BadRequestException, ConcurrentModificationException, NotFoundException, TooManyRequestsException.
---@param params ses.types.PutDedicatedIpPoolScalingAttributesRequest
---@param options? ses.CallOptions
---@return ses.types.PutDedicatedIpPoolScalingAttributesResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function DedicatedIps:put_pool_scaling_attributes(params, options) end

---PutDedicatedIpWarmupAttributes. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.PutDedicatedIpWarmupAttributesRequest
---@param options? ses.CallOptions
---@return ses.types.PutDedicatedIpWarmupAttributesResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function DedicatedIps:put_warmup_attributes(params, options) end

---`client.deliverability`
---@class ses.services.deliverability
local Deliverability = {}

---CreateDeliverabilityTestReport. Errors: AccountSuspendedException, BadRequestException, ConcurrentModificationException, LimitExceededException, MailFromDomainNotVerifiedException, MessageRejected, NotFoundException, SendingPausedException, TooManyRequestsException.
---@param params ses.types.CreateDeliverabilityTestReportRequest
---@param options? ses.CallOptions
---@return ses.types.CreateDeliverabilityTestReportResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Deliverability:create_test_report(params, options) end

---GetBlacklistReports. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.GetBlacklistReportsRequest
---@param options? ses.CallOptions
---@return ses.types.GetBlacklistReportsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Deliverability:get_blacklist_reports(params, options) end

---GetDeliverabilityDashboardOptions. Errors: BadRequestException, LimitExceededException, TooManyRequestsException.
---@param params? ses.types.GetDeliverabilityDashboardOptionsRequest
---@param options? ses.CallOptions
---@return ses.types.GetDeliverabilityDashboardOptionsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Deliverability:get_dashboard_options(params, options) end

---GetDomainDeliverabilityCampaign. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.GetDomainDeliverabilityCampaignRequest
---@param options? ses.CallOptions
---@return ses.types.GetDomainDeliverabilityCampaignResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Deliverability:get_domain_campaign(params, options) end

---GetDomainStatisticsReport. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.GetDomainStatisticsReportRequest
---@param options? ses.CallOptions
---@return ses.types.GetDomainStatisticsReportResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Deliverability:get_domain_statistics_report(params, options) end

---GetDeliverabilityTestReport. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.GetDeliverabilityTestReportRequest
---@param options? ses.CallOptions
---@return ses.types.GetDeliverabilityTestReportResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Deliverability:get_test_report(params, options) end

---ListDomainDeliverabilityCampaigns. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.ListDomainDeliverabilityCampaignsRequest
---@param options? ses.CallOptions
---@return ses.types.ListDomainDeliverabilityCampaignsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Deliverability:list_domain_campaigns(params, options) end

---The items of ListDomainDeliverabilityCampaigns, asked for as the loop goes on; `false` and an error where a page fails.
---@param params ses.types.ListDomainDeliverabilityCampaignsRequest
---@return fun(): ses.types.DomainDeliverabilityCampaign|false|nil, ses.Error?
function Deliverability:each_domain_campaigns(params) end

---The pages of ListDomainDeliverabilityCampaigns, asked for as the loop goes on; `false` and an error where a page fails.
---@param params ses.types.ListDomainDeliverabilityCampaignsRequest
---@return fun(): ses.types.ListDomainDeliverabilityCampaignsResponse|false|nil, ses.Error?
function Deliverability:pages_domain_campaigns(params) end

---ListDeliverabilityTestReports. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params? ses.types.ListDeliverabilityTestReportsRequest
---@param options? ses.CallOptions
---@return ses.types.ListDeliverabilityTestReportsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Deliverability:list_test_reports(params, options) end

---The items of ListDeliverabilityTestReports, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListDeliverabilityTestReportsRequest
---@return fun(): ses.types.DeliverabilityTestReport|false|nil, ses.Error?
function Deliverability:each_test_reports(params) end

---The pages of ListDeliverabilityTestReports, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListDeliverabilityTestReportsRequest
---@return fun(): ses.types.ListDeliverabilityTestReportsResponse|false|nil, ses.Error?
function Deliverability:pages_test_reports(params) end

---PutDeliverabilityDashboardOption. Errors: AlreadyExistsException, BadRequestException, LimitExceededException, NotFoundException, TooManyRequestsException.
---@param params ses.types.PutDeliverabilityDashboardOptionRequest
---@param options? ses.CallOptions
---@return ses.types.PutDeliverabilityDashboardOptionResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Deliverability:put_dashboard_option(params, options) end

---`client.emails`
---@class ses.services.emails
local Emails = {}

---`client.endpoints`
---@class ses.services.endpoints
local Endpoints = {}

---CreateMultiRegionEndpoint. Errors: AlreadyExistsException, BadRequestException, LimitExceededException, TooManyRequestsException.
---@param params ses.types.CreateMultiRegionEndpointRequest
---@param options? ses.CallOptions
---@return ses.types.CreateMultiRegionEndpointResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Endpoints:create(params, options) end

---DeleteMultiRegionEndpoint. Errors: BadRequestException, ConcurrentModificationException, NotFoundException, TooManyRequestsException.
---@param params ses.types.DeleteMultiRegionEndpointRequest
---@param options? ses.CallOptions
---@return ses.types.DeleteMultiRegionEndpointResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Endpoints:delete(params, options) end

---GetMultiRegionEndpoint. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.GetMultiRegionEndpointRequest
---@param options? ses.CallOptions
---@return ses.types.GetMultiRegionEndpointResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Endpoints:get(params, options) end

---ListMultiRegionEndpoints. Errors: BadRequestException, TooManyRequestsException.
---@param params? ses.types.ListMultiRegionEndpointsRequest
---@param options? ses.CallOptions
---@return ses.types.ListMultiRegionEndpointsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Endpoints:list(params, options) end

---The items of ListMultiRegionEndpoints, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListMultiRegionEndpointsRequest
---@return fun(): ses.types.MultiRegionEndpoint|false|nil, ses.Error?
function Endpoints:each(params) end

---The pages of ListMultiRegionEndpoints, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListMultiRegionEndpointsRequest
---@return fun(): ses.types.ListMultiRegionEndpointsResponse|false|nil, ses.Error?
function Endpoints:pages(params) end

---`client.identities`
---@class ses.services.identities
local Identities = {}

---AssociateEmailIdentityCertificate.
---@param params ses.types.AssociateEmailIdentityCertificateRequest
---@param options? ses.CallOptions
---@return ses.types.AssociateEmailIdentityCertificateResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Identities:associate_certificate(params, options) end

---CreateEmailIdentity. Errors: AlreadyExistsException, BadRequestException, ConcurrentModificationException, LimitExceededException, NotFoundException, TooManyRequestsException.
---@param params ses.types.CreateEmailIdentityRequest
---@param options? ses.CallOptions
---@return ses.types.CreateEmailIdentityResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Identities:create(params, options) end

---CreateEmailIdentityPolicy. Errors: AlreadyExistsException, BadRequestException, LimitExceededException, NotFoundException, TooManyRequestsException.
---@param params ses.types.CreateEmailIdentityPolicyRequest
---@param options? ses.CallOptions
---@return ses.types.CreateEmailIdentityPolicyResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Identities:create_policy(params, options) end

---DeleteEmailIdentity. Errors: BadRequestException, ConcurrentModificationException, NotFoundException, TooManyRequestsException.
---@param params ses.types.DeleteEmailIdentityRequest
---@param options? ses.CallOptions
---@return ses.types.DeleteEmailIdentityResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Identities:delete(params, options) end

---DeleteEmailIdentityPolicy. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.DeleteEmailIdentityPolicyRequest
---@param options? ses.CallOptions
---@return ses.types.DeleteEmailIdentityPolicyResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Identities:delete_policy(params, options) end

---DisassociateEmailIdentityCertificate.
---@param params ses.types.DisassociateEmailIdentityCertificateRequest
---@param options? ses.CallOptions
---@return ses.types.DisassociateEmailIdentityCertificateResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Identities:disassociate_certificate(params, options) end

---GetEmailIdentity. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.GetEmailIdentityRequest
---@param options? ses.CallOptions
---@return ses.types.GetEmailIdentityResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Identities:get(params, options) end

---GetEmailIdentityPolicies. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.GetEmailIdentityPoliciesRequest
---@param options? ses.CallOptions
---@return ses.types.GetEmailIdentityPoliciesResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Identities:get_policies(params, options) end

---ListEmailIdentities. Errors: BadRequestException, TooManyRequestsException.
---@param params? ses.types.ListEmailIdentitiesRequest
---@param options? ses.CallOptions
---@return ses.types.ListEmailIdentitiesResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Identities:list(params, options) end

---The items of ListEmailIdentities, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListEmailIdentitiesRequest
---@return fun(): ses.types.IdentityInfo|false|nil, ses.Error?
function Identities:each(params) end

---The pages of ListEmailIdentities, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListEmailIdentitiesRequest
---@return fun(): ses.types.ListEmailIdentitiesResponse|false|nil, ses.Error?
function Identities:pages(params) end

---ListEmailIdentityCertificates.
---@param params ses.types.ListEmailIdentityCertificatesRequest
---@param options? ses.CallOptions
---@return ses.types.ListEmailIdentityCertificatesResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Identities:list_certificates(params, options) end

---The items of ListEmailIdentityCertificates, asked for as the loop goes on; `false` and an error where a page fails.
---@param params ses.types.ListEmailIdentityCertificatesRequest
---@return fun(): ses.types.IdentityCertificate|false|nil, ses.Error?
function Identities:each_certificates(params) end

---The pages of ListEmailIdentityCertificates, asked for as the loop goes on; `false` and an error where a page fails.
---@param params ses.types.ListEmailIdentityCertificatesRequest
---@return fun(): ses.types.ListEmailIdentityCertificatesResponse|false|nil, ses.Error?
function Identities:pages_certificates(params) end

---PutEmailIdentityConfigurationSetAttributes. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.PutEmailIdentityConfigurationSetAttributesRequest
---@param options? ses.CallOptions
---@return ses.types.PutEmailIdentityConfigurationSetAttributesResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Identities:put_configuration_set_attributes(params, options) end

---PutEmailIdentityDkimAttributes. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.PutEmailIdentityDkimAttributesRequest
---@param options? ses.CallOptions
---@return ses.types.PutEmailIdentityDkimAttributesResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Identities:put_dkim_attributes(params, options) end

---PutEmailIdentityDkimSigningAttributes. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.PutEmailIdentityDkimSigningAttributesRequest
---@param options? ses.CallOptions
---@return ses.types.PutEmailIdentityDkimSigningAttributesResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Identities:put_dkim_signing_attributes(params, options) end

---PutEmailIdentityFeedbackAttributes. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.PutEmailIdentityFeedbackAttributesRequest
---@param options? ses.CallOptions
---@return ses.types.PutEmailIdentityFeedbackAttributesResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Identities:put_feedback_attributes(params, options) end

---PutEmailIdentityMailFromAttributes. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.PutEmailIdentityMailFromAttributesRequest
---@param options? ses.CallOptions
---@return ses.types.PutEmailIdentityMailFromAttributesResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Identities:put_mail_from_attributes(params, options) end

---UpdateEmailIdentityPolicy. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.UpdateEmailIdentityPolicyRequest
---@param options? ses.CallOptions
---@return ses.types.UpdateEmailIdentityPolicyResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Identities:update_policy(params, options) end

---`client.insights`
---@class ses.services.insights
local Insights = {}

---BatchGetMetricData. Errors: BadRequestException, InternalServiceErrorException, NotFoundException, TooManyRequestsException.
---@param params ses.types.BatchGetMetricDataRequest
---@param options? ses.CallOptions
---@return ses.types.BatchGetMetricDataResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Insights:batch_get_metric_data(params, options) end

---GetEmailAddressInsights. Errors: BadRequestException, TooManyRequestsException.
---@param params ses.types.GetEmailAddressInsightsRequest
---@param options? ses.CallOptions
---@return ses.types.GetEmailAddressInsightsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Insights:get_email_address(params, options) end

---GetMessageInsights. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.GetMessageInsightsRequest
---@param options? ses.CallOptions
---@return ses.types.GetMessageInsightsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Insights:get_message(params, options) end

---ListRecommendations. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params? ses.types.ListRecommendationsRequest
---@param options? ses.CallOptions
---@return ses.types.ListRecommendationsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Insights:list_recommendations(params, options) end

---The items of ListRecommendations, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListRecommendationsRequest
---@return fun(): ses.types.Recommendation|false|nil, ses.Error?
function Insights:each_recommendations(params) end

---The pages of ListRecommendations, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListRecommendationsRequest
---@return fun(): ses.types.ListRecommendationsResponse|false|nil, ses.Error?
function Insights:pages_recommendations(params) end

---`client.jobs`
---@class ses.services.jobs
local Jobs = {}

---CancelExportJob. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.CancelExportJobRequest
---@param options? ses.CallOptions
---@return ses.types.CancelExportJobResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Jobs:cancel_export(params, options) end

---CreateExportJob. Errors: BadRequestException, LimitExceededException, NotFoundException, TooManyRequestsException.
---@param params ses.types.CreateExportJobRequest
---@param options? ses.CallOptions
---@return ses.types.CreateExportJobResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Jobs:create_export(params, options) end

---CreateImportJob. Errors: BadRequestException, LimitExceededException, TooManyRequestsException.
---@param params ses.types.CreateImportJobRequest
---@param options? ses.CallOptions
---@return ses.types.CreateImportJobResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Jobs:create_import(params, options) end

---GetExportJob. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.GetExportJobRequest
---@param options? ses.CallOptions
---@return ses.types.GetExportJobResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Jobs:get_export(params, options) end

---GetImportJob. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.GetImportJobRequest
---@param options? ses.CallOptions
---@return ses.types.GetImportJobResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Jobs:get_import(params, options) end

---ListExportJobs. Errors: BadRequestException, TooManyRequestsException.
---@param params? ses.types.ListExportJobsRequest
---@param options? ses.CallOptions
---@return ses.types.ListExportJobsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Jobs:list_exports(params, options) end

---The items of ListExportJobs, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListExportJobsRequest
---@return fun(): ses.types.ExportJobSummary|false|nil, ses.Error?
function Jobs:each_exports(params) end

---The pages of ListExportJobs, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListExportJobsRequest
---@return fun(): ses.types.ListExportJobsResponse|false|nil, ses.Error?
function Jobs:pages_exports(params) end

---ListImportJobs. Errors: BadRequestException, TooManyRequestsException.
---@param params? ses.types.ListImportJobsRequest
---@param options? ses.CallOptions
---@return ses.types.ListImportJobsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Jobs:list_imports(params, options) end

---The items of ListImportJobs, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListImportJobsRequest
---@return fun(): ses.types.ImportJobSummary|false|nil, ses.Error?
function Jobs:each_imports(params) end

---The pages of ListImportJobs, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListImportJobsRequest
---@return fun(): ses.types.ListImportJobsResponse|false|nil, ses.Error?
function Jobs:pages_imports(params) end

---`client.reputation`
---@class ses.services.reputation
local Reputation = {}

---GetReputationEntity. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.GetReputationEntityRequest
---@param options? ses.CallOptions
---@return ses.types.GetReputationEntityResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Reputation:get_entity(params, options) end

---ListReputationEntities. Errors: BadRequestException, TooManyRequestsException.
---@param params? ses.types.ListReputationEntitiesRequest
---@param options? ses.CallOptions
---@return ses.types.ListReputationEntitiesResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Reputation:list_entities(params, options) end

---The items of ListReputationEntities, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListReputationEntitiesRequest
---@return fun(): ses.types.ReputationEntity|false|nil, ses.Error?
function Reputation:each_entities(params) end

---The pages of ListReputationEntities, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListReputationEntitiesRequest
---@return fun(): ses.types.ListReputationEntitiesResponse|false|nil, ses.Error?
function Reputation:pages_entities(params) end

---UpdateReputationEntityCustomerManagedStatus. Errors: BadRequestException, ConflictException, TooManyRequestsException.
---@param params ses.types.UpdateReputationEntityCustomerManagedStatusRequest
---@param options? ses.CallOptions
---@return ses.types.UpdateReputationEntityCustomerManagedStatusResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Reputation:update_entity_customer_managed_status(params, options) end

---UpdateReputationEntityPolicy. Errors: BadRequestException, ConflictException, TooManyRequestsException.
---@param params ses.types.UpdateReputationEntityPolicyRequest
---@param options? ses.CallOptions
---@return ses.types.UpdateReputationEntityPolicyResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Reputation:update_entity_policy(params, options) end

---`client.suppression`
---@class ses.services.suppression
local Suppression = {}

---DeleteSuppressedDestination. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.DeleteSuppressedDestinationRequest
---@param options? ses.CallOptions
---@return ses.types.DeleteSuppressedDestinationResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Suppression:delete(params, options) end

---GetSuppressedDestination. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.GetSuppressedDestinationRequest
---@param options? ses.CallOptions
---@return ses.types.GetSuppressedDestinationResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Suppression:get(params, options) end

---ListSuppressedDestinations. Errors: BadRequestException, InvalidNextTokenException, NotFoundException, TooManyRequestsException.
---@param params? ses.types.ListSuppressedDestinationsRequest
---@param options? ses.CallOptions
---@return ses.types.ListSuppressedDestinationsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Suppression:list(params, options) end

---The items of ListSuppressedDestinations, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListSuppressedDestinationsRequest
---@return fun(): ses.types.SuppressedDestinationSummary|false|nil, ses.Error?
function Suppression:each(params) end

---The pages of ListSuppressedDestinations, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListSuppressedDestinationsRequest
---@return fun(): ses.types.ListSuppressedDestinationsResponse|false|nil, ses.Error?
function Suppression:pages(params) end

---PutSuppressedDestination. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.PutSuppressedDestinationRequest
---@param options? ses.CallOptions
---@return ses.types.PutSuppressedDestinationResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Suppression:put(params, options) end

---`client.tags`
---@class ses.services.tags
local Tags = {}

---ListTagsForResource. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.ListTagsForResourceRequest
---@param options? ses.CallOptions
---@return ses.types.ListTagsForResourceResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Tags:list(params, options) end

---TagResource. Errors: BadRequestException, ConcurrentModificationException, NotFoundException, TooManyRequestsException.
---@param params ses.types.TagResourceRequest
---@param options? ses.CallOptions
---@return ses.types.TagResourceResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Tags:tag(params, options) end

---UntagResource. Errors: BadRequestException, ConcurrentModificationException, NotFoundException, TooManyRequestsException.
---@param params ses.types.UntagResourceRequest
---@param options? ses.CallOptions
---@return ses.types.UntagResourceResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Tags:untag(params, options) end

---`client.templates`
---@class ses.services.templates
local Templates = {}

---CreateEmailTemplate. Errors: AlreadyExistsException, BadRequestException, LimitExceededException, TooManyRequestsException.
---@param params ses.types.CreateEmailTemplateRequest
---@param options? ses.CallOptions
---@return ses.types.CreateEmailTemplateResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Templates:create(params, options) end

---DeleteEmailTemplate. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.DeleteEmailTemplateRequest
---@param options? ses.CallOptions
---@return ses.types.DeleteEmailTemplateResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Templates:delete(params, options) end

---GetEmailTemplate. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.GetEmailTemplateRequest
---@param options? ses.CallOptions
---@return ses.types.GetEmailTemplateResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Templates:get(params, options) end

---ListEmailTemplates. Errors: BadRequestException, TooManyRequestsException.
---@param params? ses.types.ListEmailTemplatesRequest
---@param options? ses.CallOptions
---@return ses.types.ListEmailTemplatesResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Templates:list(params, options) end

---The items of ListEmailTemplates, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListEmailTemplatesRequest
---@return fun(): ses.types.EmailTemplateMetadata|false|nil, ses.Error?
function Templates:each(params) end

---The pages of ListEmailTemplates, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListEmailTemplatesRequest
---@return fun(): ses.types.ListEmailTemplatesResponse|false|nil, ses.Error?
function Templates:pages(params) end

---TestRenderEmailTemplate. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.TestRenderEmailTemplateRequest
---@param options? ses.CallOptions
---@return ses.types.TestRenderEmailTemplateResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Templates:test_render(params, options) end

---UpdateEmailTemplate. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.UpdateEmailTemplateRequest
---@param options? ses.CallOptions
---@return ses.types.UpdateEmailTemplateResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Templates:update(params, options) end

---`client.tenants`
---@class ses.services.tenants
local Tenants = {}

---CreateTenant. Errors: AlreadyExistsException, BadRequestException, LimitExceededException, TooManyRequestsException.
---@param params ses.types.CreateTenantRequest
---@param options? ses.CallOptions
---@return ses.types.CreateTenantResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Tenants:create(params, options) end

---CreateTenantResourceAssociation. Errors: AlreadyExistsException, BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.CreateTenantResourceAssociationRequest
---@param options? ses.CallOptions
---@return ses.types.CreateTenantResourceAssociationResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Tenants:create_resource_association(params, options) end

---DeleteTenant. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.DeleteTenantRequest
---@param options? ses.CallOptions
---@return ses.types.DeleteTenantResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Tenants:delete(params, options) end

---DeleteTenantResourceAssociation. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.DeleteTenantResourceAssociationRequest
---@param options? ses.CallOptions
---@return ses.types.DeleteTenantResourceAssociationResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Tenants:delete_resource_association(params, options) end

---GetTenant. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.GetTenantRequest
---@param options? ses.CallOptions
---@return ses.types.GetTenantResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Tenants:get(params, options) end

---ListTenants. Errors: BadRequestException, TooManyRequestsException.
---@param params? ses.types.ListTenantsRequest
---@param options? ses.CallOptions
---@return ses.types.ListTenantsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Tenants:list(params, options) end

---The items of ListTenants, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListTenantsRequest
---@return fun(): ses.types.TenantInfo|false|nil, ses.Error?
function Tenants:each(params) end

---The pages of ListTenants, asked for as the loop goes on; `false` and an error where a page fails.
---@param params? ses.types.ListTenantsRequest
---@return fun(): ses.types.ListTenantsResponse|false|nil, ses.Error?
function Tenants:pages(params) end

---ListResourceTenants. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.ListResourceTenantsRequest
---@param options? ses.CallOptions
---@return ses.types.ListResourceTenantsResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Tenants:list_resource_tenants(params, options) end

---The items of ListResourceTenants, asked for as the loop goes on; `false` and an error where a page fails.
---@param params ses.types.ListResourceTenantsRequest
---@return fun(): ses.types.ResourceTenantMetadata|false|nil, ses.Error?
function Tenants:each_resource_tenants(params) end

---The pages of ListResourceTenants, asked for as the loop goes on; `false` and an error where a page fails.
---@param params ses.types.ListResourceTenantsRequest
---@return fun(): ses.types.ListResourceTenantsResponse|false|nil, ses.Error?
function Tenants:pages_resource_tenants(params) end

---ListTenantResources. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.ListTenantResourcesRequest
---@param options? ses.CallOptions
---@return ses.types.ListTenantResourcesResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Tenants:list_resources(params, options) end

---The items of ListTenantResources, asked for as the loop goes on; `false` and an error where a page fails.
---@param params ses.types.ListTenantResourcesRequest
---@return fun(): ses.types.TenantResource|false|nil, ses.Error?
function Tenants:each_resources(params) end

---The pages of ListTenantResources, asked for as the loop goes on; `false` and an error where a page fails.
---@param params ses.types.ListTenantResourcesRequest
---@return fun(): ses.types.ListTenantResourcesResponse|false|nil, ses.Error?
function Tenants:pages_resources(params) end

---PutTenantSuppressionAttributes. Errors: BadRequestException, NotFoundException, TooManyRequestsException.
---@param params ses.types.PutTenantSuppressionAttributesRequest
---@param options? ses.CallOptions
---@return ses.types.PutTenantSuppressionAttributesResponse? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Tenants:put_suppression_attributes(params, options) end
