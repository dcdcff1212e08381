---@meta ses.mail.address

---@class ses.mail.Mailbox
---@field name? string
---@field email string
---@field local_part string
---@field domain string

---@class ses.mail.AddressOptions
---@field smtputf8? boolean whether a local part may be other than ASCII

---Mail addresses: read, checked, written, compared, hidden.
---@class ses.mail.address
---@field MAX_LOCAL_PART integer octets
---@field MAX_DOMAIN integer octets
---@field MAX_EMAIL integer octets
---@field MAX_TEXT integer octets
local address = {}

---@param email any
---@param options? ses.mail.AddressOptions
---@return true? valid
---@return string? reason
function address.validate(email, options) end

---@param text string
---@param options? ses.mail.AddressOptions
---@return ses.mail.Mailbox? mailbox
---@return string? reason
function address.parse(text, options) end

---@param text string addresses with commas between
---@param options? ses.mail.AddressOptions
---@return ses.mail.Mailbox[]? mailboxes
---@return string? reason
function address.parse_list(text, options) end

---@param text string
---@return boolean
function address.is_written(text) end

---@param mailbox ses.Address
---@param options? ses.mail.AddressOptions
---@return string? text
---@return string? reason
function address.format(mailbox, options) end

---The key under which two spellings of one address are the same.
---@param email string
---@param options? ses.mail.AddressOptions
---@return string? key
---@return string? reason
function address.normalise(email, options) end

---An address as logs may show it.
---@param text any
---@return string
function address.mask(text) end

---A text with every address in it masked.
---@param text string
---@return string
function address.mask_within(text) end

return address
