--- The mails of a message: one for SendEmail, or an entry among others for SendBulkEmail, to the same effect.
-- @module ses.campaign.message.compose
local data_of = require "ses.campaign.message.data"
local errors = require "ses.errors"
local json = require "ses.model.json"
local unsubscribe = require "ses.campaign.message.unsubscribe"

local compose = {}

local function unfit(reason)
  return errors.new {
    kind = "validation", code = "InvalidRenderingParameter",
    message = type(reason) == "table" and reason.message or tostring(reason),
  }
end

-- What a mail to a row is made of: { version =, links = (nil where there are none), data = (where they are needed) }.
local function parts_of(message, row)
  local version, err = message:version_for(row)
  if not version then return nil, err end
  local parts, links_of = { version = version }, message.unsubscribe
  if not version.template or (links_of and links_of:wants_data()) then
    parts.data, err = json.decode(row.data or "{}")
    if not parts.data then return nil, unfit(err) end
  end
  if links_of then
    parts.links, err = links_of:links(row.email, parts.data)
    if not parts.links then return nil, err end
  end
  return parts
end

-- The data that SES renders a template with.
local function template_data(parts, row)
  local text = row.data or "{}"
  if not (parts.links and parts.version.has_link) then return text end
  return data_of.with_json(text, unsubscribe.VARIABLE, parts.links.link)
end

local function render(message, parts)
  local more = message:own_variables(parts.version, parts.links)
  local rendered, err = parts.version.compiled:render(data_of.with(parts.data, more))
  if not rendered then return nil, unfit(err) end
  return rendered
end

local function with(tags, name, value)
  local made = { [name] = value }
  for key, text in pairs(tags) do made[key] = text end
  return made
end

-- The headers of the campaign file, and then those of one mail, as a list.
local function headers_of(message, links)
  if not links then return message.spec.headers end
  local list = {}
  for i, header in ipairs(message.headers) do list[i] = header end
  for _, header in ipairs(links.headers) do list[#list + 1] = header end
  return list
end

--- The mail to one recipient, as `client.emails:send` takes it.
-- @tparam ses.campaign.Message message
-- @tparam table row
-- @treturn table|nil
-- @treturn ?ses.Error
function compose.mail(message, row)
  local spec = message.spec
  local parts, err = parts_of(message, row)
  if not parts then return nil, err end
  local version = parts.version
  local mail = {
    from = message.from, reply_to = spec.reply_to, config_set = spec.config_set,
    headers = headers_of(message, parts.links), list_management_options = message.list_management,
    to = { name = row.name, email = row.email }, tags = with(version.tags, "ses_recipient", tostring(row.id)),
  }
  if version.template then
    mail.template, mail.data = version.template, template_data(parts, row)
    return mail
  end
  local rendered
  rendered, err = render(message, parts)
  if not rendered then return nil, err end
  mail.subject, mail.text, mail.html = rendered.subject, rendered.text, rendered.html
  return mail
end

local function entry(parts, row)
  return {
    to = { name = row.name, email = row.email }, data = template_data(parts, row),
    headers = parts.links and parts.links.headers, tags = { ses_recipient = tostring(row.id) },
  }
end

--- The mails to several recipients in one request; see `Message:bulk`.
-- @tparam ses.campaign.Message message
-- @tparam table rows
-- @treturn table|nil
-- @treturn table
-- @treturn table
function compose.bulk(message, rows)
  local spec, sent, refused, entries, version = message.spec, {}, {}, {}, nil
  for _, row in ipairs(rows) do
    local parts, err = parts_of(message, row)
    if parts then
      version = version or parts.version
      if version ~= parts.version then error("rows of several groups cannot share a call", 3) end
      sent[#sent + 1] = row
      entries[#sent] = entry(parts, row)
    else
      refused[#refused + 1] = { row = row, err = err }
    end
  end
  return version and {
    from = message.from, reply_to = spec.reply_to, headers = spec.headers, config_set = spec.config_set,
    template = version.template, tags = version.tags, entries = entries,
  }, sent, refused
end

return compose
