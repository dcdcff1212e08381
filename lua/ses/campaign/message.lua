--- The message of a campaign: its template, what the template needs of each recipient, and the mail that
-- comes of it.
--
-- A template of SES is fetched once and rendered by SES. SES takes a send whose data lack a variable and
-- drops the mail later, without an answer; so the data are held against the template here, before the
-- first mail leaves.
-- @module ses.campaign.message
local call = require "ses.campaign.message.call"
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

local function copy(map)
  local made = {}
  for key, value in pairs(map or {}) do made[key] = value end
  return made
end

-- The tags of every mail of the campaign; those of the file come with them.
function Message:_tags()
  local tags = copy(self.spec.tags)
  tags.ses_campaign = self.campaign
  return tags
end

--- The mail to one recipient, as `client.emails:send` takes it.
-- @tparam table row of the journal: { id =, email =, name =, data = (JSON text or nil), language =, variant = }
-- @treturn table|nil
-- @treturn ?ses.Error
function Message:mail(row)
  local spec = self.spec
  local mail = {
    from = spec.from, reply_to = spec.reply_to, headers = spec.headers, config_set = spec.config_set,
    to = { name = row.name, email = row.email }, tags = self:_tags(),
  }
  mail.tags.ses_recipient = tostring(row.id)
  if spec.template then
    mail.template, mail.data = spec.template, row.data or "{}"
    return mail
  end
  local data, err = json.decode(row.data or "{}")
  if not data then return nil, unfit(err) end
  local rendered
  rendered, err = self.compiled:render(data)
  if not rendered then return nil, unfit(err) end
  mail.subject, mail.text, mail.html = rendered.subject, rendered.text, rendered.html
  return mail
end

--- What a row shares a call of SendBulkEmail by: rows of one group may go into one.
-- @tparam table row
-- @treturn string
function Message:group()
  return ""
end

--- One call of SendBulkEmail for rows of one group: for each row the same mail as `mail` would make.
-- @tparam table rows of the journal, all of one group, 50 at most
-- @treturn table|nil as ses.services.bulk_message takes it: { from =, reply_to =, template =, headers =, tags =,
--   config_set =, entries = { { to =, data =, tags = }, … } }; nil where no row is fit to be sent
-- @treturn table the rows that the entries belong to: `rows` without those refused, entries[i] for the i-th
-- @treturn table those refused, each { row =, err = }
function Message:bulk(rows)
  local spec, sent, refused = self.spec, {}, {}
  local request = {
    from = spec.from, reply_to = spec.reply_to, headers = spec.headers, config_set = spec.config_set,
    template = spec.template, tags = self:_tags(), entries = {},
  }
  for _, row in ipairs(rows) do
    sent[#sent + 1] = row
    request.entries[#sent] = {
      to = { name = row.name, email = row.email }, data = row.data or "{}",
      tags = { ses_recipient = tostring(row.id) },
    }
  end
  return sent[1] and request or nil, sent, refused
end

--- Which call carries the campaign's mails, and why.
-- @tparam number rate recipients a second
-- @treturn string "SendEmail" or "SendBulkEmail"
-- @treturn string the reason, a part of a sentence
-- @treturn integer recipients of one call at most: 1 for SendEmail, up to 50 for SendBulkEmail
function Message:call(rate)
  return call.choose(self.spec, rate)
end

--- The variant that an address gets: always the same for one campaign and one address.
-- @tparam string address normalised
-- @treturn string|nil its name; nil where the message has no variants
function Message:variant_of()
  return nil
end

--- The language of the message that suits a recipient's.
-- @tparam ?string text as the audience has it, "de-AT"
-- @treturn string|nil a key of message.languages; nil for the message itself
function Message:language_of()
  return nil
end

return message
