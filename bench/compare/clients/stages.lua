-- What each stage of a SendEmail costs, by itself: stages.lua TIMES. Prints one line of JSON: a list of
-- { name =, nanoseconds =, bytes = (of Lua's memory) }. Nothing is sent.
local times = tonumber(arg[1])
local accept = require "ses.model.accept"
local core = require "ses.core"
local json = require "ses.model.json"
local model = require "ses.model"
local parse = require "ses.model.parse"
local rules = require "ses.pipeline.rules"
local serialise = require "ses.model.serialise"

local op = model.operation "SendEmail"
local checked = rules.new()
local params = {
  FromEmailAddress = "The Shop <news@shop.example>", Destination = { ToAddresses = { "reader-1@example.com" } },
  Content = { Simple = {
    Subject = { Data = "Your order has left" },
    Body = { Text = { Data = ("A few more words of the letter, as letters have them. "):rep(7) } },
  } },
}
local URL = "https://email.us-east-1.amazonaws.com/v2/email/outbound-emails"
local signer = core.sigv4.signer()
local credentials = assert(core.credentials.static {
  access_key_id = "AKIAIOSFODNN7EXAMPLE", secret_access_key = "bench",
})
local signing = { region = "us-east-1", service = "ses", time = 1700000000 }
local parts = assert(serialise.request(op, params))
local answer = {
  status = 200, headers = { ["x-amzn-requestid"] = "7f2b6d1e-4b9a-4f5e-9d0c-0123456789ab" },
  body = '{"MessageId":"0100018c4f2b6d1e-7f2b6d1e-4b9a-4f5e-9d0c-0123456789ab-000000"}',
}

local STAGES = {
  { "validate and write", function()
    local body = assert(accept.body(op, params, checked))
    serialise.request(op, params, body)
  end },
  { "build and sign", function()
    local request = core.http.request("POST", URL)
    request:add_header("Content-Type", "application/json")
    request:set_body(parts.body)
    signer:sign(request, credentials, signing)
    request:close()
  end },
  { "parse the answer", function() parse.response(op, answer) end },
}

local function measured(fn)
  for _ = 1, math.min(times, 500) do fn() end
  collectgarbage()
  local from = os.clock()
  for _ = 1, times do fn() end
  local nanoseconds = (os.clock() - from) / times * 1e9
  collectgarbage()
  collectgarbage "stop"
  local before = collectgarbage "count"
  for _ = 1, 200 do fn() end
  local bytes = (collectgarbage "count" - before) * 1024 / 200
  collectgarbage "restart"
  return { nanoseconds = math.floor(nanoseconds + 0.5), bytes = math.floor(bytes + 0.5) }
end

local list = {}
for i, stage in ipairs(STAGES) do
  list[i] = measured(stage[2])
  list[i].name = stage[1]
end
print(json.encode(list))
