---@meta ses.campaign

---What a campaign file returns:
---
---    ---@type ses.Campaign
---    return { name = "autumn", … }
---@class ses.Campaign
---@field name string letters, digits, `_` and `-`, 64 at most
---@field audience ses.campaign.Audience
---@field message ses.campaign.Message
---@field schedule? ses.campaign.Schedule
---@field pace? ses.campaign.Pace
---@field reputation? ses.campaign.Reputation|false
---@field events? ses.campaign.Events
---@field journal? string path of an SQLite file, or `postgres://user@host/database`
---@field client? ses.ClientOptions

---One source: `csv`, `jsonl`, `sql`, `contact_list` or `rows`
---@class ses.campaign.Source
---@field csv? string path of a CSV file with a header
---@field separator? ","|";"|"\t"|"|" of a CSV file (",")
---@field jsonl? string path of a file of JSON lines
---@field sql? string a query
---@field database? string of a query: path of an SQLite file, or `postgres://…`
---@field connection? any of a query: one of LuaSQL
---@field contact_list? string name of a contact list of SES
---@field topic? string of a contact list
---@field attributes? boolean|number of a contact list: fetch each contact's; a number is calls a second
---@field rows? fun(): function, any, any what a `for` loop takes
---@field email? string the column of addresses ("email")

---@class ses.campaign.Audience: ses.campaign.Source
---@field name? string the column of names
---@field language? string the column of language tags
---@field timezone? string the column of time zones
---@field suppression? boolean|ses.campaign.Suppression who is left out (true)

---@class ses.campaign.Suppression
---@field account? boolean whether the account's list counts (true)
---@field lists? table<string, string|ses.campaign.Source> by name: a path or a source

---The words of a message
---@class ses.campaign.Words
---@field template? string name of a template that SES stores
---@field subject? string
---@field text? string
---@field html? string

---@class ses.campaign.Message: ses.campaign.Words
---@field from? ses.Address
---@field reply_to? ses.Addresses
---@field data? table<string|integer, string>|fun(row: table): table columns for the templates
---@field headers? table<string, string>
---@field tags? table<string, string>
---@field config_set? string
---@field call? "SendEmail"|"SendBulkEmail"
---@field languages? table<string, ses.campaign.Words> by language tag
---@field variants? ses.campaign.Variant[]
---@field unsubscribe? ses.campaign.Unsubscribe
---@field list_management? ses.campaign.ListManagement

---@class ses.campaign.Variant: ses.campaign.Words
---@field name string
---@field share? number its weight
---@field languages? table<string, ses.campaign.Words>

