---@meta ses.events.sns

---@class ses.events.ReceiverOptions
---@field topics string[] the ARNs of the topics that messages are taken of
---@field max_age? number seconds (3,600)
---@field max_skew? number seconds (900)
---@field anchors? string PEM
---@field intermediates? string PEM
---@field cache_dict? string nginx's shared dictionary ("ses_cache")
---@field transport? table a port
---@field store? table a port
---@field clock? table a port
---@field emulator? string for tests alone: the URL of a `ses emulator` in SNS's place

---@class ses.events.Message
---@field type "Notification"|"SubscriptionConfirmation"|"UnsubscribeConfirmation"
---@field message_id string
---@field topic_arn string
---@field subject? string
---@field text string what was published
---@field time number seconds since 1970
---@field event? ses.Event

---@class ses.events.Receiver
local Receiver = {}

---Takes a message that was posted; `done` or `give_back` ends it.
---@param body string
---@return ses.events.Message? message
---@return ses.Error? err
function Receiver:receive(body) end

---@param message ses.events.Message
---@return true? done
---@return ses.Error? err
function Receiver:done(message) end

---@param message ses.events.Message
---@return true? given_back
---@return ses.Error? err
function Receiver:give_back(message) end

---@param message ses.events.Message
---@return true? confirmed
---@return ses.Error? err
function Receiver:confirm(message) end

function Receiver:close() end

---Messages that Amazon SNS posts: verified, each taken once.
---@class ses.events.sns
---@field MAX_BYTES integer that a message may have
local sns = {}

---@param options ses.events.ReceiverOptions
---@return ses.events.Receiver? receiver
---@return ses.Error? err
function sns.new(options) end

return sns
