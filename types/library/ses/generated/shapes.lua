---@meta _
-- Made by tools/gen_types.lua from the model. Change that, not this.

---@class ses.types.AccountDetails
---@field additional_contact_email_addresses? string[] 1 to 4 items
---@field contact_language? ses.types.ContactLanguage
---@field mail_type? ses.types.MailType
---@field review_details? ses.types.ReviewDetails
---@field use_case_description? string at most 5000 characters, deprecated
---@field website_url? string 1 to 1000 characters

---@alias ses.types.AccountSharedPoolDeliveryMode
---| "GLOBAL"
---| "REGIONAL"

---@class ses.types.ArchivingOptions
---@field archive_arn? string 20 to 1011 characters

---@class ses.types.AssociateEmailIdentityCertificateRequest
---@field certificate_arn string
---@field email_identity string
---@field from_address? string

---@class ses.types.AssociateEmailIdentityCertificateResponse

---@class ses.types.Attachment
---@field content_description? string at most 1000 characters
---@field content_disposition? ses.types.AttachmentContentDisposition
---@field content_id? string 1 to 78 characters
---@field content_transfer_encoding? ses.types.AttachmentContentTransferEncoding
---@field content_type? string 1 to 78 characters
---@field file_name string at most 255 characters
---@field raw_content string

---@alias ses.types.AttachmentContentDisposition
---| "ATTACHMENT"
---| "INLINE"

---@alias ses.types.AttachmentContentTransferEncoding
---| "BASE64"
---| "QUOTED_PRINTABLE"
---| "SEVEN_BIT"

---@class ses.types.BatchGetMetricDataQuery
---@field dimensions? table<ses.types.MetricDimensionName, string> 1 to 3 entries
---@field end_date number|string seconds since 1970
---@field id string 1 to 255 characters
---@field metric ses.types.Metric
---@field namespace ses.types.MetricNamespace
---@field start_date number|string seconds since 1970

---@class ses.types.BatchGetMetricDataRequest
---@field queries ses.types.BatchGetMetricDataQuery[] 1 to 10 items

---@class ses.types.BatchGetMetricDataResponse
---@field errors? ses.types.MetricDataError[]
---@field results? ses.types.MetricDataResult[]

---@alias ses.types.BehaviorOnMxFailure
---| "REJECT_MESSAGE"
---| "USE_DEFAULT_VALUE"

---@class ses.types.BlacklistEntry
---@field description? string
---@field listing_time? number seconds since 1970
---@field rbl_name? string

---@class ses.types.Body
---@field html? ses.types.Content
---@field text? ses.types.Content

---@class ses.types.Bounce
---@field bounce_sub_type? string
---@field bounce_type? ses.types.BounceType
---@field diagnostic_code? string

---@alias ses.types.BounceType
---| "PERMANENT"
---| "TRANSIENT"
---| "UNDETERMINED"

---@class ses.types.BulkEmailContent
---@field template? ses.types.Template

---@class ses.types.BulkEmailEntry
---@field destination ses.types.Destination
---@field replacement_email_content? ses.types.ReplacementEmailContent
---@field replacement_headers? ses.types.MessageHeader[] at most 15 items
---@field replacement_tags? ses.types.MessageTag[]

---@class ses.types.BulkEmailEntryResult
---@field error? string
---@field message_id? string
---@field status? ses.types.BulkEmailStatus

---@alias ses.types.BulkEmailStatus
---| "ACCOUNT_DAILY_QUOTA_EXCEEDED"
---| "ACCOUNT_SENDING_PAUSED"
---| "ACCOUNT_SUSPENDED"
---| "ACCOUNT_THROTTLED"
---| "CONFIGURATION_SET_NOT_FOUND"
---| "CONFIGURATION_SET_SENDING_PAUSED"
---| "FAILED"
---| "INVALID_PARAMETER"
---| "INVALID_SENDING_POOL_NAME"
---| "MAIL_FROM_DOMAIN_NOT_VERIFIED"
---| "MESSAGE_REJECTED"
---| "SUCCESS"
---| "TEMPLATE_NOT_FOUND"
---| "TRANSIENT_FAILURE"

---@class ses.types.CancelExportJobRequest
---@field job_id string at least 1 characters

---@class ses.types.CancelExportJobResponse

---@class ses.types.CloudWatchDestination
---@field dimension_configurations ses.types.CloudWatchDimensionConfiguration[]

---@class ses.types.CloudWatchDimensionConfiguration
---@field default_dimension_value string
---@field dimension_name string
---@field dimension_value_source ses.types.DimensionValueSource

---@class ses.types.Complaint
---@field complaint_feedback_type? string
---@field complaint_sub_type? string

---@class ses.types.ConfigurationOverrides
---@field tracking? ses.types.TrackingConfigurationOverrides

---@class ses.types.Contact
---@field email_address? string
---@field last_updated_timestamp? number seconds since 1970
---@field topic_default_preferences? ses.types.TopicPreference[]
---@field topic_preferences? ses.types.TopicPreference[]
---@field unsubscribe_all? boolean

---@alias ses.types.ContactLanguage
---| "EN"
---| "JA"

---@class ses.types.ContactList
---@field contact_list_name? string
---@field last_updated_timestamp? number seconds since 1970

---@class ses.types.ContactListDestination
---@field contact_list_import_action ses.types.ContactListImportAction
---@field contact_list_name string

---@alias ses.types.ContactListImportAction
---| "DELETE"
---| "PUT"

---@class ses.types.Content
---@field charset? string
---@field data string

---@class ses.types.CreateConfigurationSetEventDestinationRequest
---@field configuration_set_name string
---@field event_destination ses.types.EventDestinationDefinition
---@field event_destination_name string

---@class ses.types.CreateConfigurationSetEventDestinationResponse

---@class ses.types.CreateConfigurationSetRequest
---@field archiving_options? ses.types.ArchivingOptions
---@field configuration_set_name string
---@field delivery_options? ses.types.DeliveryOptions
---@field message_security_options? ses.types.MessageSecurityOptions
---@field reputation_options? ses.types.ReputationOptions
---@field sending_options? ses.types.SendingOptions
---@field suppression_options? ses.types.SuppressionOptions
---@field tags? ses.types.Tag[]
---@field tracking_options? ses.types.TrackingOptions
---@field vdm_options? ses.types.VdmOptions

---@class ses.types.CreateConfigurationSetResponse

---@class ses.types.CreateContactListRequest
---@field contact_list_name string
---@field description? string
---@field tags? ses.types.Tag[]
---@field topics? ses.types.Topic[]

---@class ses.types.CreateContactListResponse

---@class ses.types.CreateContactRequest
---@field attributes_data? string
---@field contact_list_name string
---@field email_address string
---@field topic_preferences? ses.types.TopicPreference[]
---@field unsubscribe_all? boolean

---@class ses.types.CreateContactResponse

---@class ses.types.CreateCustomVerificationEmailTemplateRequest
---@field failure_redirection_url string
---@field from_email_address string
---@field success_redirection_url string
---@field tags? ses.types.Tag[]
---@field template_content string
---@field template_name string at least 1 characters
---@field template_subject string

---@class ses.types.CreateCustomVerificationEmailTemplateResponse

---@class ses.types.CreateDedicatedIpPoolRequest
---@field pool_name string
---@field scaling_mode? ses.types.ScalingMode
---@field tags? ses.types.Tag[]

---@class ses.types.CreateDedicatedIpPoolResponse

---@class ses.types.CreateDeliverabilityTestReportRequest
---@field content ses.types.EmailContent
---@field from_email_address string
---@field report_name? string
---@field tags? ses.types.Tag[]

---@class ses.types.CreateDeliverabilityTestReportResponse
---@field deliverability_test_status ses.types.DeliverabilityTestStatus
---@field report_id string

---@class ses.types.CreateEmailIdentityPolicyRequest
---@field email_identity string at least 1 characters
---@field policy string at least 1 characters
---@field policy_name string 1 to 64 characters

---@class ses.types.CreateEmailIdentityPolicyResponse

---@class ses.types.CreateEmailIdentityRequest
---@field configuration_set_name? string
---@field dkim_signing_attributes? ses.types.DkimSigningAttributes
---@field email_identity string at least 1 characters
---@field tags? ses.types.Tag[]

