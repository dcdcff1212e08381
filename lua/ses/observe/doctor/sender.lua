--- Whether an address, or a domain, may be sent from, and whether mail from it is signed as mailbox providers ask.
-- @module ses.observe.doctor.sender
-- Sources: GetEmailIdentity, Amazon SES API v2 Reference; "Creating and verifying identities in Amazon SES" and
-- "Authenticating Email with DKIM in Amazon SES", Amazon SES Developer Guide.
local address = require "ses.mail.address"
local failure = require "ses.observe.doctor.failure"
local finding = require "ses.observe.doctor.finding"
local known = require "ses.services.known"

local sender = {}

-- Identities that are looked at where none is named.
local MOST = 20

local function is_address(name) return name:find("@", 1, true) ~= nil end

local function records_of(domain)
  return ("publish these records: ses identity dns %s"):format(domain)
end

local function unverified(name, identity)
  local remedy = is_address(name) and "follow the link in the mail that SES sent to that address" or records_of(name)
  return finding.fault("sender", ("not verified (%s)"):format(identity.VerificationStatus or "unknown"), remedy, name)
end

local function of_dkim(name, dkim)
  if dkim.SigningEnabled ~= true or dkim.Status == "NOT_STARTED" then
    return finding.warning("sender", "mail is not signed with DKIM of its own domain: providers mistrust or refuse it",
      is_address(name) and "verify the domain itself: ses identity create DOMAIN" or records_of(name), name)
  elseif dkim.Status ~= "SUCCESS" then
    return finding.warning("sender", ("SES does not find the DKIM records (%s)"):format(dkim.Status or "unknown"),
      records_of(name), name)
  end
end

local function of_mail_from(name, mail_from)
  local status = mail_from.MailFromDomainStatus
  if not mail_from.MailFromDomain or mail_from.MailFromDomain == "" or status == "SUCCESS" then return nil end
  return finding.warning("sender", ("the MAIL FROM domain %s is not set up (%s)"):format(mail_from.MailFromDomain,
    status or "unknown"), records_of(name), name)
end

local function of_verified(name, identity)
  local list = {}
  list[#list + 1] = of_dkim(name, identity.DkimAttributes or {})
  list[#list + 1] = of_mail_from(name, identity.MailFromAttributes or {})
  if list[1] then return list end
  return { finding.ok("sender", is_address(name) and "verified" or "verified, DKIM in place", name) }
end

-- ---- of what is asked ----

-- → the identity, its name | nil, err, or nil and nothing where there is none
local function look_up(client, names, told)
  local first, first_name
  for _, name in ipairs(names) do
    local identity, err = client:call("GetEmailIdentity", { EmailIdentity = name })
    if identity and identity.VerifiedForSendingStatus == true then return identity, name end
    if identity and not first then first, first_name = identity, name end
    if not identity and err.code ~= "NotFoundException" then return nil, err end
    told[#told + 1] = name
  end
  return first, first_name
end

local function of_failure(err, name)
  if failure.is_not_allowed(err) then return { failure.not_allowed("sender", "GetEmailIdentity", name) } end
  local found = failure.of(err)
  found.name = name
  return { found }
end

-- The identity that lets an address be sent from is often its domain, whose DKIM then counts.
local function of_names(client, names, asked)
  local identity, name = look_up(client, names, {})
  if identity and identity.VerifiedForSendingStatus == true then return of_verified(name, identity) end
  if identity then return { unverified(name, identity) } end
  if name then return of_failure(name, asked) end
  local domain = asked:match "@([^@]*)$" or asked
  return { finding.fault("sender", "neither it nor its domain is an identity of this account in this region",
    ("verify its domain: ses identity create %s"):format(domain), asked) }
end

--- What is to be said of an address or a domain that mail is to be from.
-- @tparam ses.Client client
-- @tparam string from such as "Shop <news@shop.example>", or "shop.example"
-- @treturn table list of ses.Finding
function sender.findings(client, from)
  if not is_address(from) then return of_names(client, { from }, from) end
  local mailbox, err = address.parse(from)
  if not mailbox then
    return { finding.fault("sender", tostring(err), "write it as 'Name <address@domain>'", from) }
  end
  return of_names(client, known.identities_of(mailbox), address.format { email = mailbox.email })
end

-- ---- where none is named ----

local function none()
  return { finding.fault("sender", "this account has no identity in this region: there is nothing to send from",
    "verify a domain: ses identity create DOMAIN") }
end

-- Not one of them verified is a fault; one among others that is not, a warning.
local function soften(list)
  local has_one = false
  for _, found in ipairs(list) do has_one = has_one or found.status ~= "fault" end
  for _, found in ipairs(list) do
    if has_one and found.status == "fault" then found.status = "warning" end
  end
  return list
end

--- What is to be said of the account's identities, of the first 20.
-- @tparam ses.Client client
-- @treturn table list of ses.Finding
function sender.all(client)
  local page, err = client:call("ListEmailIdentities", { PageSize = MOST })
  if not page then
    if failure.is_not_allowed(err) then return { failure.not_allowed("sender", "ListEmailIdentities") } end
    return { failure.of(err) }
  end
  local list = {}
  for _, item in ipairs(page.EmailIdentities or {}) do
    for _, found in ipairs(of_names(client, { item.IdentityName }, item.IdentityName)) do list[#list + 1] = found end
  end
  if not list[1] then return none() end
  soften(list)
  if page.NextToken then
    list[#list + 1] = finding.ok("sender", ("the other identities were not looked at, after %d"):format(MOST))
  end
  return list
end

return sender
