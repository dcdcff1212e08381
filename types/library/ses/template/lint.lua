---@meta ses.template.lint

---@class ses.template.Found
---@field warnings ses.template.Warning[]
---@field rendered? ses.template.Rendered where there are data
---@field data? table what it was rendered with
---@field variables string[]
---@field sample table data that have all that the template uses

---Looks over a message's template.
---@class ses.template.lint
---@field GMAIL_BYTES integer of an HTML part from which on Gmail cuts a mail off
local lint = {}

---@param parts ses.template.Parts
---@param data? table
---@param options? ses.template.Options
---@return ses.template.Found? found
---@return ses.Error? err
function lint.check(parts, data, options) end

return lint