---@class ses.types.CreateEmailIdentityResponse
---@field dkim_attributes? ses.types.DkimAttributes
---@field identity_type? ses.types.IdentityType
---@field verified_for_sending_status? boolean

---@class ses.types.CreateEmailTemplateRequest
---@field tags? ses.types.Tag[]
---@field template_content ses.types.EmailTemplateContent
---@field template_name string at least 1 characters

---@class ses.types.CreateEmailTemplateResponse

---@class ses.types.CreateExportJobRequest
---@field export_data_source ses.types.ExportDataSource
---@field export_destination ses.types.ExportDestination

---@class ses.types.CreateExportJobResponse
---@field job_id? string at least 1 characters

---@class ses.types.CreateImportJobRequest
---@field import_data_source ses.types.ImportDataSource
---@field import_destination ses.types.ImportDestination

---@class ses.types.CreateImportJobResponse
---@field job_id? string at least 1 characters

---@class ses.types.CreateMultiRegionEndpointRequest
---@field details ses.types.Details
---@field endpoint_name string 1 to 64 characters
---@field tags? ses.types.Tag[]

---@class ses.types.CreateMultiRegionEndpointResponse
---@field endpoint_id? string
---@field status? ses.types.Status

---@class ses.types.CreateTenantRequest
---@field suppression_attributes? ses.types.TenantSuppressionAttributes
---@field tags? ses.types.Tag[]
---@field tenant_name string at least 1 characters

---@class ses.types.CreateTenantResourceAssociationRequest
---@field resource_arn string at least 1 characters
---@field tenant_name string at least 1 characters

---@class ses.types.CreateTenantResourceAssociationResponse

---@class ses.types.CreateTenantResponse
---@field created_timestamp? number seconds since 1970
---@field sending_status? ses.types.SendingStatus
---@field suppression_attributes? ses.types.TenantSuppressionAttributes
---@field tags? ses.types.Tag[]
---@field tenant_arn? string at least 1 characters
---@field tenant_id? string
---@field tenant_name? string at least 1 characters

---@class ses.types.CustomVerificationEmailTemplateMetadata
---@field failure_redirection_url? string
---@field from_email_address? string
---@field success_redirection_url? string
---@field template_name? string at least 1 characters
---@field template_subject? string

---@class ses.types.DailyVolume
---@field domain_isp_placements? ses.types.DomainIspPlacement[]
---@field start_date? number seconds since 1970
---@field volume_statistics? ses.types.VolumeStatistics

---@class ses.types.DashboardAttributes
---@field engagement_metrics? ses.types.FeatureStatus

---@class ses.types.DashboardOptions
---@field engagement_metrics? ses.types.FeatureStatus

---@alias ses.types.DataFormat
---| "CSV"
---| "JSON"

---@class ses.types.DedicatedIp
---@field ip string
---@field pool_name? string
---@field warmup_percentage integer
---@field warmup_status ses.types.WarmupStatus

---@class ses.types.DedicatedIpPool
---@field pool_name string
---@field scaling_mode ses.types.ScalingMode

---@class ses.types.DefaultSigningScheme

---@class ses.types.DeleteConfigurationSetEventDestinationRequest
---@field configuration_set_name string
---@field event_destination_name string

---@class ses.types.DeleteConfigurationSetEventDestinationResponse

---@class ses.types.DeleteConfigurationSetRequest
---@field configuration_set_name string

---@class ses.types.DeleteConfigurationSetResponse

---@class ses.types.DeleteContactListRequest
---@field contact_list_name string

---@class ses.types.DeleteContactListResponse

---@class ses.types.DeleteContactRequest
---@field contact_list_name string
---@field email_address string

---@class ses.types.DeleteContactResponse

---@class ses.types.DeleteCustomVerificationEmailTemplateRequest
---@field template_name string at least 1 characters

---@class ses.types.DeleteCustomVerificationEmailTemplateResponse

---@class ses.types.DeleteDedicatedIpPoolRequest
---@field pool_name string

---@class ses.types.DeleteDedicatedIpPoolResponse

---@class ses.types.DeleteEmailIdentityPolicyRequest
---@field email_identity string at least 1 characters
---@field policy_name string 1 to 64 characters

---@class ses.types.DeleteEmailIdentityPolicyResponse

---@class ses.types.DeleteEmailIdentityRequest
---@field email_identity string at least 1 characters

---@class ses.types.DeleteEmailIdentityResponse

---@class ses.types.DeleteEmailTemplateRequest
---@field template_name string at least 1 characters

---@class ses.types.DeleteEmailTemplateResponse

---@class ses.types.DeleteMultiRegionEndpointRequest
---@field endpoint_name string 1 to 64 characters

---@class ses.types.DeleteMultiRegionEndpointResponse
---@field status? ses.types.Status

---@class ses.types.DeleteSuppressedDestinationRequest
---@field email_address string
---@field tenant_name? string at least 1 characters

---@class ses.types.DeleteSuppressedDestinationResponse

---@class ses.types.DeleteTenantRequest
---@field tenant_name string at least 1 characters

---@class ses.types.DeleteTenantResourceAssociationRequest
---@field resource_arn string at least 1 characters
---@field tenant_name string at least 1 characters

---@class ses.types.DeleteTenantResourceAssociationResponse

---@class ses.types.DeleteTenantResponse

---@alias ses.types.DeliverabilityDashboardAccountStatus
---| "ACTIVE"
---| "DISABLED"
---| "PENDING_EXPIRATION"

---@class ses.types.DeliverabilityTestReport
---@field create_date? number seconds since 1970
---@field deliverability_test_status? ses.types.DeliverabilityTestStatus
---@field from_email_address? string
---@field report_id? string
---@field report_name? string
---@field subject? string

---@alias ses.types.DeliverabilityTestStatus
---| "COMPLETED"
---| "IN_PROGRESS"

---@class ses.types.DeliveryAttributes
---@field shared_pool_delivery_mode? ses.types.AccountSharedPoolDeliveryMode

---@alias ses.types.DeliveryEventType
---| "COMPLAINT"
---| "DELIVERY"
---| "PERMANENT_BOUNCE"
---| "SEND"
---| "TRANSIENT_BOUNCE"
---| "UNDETERMINED_BOUNCE"

---@class ses.types.DeliveryOptions
---@field max_delivery_seconds? integer 300 to 50400
---@field sending_pool_name? string
---@field shared_pool_delivery_mode? ses.types.SharedPoolDeliveryMode
---@field tls_policy? ses.types.TlsPolicy

---@class ses.types.Destination
---@field bcc_addresses? string[]
---@field cc_addresses? string[]
---@field to_addresses? string[]

---@class ses.types.Details
---@field routes_details ses.types.RouteDetails[]

---@alias ses.types.DimensionValueSource
---| "EMAIL_HEADER"
---| "LINK_TAG"
---| "MESSAGE_TAG"

---@class ses.types.DisassociateEmailIdentityCertificateRequest
---@field email_identity string
---@field from_address? string

---@class ses.types.DisassociateEmailIdentityCertificateResponse

---@class ses.types.DkimAttributes
---@field current_signing_key_length? ses.types.DkimSigningKeyLength
---@field last_key_generation_timestamp? number seconds since 1970
---@field next_signing_key_length? ses.types.DkimSigningKeyLength
---@field signing_attributes_origin? ses.types.DkimSigningAttributesOrigin
---@field signing_enabled? boolean
---@field signing_hosted_zone? string
---@field status? ses.types.DkimStatus
---@field tokens? string[]

---@class ses.types.DkimSigningAttributes
---@field domain_signing_attributes_origin? ses.types.DkimSigningAttributesOrigin
---@field domain_signing_private_key? string|ses.dkim.Key 1 to 20480 characters
---@field domain_signing_selector? string 1 to 63 characters
---@field next_signing_key_length? ses.types.DkimSigningKeyLength

