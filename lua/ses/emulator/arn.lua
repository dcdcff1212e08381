--- Amazon resource names of what the emulator keeps.
-- @module ses.emulator.arn
local arn = {}

--- The account that everything belongs to.
arn.ACCOUNT = "000000000000"

--- The name of a resource.
-- @tparam string region
-- @tparam string kind such as "identity"
-- @tparam string name
-- @treturn string
function arn.of(region, kind, name)
  return ("arn:aws:ses:%s:%s:%s/%s"):format(region, arn.ACCOUNT, kind, name)
end

--- The region where nothing says another.
arn.DEFAULT_REGION = "us-east-1"

--- Takes one apart.
-- @tparam string text
-- @treturn ?string the kind; nil where the text names nothing of SES's
-- @treturn ?string the name
function arn.parse(text)
  return text:match("^arn:[%w-]+:ses:[%w-]*:%d*:([%w-]+)/(.+)$")
end

return arn
