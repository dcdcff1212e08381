---@meta ses.mail.header

---Header fields of mail.
---@class ses.mail.header
---@field MAX_ENCODED_WORD integer
---@field MAX_LINE integer that lines are folded to
---@field MAX_LINE_HARD integer
local header = {}

---@param value any
---@return true? valid
---@return string? reason
function header.check_value(value) end

---@param name string
---@param value string
---@return true? valid
---@return string? reason
function header.check(name, value) end

---@param text string
---@param max_length? integer of a word, 40 to 75
---@return string
function header.encode_word(text, max_length) end

---@param text string
---@param name? string of the field
---@return string
function header.encode_text(text, name) end

---@param name string
---@param value string
---@return string
function header.fold(name, value) end

---@param text string
---@return string
function header.decode(text) end

---@param name string
---@param value string
---@return string
function header.format_parameter(name, value) end

---@param text string
---@return string value
---@return table<string, string> parameters
function header.parse_parameters(text) end

return header
