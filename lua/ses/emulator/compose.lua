--- The bytes of a mail, from the three kinds of content that SES takes.
-- @module ses.emulator.compose
local errors = require "ses.emulator.errors"
local mime = require "ses.mail.mime"
local subscriptions = require "ses.emulator.subscriptions"

local compose = {}

local function attachments_of(content)
  local list = {}
  for i, attachment in ipairs(content.Attachments or {}) do
    list[i] = {
      filename = attachment.FileName, data = attachment.RawContent, content_type = attachment.ContentType,
      content_id = attachment.ContentId, inline = attachment.ContentDisposition == "INLINE",
    }
  end
  return #list > 0 and list or nil
end

local function headers_of(content, replaced)
  local list, place = {}, {}
  for _, headers in ipairs { content.Headers or {}, replaced or {} } do
    for _, header in ipairs(headers) do
      local key = header.Name:lower()
      place[key] = place[key] or #list + 1
      list[place[key]] = { header.Name, header.Value }
    end
  end
  return #list > 0 and list or nil
end

local function domain_of(region)
  return region == "us-east-1" and "email.amazonses.com" or region .. ".amazonses.com"
end

local function optional(list)
  return list and #list > 0 and list or nil
end

local function build(envelope, parts)
  local destination = envelope.destination or {}
  return mime.build {
    from = envelope.from, to = optional(destination.ToAddresses), cc = optional(destination.CcAddresses),
    reply_to = optional(envelope.reply_to), subject = parts.subject, text = parts.text, html = parts.html,
    headers = parts.headers, attachments = parts.attachments, date = envelope.now,
    message_id = ("<%s@%s>"):format(envelope.message_id, domain_of(envelope.region)),
  }
end

local function finish(envelope, parts)
  local link = envelope.unsubscribe_link
  if link then
    parts.headers = subscriptions.headers(parts.headers, link)
    parts.text, parts.html = subscriptions.fill(parts.text, link), subscriptions.fill(parts.html, link)
  end
  local source, err = build(envelope, parts)
  if source then return { source = source, subject = parts.subject or "" } end
  return errors.fail("BadRequestException", "%s", err.message)
end

--- A mail from Content.Simple.
-- @tparam table envelope { message_id =, from =, destination =, reply_to =, region =, now =,
--   unsubscribe_link = (of ses.emulator.subscriptions) }
-- @tparam table content
-- @treturn ?table { source =, subject = }
-- @treturn ?table the error that SES answers
function compose.simple(envelope, content)
  local body = content.Body
  if not body.Text and not body.Html then
    return errors.fail("BadRequestException", "Body must have Text or Html.")
  end
  return finish(envelope, {
    subject = content.Subject.Data, text = body.Text and body.Text.Data, html = body.Html and body.Html.Data,
    headers = headers_of(content), attachments = attachments_of(content),
  })
end

--- A mail from a rendered template.
-- @tparam table envelope as for `compose.simple`
-- @tparam table content Content.Template, or DefaultContent.Template
-- @tparam table rendered { subject =, html =, text = }
-- @tparam ?table replaced headers of one entry of a bulk send
-- @treturn ?table { source =, subject = }
-- @treturn ?table the error that SES answers
function compose.rendered(envelope, content, rendered, replaced)
  return finish(envelope, {
    subject = rendered.subject, text = rendered.text, html = rendered.html,
    headers = headers_of(content, replaced), attachments = attachments_of(content),
  })
end

--- A rendered template as TestRenderEmailTemplate shows it: a message without sender and recipients.
-- @tparam table rendered { subject =, html =, text = }
-- @tparam number now
-- @treturn ?string
-- @treturn ?table the error that SES answers
function compose.preview(rendered, now)
  local source, err = mime.build {
    from = "preview@example.com", subject = rendered.subject, html = rendered.html, text = rendered.text,
    date = now,
  }
  if not source then return errors.fail("BadRequestException", "%s", err.message) end
  return (source:gsub("^From: [^\r\n]*\r\n", ""))
end

--- A mail from Content.Raw.
-- @tparam string data
-- @treturn ?table { source =, subject =, from =, destination = } with what its headers say
-- @treturn ?table the error that SES answers
function compose.raw(data)
  -- Attachments need not be decoded for what is wanted here.
  local head = data:match("^(.-\r?\n)\r?\n") or data
  local parsed = mime.parse(head .. "\r\n")
  if #parsed.headers == 0 then
    return errors.fail("BadRequestException", "Raw message has no header.")
  end
  local destination = { ToAddresses = {}, CcAddresses = {}, BccAddresses = {} }
  local lists = { to = "ToAddresses", cc = "CcAddresses", bcc = "BccAddresses" }
  local from
  for _, header in ipairs(parsed.headers) do
    local name = header[1]:lower()
    if lists[name] then
      table.insert(destination[lists[name]], header[2])
    elseif name == "from" then
      from = header[2]
    end
  end
  return { source = data, subject = parsed.subject or "", from = from, lists = destination }
end

return compose
