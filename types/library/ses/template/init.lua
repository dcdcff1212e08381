---@meta ses.template

---@class ses.template.Parts
---@field subject? string
---@field html? string
---@field text? string

---@class ses.template.Rendered: ses.template.Parts
---@field warnings? ses.template.Warning[] of `client.templates:preview`

---@class ses.template.Warning
---@field code "GmailClips"|"NoAlt"|"NoText"|"InsecureLink"|"NotInSample"|"NotInTemplate"
---@field message string with the place
---@field part? "subject"|"html"|"text"
---@field line? integer
---@field column? integer
---@field attribute? string

---Limits by the names of `template.LIMITS` are taken, too.
---@class ses.template.Options
---@field escape? boolean false: nothing is escaped in the HTML part (true)
---@field html? boolean of `compile` alone: escape what is printed
---@field [string] any

---@class ses.Template
local Template = {}

---@param data? table
---@return string? text
---@return ses.Error? err code "MissingRenderingAttribute" with `attribute`, or "InvalidRenderingParameter"
function Template:render(data) end

---The attributes that every rendering needs.
---@return string[] paths
function Template:variables() end

---@class ses.MessageTemplate
local Message = {}

---@param data? table
---@return ses.template.Parts? rendered
---@return ses.Error? err with `part`
function Message:render(data) end

---@return string[] paths
function Message:variables() end

---Templates of SES, rendered and checked without SES.
---@class ses.template
---@field LIMITS table<string, integer>
---@field UNSUBSCRIBE_URL string the attribute in whose place SES puts a link to unsubscribe by
local template = {}

---@param text string
---@param options? ses.template.Options
---@return ses.Template? compiled
---@return ses.Error? err code "InvalidTemplate", with `line` and `column`
function template.compile(text, options) end

---@param parts ses.template.Parts
---@param options? ses.template.Options
---@return ses.MessageTemplate? compiled
---@return ses.Error? err with `part`
function template.compile_message(parts, options) end

return template