---@alias ses.types.DkimSigningAttributesOrigin
---| "AWS_SES"
---| "AWS_SES_AF_SOUTH_1"
---| "AWS_SES_AP_NORTHEAST_1"
---| "AWS_SES_AP_NORTHEAST_2"
---| "AWS_SES_AP_NORTHEAST_3"
---| "AWS_SES_AP_SOUTHEAST_1"
---| "AWS_SES_AP_SOUTHEAST_2"
---| "AWS_SES_AP_SOUTHEAST_3"
---| "AWS_SES_AP_SOUTHEAST_5"
---| "AWS_SES_AP_SOUTH_1"
---| "AWS_SES_AP_SOUTH_2"
---| "AWS_SES_CA_CENTRAL_1"
---| "AWS_SES_CA_WEST_1"
---| "AWS_SES_EU_CENTRAL_1"
---| "AWS_SES_EU_CENTRAL_2"
---| "AWS_SES_EU_NORTH_1"
---| "AWS_SES_EU_SOUTH_1"
---| "AWS_SES_EU_WEST_1"
---| "AWS_SES_EU_WEST_2"
---| "AWS_SES_EU_WEST_3"
---| "AWS_SES_IL_CENTRAL_1"
---| "AWS_SES_ME_CENTRAL_1"
---| "AWS_SES_ME_SOUTH_1"
---| "AWS_SES_SA_EAST_1"
---| "AWS_SES_US_EAST_1"
---| "AWS_SES_US_EAST_2"
---| "AWS_SES_US_GOV_EAST_1"
---| "AWS_SES_US_GOV_WEST_1"
---| "AWS_SES_US_WEST_1"
---| "AWS_SES_US_WEST_2"
---| "EXTERNAL"

---@alias ses.types.DkimSigningKeyLength
---| "RSA_1024_BIT"
---| "RSA_2048_BIT"

---@alias ses.types.DkimStatus
---| "FAILED"
---| "NOT_STARTED"
---| "PENDING"
---| "SUCCESS"
---| "TEMPORARY_FAILURE"

---@class ses.types.DomainDeliverabilityCampaign
---@field campaign_id? string
---@field delete_rate? number
---@field esps? string[]
---@field first_seen_date_time? number seconds since 1970
---@field from_address? string at least 1 characters
---@field image_url? string
---@field inbox_count? integer
---@field last_seen_date_time? number seconds since 1970
---@field projected_volume? integer
---@field read_delete_rate? number
---@field read_rate? number
---@field sending_ips? string[]
---@field spam_count? integer
---@field subject? string

---@class ses.types.DomainDeliverabilityTrackingOption
---@field domain? string
---@field inbox_placement_tracking_option? ses.types.InboxPlacementTrackingOption
---@field subscription_start_date? number seconds since 1970

---@class ses.types.DomainIspPlacement
---@field inbox_percentage? number
---@field inbox_raw_count? integer
---@field isp_name? string
---@field spam_percentage? number
---@field spam_raw_count? integer

---@alias ses.types.EmailAddressInsightsConfidenceVerdict
---| "HIGH"
---| "LOW"
---| "MEDIUM"

---@class ses.types.EmailAddressInsightsMailboxEvaluations
---@field has_valid_dns_records? ses.types.EmailAddressInsightsVerdict
---@field has_valid_syntax? ses.types.EmailAddressInsightsVerdict
---@field is_disposable? ses.types.EmailAddressInsightsVerdict
---@field is_random_input? ses.types.EmailAddressInsightsVerdict
---@field is_role_address? ses.types.EmailAddressInsightsVerdict
---@field mailbox_exists? ses.types.EmailAddressInsightsVerdict

---@class ses.types.EmailAddressInsightsVerdict
---@field confidence_verdict? ses.types.EmailAddressInsightsConfidenceVerdict

---@class ses.types.EmailContent
---@field raw? ses.types.RawMessage
---@field simple? ses.types.Message
---@field template? ses.types.Template

---@class ses.types.EmailInsights
---@field destination? string 1 to 320 characters
---@field events? ses.types.InsightsEvent[]
---@field isp? string

---@class ses.types.EmailTemplateContent
---@field html? string
---@field subject? string
---@field text? string

---@class ses.types.EmailTemplateMetadata
---@field created_timestamp? number seconds since 1970
---@field template_name? string at least 1 characters

---@alias ses.types.EngagementEventType
---| "CLICK"
---| "OPEN"

---@class ses.types.EventBridgeDestination
---@field event_bus_arn string at least 1 characters

---@class ses.types.EventDestination
---@field cloud_watch_destination? ses.types.CloudWatchDestination
---@field enabled? boolean
---@field event_bridge_destination? ses.types.EventBridgeDestination
---@field kinesis_firehose_destination? ses.types.KinesisFirehoseDestination
---@field matching_event_types ses.types.EventType[]
---@field name string
---@field pinpoint_destination? ses.types.PinpointDestination
---@field sns_destination? ses.types.SnsDestination

---@class ses.types.EventDestinationDefinition
---@field cloud_watch_destination? ses.types.CloudWatchDestination
---@field enabled? boolean
---@field event_bridge_destination? ses.types.EventBridgeDestination
---@field kinesis_firehose_destination? ses.types.KinesisFirehoseDestination
---@field matching_event_types? ses.types.EventType[]
---@field pinpoint_destination? ses.types.PinpointDestination
---@field sns_destination? ses.types.SnsDestination

---@class ses.types.EventDetails
---@field bounce? ses.types.Bounce
---@field complaint? ses.types.Complaint

---@alias ses.types.EventType
---| "BOUNCE"
---| "CLICK"
---| "COMPLAINT"
---| "DELIVERY"
---| "DELIVERY_DELAY"
---| "OPEN"
---| "REJECT"
---| "RENDERING_FAILURE"
---| "SEND"
---| "SUBSCRIPTION"

---@class ses.types.ExportDataSource
---@field message_insights_data_source? ses.types.MessageInsightsDataSource
---@field metrics_data_source? ses.types.MetricsDataSource

---@class ses.types.ExportDestination
---@field data_format ses.types.DataFormat
---@field s3_url? string

---@class ses.types.ExportJobSummary
---@field completed_timestamp? number seconds since 1970
---@field created_timestamp? number seconds since 1970
---@field export_source_type? ses.types.ExportSourceType
---@field job_id? string at least 1 characters
---@field job_status? ses.types.JobStatus

---@class ses.types.ExportMetric
---@field aggregation? ses.types.MetricAggregation
---@field name? ses.types.Metric

---@alias ses.types.ExportSourceType
---| "MESSAGE_INSIGHTS"
---| "METRICS_DATA"

---@class ses.types.ExportStatistics
---@field exported_records_count? integer
---@field processed_records_count? integer

---@class ses.types.FailureInfo
---@field error_message? string
---@field failed_records_s3_url? string

---@alias ses.types.FeatureStatus
---| "DISABLED"
---| "ENABLED"

---@class ses.types.GetAccountRequest

---@class ses.types.GetAccountResponse
---@field dedicated_ip_auto_warmup_enabled? boolean
---@field delivery_attributes? ses.types.DeliveryAttributes
---@field details? ses.types.AccountDetails
---@field enforcement_status? string
---@field pricing_attributes? ses.types.PricingAttributes
---@field production_access_enabled? boolean
---@field send_quota? ses.types.SendQuota
---@field sending_enabled? boolean
---@field suppression_attributes? ses.types.SuppressionAttributes
---@field vdm_attributes? ses.types.VdmAttributes

---@class ses.types.GetBlacklistReportsRequest
---@field blacklist_item_names string[]

---@class ses.types.GetBlacklistReportsResponse
---@field blacklist_report table<string, ses.types.BlacklistEntry[]>

---@class ses.types.GetConfigurationSetEventDestinationsRequest
---@field configuration_set_name string

---@class ses.types.GetConfigurationSetEventDestinationsResponse
---@field event_destinations? ses.types.EventDestination[]

---@class ses.types.GetConfigurationSetRequest
---@field configuration_set_name string

---@class ses.types.GetConfigurationSetResponse
---@field archiving_options? ses.types.ArchivingOptions
---@field configuration_set_name? string
---@field delivery_options? ses.types.DeliveryOptions
---@field message_security_options? ses.types.MessageSecurityOptions
---@field reputation_options? ses.types.ReputationOptions
---@field sending_options? ses.types.SendingOptions
---@field suppression_options? ses.types.SuppressionOptions
---@field tags? ses.types.Tag[]
---@field tracking_options? ses.types.TrackingOptions
---@field vdm_options? ses.types.VdmOptions

