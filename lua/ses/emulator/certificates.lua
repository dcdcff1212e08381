--- Certificates that are associated with identities, for S/MIME.
-- @module ses.emulator.certificates
local identities = require "ses.emulator.identities"

local certificates = {}

local collection = identities.certificates

local function find_identity(params) return identities.collection:get(params.EmailIdentity) end

--- AssociateEmailIdentityCertificate: one for an identity, or for one address of a domain.
function certificates.associate(params, context)
  local identity, err = find_identity(params)
  if not identity then return nil, err end
  local name = params.FromAddress or identity.name
  collection:discard(name, identity.key)
  local entry
  entry, err = collection:add(name, { FromAddress = params.FromAddress, CertificateArn = params.CertificateArn },
    context.now, identity.key)
  if not entry then return nil, err end
  return {}
end

--- DisassociateEmailIdentityCertificate.
function certificates.disassociate(params)
  local identity, err = find_identity(params)
  if not identity then return nil, err end
  local entry
  entry, err = collection:remove(params.FromAddress or identity.name, identity.key)
  if not entry then return nil, err end
  return {}
end

--- ListEmailIdentityCertificates.
function certificates.list(params)
  local identity, err = find_identity(params)
  if not identity then return nil, err end
  return collection:list("Certificates", params, {
    default = 100, max = 1000, parent = identity.key, show = function(entry)
      return { FromAddress = entry.value.FromAddress, CertificateArn = entry.value.CertificateArn, Status = "ACTIVE" }
    end,
  })
end

return certificates
