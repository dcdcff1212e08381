--- Checks the languages and the variants of a campaign's message.
-- @module ses.campaign.check.versions
local fields = require "ses.campaign.check.fields"
local language = require "ses.campaign.message.language"
local versions = require "ses.campaign.message.versions"

-- A variant's name becomes a tag of each mail.
local NAME = "^[%w_-]+$"
local MAX_NAME = 64
local MAX_VARIANTS = 100

local WORDS = { "template", "subject", "text", "html" }
local VARIANT = { "name", "share", "languages", "template", "subject", "text", "html" }

local function check_words(field, part, known)
  if type(part) ~= "table" then return nil, field, "must be a table, not a " .. type(part) end
  local checks = { { fields.keys, field, part, known } }
  for _, key in ipairs(WORDS) do checks[#checks + 1] = { fields.type, field, part, key, "string" } end
  return fields.all(checks)
end

local function check_languages(owner, part)
  local found, field, reason = fields.type(owner, part, "languages", "table")
  if not found then return nil, field, reason end
  local seen = {}
  for tag, words in pairs(part.languages or {}) do
    local path = ("%s.languages.%s"):format(owner, tostring(tag))
    if not language.is_tag(tag) then return nil, path, "is no language tag, such as de or de-AT" end
    if seen[tag:lower()] then return nil, path, "is there twice, in capital and in small letters" end
    seen[tag:lower()] = true
    local fine, at, why = check_words(path, words, WORDS)
    if not fine then return nil, at, why end
  end
  return true
end

local function is_share(value)
  return type(value) == "number" and value >= 0 and value < math.huge
end

local function check_variant(path, variant, seen)
  local fine, field, reason = check_words(path, variant, VARIANT)
  if fine then fine, field, reason = fields.type(path, variant, "name", "string", true) end
  if not fine then return nil, field, reason end
  local name = variant.name
  if #name > MAX_NAME or not name:find(NAME) then
    return nil, path .. ".name", ("must be of letters, digits, '_' and '-', %d at most"):format(MAX_NAME)
  end
  if seen[name] then return nil, path .. ".name", "is the name of another variant, too" end
  seen[name] = true
  if variant.share ~= nil and not is_share(variant.share) then
    return nil, path .. ".share", "must be a number, 0 or more: the variant's weight among all"
  end
  return check_languages(path, variant)
end

local function count_keys(map)
  local n = 0
  for _ in pairs(map) do n = n + 1 end
  return n
end

-- All shares or none: beside a 50, a missing one is a slip, not a 1.
local function check_shares(variants)
  local given, total = 0, 0
  for _, variant in ipairs(variants) do
    if variant.share then given = given + 1 end
    total = total + (variant.share or 1)
  end
  if given > 0 and given < #variants then
    for i, variant in ipairs(variants) do
      if not variant.share then return nil, ("message.variants[%d].share"):format(i), "is missing: others have one" end
    end
  end
  if not (total > 0 and total < math.huge) then
    return nil, "message.variants", "must have a share above 0, or nobody would get anything"
  end
  return true
end

local function check_variants(message)
  local found, field, reason = fields.type("message", message, "variants", "table")
  if not found then return nil, field, reason end
  local variants, seen = message.variants, {}
  if not variants then return true end
  if #variants == 0 or count_keys(variants) ~= #variants or #variants > MAX_VARIANTS then
    return nil, "message.variants", ("must be a list of 1 to %d variants"):format(MAX_VARIANTS)
  end
  for i, variant in ipairs(variants) do
    found, field, reason = check_variant(("message.variants[%d]"):format(i), variant, seen)
    if not found then return nil, field, reason end
  end
  return check_shares(variants)
end

local function check(message)
  return fields.all {
    { check_languages, "message", message }, { check_variants, message }, { versions.of, message },
  }
end

return check