---@class ses.types.GetContactListRequest
---@field contact_list_name string

---@class ses.types.GetContactListResponse
---@field contact_list_name? string
---@field created_timestamp? number seconds since 1970
---@field description? string
---@field last_updated_timestamp? number seconds since 1970
---@field tags? ses.types.Tag[]
---@field topics? ses.types.Topic[]

---@class ses.types.GetContactRequest
---@field contact_list_name string
---@field email_address string

---@class ses.types.GetContactResponse
---@field attributes_data? string
---@field contact_list_name? string
---@field created_timestamp? number seconds since 1970
---@field email_address? string
---@field last_updated_timestamp? number seconds since 1970
---@field topic_default_preferences? ses.types.TopicPreference[]
---@field topic_preferences? ses.types.TopicPreference[]
---@field unsubscribe_all? boolean

---@class ses.types.GetCustomVerificationEmailTemplateRequest
---@field template_name string at least 1 characters

---@class ses.types.GetCustomVerificationEmailTemplateResponse
---@field failure_redirection_url? string
---@field from_email_address? string
---@field success_redirection_url? string
---@field tags? ses.types.Tag[]
---@field template_content? string
---@field template_name? string at least 1 characters
---@field template_subject? string

---@class ses.types.GetDedicatedIpPoolRequest
---@field pool_name string

---@class ses.types.GetDedicatedIpPoolResponse
---@field dedicated_ip_pool? ses.types.DedicatedIpPool

---@class ses.types.GetDedicatedIpRequest
---@field ip string

---@class ses.types.GetDedicatedIpResponse
---@field dedicated_ip? ses.types.DedicatedIp

---@class ses.types.GetDedicatedIpsRequest
---@field next_token? string
---@field page_size? integer
---@field pool_name? string

---@class ses.types.GetDedicatedIpsResponse
---@field dedicated_ips? ses.types.DedicatedIp[]
---@field next_token? string

---@class ses.types.GetDeliverabilityDashboardOptionsRequest

---@class ses.types.GetDeliverabilityDashboardOptionsResponse
---@field account_status? ses.types.DeliverabilityDashboardAccountStatus
---@field active_subscribed_domains? ses.types.DomainDeliverabilityTrackingOption[]
---@field dashboard_enabled boolean
---@field pending_expiration_subscribed_domains? ses.types.DomainDeliverabilityTrackingOption[]
---@field subscription_expiry_date? number seconds since 1970

---@class ses.types.GetDeliverabilityTestReportRequest
---@field report_id string

---@class ses.types.GetDeliverabilityTestReportResponse
---@field deliverability_test_report ses.types.DeliverabilityTestReport
---@field isp_placements ses.types.IspPlacement[]
---@field message? string
---@field overall_placement ses.types.PlacementStatistics
---@field tags? ses.types.Tag[]

---@class ses.types.GetDomainDeliverabilityCampaignRequest
---@field campaign_id string

---@class ses.types.GetDomainDeliverabilityCampaignResponse
---@field domain_deliverability_campaign ses.types.DomainDeliverabilityCampaign

---@class ses.types.GetDomainStatisticsReportRequest
---@field domain string at least 1 characters
---@field end_date number|string seconds since 1970
---@field start_date number|string seconds since 1970

---@class ses.types.GetDomainStatisticsReportResponse
---@field daily_volumes ses.types.DailyVolume[]
---@field overall_volume ses.types.OverallVolume

---@class ses.types.GetEmailAddressInsightsRequest
---@field email_address string

---@class ses.types.GetEmailAddressInsightsResponse
---@field mailbox_validation? ses.types.MailboxValidation

---@class ses.types.GetEmailIdentityPoliciesRequest
---@field email_identity string at least 1 characters

---@class ses.types.GetEmailIdentityPoliciesResponse
---@field policies? table<string, string>

---@class ses.types.GetEmailIdentityRequest
---@field email_identity string at least 1 characters

---@class ses.types.GetEmailIdentityResponse
---@field configuration_set_name? string
---@field dkim_attributes? ses.types.DkimAttributes
---@field feedback_forwarding_status? boolean
---@field identity_type? ses.types.IdentityType
---@field mail_from_attributes? ses.types.MailFromAttributes
---@field policies? table<string, string>
---@field tags? ses.types.Tag[]
---@field verification_info? ses.types.VerificationInfo
---@field verification_status? ses.types.VerificationStatus
---@field verified_for_sending_status? boolean

---@class ses.types.GetEmailTemplateRequest
---@field template_name string at least 1 characters

---@class ses.types.GetEmailTemplateResponse
---@field tags? ses.types.Tag[]
---@field template_content ses.types.EmailTemplateContent
---@field template_name string at least 1 characters

---@class ses.types.GetExportJobRequest
---@field job_id string at least 1 characters

---@class ses.types.GetExportJobResponse
---@field completed_timestamp? number seconds since 1970
---@field created_timestamp? number seconds since 1970
---@field export_data_source? ses.types.ExportDataSource
---@field export_destination? ses.types.ExportDestination
---@field export_source_type? ses.types.ExportSourceType
---@field failure_info? ses.types.FailureInfo
---@field job_id? string at least 1 characters
---@field job_status? ses.types.JobStatus
---@field statistics? ses.types.ExportStatistics

---@class ses.types.GetImportJobRequest
---@field job_id string at least 1 characters

---@class ses.types.GetImportJobResponse
---@field completed_timestamp? number seconds since 1970
---@field created_timestamp? number seconds since 1970
---@field failed_records_count? integer
---@field failure_info? ses.types.FailureInfo
---@field import_data_source? ses.types.ImportDataSource
---@field import_destination? ses.types.ImportDestination
---@field job_id? string at least 1 characters
---@field job_status? ses.types.JobStatus
---@field processed_records_count? integer

---@class ses.types.GetMessageInsightsRequest
---@field message_id string

---@class ses.types.GetMessageInsightsResponse
---@field email_tags? ses.types.MessageTag[]
---@field from_email_address? string 1 to 320 characters
---@field insights? ses.types.EmailInsights[]
---@field message_id? string
---@field subject? string 1 to 998 characters

---@class ses.types.GetMultiRegionEndpointRequest
---@field endpoint_name string 1 to 64 characters

---@class ses.types.GetMultiRegionEndpointResponse
---@field created_timestamp? number seconds since 1970
---@field endpoint_id? string
---@field endpoint_name? string 1 to 64 characters
---@field last_updated_timestamp? number seconds since 1970
---@field routes? ses.types.Route[]
---@field status? ses.types.Status

---@class ses.types.GetReputationEntityRequest
---@field reputation_entity_reference string at least 1 characters
---@field reputation_entity_type ses.types.ReputationEntityType

---@class ses.types.GetReputationEntityResponse
---@field reputation_entity? ses.types.ReputationEntity

---@class ses.types.GetSuppressedDestinationRequest
---@field email_address string
---@field tenant_name? string at least 1 characters

---@class ses.types.GetSuppressedDestinationResponse
---@field suppressed_destination ses.types.SuppressedDestination

---@class ses.types.GetTenantRequest
---@field tenant_name string at least 1 characters

---@class ses.types.GetTenantResponse
---@field tenant? ses.types.Tenant

---@class ses.types.GuardianAttributes
---@field optimized_shared_delivery? ses.types.FeatureStatus

---@class ses.types.GuardianOptions
---@field optimized_shared_delivery? ses.types.FeatureStatus

---@alias ses.types.HttpsPolicy
---| "OPTIONAL"
---| "REQUIRE"
---| "REQUIRE_OPEN_ONLY"

---@class ses.types.IdentityCertificate
---@field certificate_arn? string
---@field certificate_expiry_time? number seconds since 1970
---@field from_address? string
---@field status? ses.types.IdentityCertificateStatus

---@alias ses.types.IdentityCertificateStatus
---| "ACTIVE"
---| "DEPROVISIONING"
---| "FAILED"
---| "INACTIVE"
---| "PROVISIONING"

---@class ses.types.IdentityInfo
---@field identity_name? string at least 1 characters
---@field identity_type? ses.types.IdentityType
---@field sending_enabled? boolean
---@field verification_status? ses.types.VerificationStatus

