--- The key that the emulator's topics sign by, and its certificate, as SNS has them: made when they are first needed,
-- by the OpenSSL that is in nginx, and never written to a disk.
-- @module ses.emulator.sns_signer
local core = require "ses.core"
local ffi = require "ffi"

local sns_signer = {}

-- Names by which SNS signs in any region, of each partition.
local NAMES = "DNS:sns.amazonaws.com,DNS:sns.amazonaws.com.cn,DNS:sns.amazonaws.eu"

local BITS, DAYS = 2048, 365

local EVP_PKEY_RSA, NID_SUBJECT_ALT_NAME, MBSTRING_ASC, BIO_CTRL_INFO = 6, 85, 0x1001, 3

ffi.cdef [[
void *BN_new(void); int BN_set_word(void *bn, unsigned long word); void BN_free(void *bn);
void *RSA_new(void); int RSA_generate_key_ex(void *rsa, int bits, void *e, void *callback);
void *EVP_PKEY_new(void); int EVP_PKEY_assign(void *key, int kind, void *rsa);
void *X509_new(void); void X509_free(void *cert); int X509_set_version(void *cert, long version);
void *X509_get_serialNumber(void *cert); int ASN1_INTEGER_set(void *integer, long value);
void *X509_getm_notBefore(void *cert); void *X509_getm_notAfter(void *cert);
void *X509_gmtime_adj(void *time, long seconds); int X509_set_pubkey(void *cert, void *key);
void *X509_get_subject_name(void *cert); int X509_set_issuer_name(void *cert, void *name);
int X509_NAME_add_entry_by_txt(void *name, const char *field, int kind, const char *text, int len, int at, int set);
void *X509V3_EXT_conf_nid(void *conf, void *context, int nid, const char *value);
int X509_add_ext(void *cert, void *extension, int at); void X509_EXTENSION_free(void *extension);
int X509_sign(void *cert, void *key, const void *digest);
const void *BIO_s_mem(void); void *BIO_new(const void *kind); int BIO_free(void *bio);
int PEM_write_bio_X509(void *bio, void *cert); long BIO_ctrl(void *bio, int command, long number, void *out);
const void *EVP_sha1(void); const void *EVP_sha256(void);
void *EVP_MD_CTX_new(void); void EVP_MD_CTX_free(void *context);
int EVP_DigestSignInit(void *context, void *pkey_context, const void *digest, void *engine, void *key);
int EVP_DigestSign(void *context, unsigned char *out, size_t *len, const unsigned char *text, size_t text_len);
]]

local C = ffi.C

-- OpenSSL's functions give NULL, 0 or less where they fail.
local function must(value)
  if type(value) == "cdata" and value ~= nil or type(value) == "number" and value > 0 then return value end
  error "OpenSSL makes no key or certificate"
end

local function new_key()
  local exponent, rsa, key = must(C.BN_new()), must(C.RSA_new()), must(C.EVP_PKEY_new())
  must(C.BN_set_word(exponent, 65537))
  must(C.RSA_generate_key_ex(rsa, BITS, exponent, nil))
  C.BN_free(exponent)
  must(C.EVP_PKEY_assign(key, EVP_PKEY_RSA, rsa))
  return key
end

local function new_certificate(key)
  local cert = must(C.X509_new())
  must(C.X509_set_version(cert, 2))
  must(C.ASN1_INTEGER_set(C.X509_get_serialNumber(cert), math.random(1, 2 ^ 30)))
  must(C.X509_gmtime_adj(C.X509_getm_notBefore(cert), -86400))
  must(C.X509_gmtime_adj(C.X509_getm_notAfter(cert), DAYS * 86400))
  must(C.X509_set_pubkey(cert, key))
  local name = C.X509_get_subject_name(cert)
  must(C.X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, "sns.amazonaws.com", -1, -1, 0))
  must(C.X509_set_issuer_name(cert, name))
  local names = must(C.X509V3_EXT_conf_nid(nil, nil, NID_SUBJECT_ALT_NAME, NAMES))
  must(C.X509_add_ext(cert, names, -1))
  C.X509_EXTENSION_free(names)
  must(C.X509_sign(cert, key, C.EVP_sha256()))
  return cert
end

local function pem_of(cert)
  local bio = must(C.BIO_new(C.BIO_s_mem()))
  must(C.PEM_write_bio_X509(bio, cert))
  local text = ffi.new "char *[1]"
  local len = C.BIO_ctrl(bio, BIO_CTRL_INFO, 0, text)
  local pem = ffi.string(text[0], len)
  C.BIO_free(bio)
  return pem
end

local made

local function get()
  if made then return made end
  local key = new_key()
  local cert = new_certificate(key)
  local pem = pem_of(cert)
  C.X509_free(cert)
  local id = core.digest.sha256(pem):sub(1, 32)
  made = { key = key, pem = pem, path = ("/SimpleNotificationService-%s.pem"):format(id) }
  return made
end

-- An nginx that was built without OpenSSL has none of its functions.
local is_there

--- Whether there is a key. Where there is none the log says so, once.
-- @treturn boolean
function sns_signer.is_there()
  if is_there == nil then
    local reason
    is_there, reason = pcall(get)
    if not is_there then ngx.log(ngx.ERR, "the messages of topics are not signed: ", tostring(reason)) end
  end
  return is_there
end

--- The certificate in PEM.
-- @treturn string
function sns_signer.certificate() return get().pem end

--- The path that serves it, and no other one.
-- @treturn string
function sns_signer.path() return get().path end

local DIGESTS = { ["1"] = "EVP_sha1", ["2"] = "EVP_sha256" }

--- Signs a text.
-- @tparam string version "1" (SHA-1) or "2" (SHA-256)
-- @tparam string text
-- @treturn string in base64
function sns_signer.sign(version, text)
  local key, context = get().key, must(C.EVP_MD_CTX_new())
  local signature, len = ffi.new("unsigned char[?]", BITS / 8), ffi.new("size_t[1]", BITS / 8)
  must(C.EVP_DigestSignInit(context, nil, C[DIGESTS[version]](), nil, key))
  must(C.EVP_DigestSign(context, signature, len, text, #text))
  C.EVP_MD_CTX_free(context)
  return ngx.encode_base64(ffi.string(signature, len[0]))
end

return sns_signer
