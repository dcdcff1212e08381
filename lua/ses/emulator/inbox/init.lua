--- The inbox: pages for the browser at `/` and `/messages/ID`.
--
-- The pages are whole without a script; the script keeps the list up to date and searches while one types.
-- @module ses.emulator.inbox
local control = require "ses.emulator.control"
local list = require "ses.emulator.inbox.list"
local message = require "ses.emulator.inbox.message"
local html = require "ses.html"
local messages = require "ses.emulator.messages"
local page = require "ses.emulator.inbox.page"
local response = require "ses.emulator.response"
local script = require "ses.emulator.inbox.script"
local style = require "ses.emulator.inbox.style"

local inbox = {}

local PAGE_SIZE = 50

local function send(status, content_type, body, policy)
  ngx.header["Content-Security-Policy"] = policy
  ngx.header["X-Content-Type-Options"] = "nosniff"
  ngx.header["Referrer-Policy"] = "no-referrer"
  ngx.header["Cache-Control"] = "no-store"
  return response.send(status, content_type, body)
end

local function send_page(status, body)
  return send(status, "text/html; charset=utf-8", body, page.POLICY)
end

local function show_list(request)
  local filter = control.filter(request.arguments, PAGE_SIZE)
  filter.limit = PAGE_SIZE
  if request.arguments.fragment then return send_page(200, html.text(list.fragment(request, filter))) end
  return send_page(200, list.render(request, filter))
end

local function not_found(request)
  local body = html.raw '<div class="empty"><h1>No such message</h1><p><a href="/">Show the inbox</a></p></div>'
  return send_page(404, page.render(request, "Not found", body))
end

local function show_message(request, mail)
  return send_page(200, message.render(request, mail, request.arguments.tab))
end

local function show_frame(_, mail)
  return send(200, "text/html; charset=utf-8", message.frame(mail), message.POLICY)
end

-- Never as HTML, whatever it says that it is.
local function download(name, body)
  ngx.header["Content-Disposition"] = "attachment; filename*=UTF-8''" .. html.query(name)
  return send(200, "application/octet-stream", body, message.POLICY)
end

local function show_source(_, mail) return download(mail.id .. ".eml", mail.source) end

local function show_attachment(request, mail, number)
  local attachment = message.attachment(mail, tonumber(number))
  if not attachment then return not_found(request) end
  return download(attachment.filename or "attachment", attachment.data)
end

local function asset(content_type, body)
  return function() return send(200, content_type .. "; charset=utf-8", body, page.POLICY) end
end

local PAGES = {
  { "^/$", show_list }, { "^/assets/inbox%.css$", asset("text/css", style) },
  { "^/assets/inbox%.js$", asset("text/javascript", script) },
}

local MESSAGE_PAGES = {
  { "^$", show_message }, { "^/html$", show_frame }, { "^/source$", show_source },
  { "^/attachments/(%d+)$", show_attachment },
}

local function handle_message(request, id, rest)
  for _, entry in ipairs(MESSAGE_PAGES) do
    local part = rest:match(entry[1])
    if part then
      local mail = messages.get(id)
      if not mail then
        not_found(request)
      else
        entry[2](request, mail, part)
      end
      return true
    end
  end
  return false
end

--- Answers a request of a browser.
-- @tparam table request { method =, path =, arguments =, settings =, now = }
-- @treturn boolean false where nothing is there
function inbox.handle(request)
  if request.method ~= "GET" and request.method ~= "HEAD" then return false end
  for _, entry in ipairs(PAGES) do
    if request.path:find(entry[1]) then
      entry[2](request)
      return true
    end
  end
  local id, rest = request.path:match("^/messages/([%w-]+)(.*)$")
  return id ~= nil and handle_message(request, id, rest)
end

return inbox