---@alias ses.types.IdentityType
---| "DOMAIN"
---| "EMAIL_ADDRESS"
---| "MANAGED_DOMAIN"

---@class ses.types.ImportDataSource
---@field data_format ses.types.DataFormat
---@field s3_url string

---@class ses.types.ImportDestination
---@field contact_list_destination? ses.types.ContactListDestination
---@field suppression_list_destination? ses.types.SuppressionListDestination

---@alias ses.types.ImportDestinationType
---| "CONTACT_LIST"
---| "SUPPRESSION_LIST"

---@class ses.types.ImportJobSummary
---@field created_timestamp? number seconds since 1970
---@field failed_records_count? integer
---@field import_destination? ses.types.ImportDestination
---@field job_id? string at least 1 characters
---@field job_status? ses.types.JobStatus
---@field processed_records_count? integer

---@class ses.types.InboxPlacementTrackingOption
---@field global? boolean
---@field tracked_isps? string[]

---@class ses.types.InsightsEvent
---@field details? ses.types.EventDetails
---@field timestamp? number seconds since 1970
---@field type? ses.types.EventType

---@class ses.types.IspPlacement
---@field isp_name? string
---@field placement_statistics? ses.types.PlacementStatistics

---@alias ses.types.JobStatus
---| "CANCELLED"
---| "COMPLETED"
---| "CREATED"
---| "FAILED"
---| "PROCESSING"

---@class ses.types.KinesisFirehoseDestination
---@field delivery_stream_arn string at least 1 characters
---@field iam_role_arn string at least 1 characters

---@class ses.types.ListConfigurationSetsRequest
---@field filter? table<string, string>
---@field next_token? string
---@field page_size? integer

---@class ses.types.ListConfigurationSetsResponse
---@field configuration_sets? string[]
---@field next_token? string

---@class ses.types.ListContactListsRequest
---@field next_token? string
---@field page_size? integer

---@class ses.types.ListContactListsResponse
---@field contact_lists? ses.types.ContactList[]
---@field next_token? string

---@class ses.types.ListContactsFilter
---@field filtered_status? ses.types.SubscriptionStatus
---@field topic_filter? ses.types.TopicFilter

---@class ses.types.ListContactsRequest
---@field contact_list_name string
---@field filter? ses.types.ListContactsFilter
---@field next_token? string
---@field page_size? integer

---@class ses.types.ListContactsResponse
---@field contacts? ses.types.Contact[]
---@field next_token? string

---@class ses.types.ListCustomVerificationEmailTemplatesRequest
---@field next_token? string
---@field page_size? integer

---@class ses.types.ListCustomVerificationEmailTemplatesResponse
---@field custom_verification_email_templates? ses.types.CustomVerificationEmailTemplateMetadata[]
---@field next_token? string

---@class ses.types.ListDedicatedIpPoolsRequest
---@field next_token? string
---@field page_size? integer

---@class ses.types.ListDedicatedIpPoolsResponse
---@field dedicated_ip_pools? string[]
---@field next_token? string

---@class ses.types.ListDeliverabilityTestReportsRequest
---@field next_token? string
---@field page_size? integer

---@class ses.types.ListDeliverabilityTestReportsResponse
---@field deliverability_test_reports ses.types.DeliverabilityTestReport[]
---@field next_token? string

---@class ses.types.ListDomainDeliverabilityCampaignsRequest
---@field end_date number|string seconds since 1970
---@field next_token? string
---@field page_size? integer
---@field start_date number|string seconds since 1970
---@field subscribed_domain string

---@class ses.types.ListDomainDeliverabilityCampaignsResponse
---@field domain_deliverability_campaigns ses.types.DomainDeliverabilityCampaign[]
---@field next_token? string

---@class ses.types.ListEmailIdentitiesRequest
---@field filter? table<string, string>
---@field next_token? string
---@field page_size? integer

---@class ses.types.ListEmailIdentitiesResponse
---@field email_identities? ses.types.IdentityInfo[]
---@field next_token? string

---@class ses.types.ListEmailIdentityCertificatesRequest
---@field email_identity string
---@field next_token? string
---@field page_size? integer

---@class ses.types.ListEmailIdentityCertificatesResponse
---@field certificates? ses.types.IdentityCertificate[]
---@field next_token? string

---@class ses.types.ListEmailTemplatesRequest
---@field next_token? string
---@field page_size? integer

---@class ses.types.ListEmailTemplatesResponse
---@field next_token? string
---@field templates_metadata? ses.types.EmailTemplateMetadata[]

---@class ses.types.ListExportJobsRequest
---@field export_source_type? ses.types.ExportSourceType
---@field job_status? ses.types.JobStatus
---@field next_token? string
---@field page_size? integer

---@class ses.types.ListExportJobsResponse
---@field export_jobs? ses.types.ExportJobSummary[]
---@field next_token? string

---@class ses.types.ListImportJobsRequest
---@field import_destination_type? ses.types.ImportDestinationType
---@field next_token? string
---@field page_size? integer

---@class ses.types.ListImportJobsResponse
---@field import_jobs? ses.types.ImportJobSummary[]
---@field next_token? string

---@class ses.types.ListManagementOptions
---@field contact_list_name string
---@field topic_name? string

---@class ses.types.ListMultiRegionEndpointsRequest
---@field next_token? string 1 to 5000 characters
---@field page_size? integer 1 to 1000

---@class ses.types.ListMultiRegionEndpointsResponse
---@field multi_region_endpoints? ses.types.MultiRegionEndpoint[]
---@field next_token? string 1 to 5000 characters

---@alias ses.types.ListRecommendationsFilterKey
---| "IMPACT"
---| "RESOURCE_ARN"
---| "STATUS"
---| "TYPE"

---@class ses.types.ListRecommendationsRequest
---@field filter? table<ses.types.ListRecommendationsFilterKey, string> 1 to 2 entries
---@field next_token? string
---@field page_size? integer

---@class ses.types.ListRecommendationsResponse
---@field next_token? string
---@field recommendations? ses.types.Recommendation[]

---@class ses.types.ListReputationEntitiesRequest
---@field filter? table<ses.types.ReputationEntityFilterKey, string>
---@field next_token? string
---@field page_size? integer

---@class ses.types.ListReputationEntitiesResponse
---@field next_token? string
---@field reputation_entities? ses.types.ReputationEntity[]

---@class ses.types.ListResourceTenantsRequest
---@field next_token? string
---@field page_size? integer
---@field resource_arn string at least 1 characters

---@class ses.types.ListResourceTenantsResponse
---@field next_token? string
---@field resource_tenants? ses.types.ResourceTenantMetadata[]

---@class ses.types.ListSuppressedDestinationsRequest
---@field end_date? number|string seconds since 1970
---@field next_token? string
---@field page_size? integer
---@field reasons? ses.types.SuppressionListReason[]
---@field start_date? number|string seconds since 1970
---@field tenant_name? string at least 1 characters

---@class ses.types.ListSuppressedDestinationsResponse
---@field next_token? string
---@field suppressed_destination_summaries? ses.types.SuppressedDestinationSummary[]

---@class ses.types.ListTagsForResourceRequest
---@field resource_arn string at least 1 characters

---@class ses.types.ListTagsForResourceResponse
---@field tags ses.types.Tag[]

---@alias ses.types.ListTenantResourcesFilterKey
---| "RESOURCE_TYPE"

---@class ses.types.ListTenantResourcesRequest
---@field filter? table<ses.types.ListTenantResourcesFilterKey, string>
---@field next_token? string
---@field page_size? integer
---@field tenant_name string at least 1 characters

---@class ses.types.ListTenantResourcesResponse
---@field next_token? string
---@field tenant_resources? ses.types.TenantResource[]

---@class ses.types.ListTenantsRequest
---@field filter? table<string, string>
---@field next_token? string
---@field page_size? integer

---@class ses.types.ListTenantsResponse
---@field next_token? string
---@field tenants? ses.types.TenantInfo[]

---@class ses.types.MailFromAttributes
---@field behavior_on_mx_failure ses.types.BehaviorOnMxFailure
---@field mail_from_domain string
---@field mail_from_domain_status ses.types.MailFromDomainStatus

---@alias ses.types.MailFromDomainStatus
---| "FAILED"
---| "PENDING"
---| "SUCCESS"
---| "TEMPORARY_FAILURE"

