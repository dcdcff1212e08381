--- What a mail's data get beside the recipient's own: the link to unsubscribe by, and what SES fills in.
-- @module ses.campaign.message.data
local json = require "ses.model.json"
local template = require "ses.template"

local data = {}

--- What SES puts a link of its own in the place of.
data.PLACEHOLDER = template.UNSUBSCRIBE_URL

--- Data with more variables.
-- @tparam table recipient
-- @tparam table more name → text
-- @treturn table `recipient` itself where there are no more
function data.with(recipient, more)
  if next(more) == nil then return recipient end
  local made = {}
  for name, value in pairs(recipient) do made[name] = value end
  for name, value in pairs(more) do made[name] = value end
  return made
end

--- Data as JSON with one more variable, which they do not have yet.
-- @tparam string text a JSON object
-- @tparam string name
-- @tparam string value
-- @treturn string
function data.with_json(text, name, value)
  local head = text:match("^(.*)}")
  local comma = head:find("^%s*{%s*$") and "" or ","
  return ("%s%s%s:%s}"):format(head, comma, json.quote(name), json.quote(value))
end

return data
