--- The message of a campaign: its versions (languages, variants), what each needs of a recipient, and the mail
-- that comes of it.
--
-- A template of SES is fetched once and rendered by SES. SES takes a send whose data lack a variable and
-- drops the mail later, without an answer; so the data are held against the template here, before the
-- first mail leaves.
-- @module ses.campaign.message
local address = require "ses.mail.address"
local call = require "ses.campaign.message.call"
local compose = require "ses.campaign.message.compose"
local content = require "ses.campaign.message.content"
local data_of = require "ses.campaign.message.data"
local errors = require "ses.errors"
local fingerprint = require "ses.campaign.fingerprint"
local fit = require "ses.campaign.message.fit"
local language = require "ses.campaign.message.language"
local split = require "ses.campaign.message.split"
local unsubscribe = require "ses.campaign.message.unsubscribe"
local versions = require "ses.campaign.message.versions"

local message = {}

local Message = { __name = "ses.campaign.Message" }
Message.__index = Message

-- The tags of every mail of a version.
local function tags_of(campaign, version)
  local tags = {}
  for name, value in pairs(campaign.message.tags or {}) do tags[name] = value end
  tags.ses_campaign, tags.ses_variant, tags.ses_language = campaign.name, version.variant, version.language
  return tags
end

local function prepare(campaign, version, read)
  local words, compiled, in_header, err
  words, err = read(version)
  if not words then return nil, err end
  compiled, in_header = content.compile(campaign, version, words)
  if not compiled then return nil, in_header end
  return {
    language = version.language, variant = version.variant, template = version.content.template, words = words,
    compiled = compiled, in_header = in_header, tags = tags_of(campaign, version), shapes = {}, shape_count = 0,
    has_link = content.mentions(words, unsubscribe.VARIABLE),
  }
end