---@class ses.campaign.Unsubscribe
---@field url? string a template
---@field mailto? string an address
---@field secret? ses.unsubscribe.Secret
---@field one_click? boolean (true where there is a url)
---@field list? string (the campaign's name)

---@class ses.campaign.ListManagement
---@field contact_list string
---@field topic? string

---@class ses.campaign.Schedule
---@field start? string such as "2026-12-01 09:00"
---@field timezone? string such as "Europe/Berlin" ("UTC")
---@field quiet_hours? ses.campaign.QuietHours

---@class ses.campaign.QuietHours
---@field from? string a time of day such as "21:00"
---@field to? string a time of day
---@field days? ses.campaign.Weekday[] whole days

---@alias ses.campaign.Weekday
---| "monday"
---| "tuesday"
---| "wednesday"
---| "thursday"
---| "friday"
---| "saturday"
---| "sunday"

---@class ses.campaign.Pace
---@field rate? number recipients a second (what the account allows)
---@field concurrency? integer requests at once, 1 to 1,000 (50)
---@field warm_up? ses.campaign.WarmUp
---@field daily_quota? "stop"|"wait" when SES's quota is used up ("stop")
---@field account? string what the account is called in a shared journal

---@class ses.campaign.WarmUp
---@field first_day integer mails
---@field growth? number (2)
---@field most? integer mails of a day

---@class ses.campaign.Reputation
---@field window? string|number such as "24h", or seconds
---@field minimum? integer mails before anything is judged
---@field bounce? ses.campaign.Rates
---@field complaint? ses.campaign.Rates

---@class ses.campaign.Rates
---@field warn? number a part, such as 0.02
---@field stop? number a part, such as 0.05

---@class ses.campaign.Events
---@field queue_url? string of a queue of SQS
---@field linger? string|number ("30s")
---@field suppress? boolean (true)
---@field list? string path of an SQLite file, or `postgres://…`
---@field others? "leave"|"delete" ("leave")

---Which campaign
---@class ses.campaign.Which
---@field file? string path of a campaign file
---@field campaign? ses.Campaign in its place
---@field journal? string another one than the campaign's

---@class ses.campaign.RunOptions: ses.campaign.Which
---@field limit? integer recipients of this run
---@field dry_run? boolean everything but the sending
---@field test_to? string an address that gets the mails in the recipients' place
---@field retry_failed? boolean
---@field retry_code? string
---@field resend_in_doubt? boolean
---@field client? ses.ClientOptions
---@field interrupted? fun(): integer how often Ctrl-C was pressed
---@field on_begin? fun(name: string)
---@field on_stage? fun(text: string)
---@field on_progress? fun(tally: table)
---@field on_sent? fun(tally: table)

---@class ses.campaign.Result
---@field status "finished"|"limited"|"incomplete"|"stopped"|"interrupted"|"dry_run"|"test"
---@field counts table<string, integer>
---@field failures table
---@field in_doubt table
---@field notes table
---@field seconds number
---@field rate? number
---@field call table
---@field stopped_by? ses.Error

---Campaigns: one message to everybody in a list, once each, whatever happens on the way.
---@class ses.campaign
local campaign = {}

---@param options ses.campaign.RunOptions
---@return ses.campaign.Result? result
---@return ses.Error? err of what was wrong before the first mail
function campaign.run(options) end

---Takes events from the campaign's queue.
---@param options ses.campaign.Which|{ client?: ses.ClientOptions, interrupted?: function, seconds?: number, warn?: fun(text: string) }
---@return table? result
---@return ses.Error? err
function campaign.events(options) end

---How a campaign stands, also while it runs.
---@param options ses.campaign.Which|{ all?: boolean }
---@return table? status
---@return ses.Error? err
function campaign.status(options) end

---The same with the campaign's history.
---@param options ses.campaign.Which|{ all?: boolean }
---@return table? report
---@return ses.Error? err
function campaign.report(options) end

---@param report table of `campaign.report`
---@return string html
function campaign.page(report) end

---Nothing more leaves until it is resumed.
---@param options ses.campaign.Which
---@return table? state
---@return ses.Error? err
function campaign.pause(options) end

---@param options ses.campaign.Which
---@return table? state
---@return ses.Error? err
function campaign.resume(options) end

---Sets the rate for now and for later runs.
---@param options ses.campaign.Which|{ rate: number|false }
---@return table? state
---@return ses.Error? err
function campaign.pace(options) end

---Puts recipients back into the queue.
---@param options ses.campaign.Which|{ failed?: boolean, code?: string, in_doubt?: boolean }
---@return { campaign: string, n: integer, workers: integer }? result
---@return ses.Error? err
function campaign.put_back(options) end

---Lists the mails in doubt, or settles them.
---@param options ses.campaign.Which|{ as?: "sent"|"failed"|"resend", older_than?: number, rows?: integer[], events?: function }
---@return table? result
---@return ses.Error? err
function campaign.settle(options) end

---Takes one event.
---@param event string|table
---@param options ses.campaign.Which
---@return string? outcome
---@return table|ses.Error detail
function campaign.take_event(event, options) end

---Writes what became of every recipient, with full addresses.
---@param options ses.campaign.Which|{ write: function, state?: string, format?: "csv"|"jsonl", verbatim?: boolean }
---@return integer? count
---@return ses.Error? err
function campaign.export(options) end

return campaign
