---@meta ses.mail.mime

---@class ses.mail.Message
---@field from ses.Address
---@field to? ses.Addresses
---@field cc? ses.Addresses
---@field reply_to? ses.Addresses
---@field subject? string
---@field text? string
---@field html? string
---@field headers? table<string, string>|table[]
---@field attachments? { data: string, filename?: string, content_type?: string, content_id?: string, inline?: boolean }[]
---@field date? number|string
---@field message_id? string
---@field boundary? string

---@class ses.mail.Parsed
---@field headers string[][] each a name and a value
---@field subject? string
---@field date? string
---@field message_id? string
---@field from? { name?: string, email: string }
---@field to { name?: string, email: string }[]
---@field cc { name?: string, email: string }[]
---@field bcc { name?: string, email: string }[]
---@field reply_to { name?: string, email: string }[]
---@field text? string
---@field html? string
---@field attachments table[]

---Whole messages: RFC 5322 and MIME, written and read.
---@class ses.mail.mime
---@field MAX_PARTS integer that are read
---@field MAX_FIELDS integer that are read
---@field MAX_DEPTH integer that is read
local mime = {}

---@param filename? string
---@return string media_type
function mime.type_of(filename) end

---@param time number seconds since 1970
---@return string
function mime.format_date(time) end

---@param message ses.mail.Message
---@return string? text
---@return ses.Error? err
function mime.build(message) end

---@param bytes string
---@return ses.mail.Parsed
function mime.parse(bytes) end

---@param message ses.mail.Parsed
---@param name string
---@return string? value
function mime.header(message, name) end

return mime
