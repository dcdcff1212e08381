--- The versions of a message: one for each of its languages and variants, each with all its words.
--
-- A language stands alone: it brings a template, or a subject with its text and html, and takes nothing from the
-- message itself, which speaks another language. A variant takes what it does not bring from the message, or from
-- that language of it: the template; or subject, and text and html, of which a variant that has one takes
-- neither. Every variant has every language, or else they would be compared over different people.
-- @module ses.campaign.message.versions
local versions = {}

local WORDS = { "subject", "text", "html" }

local function has_words(part)
  return part ~= nil and (part.subject or part.text or part.html) ~= nil
end

local function has_content(part)
  return part ~= nil and (part.template ~= nil or has_words(part))
end

-- The content that a part brings and another one completes. `field` is the part's path.
local function merge(part, base, field)
  if part.template then
    for _, key in ipairs(WORDS) do
      if part[key] then return nil, field .. "." .. key, "comes from the template; take one of them out" end
    end
    return { template = part.template }
  end
  if not has_words(part) then return base end
  if base.template then
    if part.subject and (part.text or part.html) then base = {} end
    if base.template then
      return nil, field, "changes a part of what is a template of SES: give it a template, or all its words"
    end
  end
  local own_body = part.text or part.html
  return {
    subject = part.subject or base.subject, text = own_body and part.text or not own_body and base.text or nil,
    html = own_body and part.html or not own_body and base.html or nil,
  }
end

local function check_whole(content, field)
  if content.template then return true end
  if not content.subject then return nil, field, "needs a template, or a subject with a text or an html" end
  if not (content.text or content.html) then return nil, field, "needs a text or an html" end
  return true
end

-- Every language of the message and of its variants, sorted, and where each is found.
local function languages_of(message)
  local list, place = {}, {}
  local function collect(part, field)
    for tag in pairs(part.languages or {}) do
      if not place[tag] then list[#list + 1] = tag end
      place[tag] = place[tag] or field
    end
  end
  collect(message, "message")
  for i, variant in ipairs(message.variants or {}) do collect(variant, ("message.variants[%d]"):format(i)) end
  table.sort(list)
  return list, place
end

-- What a version is made of: the words that it starts from and those that its variant lays over them, each with its
-- path. Or nil, the field at fault and the reason.
local function parts_of(message, language, index, place)
  local suffix = language and ".languages." .. language or ""
  local base = language and (message.languages or {})[language] or not language and message or {}
  if not index then return base, "message" .. suffix, {}, nil end
  local variant, field = message.variants[index], ("message.variants[%d]"):format(index) .. suffix
  if not language then return base, "message", variant, field end
  local part = (variant.languages or {})[language]
  if not part and (has_content(variant) or not has_content(base)) then
    return nil, field, ("is missing: %s has this language"):format(place[language])
  end
  return base, "message" .. suffix, part or {}, field
end

local function version_of(message, language, index, place)
  local base, base_field, part, field = parts_of(message, language, index, place)
  if not base then return nil, base_field, part end
  local content, at, reason = merge(base, {}, base_field)
  if content then content, at, reason = merge(part, content, field) end
  if not content then return nil, at, reason end
  local from = has_content(part) and field or base_field
  local whole
  whole, at, reason = check_whole(content, from)
  if not whole then return nil, at, reason end
  local variant = index and message.variants[index].name or nil
  return { language = language, variant = variant, field = from, content = content }
end

--- All languages of a message.
-- @tparam table message of a campaign file
-- @treturn table list of tags, sorted
function versions.languages(message)
  return (languages_of(message))
end

--- What the recipients of a language and a variant have in common.
-- @tparam ?string language
-- @tparam ?string variant
-- @treturn string
function versions.key(language, variant)
  return (variant or "") .. "\0" .. (language or "")
end

--- All versions of a message, in an order that does not change from run to run.
-- @tparam table message of a campaign file, its fields' types checked
-- @treturn table|nil list of { language =, variant =, field = (the path of what it comes from),
--   content = { template = } or { subject =, text =, html = } }
-- @treturn ?string the path of the field at fault
-- @treturn ?string what is wrong with it
function versions.of(message)
  local list, languages, place = {}, languages_of(message)
  for index = message.variants and 1 or 0, message.variants and #message.variants or 0 do
    for number = 0, #languages do
      local made, field, reason = version_of(message, languages[number], index > 0 and index or nil, place)
      if not made then return nil, field, reason end
      list[#list + 1] = made
    end
  end
  return list
end

return versions
