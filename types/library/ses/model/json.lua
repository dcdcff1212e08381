---@meta ses.model.json

---JSON as SES needs it.
---@class ses.model.json
---@field null any JSON's null in a decoded value
local json = {}

---Marks a table as a list, so that it is `[]` when it is empty.
---@param list? table
---@return table
function json.list(list) end

---@param text string
---@return string
function json.quote(text) end

---@param number number
---@return string
function json.number(number) end

---@param value any
---@return string? text
---@return string? reason
function json.encode(value) end

---@param text string
---@param keep_lists? boolean
---@return any value
---@return string? reason
function json.decode(text, keep_lists) end

return json
