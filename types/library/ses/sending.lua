---@meta _

---@alias ses.Address string|{ email: string, name?: string } "a@example.com", "Name <a@example.com>" or a table
---@alias ses.Addresses ses.Address|ses.Address[]
---@alias ses.NameValues table<string, string|number>|{ name: string, value: string }[]

---@class ses.Attachment
---@field filename string
---@field data string its bytes
---@field content_type? string
---@field content_id? string of an inline image
---@field disposition? "attachment"|"inline" ("attachment")
---@field description? string
---@field content_transfer_encoding? ses.types.AttachmentContentTransferEncoding

---A mail, or every field of SendEmail as AWS has it, in snake_case.
---@class ses.Mail
---@field from? ses.Address the client's `default_from_address` where it is not given
---@field to? ses.Addresses
---@field cc? ses.Addresses
---@field bcc? ses.Addresses
---@field reply_to? ses.Addresses
---@field subject? string
---@field text? string
---@field html? string
---@field template? string the name of a template in SES
---@field data? table|string what the template is filled with, or the same as JSON
---@field raw? string a whole MIME message
---@field headers? ses.NameValues
---@field attachments? ses.Attachment[]
---@field tags? ses.NameValues
---@field config_set? string the client's `default_config_set` where it is not given
---@field from_email_address? string
---@field from_email_address_identity_arn? string
---@field destination? ses.types.Destination
---@field reply_to_addresses? string[]
---@field feedback_forwarding_email_address? string
---@field feedback_forwarding_email_address_identity_arn? string
---@field content? ses.types.EmailContent
---@field email_tags? ses.types.MessageTag[]
---@field configuration_set_name? string
---@field configuration_overrides? ses.types.ConfigurationOverrides
---@field endpoint_id? string
---@field tenant_name? string
---@field list_management_options? ses.types.ListManagementOptions

---@class ses.Sent
---@field message_id string SES's
---@field attempts integer how many requests were sent
---@field in_doubt_attempts integer how many tries before may have sent the same mail
---@field warnings? ses.Fault[]

---One mail of `send_bulk`, or SES's BulkEmailEntry in snake_case
---@class ses.BulkEntry
---@field to? ses.Addresses
---@field cc? ses.Addresses
---@field bcc? ses.Addresses
---@field data? table|string laid over the message's
---@field headers? ses.NameValues
---@field tags? ses.NameValues
---@field destination? ses.types.Destination
---@field replacement_email_content? ses.types.ReplacementEmailContent
---@field replacement_headers? ses.types.MessageHeader[]
---@field replacement_tags? ses.types.MessageTag[]

---One message to any number, or every field of SendBulkEmail as AWS has it, in snake_case.
---@class ses.BulkMail
---@field from? ses.Address the client's `default_from_address` where it is not given
---@field reply_to? ses.Addresses
---@field template? string the name of a template in SES
---@field subject? string a template in place of one of SES's
---@field text? string a template in place of one of SES's
---@field html? string a template in place of one of SES's
---@field data? table|string where an entry has nothing of its own
---@field headers? ses.NameValues
---@field tags? ses.NameValues
---@field attachments? ses.Attachment[]
---@field config_set? string
---@field entries? (string|ses.BulkEntry)[]|fun(): string|ses.BulkEntry|nil
---@field from_email_address? string
---@field from_email_address_identity_arn? string
---@field reply_to_addresses? string[]
---@field feedback_forwarding_email_address? string
---@field feedback_forwarding_email_address_identity_arn? string
---@field default_email_tags? ses.types.MessageTag[]
---@field default_content? ses.types.BulkEmailContent
---@field bulk_email_entries? ses.types.BulkEmailEntry[]
---@field configuration_set_name? string
---@field configuration_overrides? ses.types.ConfigurationOverrides
---@field endpoint_id? string
---@field tenant_name? string

---@class ses.BulkOptions
---@field concurrency? integer batches at once, 1 to 1,000 (4)
---@field batch_size? integer 1 to 50 (50)
---@field on_result? fun(result: ses.BulkResult, entry: string|ses.BulkEntry)
---@field retry_in_doubt? boolean (the client's)
---@field operation_timeout_ms? number of a batch with all its tries
---@field timeout_ms? number of the whole run
---@field traceparent? string
---@field tracestate? string

---@class ses.BulkResult
---@field index integer of the entry
---@field status ses.types.BulkEmailStatus|"INVALID_PARAMETER"|"IN_DOUBT"|"NOT_SENT"
---@field message_id? string
---@field error? ses.Error
---@field attempts integer
---@field in_doubt_attempts integer

---@class ses.BulkMetrics
---@field entries integer
---@field sent integer
---@field failed integer
---@field in_doubt integer
---@field not_sent integer
---@field retried integer entries tried again
---@field batches integer calls
---@field attempts integer requests

---@class ses.BulkRun
---@field results? ses.BulkResult[] in the order of the entries; nil where there is an `on_result`
---@field metrics ses.BulkMetrics
---@field stopped_by? ses.Error

---@class ses.services.emails
local Emails = {}

---Sends one mail (SendEmail).
---@param mail ses.Mail
---@param options? ses.CallOptions
---@return ses.Sent? sent
---@return ses.Error? err whose `in_doubt` is true where the mail may have been sent all the same
function Emails:send(mail, options) end

---Sends one message to any number of entries (SendBulkEmail), fifty a call and several calls at once.
---@param mail ses.BulkMail
---@param options? ses.BulkOptions
---@return ses.BulkRun? run
---@return ses.Error? err where the message itself has faults: nothing was sent
function Emails:send_bulk(mail, options) end

---The same as `send_bulk`.
---@param mail ses.BulkMail
---@param options? ses.BulkOptions
---@return ses.BulkRun? run
---@return ses.Error? err
function Emails:send_bulk_parallel(mail, options) end