---@alias ses.types.MailType
---| "MARKETING"
---| "TRANSACTIONAL"

---@class ses.types.MailboxValidation
---@field evaluations? ses.types.EmailAddressInsightsMailboxEvaluations
---@field is_valid? ses.types.EmailAddressInsightsVerdict

---@class ses.types.Message
---@field attachments? ses.types.Attachment[]
---@field body ses.types.Body
---@field headers? ses.types.MessageHeader[] at most 15 items
---@field subject ses.types.Content

---@class ses.types.MessageHeader
---@field name string 1 to 126 characters
---@field value string 1 to 995 characters

---@class ses.types.MessageInsightsDataSource
---@field end_date number seconds since 1970
---@field exclude? ses.types.MessageInsightsFilters
---@field include? ses.types.MessageInsightsFilters
---@field max_results? integer 1 to 10000
---@field start_date number seconds since 1970

---@class ses.types.MessageInsightsFilters
---@field destination? string[] at most 5 items
---@field from_email_address? string[] at most 5 items
---@field isp? string[] at most 5 items
---@field last_delivery_event? ses.types.DeliveryEventType[] at most 5 items
---@field last_engagement_event? ses.types.EngagementEventType[] at most 2 items
---@field subject? string[] at most 1 items
---@field tenant_name? string[]

---@class ses.types.MessageSecurityOptions
---@field signing_scheme? ses.types.SigningScheme

---@class ses.types.MessageTag
---@field name string
---@field value string

---@alias ses.types.Metric
---| "CLICK"
---| "COMPLAINT"
---| "DELIVERY"
---| "DELIVERY_CLICK"
---| "DELIVERY_COMPLAINT"
---| "DELIVERY_OPEN"
---| "OPEN"
---| "PERMANENT_BOUNCE"
---| "SEND"
---| "TRANSIENT_BOUNCE"

---@alias ses.types.MetricAggregation
---| "RATE"
---| "VOLUME"

---@class ses.types.MetricDataError
---@field code? ses.types.QueryErrorCode
---@field id? string 1 to 255 characters
---@field message? string

---@class ses.types.MetricDataResult
---@field id? string 1 to 255 characters
---@field timestamps? number[]
---@field values? integer[]

---@alias ses.types.MetricDimensionName
---| "CONFIGURATION_SET"
---| "EMAIL_IDENTITY"
---| "ISP"
---| "TENANT_NAME"

---@alias ses.types.MetricNamespace
---| "VDM"

---@class ses.types.MetricsDataSource
---@field dimensions table<ses.types.MetricDimensionName, string[]> 1 to 3 entries
---@field end_date number seconds since 1970
---@field metrics ses.types.ExportMetric[] 1 to 10 items
---@field namespace ses.types.MetricNamespace
---@field start_date number seconds since 1970

---@class ses.types.MultiRegionEndpoint
---@field created_timestamp? number seconds since 1970
---@field endpoint_id? string
---@field endpoint_name? string 1 to 64 characters
---@field last_updated_timestamp? number seconds since 1970
---@field regions? string[]
---@field status? ses.types.Status

---@class ses.types.OverallVolume
---@field domain_isp_placements? ses.types.DomainIspPlacement[]
---@field read_rate_percent? number
---@field volume_statistics? ses.types.VolumeStatistics

---@class ses.types.PinpointDestination
---@field application_arn? string at least 1 characters

---@class ses.types.PlacementStatistics
---@field dkim_percentage? number
---@field inbox_percentage? number
---@field missing_percentage? number
---@field spam_percentage? number
---@field spf_percentage? number

---@class ses.types.PricingAttributes
---@field current_plan? ses.types.PricingPlan
---@field next_plan? ses.types.PricingPlan

---@alias ses.types.PricingPlan
---| "ENTERPRISE"
---| "ESSENTIALS"
---| "NONE"
---| "PRO"

---@class ses.types.PutAccountDedicatedIpWarmupAttributesRequest
---@field auto_warmup_enabled? boolean

---@class ses.types.PutAccountDedicatedIpWarmupAttributesResponse

---@class ses.types.PutAccountDeliveryAttributesRequest
---@field shared_pool_delivery_mode ses.types.AccountSharedPoolDeliveryMode

---@class ses.types.PutAccountDeliveryAttributesResponse

---@class ses.types.PutAccountDetailsRequest
---@field additional_contact_email_addresses? string[] 1 to 4 items
---@field contact_language? ses.types.ContactLanguage
---@field mail_type ses.types.MailType
---@field production_access_enabled? boolean
---@field use_case_description? string at most 5000 characters, deprecated
---@field website_url string 1 to 1000 characters

---@class ses.types.PutAccountDetailsResponse

---@class ses.types.PutAccountPricingAttributesRequest
---@field plan ses.types.PricingPlan

---@class ses.types.PutAccountPricingAttributesResponse

---@class ses.types.PutAccountSendingAttributesRequest
---@field sending_enabled? boolean

---@class ses.types.PutAccountSendingAttributesResponse

---@class ses.types.PutAccountSuppressionAttributesRequest
---@field suppressed_reasons? ses.types.SuppressionListReason[]
---@field validation_attributes? ses.types.SuppressionValidationAttributes

---@class ses.types.PutAccountSuppressionAttributesResponse

---@class ses.types.PutAccountVdmAttributesRequest
---@field vdm_attributes ses.types.VdmAttributes

---@class ses.types.PutAccountVdmAttributesResponse

---@class ses.types.PutConfigurationSetArchivingOptionsRequest
---@field archive_arn? string 20 to 1011 characters
---@field configuration_set_name string

---@class ses.types.PutConfigurationSetArchivingOptionsResponse

---@class ses.types.PutConfigurationSetDeliveryOptionsRequest
---@field configuration_set_name string
---@field max_delivery_seconds? integer 300 to 50400
---@field sending_pool_name? string
---@field shared_pool_delivery_mode? ses.types.SharedPoolDeliveryMode
---@field tls_policy? ses.types.TlsPolicy

---@class ses.types.PutConfigurationSetDeliveryOptionsResponse

---@class ses.types.PutConfigurationSetReputationOptionsRequest
---@field configuration_set_name string
---@field reputation_metrics_enabled? boolean

---@class ses.types.PutConfigurationSetReputationOptionsResponse

---@class ses.types.PutConfigurationSetSendingOptionsRequest
---@field configuration_set_name string
---@field sending_enabled? boolean

---@class ses.types.PutConfigurationSetSendingOptionsResponse

---@class ses.types.PutConfigurationSetSuppressionOptionsRequest
---@field configuration_set_name string
---@field suppressed_reasons? ses.types.SuppressionListReason[]
---@field suppression_scope? ses.types.SuppressionListScope
---@field validation_options? ses.types.SuppressionValidationOptions

---@class ses.types.PutConfigurationSetSuppressionOptionsResponse

---@class ses.types.PutConfigurationSetTrackingOptionsRequest
---@field configuration_set_name string
---@field custom_redirect_domain? string
---@field https_policy? ses.types.HttpsPolicy

---@class ses.types.PutConfigurationSetTrackingOptionsResponse

---@class ses.types.PutConfigurationSetVdmOptionsRequest
---@field configuration_set_name string
---@field vdm_options? ses.types.VdmOptions

---@class ses.types.PutConfigurationSetVdmOptionsResponse

---@class ses.types.PutDedicatedIpInPoolRequest
---@field destination_pool_name string
---@field ip string

---@class ses.types.PutDedicatedIpInPoolResponse

---@class ses.types.PutDedicatedIpPoolScalingAttributesRequest
---@field pool_name string
---@field scaling_mode ses.types.ScalingMode

---@class ses.types.PutDedicatedIpPoolScalingAttributesResponse

---@class ses.types.PutDedicatedIpWarmupAttributesRequest
---@field ip string
---@field warmup_percentage integer

---@class ses.types.PutDedicatedIpWarmupAttributesResponse

---@class ses.types.PutDeliverabilityDashboardOptionRequest
---@field dashboard_enabled boolean
---@field subscribed_domains? ses.types.DomainDeliverabilityTrackingOption[]

---@class ses.types.PutDeliverabilityDashboardOptionResponse

