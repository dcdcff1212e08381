--- Certificates like those of SNS, and messages that are signed with their keys, made by openssl for a run.
--
-- A root, an intermediate below it, and certificates below that: what Amazon's look like, too.
local process = require "spec.support.process"

local sns_certificates = {}

local EXTENSIONS = [[
basicConstraints = critical, CA:%s
keyUsage = critical, %s
subjectAltName = %s
]]

local Authority = {}
Authority.__index = Authority

local function openssl(...)
  local done = process.run { "openssl", ... }
  assert(done.status == 0, done.err)
  return done.out
end

-- Issues a certificate for a new key: `subject`, `names` (DNS), `authority` (whether it is one), `days` from today
-- (30), `bits` of an RSA key or the `curve` of another; by `issuer`, or by itself.
local function issue(folder, id, options, issuer)
  local key, request, cert = folder .. "/" .. id .. ".key", folder .. "/" .. id .. ".csr", folder .. "/" .. id .. ".pem"
  if options.curve then
    openssl("ecparam", "-name", options.curve, "-genkey", "-noout", "-out", key)
  else
    openssl("genrsa", "-out", key, tostring(options.bits or 2048))
  end
  openssl("req", "-new", "-key", key, "-out", request, "-subj", "/CN=" .. options.subject)
  local names = {}
  for i, name in ipairs(options.names or { options.subject }) do names[i] = "DNS:" .. name end
  process.write(folder .. "/" .. id .. ".cnf", EXTENSIONS:format(options.authority and "TRUE" or "FALSE",
    options.authority and "keyCertSign, cRLSign" or "digitalSignature, keyEncipherment", table.concat(names, ", ")))
  local arguments = {
    "x509", "-req", "-in", request, "-out", cert, "-days", tostring(options.days or 30), "-extfile",
    folder .. "/" .. id .. ".cnf", "-set_serial", tostring(math.random(1, 1e9)),
  }
  for _, word in ipairs(issuer and { "-CA", issuer.cert, "-CAkey", issuer.key } or { "-signkey", key }) do
    arguments[#arguments + 1] = word
  end
  openssl((table.unpack or unpack)(arguments)) -- luacheck: ignore unpack
  return { cert = cert, key = key, pem = process.read(cert) }
end

--- Makes a root and an intermediate: `authority.root`, `authority.intermediate`, each { cert = path, key = path,
-- pem = }. `options`: `days` that they are good for (30); `curve` of their keys, which are made sooner than those of
-- RSA.
function sns_certificates.authority(options)
  local days, curve = options and options.days, options and options.curve
  local folder = process.folder()
  local self = setmetatable({ folder = folder, count = 0 }, Authority)
  self.root = issue(folder, "root", { subject = "Spec Root CA", authority = true, days = days, curve = curve })
  self.intermediate = issue(folder, "intermediate", {
    subject = "Spec RSA 2048 M01", authority = true, days = days, curve = curve,
  }, self.root)
  return self
end

--- Issues a certificate: `subject`, and `names`, `days`, `bits`, `curve`, `authority` as they should differ; by
-- `issuer` in place of the intermediate. → { cert =, key =, pem = }
function Authority:issue(options)
  self.count = self.count + 1
  return issue(self.folder, "leaf" .. self.count, options, options.issuer or self.intermediate)
end

function Authority:remove() process.remove(self.folder) end

local DIGESTS = { ["1"] = "-sha1", ["2"] = "-sha256" }

--- Signs bytes with a key file, by SignatureVersion "1" or "2"; base64.
function sns_certificates.sign(key, version, bytes)
  local name = os.tmpname()
  process.write(name, bytes)
  local signature = process.shell(("openssl dgst %s -sign %s %s | base64 -w 0"):format(DIGESTS[version], key, name))
  os.remove(name)
  assert(#signature > 100, "openssl gave no signature")
  return signature
end

local SIGNED = {
  Notification = { "Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type" },
  SubscriptionConfirmation = { "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type" },
}
SIGNED.UnsubscribeConfirmation = SIGNED.SubscriptionConfirmation

--- Signs a message, a table by SNS's own names, which gets its Signature.
function sns_certificates.sign_message(key, message)
  local lines = {}
  for _, name in ipairs(SIGNED[message.Type]) do
    if message[name] then lines[#lines + 1] = name .. "\n" .. message[name] .. "\n" end
  end
  message.Signature = sns_certificates.sign(key, message.SignatureVersion, table.concat(lines))
  return message
end

return sns_certificates
