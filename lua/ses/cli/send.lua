--- `ses send`: one message from the command line.
-- @module ses.cli.send
local args = require "ses.cli.args"
local input = require "ses.cli.input"
local output = require "ses.cli.output"

local CONTENT_TYPES = {
  csv = "text/csv", gif = "image/gif", html = "text/html", ics = "text/calendar", jpeg = "image/jpeg",
  jpg = "image/jpeg", json = "application/json", pdf = "application/pdf", png = "image/png",
  svg = "image/svg+xml", txt = "text/plain", webp = "image/webp", xml = "application/xml",
  zip = "application/zip",
  docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

local function attachments(paths)
  local list = {}
  for i, path in ipairs(paths or {}) do
    local data, fault = input.read(path)
    if not data then return nil, fault end
    local suffix = path:match("%.(%w+)$")
    list[i] = {
      filename = path:match("[^/]+$"), data = data,
      content_type = suffix and CONTENT_TYPES[suffix:lower()] or "application/octet-stream",
    }
  end
  return list
end

-- "Name=Value" or "Name: Value" arguments as a table.
local function pairs_of(list, separator, label)
  local map = {}
  for _, text in ipairs(list or {}) do
    local name, value = text:match("^%s*([^" .. separator .. "]-)%s*" .. separator .. "%s*(.*)$")
    if not name or name == "" then
      return nil, args.fault(("%s must be NAME%sVALUE"):format(label, separator == ":" and ": " or separator))
    end
    map[name] = value
  end
  return map
end

-- The text of a part that is given as itself or as a file.
local function part(parsed, name)
  local text, path = parsed[name], parsed[name .. "_file"]
  if text and path then
    return nil, args.fault(("--%s and --%s-file exclude each other"):format(name, name))
  end
  if path then return input.read(path) end
  return text
end

local function content(parsed, message)
  local fault
  if parsed.template then
    for _, name in ipairs { "subject", "text", "text_file", "html", "html_file" } do
      if parsed[name] then
        return nil, args.fault(("--template brings its own --%s"):format((name:gsub("_", "-"))))
      end
    end
    message.template = parsed.template
    message.data, fault = input.json_object(parsed.data or "{}", "--data")
    if fault then return nil, fault end
    return message
  end
  if parsed.data then return nil, args.fault "--data needs --template" end
  if not parsed.subject then return nil, args.fault "--subject is missing" end
  message.subject = parsed.subject
  for _, name in ipairs { "text", "html" } do
    message[name], fault = part(parsed, name)
    if fault then return nil, fault end
  end
  if not message.text and not message.html then
    return nil, args.fault "say what to send: --text, --html, --text-file, --html-file or --template"
  end
  return message
end

local function message_of(parsed)
  local message, fault = content(parsed, {
    from = parsed.from, to = parsed.to, cc = parsed.cc, bcc = parsed.bcc, reply_to = parsed.reply_to,
    config_set = parsed.config_set,
  })
  if not message then return nil, fault end
  if parsed.attach then
    message.attachments, fault = attachments(parsed.attach)
    if fault then return nil, fault end
  end
  if parsed.tag then
    message.tags, fault = pairs_of(parsed.tag, "=", "--tag")
    if fault then return nil, fault end
  end
  if parsed.header then
    message.headers, fault = pairs_of(parsed.header, ":", "--header")
    if fault then return nil, fault end
  end
  return message
end

local function show(parsed, sent)
  if not parsed.json then return output.write(sent.message_id, "\n") end
  output.write(require("ses.cli.pretty").json {
    message_id = sent.message_id, attempts = sent.attempts, in_doubt_attempts = sent.in_doubt_attempts,
    warnings = sent.warnings,
  }, "\n")
end

local function run(parsed)
  local message, fault = message_of(parsed)
  if not message then return nil, fault end
  local client, err = require("ses").client(args.client_options(parsed))
  if not client then return nil, err end
  local result
  result, err = client.emails:send(message)
  client:close()
  if not result then return nil, err.in_doubt and tostring(err) .. "; the message may have been sent" or err end
  if result.in_doubt_attempts > 0 then
    io.stderr:write("ses send: an earlier try broke off; the message may arrive twice\n")
  end
  show(parsed, result)
  return 0
end

return {
  name = "send",
  summary = "send one message",
  usage = [[
Prints the message id. A text is taken as it stands; --text-file and the like read a file, or standard
input for "-". An address may carry a name: 'Ana Sá <ana@example.com>'.

  ses send --from news@example.com --to ana@example.com --subject Hello --text 'How are you?'
  ses send --from news@example.com --to ana@example.com --template welcome --data '{"name": "Ana"}']],
  interrupts = "raise",
  options = args.with_client {
    { name = "from", value = "ADDRESS", required = true, help = "the sender" },
    { name = "to", value = "ADDRESS", multiple = true, required = true,
      help = "a recipient; may be repeated" },
    { name = "cc", value = "ADDRESS", multiple = true, help = "the same, for a copy" },
    { name = "bcc", value = "ADDRESS", multiple = true, help = "the same, for a copy that nobody sees" },
    { name = "reply-to", value = "ADDRESS", multiple = true, help = "where answers go" },
    { name = "subject", value = "TEXT", help = "the subject" },
    { name = "text", value = "TEXT", help = "the plain text" },
    { name = "html", value = "HTML", help = "the HTML" },
    { name = "text-file", value = "FILE", help = "a file with the plain text" },
    { name = "html-file", value = "FILE", help = "a file with the HTML" },
    { name = "template", value = "NAME", help = "a template that is stored at SES" },
    { name = "data", value = "JSON", help = "its data: a JSON object, @FILE or -" },
    { name = "attach", value = "FILE", multiple = true, help = "a file to attach; may be repeated" },
    { name = "header", value = "NAME:VALUE", multiple = true,
      help = "a header of your own; may be repeated" },
    { name = "tag", value = "NAME=VALUE", multiple = true, help = "a tag for events; may be repeated" },
    { name = "config-set", value = "NAME", help = "the configuration set" },
    { name = "json", type = "flag", help = "print JSON" },
  },
  run = run,
}
