--- Languages by their tags (RFC 5646): which of those that a message has suits a recipient.
-- @module ses.campaign.message.language
local language = {}

-- The longest that RFC 5646 speaks of (section 4.4.1).
local MAX_TAG = 35

--- Whether a text is a language tag: "de", "de-AT", "zh-Hant".
-- @tparam any text
-- @treturn boolean
function language.is_tag(text)
  if type(text) ~= "string" or #text > MAX_TAG or text:find("%-%-") or text:find("%-$") then return false end
  return text:find("^%a%a%a?$") ~= nil or text:find("^%a%a%a?%-[%w-]+$") ~= nil
end

--- A function that looks languages up: the longest prefix of a recipient's tag that the message has, as in
-- RFC 4647, section 3.4. Case does not matter, and "_" stands for "-".
-- @tparam table known list of tags
-- @treturn function text or nil → one of `known`, or nil
function language.lookup(known)
  local by_name = {}
  for _, tag in ipairs(known) do by_name[tag:lower()] = tag end
  return function(text)
    local range = text and text:lower():gsub("_", "-"):match("^%s*(.-)%s*$")
    while range do
      if by_name[range] then return by_name[range] end
      range = range:match("^(.*)%-[^-]*$")
    end
    return nil
  end
end

return language
