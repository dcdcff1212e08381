---@meta ses.unsubscribe

---@alias ses.unsubscribe.Secret userdata|string|{ env: string }|{ file: string }|function

---@class ses.unsubscribe.Who
---@field list string
---@field address string

---Tokens for the links that people unsubscribe by.
---@class ses.unsubscribe
---@field MIN_SECRET integer bytes of a secret at least
---@field MAX_LIST integer bytes of a list's name at most
---@field MAX_ADDRESS integer bytes of an address at most
local unsubscribe = {}

---@param given ses.unsubscribe.Secret
---@return userdata? secret
---@return ses.Error? err
function unsubscribe.secret(given) end

---@param secret ses.unsubscribe.Secret
---@param who ses.unsubscribe.Who
---@return string? token fit for a URL as it is
---@return ses.Error? err
function unsubscribe.token(secret, who) end

---@param secrets ses.unsubscribe.Secret|ses.unsubscribe.Secret[]
---@param token string
---@return ses.unsubscribe.Who? who
---@return ses.Error? err code "InvalidToken"
function unsubscribe.verify(secrets, token) end

---Whether the body of a POST is that of a one-click request (RFC 8058).
---@param body? string
---@return boolean
function unsubscribe.is_one_click(body) end

return unsubscribe
