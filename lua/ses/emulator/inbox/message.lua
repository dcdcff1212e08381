--- The page of one message, and the frame that shows its HTML.
-- @module ses.emulator.inbox.message
local core = require "ses.core"
local header = require "ses.mail.header"
local html = require "ses.html"
local keys = require "ses.keys"
local mime = require "ses.mail.mime"
local page = require "ses.emulator.inbox.page"

local message = {}

--- The policy of a mail's own HTML: it may show the pictures that it carries, and do nothing else.
message.POLICY = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; "
  .. "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"

-- Longer ones are shown in part; the whole is behind the download.
local MAX_SHOWN = 512 * 1024

local PAGE = [[
<nav class="crumbs" aria-label="Messages"><a id="back" href="/">← Inbox</a>
<span class="steps">{newer}{older}</span></nav>
<article class="card">
<header class="head">
<div class="title"><h1 dir="auto">{subject}</h1>{chip}</div>
{notice}
<dl>{facts}</dl>
</header>
{tabs}
<section class="body" aria-label="{name}">
{body}
</section>
{attachments}
</article>
]]

local TAB_BAR = [[
<nav class="tabs" aria-label="Parts of the message">{links}
<a class="download" href="/messages/{id}/source" download="{id}.eml">Download</a></nav>
]]

local ATTACHMENT = [[
<li><a href="/messages/{id}/attachments/{n}" download>{name}</a> <span>{type}, {size}</span></li>
]]

local UNRENDERED = [[
<div class="empty"><h2>Nothing was delivered</h2>
<p>SES accepted the request, but the template could not be rendered with its data.</p></div>
]]

local TABS = { "html", "text", "headers", "source" }
local NAMES = { html = "HTML", text = "Text", headers = "Headers", source = "Source" }

local function fact(name, value)
  if value == nil or value == "" then return nil end
  return html.render("<div><dt>{name}</dt><dd>{value}</dd></div>", { name = name, value = value })
end

-- An address as a reader knows it: its name decoded, before the address whatever the direction of its script.
local function mailbox(text)
  return text and html.render('<bdi dir="ltr">{text}</bdi>', { text = header.decode(text) })
end

local function recipients_of(mail, kind)
  local items = {}
  for _, recipient in ipairs(mail.recipients) do
    if recipient.kind == kind then
      local chip = recipient.status ~= mail.status and page.chip(recipient.status) or nil
      items[#items + 1] = html.render('<span class="person">{address} {chip}</span>', {
        address = mailbox(recipient.address), chip = chip,
      })
    end
  end
  return #items > 0 and html.join(items) or nil
end

local function header_of(parsed, wanted)
  for _, field in ipairs(parsed.headers) do
    if field[1]:lower() == wanted then return field[2] end
  end
end

local function tags_of(mail)
  local chips = {}
  for i, name in ipairs(keys.sorted(mail.tags)) do
    chips[i] = html.render('<span class="tag">{name}={value}</span> ', { name = name, value = mail.tags[name] })
  end
  return #chips > 0 and html.join(chips) or nil
end

local function facts(mail, parsed)
  local rows = {}
  local function add(...) rows[#rows + 1] = fact(...) end
  add("From", mailbox(mail.from))
  add("To", recipients_of(mail, "to"))
  add("Cc", recipients_of(mail, "cc"))
  add("Bcc", recipients_of(mail, "bcc"))
  add("Reply-To", mailbox(header_of(parsed, "reply-to")))
  add("Sent", html.time(mail.time, true))
  add("Message id", html.render('<code class="id">{id}</code>', { id = mail.id }))
  add("Sent by", mail.operation .. (mail.template and " · template " .. mail.template or ""))
  add("Configuration set", mail.configuration_set)
  add("Tags", tags_of(mail))
  return html.join(rows)
end

local function tab_bar(mail, parsed, current)
  local links = {}
  for _, tab in ipairs(TABS) do
    local has = tab == "headers" or tab == "source" or parsed[tab] ~= nil
    if has then
      links[#links + 1] = html.render('<a class="tab" href="/messages/{id}?tab={tab}"{current}>{name}</a>', {
        id = mail.id, tab = tab, name = NAMES[tab],
        current = tab == current and html.raw ' aria-current="page"' or nil,
      })
    end
  end
  return html.render(TAB_BAR, { links = html.join(links), id = mail.id })
