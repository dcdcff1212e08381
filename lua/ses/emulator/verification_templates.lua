--- Custom verification email templates, and the mail that is made of one.
-- @module ses.emulator.verification_templates
local address = require "ses.mail.address"
local crud = require "ses.emulator.crud"
local errors = require "ses.emulator.errors"
local identities = require "ses.emulator.identities"
local resources = require "ses.emulator.resources"
local sending = require "ses.emulator.sending"

local verification_templates = {}

local collection = resources.collection {
  kind = "custom-verification-email-template", missing = "Custom verification email template <%s> does not exist.",
  exists = "Custom verification email template <%s> already exists.", limit = 50,
  full = "Maximum number of custom verification email templates reached.",
}

local function check(value)
  for _, name in ipairs { "SuccessRedirectionURL", "FailureRedirectionURL" } do
    if not value[name]:find("^https?://.") then
      return errors.fail("BadRequestException", "%s is no URL of http or https.", name)
    end
  end
  if address.validate(value.FromEmailAddress) then return true end
  return errors.fail("BadRequestException", "FromEmailAddress is no email address.")
end

verification_templates.operations = crud.operations(collection, { name = "TemplateName", check = check })

--- ListCustomVerificationEmailTemplates.
function verification_templates.list(params)
  return collection:list("CustomVerificationEmailTemplates", params, {
    default = 50, max = 50, show = function(entry) return verification_templates.operations:show(entry) end,
  })
end

--- SendCustomVerificationEmail: the recipient becomes a pending identity.
function verification_templates.send(params, context)
  local entry, err = collection:get(params.TemplateName)
  if not entry then return nil, err end
  local content, name = entry.value, params.EmailAddress
  local answer
  answer, err = sending.send_verification({
    FromEmailAddress = content.FromEmailAddress, Destination = { ToAddresses = { name } },
    ConfigurationSetName = params.ConfigurationSetName,
    Content = { Simple = {
      Subject = { Data = content.TemplateSubject }, Body = { Html = { Data = content.TemplateContent } },
    } },
  }, context)
  if not answer then return nil, err end
  if not identities.collection:find(name) then identities.create({ EmailIdentity = name }, context) end
  return answer
end

return verification_templates
