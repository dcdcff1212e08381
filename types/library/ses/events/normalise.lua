---@meta ses.events.normalise

---SES's events as one kind of table, whichever way they came.
---@class ses.events.normalise
local normalise = {}

---@param event string|table JSON, or what it decodes to
---@return ses.Event? event
---@return ses.Error? err code "MalformedMessage"
function normalise.read(event) end

---Whether a message is the word that SES publishes when it is given a topic.
---@param message string
---@return boolean
function normalise.is_trial(message) end

return normalise
