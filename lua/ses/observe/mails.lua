--- What a call that SES has answered sent: mails, recipients, renderings of a template.
-- @module ses.observe.mails
local address = require "ses.mail.address"

local mails = {}

local function count_of(list) return type(list) == "table" and #list or 0 end

local function add_destination(counted, destination)
  if type(destination) ~= "table" then return 0 end
  local to, cc, bcc = count_of(destination.ToAddresses), count_of(destination.CcAddresses),
    count_of(destination.BccAddresses)
  counted.to, counted.cc, counted.bcc = counted.to + to, counted.cc + cc, counted.bcc + bcc
  return to + cc + bcc
end

-- The fields of a MIME message's header, unfolded: function(name, value).
local function each_field(data, visit)
  local head = data:match "^(.-)\r?\n\r?\n" or data
  head = head:gsub("\r?\n([ \t])", "%1")
  for line in head:gmatch "[^\r\n]+" do
    local name, value = line:match "^([^:%s]+)[ \t]*:[ \t]*(.*)$"
    if name then visit(name:lower(), value) end
  end
end

local FIELDS = { to = true, cc = true, bcc = true }

-- A raw mail without a destination goes to whom its header names.
local function add_header(counted, data)
  each_field(data, function(name, value)
    if not FIELDS[name] then return end
    local list = address.parse_list(value, { smtputf8 = true })
    counted[name] = counted[name] + (list and #list or 0)
  end)
end

-- The name at the end of arn:aws:ses:region:account:template/name.
local function template_of(template)
  if type(template) ~= "table" then return nil end
  local arn = template.TemplateArn
  return template.TemplateName or type(arn) == "string" and arn:match "template/(.*)$" or nil
end

--- The template that a request names.
-- @tparam table params in AWS's names
-- @treturn ?string
function mails.template_name(params)
  local content = params.Content or params.DefaultContent
  return params.TemplateName or template_of(type(content) == "table" and content.Template)
end

local function new_count(metric) return { metric = metric, sent = 0, to = 0, cc = 0, bcc = 0, renders = 0 } end

--- By operation: function(params, result) → { metric =, sent =, to =, cc =, bcc =, template =, renders = }.
-- A mail from a template that is given in its request has no name to count under.
mails.COUNT = {}

function mails.COUNT.SendEmail(params)
  local counted, content = new_count "ses_emails_sent_total", params.Content
  counted.sent, counted.template, counted.renders = 1, template_of(content.Template), 1
  local given = add_destination(counted, params.Destination)
  local raw = given == 0 and content.Raw
  if raw and type(raw.Data) == "string" then add_header(counted, raw.Data) end
  return counted
end

function mails.COUNT.SendBulkEmail(params, result)
  local counted = new_count "ses_bulk_emails_sent_total"
  for i, said in ipairs(result.BulkEmailEntryResults) do
    local entry = params.BulkEmailEntries[i]
    if entry and type(said) == "table" and said.Status == "SUCCESS" then
      counted.sent = counted.sent + 1
      add_destination(counted, entry.Destination)
    end
  end
  counted.template, counted.renders = template_of(params.DefaultContent.Template), counted.sent
  return counted
end

function mails.COUNT.SendCustomVerificationEmail(params)
  local counted = new_count "ses_emails_sent_total"
  counted.sent, counted.to, counted.template, counted.renders = 1, 1, params.TemplateName, 1
  return counted
end

function mails.COUNT.TestRenderEmailTemplate(params)
  local counted = new_count()
  counted.template, counted.renders = params.TemplateName, 1
  return counted
end

return mails
