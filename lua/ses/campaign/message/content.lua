--- The words of a version of the message, wherever they are kept, compiled.
-- @module ses.campaign.message.content
local errors = require "ses.errors"
local template = require "ses.template"

local content = {}

local PLACEHOLDER = require("ses.campaign.message.data").PLACEHOLDER
local MAX_PLACEHOLDERS = 2

--- An error about a field of a campaign file.
-- @tparam table campaign of ses.campaign.file
-- @tparam string field its path
-- @tparam string text what is wrong with it
-- @treturn ses.Error
function content.fault(campaign, field, text)
  return errors.new {
    kind = "validation", code = "InvalidCampaign", file = campaign.file, field = field,
    message = ("%s: %s %s"):format(campaign.file, field, text),
  }
end

local function fetch(campaign, client, name, field)
  local found, err = client.templates:get { template_name = name }
  if found then
    local words = found.template_content or {}
    return { subject = words.subject or "", text = words.text, html = words.html }
  end
  if err.code == "NotFoundException" then
    return nil, content.fault(campaign, field, ("'%s' is no template of this account in %s; store it by: "
      .. "ses template push FOLDER --name %s"):format(name, tostring(client.settings.region), name))
  end
  return nil, err
end

--- A function that gives the words of a version; a template of SES is fetched once, however many versions have it.
-- @tparam table campaign of ses.campaign.file
-- @tparam ?ses.Client client needed where there is a template of SES
-- @treturn function version → { subject =, text =, html = } or nil, ses.Error
function content.reader(campaign, client)
  local fetched = {}
  return function(version)
    local name = version.content.template
    if not name then return version.content end
    local err
    if not fetched[name] then
      fetched[name], err = fetch(campaign, client, name, version.field .. ".template")
    end
    return fetched[name], err
  end
end

-- The first part of each dotted path, as a set.
local function top_level(paths)
  local names = {}
  for _, path in ipairs(paths) do names[path:match("^[^.%[]+") or path] = true end
  return names
end

--- Whether words mention a name.
-- @tparam table words { subject =, text =, html = }
-- @tparam string name
-- @treturn boolean
function content.mentions(words, name)
  for _, part in ipairs { "subject", "text", "html" } do
    if words[part] and words[part]:find(name, 1, true) then return true end
  end
  return false
end

-- SES fills its placeholder in up to two times, and not in the subject.
-- Source: "Using subscription management", Amazon SES Developer Guide.
local function check_placeholder(words)
  for _, part in ipairs { "subject", "text", "html" } do
    local _, count = (words[part] or ""):gsub(PLACEHOLDER, "")
    local most = part == "subject" and 0 or MAX_PLACEHOLDERS
    if count > most then
      return nil, ("has {{%s}} %s in the %s; SES fills in %s"):format(PLACEHOLDER, count == 1 and "once" or count
        .. " times", part, most == 0 and "none there" or "the first " .. most)
    end
  end
  return true
end

--- Compiles a version's words.
-- @tparam table campaign of ses.campaign.file
-- @tparam table version of ses.campaign.message.versions
-- @tparam table words { subject =, text =, html = }
-- @treturn ses.MessageTemplate|nil
-- @treturn table|ses.Error the variables of the subject, as a set
function content.compile(campaign, version, words)
  local field = version.field .. (version.content.template and ".template" or "")
  local fine, reason = check_placeholder(words)
  if not fine then return nil, content.fault(campaign, field, reason) end
  local compiled, err = template.compile_message(words)
  local subject
  if compiled then subject, err = template.compile(words.subject) end
  if not subject then return nil, content.fault(campaign, field, "does not compile: " .. err.message) end
  return compiled, top_level(subject:variables())
end

return content