-- Headers as a list, in an order that does not change from mail to mail.
local function header_list(headers)
  local list = {}
  for name, value in pairs(headers or {}) do list[#list + 1] = { name = name, value = value } end
  table.sort(list, function(a, b) return a.name < b.name end)
  return list
end

-- SES's ListManagementOptions.
local function list_management(spec)
  local given = spec.list_management
  return given and { contact_list_name = given.contact_list, topic_name = given.topic }
end

--- Prepares the message of a campaign: every version is there and compiles.
-- @tparam table campaign of ses.campaign.file
-- @tparam ?ses.Client client needed for a template that is stored at SES
-- @treturn table|nil
-- @treturn ?ses.Error
function message.new(campaign, client)
  local spec = campaign.message
  local all, field, reason = versions.of(spec)
  if not all then return nil, content.fault(campaign, field, reason) end
  local read, by_key, list = content.reader(campaign, client), {}, {}
  for i, version in ipairs(all) do
    local made, err = prepare(campaign, version, read)
    if not made then return nil, err end
    list[i], by_key[versions.key(version.language, version.variant)] = made, made
  end
  local links, err
  if spec.unsubscribe then
    links, err = unsubscribe.new(campaign)
    if not links then
      return nil, content.fault(campaign, "message.unsubscribe.secret", (err.message:gsub("^secret:? ", "")))
    end
  end
  return setmetatable({
    -- Written once here, so that it is not for each mail.
    from = spec.from and address.format(spec.from) or spec.from,
    spec = spec, audience = campaign.audience, versions = list, by_key = by_key,
    choose = split.new(campaign.name, spec.variants), look_up = language.lookup(versions.languages(spec)),
    unsubscribe = links, headers = header_list(spec.headers), list_management = list_management(spec),
    call_at = call.chooser(spec),
  }, Message)
end

--- What the campaign's owner should know of the message, though it can be sent.
-- @treturn table list of sentences
function Message:notes()
  local spec, audience, notes = self.spec, self.audience or {}, {}
  if audience.contact_list and not (spec.unsubscribe or spec.list_management) then
    notes[1] = "the audience is a contact list, but the mails have no link to unsubscribe by: see "
      .. "message.list_management and message.unsubscribe"
  end
  if #versions.languages(spec) > 0 and not audience.language then
    notes[#notes + 1] = "the message has languages, but audience.language names no column: everybody gets the "
      .. "message itself"
  end
  return notes
end

--- A fingerprint of what is sent, whoever it goes to: another one means another message.
-- @treturn string
function Message:fingerprint()
  local spec = self.spec
  local from = type(spec.from) == "table" and (spec.from.name or "") .. "<" .. spec.from.email .. ">" or spec.from
  local parts = {}
  for _, version in ipairs(self.versions) do
    local words = version.words
    for _, part in ipairs {
      versions.key(version.language, version.variant), version.template or "", words.subject, words.text or "",
      words.html or "",
    } do
      parts[#parts + 1] = part .. "\0"
    end
  end
  for _, variant in ipairs(spec.variants or {}) do
    parts[#parts + 1] = ("%s %.17g\0"):format(variant.name, variant.share or 1)
  end
  for _, part in ipairs { "unsubscribe", "list_management" } do
    for _, key in ipairs { "url", "mailto", "list", "one_click", "contact_list", "topic" } do
      local value = (spec[part] or {})[key]
      if value ~= nil then parts[#parts + 1] = ("%s.%s %s\0"):format(part, key, tostring(value)) end
    end
  end
  return fingerprint.of(from .. "\0", (spec.config_set or "") .. "\0", table.concat(parts))
end

--- Holds the data of one recipient against the version of the message that the recipient gets.
-- @tparam table data
-- @tparam ?string shape where the data are strings alone: which of them are empty. Whether a message can
--   be rendered depends on nothing else then, so each shape is rendered once.
-- @tparam ?string of_language as of `language_of`
-- @tparam ?string variant as of `variant_of`; without one, of a message that has variants, all of them
-- @treturn boolean|nil true where the message can be rendered with them
-- @treturn ?string the variable at fault, where there is one
-- @treturn ?string what is wrong with it
function Message:check(data, shape, of_language, variant)
  if variant == nil and self.spec.variants then
    for _, one in ipairs(self.spec.variants) do
      local fine, name, reason = self:check(data, shape, of_language, one.name)
      if not fine then return nil, name, reason end
    end
    return true
  end
  local version = self.by_key[versions.key(of_language, variant)]
  if not version then return nil, nil, "the message has no such version" end
  return fit.check(self, version, data, shape)
end

--- The version that a row of the journal gets: the one that was chosen when it was loaded.
-- @tparam table row
-- @treturn table|nil
-- @treturn ?ses.Error where the message has it no more
function Message:version_for(row)
  local variant = row.variant
  if variant == nil and self.spec.variants then variant = self:variant_of(address.normalise(row.email) or row.email) end
  local version = self.by_key[versions.key(row.language, variant)]
  if version then return version end
  return nil, errors.new {
    kind = "validation", code = "UnknownVersion",
    message = ("the message has no%s%s any more"):format(variant and " variant '" .. variant .. "'" or " version",
      row.language and " in '" .. row.language .. "'" or ""),
  }
end

--- What a version's data have beside the recipient's own, where they are rendered here.
-- @tparam table version
-- @tparam ?table links of ses.campaign.message.unsubscribe
-- @treturn table name → text
function Message:own_variables(version, links)
  local own = {}
  if links and version.has_link then own[unsubscribe.VARIABLE] = links.link end
  if self.list_management then own[data_of.PLACEHOLDER] = "{{" .. data_of.PLACEHOLDER .. "}}" end
  return own
end

--- The mail to one recipient, as `client.emails:send` takes it.
-- @tparam table row of the journal: { id =, email =, name =, data = (JSON text or nil), language =, variant = }
-- @treturn table|nil
-- @treturn ?ses.Error
function Message:mail(row)
  return compose.mail(self, row)
end

--- What a row shares a call of SendBulkEmail by: rows of one group may go into one.
-- @tparam table row of the journal
-- @treturn string
function Message:group(row)
  local version = self:version_for(row)
  return version and versions.key(version.language, version.variant) or ""
end

--- One call of SendBulkEmail for rows of one group: for each row the same mail as `mail` would make.
-- @tparam table rows of the journal, all of one group, 50 at most
-- @treturn table|nil as ses.services.bulk_message takes it: { from =, reply_to =, template =, headers =, tags =,
--   config_set =, entries = { { to =, data =, headers =, tags = }, … } }; nil where no row is fit to be sent
-- @treturn table the rows that the entries belong to: `rows` without those refused, entries[i] for the i-th
-- @treturn table those refused, each { row =, err = }
function Message:bulk(rows)
  return compose.bulk(self, rows)
end

--- Which call carries the campaign's mails, and why.
-- @tparam number rate recipients a second
-- @treturn string "SendEmail" or "SendBulkEmail"
-- @treturn string the reason, a part of a sentence
-- @treturn integer recipients of one call at most: 1 for SendEmail, up to 50 for SendBulkEmail
function Message:call(rate)
  return self.call_at(rate)
end

--- The variant that an address gets: always the same for one campaign and one address.
-- @tparam string normalised the address, as ses.mail.address.normalise gives it
-- @treturn string|nil its name; nil where the message has no variants
function Message:variant_of(normalised)
  return self.choose(normalised)
end

--- The language of the message that suits a recipient's: "de-AT" is written to in "de-AT", else in "de".
-- @tparam ?string text the recipient's, as the audience has it
-- @treturn string|nil a key of message.languages; nil where the message itself suits best
function Message:language_of(text)
  return self.look_up(text)
end

return message
