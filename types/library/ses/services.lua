---@meta _

---What the cache has done for a client
---@class ses.CacheStats
---@field hits integer
---@field negative_hits integer knew that something is missing
---@field misses integer
---@field shared integer

---@class ses.WaitOptions
---@field timeout? number seconds
---@field interval? number seconds until the second question
---@field max_interval? number seconds between two questions at most
---@field on_progress? fun(state: table, wait: { elapsed: number, polls: integer }): boolean? `false` ends the wait

-- ---- identities ----

---@class ses.ByodkimOptions
---@field selector string the first label of the record's name
---@field key? ses.dkim.Key|string a key, or the text of a PEM file; made where it is not given
---@field bits? integer of a new key (2048)
---@field save_to? string a path where the key is written before SES has it
---@field ttl? integer of the record, in seconds (3600)
---@field tags? ses.types.Tag[] of a new identity
---@field configuration_set_name? string of a new identity

---@class ses.DnsOptions
---@field dkim_key? ses.dkim.Key|string a key, or its public key in base64
---@field mail_from_domain? string to see its records before it is set
---@field dmarc? false|{ policy?: ses.DmarcPolicy, subdomain_policy?: ses.DmarcPolicy, rua?: string|string[] }
---@field ttl? integer seconds (3600)

---@alias ses.DmarcPolicy
---| "none"
---| "quarantine"
---| "reject"

---@class ses.IdentityWaitOptions: ses.WaitOptions
---@field dkim? boolean wait for DKIM as well
---@field mail_from? boolean wait for the MAIL FROM domain as well

---@class ses.IdentitiesOptions: ses.IdentityWaitOptions
---@field concurrency? integer (5)

---@class ses.IdentityResult
---@field email_identity string
---@field verified boolean
---@field created boolean
---@field identity? ses.types.GetEmailIdentityResponse
---@field error? ses.Error

---@class ses.IdentityResults
---@field [integer] ses.IdentityResult in the order of the list
---@field verified integer
---@field failed integer

---@class ses.services.identities
local Identities = {}

---Lets a domain sign by a DKIM key of one's own, and tells the record to publish.
---@param domain string
---@param options ses.ByodkimOptions
---@return { record: ses.dns.Record, key: ses.dkim.Key, created: boolean }? made
---@return ses.Error? err
function Identities:create_byodkim(domain, options) end

---The DNS records that a domain is to publish.
---@param domain string an identity that is there
---@param options? ses.DnsOptions
---@return ses.dns.Record[]? records
---@return ses.Error? err
function Identities:dns_records(domain, options) end

---Waits until an identity is verified.
---@param identity string a domain or an address
---@param options? ses.IdentityWaitOptions
---@return ses.types.GetEmailIdentityResponse? identity
---@return ses.Error? err
function Identities:wait_until_verified(identity, options) end

---Creates many identities, those that are not there yet, and waits until each is verified or has failed.
---@param list (string|ses.types.CreateEmailIdentityRequest)[]
---@param options? ses.IdentitiesOptions
---@return ses.IdentityResults? results
---@return ses.Error? err
function Identities:verify_identities_parallel(list, options) end

---The same as `get`, out of the cache.
---@param params ses.types.GetEmailIdentityRequest
---@param options? ses.CallOptions
---@return ses.types.GetEmailIdentityResponse? identity
---@return ses.Error? err
function Identities:lookup(params, options) end

---@return ses.CacheStats
function Identities:cache_stats() end

-- ---- jobs ----

---@class ses.JobWaitOptions: ses.WaitOptions
---@field kind? "import"|"export"

---@class ses.JobState
---@field kind "import"|"export"
---@field status ses.types.JobStatus
---@field processed? integer records
---@field failed? integer records of an import job
---@field exported? integer records of an export job
---@field job ses.types.GetImportJobResponse|ses.types.GetExportJobResponse

---@class ses.services.jobs
local Jobs = {}

---Waits until an import or export job has ended.
---@param job_id string
---@param options? ses.JobWaitOptions
---@return ses.JobState? state
---@return ses.Error? err code "JobFailed" or "JobCancelled", with `failure_info` and `job`
function Jobs:wait_until_done(job_id, options) end

-- ---- templates ----

---@class ses.services.templates
local Templates = {}

---The same as `get`, out of the cache.
---@param params ses.types.GetEmailTemplateRequest
---@param options? ses.CallOptions
---@return ses.types.GetEmailTemplateResponse? template
---@return ses.Error? err
function Templates:lookup(params, options) end

---@return ses.CacheStats
function Templates:cache_stats() end

---Renders a template as SES would, here.
---@param template string|ses.template.Parts a name at SES, a text, or the parts
---@param data? table
---@param options? ses.template.Options
---@return ses.template.Rendered? rendered
---@return ses.Error? err
function Templates:preview(template, data, options) end

---Whether a template compiles and, where there are data, can be rendered with them.
---@param template string|ses.template.Parts a name at SES, a text, or the parts
---@param data? table
---@param options? ses.template.Options
---@return ses.template.Warning[]? warnings
---@return ses.Error? err
function Templates:validate(template, data, options) end

---The attributes that every rendering needs.
---@param template string|ses.template.Parts a name at SES, a text, or the parts
---@return string[]? paths
---@return ses.Error? err
function Templates:variables(template) end

-- ---- contacts ----

---@class ses.services.contacts
local Contacts = {}

---Takes somebody off one topic of a contact list, or off all of it.
---@param params { contact_list_name: string, email_address: string, topic_name?: string }
---@param options? ses.CallOptions
---@return true? done
---@return ses.Error? err
function Contacts:opt_out(params, options) end

-- ---- suppression ----

---@class ses.SuppressionOptions
---@field reason ses.types.SuppressionListReason
---@field concurrency? integer calls at once, 1 to 1,000 (4)
---@field on_result? fun(result: { index: integer, status: ses.SuppressionStatus, error?: ses.Error }, address: any)
---@field operation_timeout_ms? number of each call

---@alias ses.SuppressionStatus
---| "PUT"
---| "DUPLICATE"
---| "FAILED"
---| "NOT_PUT"

---@class ses.SuppressionRun
---@field put integer
---@field failed integer
---@field duplicates integer
---@field not_put integer
---@field errors { index: integer, address: any, error: ses.Error }[]
---@field stopped_by? ses.Error

---@class ses.services.suppression
local Suppression = {}

---Puts many addresses onto the account's suppression list, several at once.
---@param addresses (string|{ email_address?: string, email?: string })[]|function a list, or an iterator
---@param options ses.SuppressionOptions
---@return ses.SuppressionRun? run
---@return ses.Error? err
function Suppression:put_all(addresses, options) end
