---@meta ses.model.validate

---What a request must be before it leaves, by AWS's model.
---@class ses.model.validate
local validate = {}

---@param op ses.Operation
---@param params? table in AWS's names
---@param rules? table
---@return true? valid
---@return ses.Error? err
---@return ses.Fault[]? warnings
function validate.input(op, params, rules) end

---@param op ses.Operation
---@param params table
---@param rules? table
---@return true? valid
---@return ses.Error? err
---@return ses.Fault[]? warnings
function validate.in_words(op, params, rules) end

---@param shape string|ses.Shape
---@param value any in AWS's names
---@return true? valid
---@return ses.Error? err
---@return ses.Fault[]? warnings
function validate.value(shape, value) end

return validate
