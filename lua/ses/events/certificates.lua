--- The certificates that SNS signs by, fetched over verified TLS from the URL that a message names, and kept: their
-- text in the store, for all workers, and what the core has made of it in this process for some minutes.
-- @module ses.events.certificates
local cache = require "ses.pipeline.cache"
local core = require "ses.core"
local errors = require "ses.errors"

local certificates = {}

-- A certificate has a URL of its own, which never gives another one.
local KEPT_SECONDS, MISSING_SECONDS = 24 * 3600, 60
-- Its dates are looked at again after so long.
local CHECKED_SECONDS = 300
local MOST_CHECKED = 16
-- SNS waits 15 seconds for an answer to its message.
local TIMES = { connect_timeout_ms = 4000, timeout_ms = 8000 }
local PATIENCE = 10
-- There is a certificate for each region, and a new one some times a year. More fetches than this in a minute are
-- somebody's who makes up URLs.
local MOST_A_MINUTE = 30
local MAX_BYTES = 16 * 1024

local CODE_OF_STATUS = {
  expired = "CertificateExpired", tls = "CertificateUntrusted", signature = "InvalidSignature",
  invalid = "UntrustedSigningCertUrl",
}

local Certificates = { __name = "ses.events.Certificates" }
Certificates.__index = Certificates

--- An error of what the core says of a message or a certificate.
-- @tparam table failure of ses.core.sns
-- @treturn ses.Error
function certificates.refusal(failure)
  local code = CODE_OF_STATUS[failure.status]
  if failure.field == "SubscribeURL" and code then code = "UntrustedSubscribeUrl" end
  return errors.from_core(failure, { code = code, kind = code and "signing" or nil })
end

local function unavailable(message)
  return errors.new { kind = "network", code = "CertificateUnavailable", message = message, retryable = true }
end

local function count_fetch(self)
  local key = ("ses:sns:fetches:%.0f"):format(math.floor(self.clock.now() / 60))
  local n = self.store:add(key, 1, 0)
  if n == 1 then self.store:set(key, 1, 120) end
  if not n or n <= MOST_A_MINUTE then return true end
  return nil, errors.new {
    kind = "rate_limited", code = "TooManyCertificates", retryable = true,
    message = "too many certificates were asked for in this minute",
  }
end

-- → { pem = } or { status = } | nil, err
local function fetch(self, url)
  local allowed, err = count_fetch(self)
  if not allowed then return nil, err end
  local request, failure = core.http.request("GET", self.place(url))
  if not request then return nil, errors.from_core(failure) end
  local response
  response, err = self.transport:perform(request, TIMES)
  if not response then return nil, unavailable("the signing certificate could not be fetched: " .. err.message) end
  if response.status == 200 and #response.body <= MAX_BYTES then return { pem = response.body } end
  if response.status == 200 then return { status = "a body that is too large for one" } end
  if response.status >= 500 then
    return nil, unavailable("the signing certificate could not be fetched: HTTP " .. response.status)
  end
  return { status = "HTTP " .. response.status }
end

local function checked(self, url)
  local known = self.checked[url]
  if known and self.clock.monotonic() < known.ends then return known.certificate end
end

local function remember(self, url, certificate)
  if not self.checked[url] then
    if self.count >= MOST_CHECKED then self.checked, self.count = {}, 0 end
    self.count = self.count + 1
  end
  self.checked[url] = { certificate = certificate, ends = self.clock.monotonic() + CHECKED_SECONDS }
end

--- The certificate that a URL gives.
-- @tparam string url one that `ses.core.sns` has taken for SNS's
-- @tparam string region that of the topic
-- @treturn userdata for `message:verify` of ses.core.sns
-- @treturn[2] nil
-- @treturn[2] ses.Error code "CertificateExpired", "CertificateUntrusted"; "CertificateUnavailable" or
--   "TooManyCertificates", which are retryable
function Certificates:get(url, region)
  local certificate = checked(self, url)
  if certificate then return certificate end
  local found, err = self.cache:get(url)
  if not found then return nil, err end
  if not found.pem then
    return nil, errors.new {
      kind = "signing", code = "CertificateUntrusted",
      message = "SigningCertURL gave no certificate: " .. tostring(found.status),
    }
  end
  local failure
  certificate, failure = core.sns.certificate(found.pem, region, self.clock.now(), self.trust)
  if not certificate then return nil, certificates.refusal(failure) end
  remember(self, url, certificate)
  return certificate
end

--- Makes a keeper of certificates.
-- @tparam table ports `transport`, which must verify TLS; `store`, `clock`; `host` of ses.adapters.host; `place`
--   (function(url) → where it is fetched in fact); `authority`, a text that tells those apart who give certificates:
--   one that an emulator gave must not be found by who looks for SNS's
-- @tparam ?userdata trust of `ses.core.sns.trust`; without it, TLS is what certificates are trusted by
-- @treturn ses.events.Certificates
function certificates.new(ports, trust)
  local self = setmetatable({
    transport = ports.transport, store = ports.store, clock = ports.clock, trust = trust, place = ports.place,
    checked = {}, count = 0,
  }, Certificates)
  self.cache = cache.new({
    store = ports.store, clock = ports.clock, host = ports.host,
    scope = function() return "sns" .. ports.authority end,
  }, {
    kind = "certificate", ttl = KEPT_SECONDS, negative_ttl = MISSING_SECONDS, patience = PATIENCE,
    load = function(url) return fetch(self, url) end, is_lasting = function(found) return found.pem ~= nil end,
  })
  return self
end

return certificates
