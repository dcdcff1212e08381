--- Looks over a message's template: whether it compiles and can be rendered with sample data, and what its author
-- should know of it though it can be sent.
--
--     local lint = require "ses.template.lint"
--     local found = assert(lint.check({ subject = "Hi {{name}}", html = "<p>Hi", text = "Hi" }, { name = "Ada" }))
--     for _, warning in ipairs(found.warnings) do print(warning.message) end
--
-- A warning is { code =, message = (with the place), part =, line =, column =, attribute = }, the place as far as
-- there is one. The codes:
--
-- * `GmailClips`: the HTML part is longer than 102 KB, which is where Gmail cuts a mail off
-- * `NoAlt`: an image has no `alt`
-- * `NoText`: there is an HTML part and no text part
-- * `InsecureLink`: a link or an image is not https, or is relative, as nothing in a mail can be
-- * `NotInSample`: the template asks for an attribute that the data do not have
-- * `NotInTemplate`: the data have an attribute that the template does not use
-- @module ses.template.lint
local errors = require "ses.errors"
local html_tags = require "ses.template.html_tags"
local place = require "ses.template.place"
local suggest = require "ses.suggest"
local template = require "ses.template"
local uses = require "ses.template.uses"

local lint = {}

--- Bytes of an HTML part from which on Gmail shows a mail cut off.
lint.GMAIL_BYTES = 102 * 1024

local PARTS = { "subject", "html", "text" }
local MAX_SHOWN = 80

