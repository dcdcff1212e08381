--- The message of a campaign: its template, what the template needs of each recipient, and the mail that
-- comes of it.
--
-- A template of SES is fetched once and rendered by SES. SES takes a send whose data lack a variable and
-- drops the mail later, without an answer; so the data are held against the template here, before the
-- first mail leaves.
-- @module ses.campaign.message
local errors = require "ses.errors"
local fingerprint = require "ses.campaign.fingerprint"
local header = require "ses.mail.header"
local json = require "ses.model.json"
local template = require "ses.template"

local message = {}

-- So many patterns of empty fields are remembered.
local MAX_SHAPES = 4096

local Message = { __name = "ses.campaign.Message" }
Message.__index = Message

local function fault(campaign, field, text)
  return errors.new {
    kind = "validation", code = "InvalidCampaign", file = campaign.file, field = field,
    message = ("%s: %s %s"):format(campaign.file, field, text),
  }
end

local function fetch(campaign, client)
  local name = campaign.message.template
  local found, err = client.templates:get { template_name = name }
  if found then
    local content = found.template_content or {}
    return { subject = content.subject or "", text = content.text, html = content.html }
  end
  if err.code == "NotFoundException" then
    return nil, fault(campaign, "message.template", ("'%s' is no template of this account in %s"):format(name,
      tostring(client.settings.region)))
  end
  return nil, err
end

-- The first part of each dotted path, as a set.
local function top_level(paths)
  local names = {}
  for _, path in ipairs(paths) do names[path:match("^[^.%[]+") or path] = true end
  return names
end

local function compile(campaign, parts)
  local field = campaign.message.template and "message.template" or "message"
  local compiled, err = template.compile_message(parts)
  if not compiled then return nil, fault(campaign, field, "does not compile: " .. err.message) end
  local subject
  subject, err = template.compile(parts.subject)
  if not subject then return nil, fault(campaign, field, "does not compile: " .. err.message) end
  return compiled, top_level(subject:variables())
end

--- Prepares the message of a campaign.
-- @tparam table campaign of ses.campaign.file
-- @tparam ?ses.Client client needed for a template that is stored at SES
-- @treturn table|nil
-- @treturn ?ses.Error
function message.new(campaign, client)
  local spec = campaign.message
  local parts, err = { subject = spec.subject, text = spec.text, html = spec.html }, nil
  if spec.template then parts, err = fetch(campaign, client) end
  if not parts then return nil, err end
  local compiled, in_header = compile(campaign, parts)
  if not compiled then return nil, in_header end
  return setmetatable({
    spec = spec, campaign = campaign.name, parts = parts, compiled = compiled, in_header = in_header,
    shapes = {},
  }, Message)
end

--- A fingerprint of what is sent, whoever it goes to: another one means another message.
-- @treturn string
function Message:fingerprint()
  local spec, parts = self.spec, self.parts
  local from = type(spec.from) == "table" and (spec.from.name or "") .. "<" .. spec.from.email .. ">" or spec.from
  return fingerprint.of(parts.subject, "\0" .. (parts.text or ""), "\0" .. (parts.html or ""),
    "\0" .. from, "\0" .. (spec.template or ""), "\0" .. (spec.config_set or ""))
end

-- Whether a value of the subject, or anything in it, could begin a header of its own.
local function check_header_value(value)
  if type(value) == "string" then return header.check_value(value) end
  if type(value) ~= "table" then return true end
  for _, inner in pairs(value) do
    local fine, reason = check_header_value(inner)
    if not fine then return nil, reason end
  end
  return true
end

--- Holds the data of one recipient against the message.
-- @tparam table data
-- @tparam ?string shape where the data are strings alone: which of them are empty. Whether a message can
--   be rendered depends on nothing else then, so each shape is rendered once.
-- @treturn boolean|nil true where the message can be rendered with them
-- @treturn ?string the variable at fault, where there is one
-- @treturn ?string what is wrong with it
function Message:check(data, shape)
  for name in pairs(self.in_header) do
    local fine, reason = check_header_value(data[name])
    if not fine then return nil, name, reason .. ", as it goes into the subject" end
  end
  if shape and self.shapes[shape] then return true end
  local rendered, err = self.compiled:render(data)
  if not rendered then return nil, err.attribute or err.part, err.message end
  if shape and self.shape_count ~= MAX_SHAPES then
    self.shapes[shape] = true
    self.shape_count = (self.shape_count or 0) + 1
  end
  return true
end

local function unfit(reason)
  return errors.new {
    kind = "validation", code = "InvalidRenderingParameter",
    message = type(reason) == "table" and reason.message or tostring(reason),
  }
end

--- The mail to one recipient, as `client.emails:send` takes it.
-- @tparam table recipient { id =, email =, name =, data = (JSON text or nil) }
-- @treturn table|nil
-- @treturn ?ses.Error
function Message:mail(recipient)
  local spec = self.spec
  local mail = {
    from = spec.from, reply_to = spec.reply_to, headers = spec.headers, config_set = spec.config_set,
    to = { name = recipient.name, email = recipient.email },
    tags = { ses_campaign = self.campaign, ses_recipient = tostring(recipient.id) },
  }
  for name, value in pairs(spec.tags or {}) do mail.tags[name] = value end
  if spec.template then
    mail.template, mail.data = spec.template, recipient.data or "{}"
    return mail
  end
  local data, err = json.decode(recipient.data or "{}")
  if not data then return nil, unfit(err) end
  local rendered
  rendered, err = self.compiled:render(data)
  if not rendered then return nil, unfit(err) end
  mail.subject, mail.text, mail.html = rendered.subject, rendered.text, rendered.html
  return mail
end

return message
