---@meta ses.mail.encoding

---Transfer encodings of mail (RFC 2045).
---@class ses.mail.encoding
---@field MAX_LINE integer
local encoding = {}

---@param text string
---@return string
function encoding.encode_quoted_printable(text) end

---@param text string
---@return string
function encoding.decode_quoted_printable(text) end

---@param bytes string
---@return string
function encoding.encode_base64(bytes) end

---@param text string
---@return string
function encoding.decode_base64(text) end

---@param body string
---@param name? string of the Content-Transfer-Encoding
---@return string
function encoding.decode(body, name) end

return encoding