---@class ses.types.PutEmailIdentityConfigurationSetAttributesRequest
---@field configuration_set_name? string
---@field email_identity string at least 1 characters

---@class ses.types.PutEmailIdentityConfigurationSetAttributesResponse

---@class ses.types.PutEmailIdentityDkimAttributesRequest
---@field email_identity string at least 1 characters
---@field signing_enabled? boolean

---@class ses.types.PutEmailIdentityDkimAttributesResponse

---@class ses.types.PutEmailIdentityDkimSigningAttributesRequest
---@field email_identity string at least 1 characters
---@field signing_attributes? ses.types.DkimSigningAttributes
---@field signing_attributes_origin ses.types.DkimSigningAttributesOrigin

---@class ses.types.PutEmailIdentityDkimSigningAttributesResponse
---@field dkim_status? ses.types.DkimStatus
---@field dkim_tokens? string[]
---@field signing_hosted_zone? string

---@class ses.types.PutEmailIdentityFeedbackAttributesRequest
---@field email_forwarding_enabled? boolean
---@field email_identity string at least 1 characters

---@class ses.types.PutEmailIdentityFeedbackAttributesResponse

---@class ses.types.PutEmailIdentityMailFromAttributesRequest
---@field behavior_on_mx_failure? ses.types.BehaviorOnMxFailure
---@field email_identity string at least 1 characters
---@field mail_from_domain? string

---@class ses.types.PutEmailIdentityMailFromAttributesResponse

---@class ses.types.PutSuppressedDestinationRequest
---@field email_address string
---@field reason ses.types.SuppressionListReason
---@field tenant_name? string at least 1 characters

---@class ses.types.PutSuppressedDestinationResponse

---@class ses.types.PutTenantSuppressionAttributesRequest
---@field suppressed_reasons? ses.types.SuppressionListReason[]
---@field suppression_scope? ses.types.SuppressionListScope
---@field tenant_name string at least 1 characters

---@class ses.types.PutTenantSuppressionAttributesResponse

---@alias ses.types.QueryErrorCode
---| "ACCESS_DENIED"
---| "INTERNAL_FAILURE"

---@class ses.types.RawMessage
---@field data string

---@class ses.types.Recommendation
---@field created_timestamp? number seconds since 1970
---@field description? string
---@field impact? ses.types.RecommendationImpact
---@field last_updated_timestamp? number seconds since 1970
---@field resource_arn? string at least 1 characters
---@field status? ses.types.RecommendationStatus
---@field type? ses.types.RecommendationType

---@alias ses.types.RecommendationImpact
---| "HIGH"
---| "LOW"

---@alias ses.types.RecommendationStatus
---| "FIXED"
---| "OPEN"

---@alias ses.types.RecommendationType
---| "BIMI"
---| "BOUNCE"
---| "COMPLAINT"
---| "DKIM"
---| "DMARC"
---| "FEEDBACK_3P"
---| "IP_LISTING"
---| "SPF"

---@class ses.types.ReplacementEmailContent
---@field replacement_template? ses.types.ReplacementTemplate

---@class ses.types.ReplacementTemplate
---@field replacement_template_data? string at most 262144 characters

---@class ses.types.ReputationEntity
---@field aws_ses_managed_status? ses.types.StatusRecord
---@field customer_managed_status? ses.types.StatusRecord
---@field reputation_entity_reference? string at least 1 characters
---@field reputation_entity_type? ses.types.ReputationEntityType
---@field reputation_impact? ses.types.RecommendationImpact
---@field reputation_management_policy? string at least 1 characters
---@field sending_status_aggregate? ses.types.SendingStatus

---@alias ses.types.ReputationEntityFilterKey
---| "ENTITY_REFERENCE_PREFIX"
---| "ENTITY_TYPE"
---| "REPUTATION_IMPACT"
---| "SENDING_STATUS"

---@alias ses.types.ReputationEntityType
---| "RESOURCE"

---@class ses.types.ReputationOptions
---@field last_fresh_start? number seconds since 1970
---@field reputation_metrics_enabled? boolean

---@class ses.types.ResourceTenantMetadata
---@field associated_timestamp? number seconds since 1970
---@field resource_arn? string at least 1 characters
---@field tenant_id? string
---@field tenant_name? string at least 1 characters

---@alias ses.types.ResourceType
---| "CONFIGURATION_SET"
---| "EMAIL_IDENTITY"
---| "EMAIL_TEMPLATE"

---@class ses.types.ReviewDetails
---@field case_id? string
---@field status? ses.types.ReviewStatus

---@alias ses.types.ReviewStatus
---| "DENIED"
---| "FAILED"
---| "GRANTED"
---| "PENDING"

---@class ses.types.Route
---@field region string

---@class ses.types.RouteDetails
---@field region string

---@class ses.types.SOARecord
---@field admin_email? string
---@field primary_name_server? string
---@field serial_number? integer

---@alias ses.types.ScalingMode
---| "MANAGED"
---| "STANDARD"

---@class ses.types.SendBulkEmailRequest
---@field bulk_email_entries ses.types.BulkEmailEntry[]
---@field configuration_overrides? ses.types.ConfigurationOverrides
---@field configuration_set_name? string
---@field default_content ses.types.BulkEmailContent
---@field default_email_tags? ses.types.MessageTag[]
---@field endpoint_id? string
---@field feedback_forwarding_email_address? string
---@field feedback_forwarding_email_address_identity_arn? string at least 1 characters
---@field from_email_address? string
---@field from_email_address_identity_arn? string at least 1 characters
---@field reply_to_addresses? string[]
---@field tenant_name? string at least 1 characters

---@class ses.types.SendBulkEmailResponse
---@field bulk_email_entry_results ses.types.BulkEmailEntryResult[]

---@class ses.types.SendCustomVerificationEmailRequest
---@field configuration_set_name? string
---@field email_address string
---@field template_name string at least 1 characters

---@class ses.types.SendCustomVerificationEmailResponse
---@field message_id? string

---@class ses.types.SendEmailRequest
---@field configuration_overrides? ses.types.ConfigurationOverrides
---@field configuration_set_name? string
---@field content ses.types.EmailContent
---@field destination? ses.types.Destination
---@field email_tags? ses.types.MessageTag[]
---@field endpoint_id? string
---@field feedback_forwarding_email_address? string
---@field feedback_forwarding_email_address_identity_arn? string at least 1 characters
---@field from_email_address? string
---@field from_email_address_identity_arn? string at least 1 characters
---@field list_management_options? ses.types.ListManagementOptions
---@field reply_to_addresses? string[]
---@field tenant_name? string at least 1 characters

---@class ses.types.SendEmailResponse
---@field message_id? string

---@class ses.types.SendQuota
---@field max_24_hour_send? number
---@field max_send_rate? number
---@field sent_last_24_hours? number

---@class ses.types.SendingOptions
---@field sending_enabled? boolean

---@alias ses.types.SendingStatus
---| "DISABLED"
---| "ENABLED"
---| "REINSTATED"

---@alias ses.types.SharedPoolDeliveryMode
---| "ACCOUNT"
---| "GLOBAL"
---| "REGIONAL"

---@alias ses.types.SignatureFormat
---| "DETACHED"

---One member is set.
---@class ses.types.SigningScheme
---@field default_scheme? ses.types.DefaultSigningScheme
---@field smime_scheme? ses.types.SmimeSigningScheme

---@class ses.types.SmimeSigningScheme
---@field signature_format? ses.types.SignatureFormat

---@class ses.types.SnsDestination
---@field topic_arn string at least 1 characters

---@alias ses.types.Status
---| "CREATING"
---| "DELETING"
---| "FAILED"
---| "READY"

---@class ses.types.StatusRecord
---@field cause? string 1 to 512 characters
---@field last_updated_timestamp? number seconds since 1970
---@field status? ses.types.SendingStatus

---@alias ses.types.SubscriptionStatus
---| "OPT_IN"
---| "OPT_OUT"

---@class ses.types.SuppressedDestination
---@field attributes? ses.types.SuppressedDestinationAttributes
---@field email_address string
---@field last_update_time number seconds since 1970
---@field reason ses.types.SuppressionListReason
---@field tenant_name? string at least 1 characters

