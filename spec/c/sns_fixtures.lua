-- Makes spec/c/sns_fixtures.h anew, with new keys, which are not kept:
--   lua5.4 spec/c/sns_fixtures.lua > spec/c/sns_fixtures.h && clang-format -i spec/c/sns_fixtures.h
local root = (arg[0]:match("^(.*)spec/c/") or "") .. "./"
package.path = root .. "?.lua;" .. root .. "lua/?.lua;" .. root .. "lua/?/init.lua;" .. package.path
package.cpath = root .. "build/lua5.4/?.so;" .. package.cpath

local cjson = require "cjson"
local sns_certificates = require "spec.support.sns_certificates"

local CENTURY = 36500

local function literal(text)
  local lines = {}
  for line in text:gmatch("[^\n]*\n?") do
    if line ~= "" then
      lines[#lines + 1] = '"' .. line:gsub('[\\"]', "\\%0"):gsub("\n", "\\n") .. '"'
    end
  end
  return table.concat(lines, "\n")
end

local function define(name, text)
  io.write("#define ", name, " ", (literal(text):gsub("\n", " \\\n")), "\n\n")
end

local authority = sns_certificates.authority { days = CENTURY }
local strange = sns_certificates.authority { days = CENTURY }
local function issue(options)
  options.days = CENTURY
  return authority:issue(options)
end
local leaf = issue { subject = "sns.amazonaws.com" }
local small = issue { subject = "sns.amazonaws.com", bits = 1024 }

io.write [[
/* Made by sns_fixtures.lua: certificates like Amazon's, good for a century from the day that they were
 * made, and messages that were signed with the key of LEAF. */
#ifndef SNS_FIXTURES_H
#define SNS_FIXTURES_H

]]
io.write("#define MADE ", os.time(), "\n\n")
define("ROOT", authority.root.pem)
define("INTERMEDIATE", authority.intermediate.pem)
define("LEAF", leaf.pem)
define("LEAF_REGIONAL", issue { subject = "sns-signing.af-south-1.amazonaws.com" }.pem)
define("LEAF_OF_CHINA", issue { subject = "sns-cn-north-1.amazonaws.com.cn" }.pem)
define("LEAF_OF_GOVCLOUD", issue { subject = "sns-us-gov-west-1.amazonaws.com" }.pem)
define("LEAF_OF_ANOTHER", issue { subject = "sns.amazonaws.com.example.com" }.pem)
define("LEAF_SMALL", small.pem)
define("LEAF_EC", issue { subject = "sns.amazonaws.com", curve = "prime256v1" }.pem)
define("LEAF_OF_LEAF", issue { subject = "sns.amazonaws.com", issuer = leaf }.pem)
define("LEAF_AUTHORITY", issue { subject = "sns.amazonaws.com", authority = true }.pem)
define("STRANGE_ROOT", strange.root.pem)
define("STRANGE_INTERMEDIATE", strange.intermediate.pem)

local function message(name, fields)
  fields.MessageId = "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324"
  fields.TopicArn = "arn:aws:sns:us-west-2:123456789012:events"
  fields.Timestamp = "2026-05-02T00:54:06.655Z"
  fields.SigningCertURL = "https://sns.us-west-2.amazonaws.com/"
    .. "SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem"
  define(name, cjson.encode(sns_certificates.sign_message(leaf.key, fields)))
end
local function notification(version, more)
  local fields = { Type = "Notification", Message = '{"eventType":"Send",\n"subject":"Grüße \226\130\172"}\n',
    SignatureVersion = version }
  for key, value in pairs(more or {}) do fields[key] = value end
  return fields
end
message("NOTIFICATION_1", notification("1", { Subject = "Amazon SES Email Event Notification" }))
message("NOTIFICATION_2", notification("2"))
for _, kind in ipairs { "SubscriptionConfirmation", "UnsubscribeConfirmation" } do
  message(kind:upper(), {
    Type = kind, Message = "You have chosen to subscribe …\nTo confirm, visit the SubscribeURL.",
    SignatureVersion = "2", Token = "2336412f37",
    SubscribeURL = "https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription"
      .. "&TopicArn=arn:aws:sns:us-west-2:123456789012:events&Token=2336412f37",
  })
end
io.write "#endif\n"
authority:remove()
strange:remove()
