---@meta ses.model.names

---AWS's names and Lua's.
---@class ses.model.names
local names = {}

---@param name string such as "FromEmailAddress"
---@return string such as "from_email_address"
function names.snake(name) end

---@param shape string|ses.Shape
---@param value any
---@return any copy with AWS's names
function names.to_aws(shape, value) end

---@param shape string|ses.Shape
---@param value any
---@return any copy with names in snake_case
function names.to_lua(shape, value) end

return names
