---@meta ses.events

---@class ses.Event
---@field type ses.EventType
---@field event_type string the same in AWS's words
---@field message_id? string of the mail
---@field time? number of the event, seconds since 1970
---@field sent_at? number of the mail, seconds since 1970
---@field recipients string[] whom the event is about
---@field destination string[] the addresses of the mail
---@field source? string
---@field source_arn? string
---@field sending_account_id? string
---@field subject? string
---@field tags table<string, string>
---@field configuration_set? string
---@field raw table as SES wrote it
---@field bounce? ses.Bounce
---@field complaint? ses.Complaint
---@field delivery? ses.Delivery
---@field reject? { reason?: string }
---@field rendering_failure? { template_name?: string, error_message?: string }
---@field open? { ip_address?: string, user_agent?: string }
---@field click? { ip_address?: string, user_agent?: string, link?: string, link_tags?: table }
---@field delivery_delay? ses.DeliveryDelay
---@field subscription? ses.SubscriptionChange

---@alias ses.EventType
---| "send"
---| "delivery"
---| "bounce"
---| "complaint"
---| "reject"
---| "open"
---| "click"
---| "rendering_failure"
---| "delivery_delay"
---| "subscription"

---@class ses.Bounce
---@field type "Permanent"|"Transient"|"Undetermined"
---@field subtype? string
---@field recipients { address: string, action?: string, status?: string, diagnostic_code?: string }[]
---@field feedback_id? string
---@field reporting_mta? string
---@field remote_mta_ip? string

---@class ses.Complaint
---@field feedback_type? string such as "abuse"
---@field subtype? string
---@field recipients { address: string }[]
---@field feedback_id? string
---@field user_agent? string
---@field arrival_date? number seconds since 1970

---@class ses.Delivery
---@field recipients string[]
---@field processing_time_ms? number
---@field smtp_response? string
---@field reporting_mta? string
---@field remote_mta_ip? string

---@class ses.DeliveryDelay
---@field type? string
---@field recipients { address: string, status?: string, diagnostic_code?: string }[]
---@field expires_at? number seconds since 1970
---@field reporting_mta? string

---@class ses.SubscriptionChange
---@field contact_list? string
---@field source? string
---@field new_topic_preferences? table as SES has them
---@field old_topic_preferences? table as SES has them

---@alias ses.EventHandler fun(event: ses.Event, message: any): any, any nil or false and a reason: the event comes again

---By type of event
---@class ses.EventHandlers
---@field send? ses.EventHandler
---@field delivery? ses.EventHandler
---@field bounce? ses.EventHandler
---@field complaint? ses.EventHandler
---@field reject? ses.EventHandler
---@field open? ses.EventHandler
---@field click? ses.EventHandler
---@field rendering_failure? ses.EventHandler
---@field delivery_delay? ses.EventHandler
---@field subscription? ses.EventHandler

---A message of a queue
---@class ses.events.QueueMessage
---@field message_id string
---@field body string
---@field receive_count integer
---@field receipt string

---@class ses.events.PollerOptions
---@field client ses.Client
---@field queue_url string
---@field handlers? ses.EventHandlers
---@field on_event? fun(event: ses.Event, message: ses.events.QueueMessage): any, any
---@field suppress? boolean hard bounces and complaints go on the account's suppression list
---@field on_malformed? fun(message: ses.events.QueueMessage, err: ses.Error)
---@field on_error? fun(err: any, message?: ses.events.QueueMessage)
---@field wait_time_seconds? integer 0 to 20 (20)
---@field max_messages? integer 1 to 10 (10)
---@field visibility_timeout? integer seconds, 1 to 43,200 (the queue's own)
---@field delete? boolean false: the messages stay in the queue (true)

---@class ses.events.Poller
local Poller = {}

---Receives once.
---@return { received: integer, handled: integer, failed: integer, malformed: integer, duplicates: integer, trials: integer }?
---@return ses.Error? err
function Poller:poll() end

---Polls until `stop`.
---@return true? stopped
---@return ses.Error? err what does not pass by itself
function Poller:run() end

---Polls beside everything else: in a timer of nginx, or in a task of `ses.run`.
---@return true? started
---@return ses.Error? err
function Poller:start() end

---Ends `run` and what `start` began, once the round that is under way has ended.
function Poller:stop() end

---SES's events, from the queue that they lie in to a program's functions.
---@class ses.events
local events = {}

---@param options ses.events.PollerOptions
---@return ses.events.Poller? poller
---@return ses.Error? err
function events.poller(options) end

---Reads one event, whichever way it came.
---@param event string|table
---@return ses.Event? event
---@return ses.Error? err
function events.read(event) end

return events
