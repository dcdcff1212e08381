--- The links that a campaign's recipients unsubscribe by: in the header of each mail, and for its text.
--
-- Sources: RFC 2369 (List-Unsubscribe), RFC 8058 (List-Unsubscribe-Post), RFC 6068 (mailto), RFC 3986 (what may stand
-- in a URI).
-- @module ses.campaign.message.unsubscribe
local address = require "ses.mail.address"
local errors = require "ses.errors"
local template = require "ses.template"
local tokens = require "ses.unsubscribe"

local unsubscribe = {}

--- Characters that the value of a header may have in all (MessageHeader, Amazon SES API v2 Reference).
unsubscribe.MAX_HEADER = 870

--- What the data of a mail get, for its text.
unsubscribe.VARIABLE = "ses_unsubscribe_url"

local TOKEN, CAMPAIGN = "ses_unsubscribe_token", "ses_campaign"

-- What may not stand in a URI as it is.
local UNFIT = "[^%w%-._~:/?#%[%]@!$&'()*+,;=%%]"

local Unsubscribe = { __name = "ses.campaign.Unsubscribe" }
Unsubscribe.__index = Unsubscribe

local function percent_encode(text)
  return (text:gsub("[^%w%-._~]", function(byte) return ("%%%02X"):format(byte:byte()) end))
end

local function encoded(value)
  if type(value) == "string" then return percent_encode(value) end
  if type(value) ~= "table" then return value end
  local copy = {}
  for key, inner in pairs(value) do copy[key] = encoded(inner) end
  return copy
end

-- The text of a URL's template without its variables.
local function literal(url)
  return (url:gsub("{{.-}}", ""))
end

--- Whether a text is fit for `message.unsubscribe.url`.
-- @tparam string url a template
-- @tparam boolean one_click whether it is for RFC 8058
-- @treturn boolean|nil
-- @treturn ?string what it must be
function unsubscribe.check_url(url, one_click)
  local compiled, err = template.compile(url)
  if not compiled then return nil, "does not compile: " .. err.message end
  if not url:find(one_click and "^https://[^/?#{]" or "^https?://[^/?#{]") then
    return nil, one_click and "must begin with https:// and a host, as one-click wants it (RFC 8058)"
      or "must begin with https:// or http:// and a host"
  end
  if literal(url):find(UNFIT) then
    return nil, "must have characters of a URL alone; others are written by '%' (a host by its xn-- form)"
  end
  return true
end

--- Whether a URL holds the token, which needs a secret.
function unsubscribe.has_token(url)
  return url ~= nil and url:find(TOKEN, 1, true) ~= nil
end

-- Whether a URL needs nothing of a recipient's data.
local function is_own(url)
  local rest = url:gsub("{{%s*" .. TOKEN .. "%s*}}", ""):gsub("{{%s*" .. CAMPAIGN .. "%s*}}", "")
  return rest:find("{{", 1, true) == nil
end

-- An address as a URI, its domain in ASCII (RFC 6068, section 2).
local function mailto_of(text)
  local user, domain = address.format(text):match("^(.*)@([^@]*)$")
  return "mailto:" .. percent_encode(user):gsub("%%2B", "+") .. "@" .. domain
end

-- Opens the secret; a file's path is relative to the campaign file, as every path in it.
local function open_secret(campaign, given)
  local path = type(given) == "table" and given.file
  if path and path:sub(1, 1) ~= "/" and (campaign.folder or ".") ~= "." then
    given = { file = campaign.folder .. "/" .. path }
  end
  return tokens.secret(given)
end

--- Prepares the links of a campaign: opens the secret.
-- @tparam table campaign of ses.campaign.file, with `message.unsubscribe`
-- @treturn table|nil
-- @treturn ?ses.Error of the secret
function unsubscribe.new(campaign)
  local spec = campaign.message.unsubscribe
  local secret, err
  if spec.secret ~= nil then
    secret, err = open_secret(campaign, spec.secret)
    if not secret then return nil, err end
  end
  return setmetatable({
    campaign = campaign.name, list = spec.list or campaign.name, secret = secret,
    url = spec.url and template.compile(spec.url), needs_data = spec.url ~= nil and not is_own(spec.url),
    one_click = spec.url ~= nil and spec.one_click ~= false,
    mailto = spec.mailto and mailto_of(spec.mailto),
  }, Unsubscribe)
end

--- Whether `links` looks at a recipient's data.
-- @treturn boolean
function Unsubscribe:wants_data()
  return self.needs_data
end

-- The data of a recipient, each value as a URL takes it.
function Unsubscribe:_variables(data, token)
  local own = { [TOKEN] = token, [CAMPAIGN] = percent_encode(self.campaign) }
  return setmetatable(own, { __index = function(_, name) return encoded(data[name]) end })
end

local function unfit(field, text)
  return nil, errors.new {
    kind = "validation", code = "InvalidUnsubscribeLink", attribute = field, message = "message.unsubscribe " .. text,
  }
end

function Unsubscribe:_url(data, token)
  local url, err = self.url:render(self:_variables(data, token))
  if not url then return unfit(err.attribute, "cannot be made: " .. err.message) end
  if url:find(UNFIT) then return unfit(nil, "gives a URL with characters that it must not have") end
  return url
end

--- The links of one recipient.
-- @tparam string email
-- @tparam table data the recipient's; not looked at where `wants_data` is false
-- @treturn table|nil { link = the one for the text, headers = list of { name =, value = } }
-- @treturn ?ses.Error with `attribute`, the variable at fault, where there is one
function Unsubscribe:links(email, data)
  local token, url, err
  if self.secret then
    token, err = tokens.token(self.secret, { list = self.list, address = email })
    if not token then return nil, err end
  end
  if self.url then
    url, err = self:_url(data, token)
    if not url then return nil, err end
  end
  local mailto = self.mailto and self.mailto .. "?subject=unsubscribe" .. (token and "%20" .. token or "")
  local links = {}
  if url then links[1] = "<" .. url .. ">" end
  if mailto then links[#links + 1] = "<" .. mailto .. ">" end
  local value = table.concat(links, ", ")
  if #value > unsubscribe.MAX_HEADER then
    return unfit(nil, ("makes a header of %d characters; SES takes %d"):format(#value, unsubscribe.MAX_HEADER))
  end
  local headers = { { name = "List-Unsubscribe", value = value } }
  if self.one_click then headers[2] = { name = "List-Unsubscribe-Post", value = "List-Unsubscribe=One-Click" } end
  return { link = url or mailto, headers = headers }
end

return unsubscribe