local function add(list, warning)
  local where = warning.part and warning.part .. ": " or ""
  if warning.line then where = ("%sline %d, column %d: "):format(where, warning.line, warning.column) end
  warning.message = where .. warning.message
  list[#list + 1] = warning
end

local function shown(text)
  if #text <= MAX_SHOWN then return text end
  local cut = MAX_SHOWN
  while text:find("^[\128-\191]", cut + 1) do cut = cut - 1 end
  return text:sub(1, cut) .. "…"
end

-- ---- the HTML part ----

-- What stands against a link, or nil.
local function fault_of_link(url)
  url = url:match("^%s*(.-)%s*$")
  local scheme = url:match("^(%a[%w+.-]*):")
  if scheme then
    return scheme:lower() == "http" and "is not https" or nil
  end
  if url == "" or url:find("^#") then return nil end
  return "has no https:// in front: in a mail there is no page that it could be relative to"
end

local LINKS = { a = "href", area = "href", img = "src" }
local NOUNS = { a = "the link", area = "the link", img = "the image" }

local function check_alt(list, text, tag)
  if tag.name ~= "img" or tag.attributes.alt then return end
  local line, column = place(text, tag.position)
  add(list, { code = "NoAlt", part = "html", line = line, column = column,
    message = "an image has no alt: a text for those who do not see it, or alt=\"\" where it says nothing" })
end

-- `seen` are the URLs that were told of already; `text` is there for links of the template, which have a place.
local function check_link(list, tag, seen, text)
  local attribute = tag.attributes[LINKS[tag.name] or ""]
  local url = attribute and attribute.value
  if not url or seen[url] or url:find("^%s*{{") then return end
  local fault = fault_of_link(url)
  if not fault then return end
  seen[url] = true
  local line, column
  if text then line, column = place(text, attribute.position) end
  add(list, { code = "InsecureLink", part = "html", line = line, column = column,
    message = ("%s %s %s"):format(NOUNS[tag.name], shown(url), fault) })
end

local function check_html(list, text, rendered)
  local size, seen = #(rendered or text), {}
  if size > lint.GMAIL_BYTES then
    add(list, { code = "GmailClips", part = "html",
      message = ("is %.0f KB long: Gmail cuts a mail off at 102 KB"):format(size / 1024) })
  end
  for _, tag in ipairs(html_tags.find(text, true)) do
    check_alt(list, text, tag)
    check_link(list, tag, seen, text)
  end
  -- Links that the data bring.
  for _, tag in ipairs(rendered and html_tags.find(rendered, false) or {}) do
    check_link(list, tag, seen)
  end
end

local function check_text(list, text)
  for position, url in text:gmatch "()(http://[^%s<>\"]+)" do
    local line, column = place(text, position)
    add(list, { code = "InsecureLink", part = "text", line = line, column = column,
      message = ("the link %s is not https"):format(shown(url)) })
  end
end

-- ---- the data ----

-- SES fills the link to unsubscribe by in after the rendering.
local function with_unsubscribe(parts, data)
  local name = template.UNSUBSCRIBE_URL
  local mentions = false
  for _, part in ipairs(PARTS) do mentions = mentions or (parts[part] and parts[part]:find(name, 1, true)) ~= nil end
  if not mentions or data[name] ~= nil then return data end
  local made = { [name] = "{{" .. name .. "}}" }
  for key, value in pairs(data) do made[key] = value end
  return made
end

local function check_data(list, parts, root, data)
  for _, use in ipairs(uses.missing(root, with_unsubscribe(parts, data))) do
    local line, column = place(parts[use.part], use.position)
    add(list, { code = "NotInSample", part = use.part, line = line, column = column, attribute = use.name,
      message = ("the data have no attribute '%s'"):format(use.name or "this") })
  end
  for _, name in ipairs(uses.unused(root, data)) do
    add(list, { code = "NotInTemplate", attribute = name,
      message = ("the template does not use the attribute '%s' of the data"):format(shown(name)) })
  end
end

local function uses_of(message)
  local list = {}
  for _, part in ipairs(PARTS) do
    local compiled = message._parts[part]
    if compiled then
      list[#list + 1] = { part = part, tree = compiled._tree, calls = compiled._limits.max_partial_depth }
    end
  end
  return uses.of(list)
end

local function warnings_of(parts, root, rendered, data)
  local list = {}
  if parts.html then
    check_html(list, parts.html, rendered and rendered.html)
    if not parts.text then
      add(list, { code = "NoText", message = "there is no text part: those who read no HTML see nothing" })
    end
  end
  if parts.text then check_text(list, parts.text) end
  if data then check_data(list, parts, root, data) end
  return list
end

local function refuse(field, message)
  return nil, errors.new { kind = "validation", code = "InvalidTemplate", field = field, message = message }
end

local function check_parts(parts)
  for name in pairs(parts) do
    if name ~= "subject" and name ~= "html" and name ~= "text" then
      return refuse(tostring(name), ("'%s' is no part of a template%s"):format(tostring(name),
        suggest.hint(tostring(name), PARTS)))
    end
  end
  if next(parts) == nil then return refuse("template", "a template has a subject, an html or a text part at least") end
  return true
end

local function check_data_type(data)
  if data == nil or type(data) == "table" then return true end
  return nil, errors.new {
    kind = "validation", code = "InvalidRenderingParameter", field = "data",
    message = "data must be an object, not a " .. type(data),
  }
end

--- Compiles a message, renders it where there are data, and looks it over. No I/O.
-- @tparam table parts { subject =, html =, text = }, each text or nil, one of them at least
-- @tparam ?table data sample data: decoded JSON or plain Lua tables; without them nothing is rendered
-- @tparam ?table options as for `ses.template.compile_message`
-- @treturn table|nil { warnings = a list, rendered = { subject =, html =, text = } (where there are data), data = what
--   it was rendered with, variables = (see `Message:variables`), sample = data that have all that the template uses }
-- @treturn ?ses.Error kind "validation", as of `compile_message` and of `Message:render`, with `part`, `line`,
--   `column` and `attribute`
function lint.check(parts, data, options)
  local fine, err = check_parts(parts)
  if fine then fine, err = check_data_type(data) end
  if not fine then return nil, err end
  local message, rendered
  message, err = template.compile_message(parts, options)
  if not message then return nil, err end
  local used = data and with_unsubscribe(parts, data)
  if used then
    rendered, err = message:render(used)
    if not rendered then return nil, err end
  end
  local root = uses_of(message)
  return {
    warnings = warnings_of(parts, root, rendered, data), rendered = rendered, data = used,
    variables = message:variables(), sample = uses.sample(root),
  }
end

return lint
