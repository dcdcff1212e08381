---@meta ses.dns

---@class ses.dns.Record
---@field type "CNAME"|"MX"|"TXT"
---@field name string without a dot at its end
---@field value? string nil where it is not known
---@field ttl? integer seconds
---@field priority? integer of an MX
---@field purpose? "dkim"|"mail_from"|"spf"|"dmarc"
---@field status? string what SES says of it
---@field missing? string why the value is not known

---DNS records as text.
---@class ses.dns
local dns = {}

---@param text string
---@return string quoted the strings of a TXT record
function dns.txt(text) end

---@param records ses.dns.Record[]
---@return string lines of a zone file
function dns.zone(records) end

return dns
