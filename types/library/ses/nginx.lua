---@meta ses.nginx

---@class ses.nginx.WorkerOptions
---@field client? ses.ClientOptions|ses.Client
---@field outbox? ses.nginx.OutboxOptions
---@field send? ses.nginx.SendOptions
---@field unsubscribe? ses.nginx.UnsubscribeOptions

---@class ses.nginx.HealthOptions
---@field client? ses.ClientOptions|ses.Client
---@field max_age_ms? integer of an answer (10,000)
---@field timeout_ms? integer (5,000)

---@class ses.nginx.MetricsOptions
---@field metrics_dict? string ("ses_metrics")
---@field cache_dict? string ("ses_cache")

---@class ses.nginx.SendOptions
---@field client? ses.ClientOptions|ses.Client
---@field outbox ses.nginx.OutboxOptions
---@field max_body? integer bytes of a request (1,048,576)
---@field tokens? string[]|table<string, string|string[]>|function who may use it

---@class ses.nginx.UnsubscribeOptions
---@field secret ses.unsubscribe.Secret|ses.unsubscribe.Secret[]
---@field list? string|string[] of the tokens
---@field argument? string of the query, which holds the token ("t")
---@field token? string where it is elsewhere
---@field contact_list? string of SES
---@field topic? string
---@field suppress? boolean puts the address on the account's suppression list
---@field on_unsubscribe? fun(who: ses.unsubscribe.Who): any, any
---@field client? ses.ClientOptions|ses.Client
---@field texts? table<string, table> by language
---@field language? string of all pages

---@class ses.nginx.WebhookOptions
---@field topics string[] ARNs
---@field on_event? fun(event: ses.Event, message: ses.events.Message): any, any
---@field handlers? ses.EventHandlers
---@field suppress? boolean puts hard bounces and complaints on the account's suppression list
---@field client? ses.ClientOptions|ses.Client
---@field max_body? integer bytes of a message (262,144)
---@field max_age? number seconds
---@field max_skew? number seconds
---@field anchors? string PEM
---@field intermediates? string PEM
---@field cache_dict? string ("ses_cache")
---@field emulator? string for tests alone: the URL of a `ses emulator`

---@class ses.nginx.OutboxOptions
---@field path string of the file
---@field client? ses.ClientOptions|ses.Client
---@field max_mails? integer that wait (100,000)
---@field max_bytes? integer of content in the file (1 GiB)
---@field concurrency? integer (10)
---@field keep_results? integer seconds (604,800)
---@field thread_pool? string ("ses")
---@field cache_dict? string ("ses_cache")

---@class ses.nginx.CampaignOptions
---@field file string path of the campaign file
---@field journal? string another one than it names
---@field thread_pool? string ("ses")

---@class ses.nginx.Outbox
local Outbox = {}

---Puts a mail into the outbox; it is on disk when this returns.
---@param mail ses.Mail
---@param options? { key?: string, holder?: string }
---@return string? id
---@return ses.Error? err
function Outbox:put(mail, options) end

---@class ses.nginx.OutboxState
---@field id string
---@field state "queued"|"sending"|"sent"|"failed"|"in_doubt"
---@field message_id? string
---@field code? string of the last error
---@field attempts integer
---@field accepted number seconds since 1970
---@field updated number seconds since 1970
---@field holder? string

---@param id string
---@return ses.nginx.OutboxState? state
---@return ses.Error? err
function Outbox:state(id) end

---@return { queued: integer, sending: integer, sent: integer, failed: integer, in_doubt: integer, bytes: integer }?
---@return ses.Error? err
function Outbox:counts() end

---Ready handlers for nginx.
---@class ses.nginx
local nginx = {}

---Loads all handlers, so that no request does.
function nginx.preload() end

---For `init_worker_by_lua`.
---@param options? ses.nginx.WorkerOptions
---@return true? begun
---@return ses.Error? err
function nginx.init_worker(options) end

---The outbox that `init_worker` has begun.
---@param options { path: string }
---@return ses.nginx.Outbox? outbox
---@return ses.Error? err
function nginx.outbox(options) end

---A handler that takes events into a campaign's journal, for `webhook`'s `on_event`.
---@param options ses.nginx.CampaignOptions
---@return fun(event: ses.Event): any, ses.Error?
function nginx.campaign(options) end

---Answers the current request: whether mail can be sent.
---@param options? ses.nginx.HealthOptions
function nginx.health(options) end

---Answers the current request: the metrics of all workers.
---@param options? ses.nginx.MetricsOptions
function nginx.metrics(options) end

---Answers the current request: takes a mail as JSON, and sends it.
---@param options ses.nginx.SendOptions
function nginx.send(options) end

---Answers the current request: the other end of the links that people unsubscribe by.
---@param options ses.nginx.UnsubscribeOptions
function nginx.unsubscribe(options) end

---Answers the current request: SES's events, as SNS posts them.
---@param options ses.nginx.WebhookOptions
function nginx.webhook(options) end

return nginx
