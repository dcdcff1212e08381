--- What endpoints ask of Amazon SNS: the certificate that messages are signed by, and to confirm a subscription.
-- @module ses.emulator.sns
local endpoints = require "ses.emulator.endpoints"
local lazy = require "ses.lazy"
local response = require "ses.emulator.response"

-- It needs the OpenSSL of an nginx, which is there when a request is.
local sns_signer = lazy "ses.emulator.sns_signer"

local sns = {}

local CONFIRMED = [[<ConfirmSubscriptionResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
<ConfirmSubscriptionResult><SubscriptionArn>%s</SubscriptionArn></ConfirmSubscriptionResult>
</ConfirmSubscriptionResponse>
]]

local REFUSED = [[<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
<Error><Type>Sender</Type><Code>InvalidParameter</Code><Message>Invalid token</Message></Error>
</ErrorResponse>
]]

local function confirm(arguments)
  local subscription = endpoints.confirm(arguments.TopicArn, arguments.Token)
  if subscription then return response.send(200, "text/xml", CONFIRMED:format(subscription.arn)) end
  return response.send(400, "text/xml", REFUSED)
end

--- Answers a request, where it is one of these.
-- @tparam table request { method =, path =, arguments = }
-- @treturn boolean
function sns.handle(request)
  if request.method ~= "GET" then return false end
  if request.path == "/" and request.arguments.Action == "ConfirmSubscription" then
    confirm(request.arguments)
    return true
  end
  if not request.path:find("^/SimpleNotificationService%-%x+%.pem$") then return false end
  if not sns_signer.is_there() or request.path ~= sns_signer.path() then return false end
  response.send(200, "application/x-pem-file", sns_signer.certificate())
  return true
end

return sns
