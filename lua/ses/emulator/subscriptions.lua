--- What SES puts into a mail that is sent with ListManagementOptions, and the page that its link leads to.
--
-- A mail to one recipient gets the headers List-Unsubscribe and List-Unsubscribe-Post, in the place of those that it
-- has, and a link for the first two `{{amazonSESUnsubscribeUrl}}` of its text and of its html. A GET of the link
-- shows a button, a POST, by the button or by a mail client's one click (RFC 8058), unsubscribes.
-- Source: "Using subscription management", Amazon SES Developer Guide.
-- @module ses.emulator.subscriptions
local contacts = require "ses.emulator.contacts"
local html = require "ses.html"
local response = require "ses.emulator.response"

local subscriptions = {}

--- The placeholder's name.
subscriptions.PLACEHOLDER = "amazonSESUnsubscribeUrl"

local MAX_PLACEHOLDERS = 2
local PATH = "/_emulator/unsubscribe"
local OWN = { ["list-unsubscribe"] = true, ["list-unsubscribe-post"] = true }

--- The link of a mail.
-- @tparam ?table options ListManagementOptions
-- @tparam table recipients from `recipients.of`
-- @tparam table settings of the emulator
-- @treturn ?string nil where SES adds none
function subscriptions.link(options, recipients, settings)
  if not options or #recipients ~= 1 then return nil end
  local topic = options.TopicName and "&topic=" .. html.query(options.TopicName) or ""
  return ("%s%s?list=%s%s&address=%s"):format(settings.url, PATH, html.query(options.ContactListName), topic,
    html.query(recipients[1].email))
end

--- Headers with those of the link.
-- @tparam ?table list of { name, value }
-- @tparam string link
-- @treturn table
function subscriptions.headers(list, link)
  local made = {}
  for _, header in ipairs(list or {}) do
    if not OWN[header[1]:lower()] then made[#made + 1] = header end
  end
  made[#made + 1] = { "List-Unsubscribe", "<" .. link .. ">" }
  made[#made + 1] = { "List-Unsubscribe-Post", "List-Unsubscribe=One-Click" }
  return made
end

--- A text with the link in it.
-- @tparam ?string text
-- @tparam string link
-- @treturn ?string
function subscriptions.fill(text, link)
  return text and (text:gsub("{{" .. subscriptions.PLACEHOLDER .. "}}", (link:gsub("%%", "%%%%")), MAX_PLACEHOLDERS))
end

--- A raw message with the headers of the link, and the link where its bytes have the placeholder.
-- @tparam string source
-- @tparam string link
-- @treturn string
function subscriptions.fill_raw(source, link)
  local head, rest = source:match("^(.-\r?\n)(\r?\n.*)$")
  if not head then head, rest = source, "" end
  local lines, keep = {}, true
  for line in head:gmatch("[^\n]*\n?") do
    local name = line:match("^([^%s:]+)%s*:")
    if name then keep = not OWN[name:lower()] end
    if keep then lines[#lines + 1] = line end
  end
  for _, header in ipairs(subscriptions.headers(nil, link)) do
    lines[#lines + 1] = ("%s: %s\r\n"):format(header[1], header[2])
  end
  return table.concat(lines) .. subscriptions.fill(rest, link)
end

local PAGE = [[
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title></head>
<body><main><h1>{title}</h1><p>{text}</p>{form}</main></body>
</html>
]]

local FORM = [[<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">
<button>Unsubscribe</button></form>]]

local function send(status, title, text, form)
  ngx.header["Cache-Control"] = "no-store"
  return response.send(status, "text/html; charset=utf-8",
    html.text(html.render(PAGE, { title = title, text = text, form = form })))
end

local function text_of(value)
  return type(value) == "string" and value ~= "" and value or nil
end

local function is_complete(arguments)
  return text_of(arguments.list) and text_of(arguments.address)
end

local function what(arguments)
  local topic = text_of(arguments.topic)
  return ("%s: %s"):format(arguments.list, topic and "topic " .. topic or "all topics")
end

--- The link, followed.
-- @tparam table request { arguments = }
function subscriptions.show(request)
  local arguments = request.arguments
  if not is_complete(arguments) then return send(400, "This link is not complete", "") end
  return send(200, "Unsubscribe?", arguments.address .. ", " .. what(arguments), html.raw(FORM))
end

--- The button, or one click in the mail client.
-- @tparam table request { arguments =, now = }
function subscriptions.unsubscribe(request)
  local arguments = request.arguments
  if not is_complete(arguments) then return send(400, "This link is not complete", "") end
  local done, err = contacts.opt_out({
    ContactListName = arguments.list, EmailAddress = arguments.address, TopicName = text_of(arguments.topic),
  }, { now = request.now })
  if not done then return send(err.status, "That did not work", err.message) end
  return send(200, "Unsubscribed", what(arguments))
end

return subscriptions