---@class ses.types.SuppressedDestinationAttributes
---@field feedback_id? string
---@field message_id? string

---@class ses.types.SuppressedDestinationSummary
---@field email_address string
---@field last_update_time number seconds since 1970
---@field reason ses.types.SuppressionListReason

---@class ses.types.SuppressionAttributes
---@field suppressed_reasons? ses.types.SuppressionListReason[]
---@field validation_attributes? ses.types.SuppressionValidationAttributes

---@class ses.types.SuppressionConditionThreshold
---@field condition_threshold_enabled ses.types.FeatureStatus
---@field overall_confidence_threshold? ses.types.SuppressionConfidenceThreshold

---@class ses.types.SuppressionConfidenceThreshold
---@field confidence_verdict_threshold ses.types.SuppressionConfidenceVerdictThreshold

---@alias ses.types.SuppressionConfidenceVerdictThreshold
---| "HIGH"
---| "MANAGED"
---| "MEDIUM"

---@class ses.types.SuppressionListDestination
---@field suppression_list_import_action ses.types.SuppressionListImportAction

---@alias ses.types.SuppressionListImportAction
---| "DELETE"
---| "PUT"

---@alias ses.types.SuppressionListReason
---| "BOUNCE"
---| "COMPLAINT"

---@alias ses.types.SuppressionListScope
---| "ACCOUNT"
---| "TENANT"

---@class ses.types.SuppressionOptions
---@field suppressed_reasons? ses.types.SuppressionListReason[]
---@field suppression_scope? ses.types.SuppressionListScope
---@field validation_options? ses.types.SuppressionValidationOptions

---@class ses.types.SuppressionValidationAttributes
---@field condition_threshold ses.types.SuppressionConditionThreshold

---@class ses.types.SuppressionValidationOptions
---@field condition_threshold ses.types.SuppressionConditionThreshold

---@class ses.types.Tag
---@field key string
---@field value string

---@class ses.types.TagResourceRequest
---@field resource_arn string at least 1 characters
---@field tags ses.types.Tag[]

---@class ses.types.TagResourceResponse

---@class ses.types.Template
---@field attachments? ses.types.Attachment[]
---@field headers? ses.types.MessageHeader[] at most 15 items
---@field template_arn? string at least 1 characters
---@field template_content? ses.types.EmailTemplateContent
---@field template_data? string at most 262144 characters
---@field template_name? string at least 1 characters

---@class ses.types.Tenant
---@field created_timestamp? number seconds since 1970
---@field sending_status? ses.types.SendingStatus
---@field suppression_attributes? ses.types.TenantSuppressionAttributes
---@field tags? ses.types.Tag[]
---@field tenant_arn? string at least 1 characters
---@field tenant_id? string
---@field tenant_name? string at least 1 characters

---@class ses.types.TenantInfo
---@field created_timestamp? number seconds since 1970
---@field sending_status? string
---@field tenant_arn? string at least 1 characters
---@field tenant_id? string
---@field tenant_name? string at least 1 characters

---@class ses.types.TenantResource
---@field resource_arn? string at least 1 characters
---@field resource_type? ses.types.ResourceType

---@class ses.types.TenantSuppressionAttributes
---@field suppressed_reasons? ses.types.SuppressionListReason[]
---@field suppression_scope? ses.types.SuppressionListScope

---@class ses.types.TestRenderEmailTemplateRequest
---@field template_data string at most 262144 characters
---@field template_name string at least 1 characters

---@class ses.types.TestRenderEmailTemplateResponse
---@field rendered_template string

---@alias ses.types.TlsPolicy
---| "OPTIONAL"
---| "REQUIRE"

---@class ses.types.Topic
---@field default_subscription_status ses.types.SubscriptionStatus
---@field description? string
---@field display_name string
---@field topic_name string

---@class ses.types.TopicFilter
---@field topic_name? string
---@field use_default_if_preference_unavailable? boolean

---@class ses.types.TopicPreference
---@field subscription_status ses.types.SubscriptionStatus
---@field topic_name string

---@class ses.types.TrackingConfigurationOverrides
---@field click_tracking_enabled? string
---@field open_tracking_enabled? string

---@class ses.types.TrackingOptions
---@field custom_redirect_domain string
---@field https_policy? ses.types.HttpsPolicy

---@class ses.types.UntagResourceRequest
---@field resource_arn string at least 1 characters
---@field tag_keys string[]

---@class ses.types.UntagResourceResponse

---@class ses.types.UpdateConfigurationSetEventDestinationRequest
---@field configuration_set_name string
---@field event_destination ses.types.EventDestinationDefinition
---@field event_destination_name string

---@class ses.types.UpdateConfigurationSetEventDestinationResponse

---@class ses.types.UpdateConfigurationSetRequest
---@field configuration_set_name string
---@field message_security_options? ses.types.MessageSecurityOptions

---@class ses.types.UpdateConfigurationSetResponse

---@class ses.types.UpdateContactListRequest
---@field contact_list_name string
---@field description? string
---@field topics? ses.types.Topic[]

---@class ses.types.UpdateContactListResponse

---@class ses.types.UpdateContactRequest
---@field attributes_data? string
---@field contact_list_name string
---@field email_address string
---@field topic_preferences? ses.types.TopicPreference[]
---@field unsubscribe_all? boolean

---@class ses.types.UpdateContactResponse

---@class ses.types.UpdateCustomVerificationEmailTemplateRequest
---@field failure_redirection_url string
---@field from_email_address string
---@field success_redirection_url string
---@field template_content string
---@field template_name string at least 1 characters
---@field template_subject string

---@class ses.types.UpdateCustomVerificationEmailTemplateResponse

---@class ses.types.UpdateEmailIdentityPolicyRequest
---@field email_identity string at least 1 characters
---@field policy string at least 1 characters
---@field policy_name string 1 to 64 characters

---@class ses.types.UpdateEmailIdentityPolicyResponse

---@class ses.types.UpdateEmailTemplateRequest
---@field template_content ses.types.EmailTemplateContent
---@field template_name string at least 1 characters

---@class ses.types.UpdateEmailTemplateResponse

---@class ses.types.UpdateReputationEntityCustomerManagedStatusRequest
---@field reputation_entity_reference string at least 1 characters
---@field reputation_entity_type ses.types.ReputationEntityType
---@field sending_status ses.types.SendingStatus

---@class ses.types.UpdateReputationEntityCustomerManagedStatusResponse

---@class ses.types.UpdateReputationEntityPolicyRequest
---@field reputation_entity_policy string at least 1 characters
---@field reputation_entity_reference string at least 1 characters
---@field reputation_entity_type ses.types.ReputationEntityType

---@class ses.types.UpdateReputationEntityPolicyResponse

---@class ses.types.VdmAttributes
---@field dashboard_attributes? ses.types.DashboardAttributes
---@field guardian_attributes? ses.types.GuardianAttributes
---@field vdm_enabled ses.types.FeatureStatus

---@class ses.types.VdmOptions
---@field dashboard_options? ses.types.DashboardOptions
---@field guardian_options? ses.types.GuardianOptions

---@alias ses.types.VerificationError
---| "DNS_SERVER_ERROR"
---| "HOST_NOT_FOUND"
---| "INVALID_VALUE"
---| "REPLICATION_ACCESS_DENIED"
---| "REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED"
---| "REPLICATION_PRIMARY_INVALID_REGION"
---| "REPLICATION_PRIMARY_NOT_FOUND"
---| "REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED"
---| "SERVICE_ERROR"
---| "TYPE_NOT_FOUND"

---@class ses.types.VerificationInfo
---@field error_type? ses.types.VerificationError
---@field last_checked_timestamp? number seconds since 1970
---@field last_success_timestamp? number seconds since 1970
---@field soa_record? ses.types.SOARecord

---@alias ses.types.VerificationStatus
---| "FAILED"
---| "NOT_STARTED"
---| "PENDING"
---| "SUCCESS"
---| "TEMPORARY_FAILURE"

---@class ses.types.VolumeStatistics
---@field inbox_raw_count? integer
---@field projected_inbox? integer
---@field projected_spam? integer
---@field spam_raw_count? integer

---@alias ses.types.WarmupStatus
---| "DONE"
---| "IN_PROGRESS"
---| "NOT_APPLICABLE"
