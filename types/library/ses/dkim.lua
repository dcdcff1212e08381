---@meta ses.dkim

---An RSA key, in memory that is locked and wiped
---@class ses.dkim.Key: userdata
local Key = {}

---Writes it as PEM into a new file of mode 0600.
---@param path string
---@return true? saved
---@return ses.Error? err code "InvalidState" where a file is already
function Key:save(path) end

---@return string base64 what the DKIM record says behind `p=`
function Key:public_key() end

---@return integer
function Key:bits() end

---Wipes the key.
function Key:close() end

---Keys for DKIM that one brings along oneself (BYODKIM).
---@class ses.dkim
local dkim = {}

---@param options? { bits?: integer, allow_blocking?: boolean } 1024 to 2048 bits (2048)
---@return ses.dkim.Key? key
---@return ses.Error? err
function dkim.generate(options) end

---@param path string of a PEM file, or of the base64 of one
---@return ses.dkim.Key? key
---@return ses.Error? err
function dkim.load(path) end

---@param text string
---@return ses.dkim.Key? key
---@return ses.Error? err
function dkim.parse(text) end

---@param value any
---@return boolean
function dkim.is_key(value) end

return dkim
