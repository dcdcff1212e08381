---@meta ses.mail.charset

---Character sets of mail.
---@class ses.mail.charset
local charset = {}

---@param text string
---@param position integer
---@return integer? last byte of the code point that starts there
function charset.sequence_end(text, position) end

---@param text string
---@return boolean
function charset.is_utf8(text) end

---@param text string
---@return string scrubbed with U+FFFD for what is no UTF-8
function charset.scrub(text) end

---@param code integer
---@return string
function charset.utf8_char(code) end

---@param bytes string
---@param name? string of the charset
---@return string
function charset.to_utf8(bytes, name) end

return charset