end

local function clipped(text)
  if #text <= MAX_SHOWN then return text end
  return text:sub(1, MAX_SHOWN) .. "\n…"
end

local bodies = {}

function bodies.html(mail)
  return html.render([[<iframe class="mail" sandbox="" src="/messages/{id}/html" title="The message as HTML"></iframe>
<p class="hint">Scripts, forms and remote images are blocked.</p>]], { id = mail.id })
end

function bodies.text(_, parsed)
  return html.render('<pre class="plain" dir="auto">{text}</pre>', { text = clipped(parsed.text or "") })
end

function bodies.headers(_, parsed)
  local rows = {}
  for i, field in ipairs(parsed.headers) do
    rows[i] = html.render("<tr><th scope=\"row\">{name}</th><td>{value}</td></tr>", {
      name = field[1], value = field[2],
    })
  end
  return html.render('<table class="headers"><tbody>{rows}</tbody></table>', { rows = html.join(rows) })
end

function bodies.source(mail)
  return html.render('<pre class="source">{source}</pre>', { source = clipped(mail.source) })
end

local function attachments_of(mail, parsed)
  local items = {}
  for i, attachment in ipairs(parsed.attachments) do
    items[i] = html.render(ATTACHMENT, {
      id = mail.id, n = i, name = attachment.filename or "attachment " .. i, type = attachment.content_type,
      size = html.size(attachment.size),
    })
  end
  if #items == 0 then return nil end
  return html.render('<footer class="attachments"><h2>Attachments</h2><ul>{items}</ul></footer>', {
    items = html.join(items),
  })
end

local function notice_of(mail)
  if not mail.reason then return nil end
  return html.render('<p class="notice notice-{status}">{reason}</p>', { status = mail.status, reason = mail.reason })
end

local function step(name, id)
  if not id then return page.no_turn(name) end
  return html.render('<a class="turn" href="/messages/{id}">{name}</a>', { name = name, id = id })
end

local function default_tab(parsed)
  return parsed.html and "html" or parsed.text and "text" or "source"
end

local function body_of(mail, parsed, tab)
  if mail.source == "" then
    return html.raw(UNRENDERED)
  end
  return bodies[tab](mail, parsed)
end

--- The page.
-- @tparam table request
-- @tparam table mail from `messages.get`
-- @tparam ?string tab "html", "text", "headers" or "source"
-- @treturn string
function message.render(request, mail, tab)
  local parsed = mime.parse(mail.source)
  if not NAMES[tab] or (parsed[tab] == nil and tab ~= "headers" and tab ~= "source") then tab = default_tab(parsed) end
  local subject = mail.subject ~= "" and mail.subject or "(no subject)"
  local body = html.render(PAGE, {
    id = mail.id, subject = subject, chip = page.chip(mail.status), notice = notice_of(mail),
    facts = facts(mail, parsed), tabs = mail.source ~= "" and tab_bar(mail, parsed, tab) or nil,
    name = NAMES[tab], body = body_of(mail, parsed, tab), attachments = attachments_of(mail, parsed),
    newer = step("Newer", mail.newer), older = step("Older", mail.older),
  })
  return page.render(request, subject, body)
end

-- Pictures that the mail carries are named by cid: in its HTML; the frame shows them from data: URLs.
local function with_own_images(text, attachments)
  local by_id = {}
  for _, attachment in ipairs(attachments) do
    if attachment.content_id and attachment.content_type:find("^image/") then
      by_id[attachment.content_id:gsub("[<>]", "")] = attachment
    end
  end
  return (text:gsub("[cC][iI][dD]:([^\"'%s>)]+)", function(id)
    local attachment = by_id[id]
    if not attachment then return nil end
    return ("data:%s;base64,%s"):format(attachment.content_type, core.base64.encode(attachment.data))
  end))
end

--- The mail's own HTML, to be served with `message.POLICY`.
-- @tparam table mail
-- @treturn string
function message.frame(mail)
  local parsed = mime.parse(mail.source)
  local text = parsed.html or ""
  if text:lower():find("cid:", 1, true) then text = with_own_images(text, parsed.attachments) end
  return text
end

--- One attachment.
-- @tparam table mail
-- @tparam integer number from 1
-- @treturn ?table { filename =, data = }
function message.attachment(mail, number)
  return mime.parse(mail.source).attachments[number]
end

return message
