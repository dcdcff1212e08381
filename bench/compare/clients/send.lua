-- ses from a script, with everything on that is on by default: send.lua URL CONCURRENCY REQUESTS [bulk]
-- Prints what result.h says. The keys are those of the environment.
local url, concurrency, requests, bulk = arg[1], tonumber(arg[2]), tonumber(arg[3]), arg[4] == "bulk"
local ses = require "ses"

local TEXT = ("A few more words of the letter, as letters have them. "):rep(7)
local ENTRIES = 50

local client = assert(ses.client { endpoint = url, max_connections = math.max(concurrency, 1) })
local n, failed = 0, 0

local function send()
  n = n + 1
  local sent = client.emails:send {
    from = "The Shop <news@shop.example>", to = "reader-" .. n .. "@example.com", subject = "Your order has left",
    text = TEXT,
  }
  if not sent then failed = failed + 1 end
end

local function send_bulk()
  local entries = {}
  for i = 1, ENTRIES do
    n = n + 1
    entries[i] = {
      Destination = { ToAddresses = { "reader-" .. n .. "@example.com" } },
      ReplacementEmailContent = { ReplacementTemplate = {
        ReplacementTemplateData = ('{"name":"Reader %d","town":"Lisbon"}'):format(n),
      } },
    }
  end
  local sent = client:call("SendBulkEmail", {
    FromEmailAddress = "The Shop <news@shop.example>",
    DefaultContent = { Template = { TemplateName = "letter", TemplateData = '{"name":"","town":""}' } },
    BulkEmailEntries = entries,
  })
  if not sent then failed = failed + 1 end
end

local one = bulk and send_bulk or send

local function run(times)
  ses.run(function(spawn)
    for _ = 1, math.min(concurrency, times) do
      spawn(function()
        while times > 0 do
          times = times - 1
          one()
        end
      end)
    end
  end)
end

run(concurrency)
failed = 0
local from, processor = ses.monotonic(), os.clock()
run(requests)
print(('{"seconds":%.6f,"cpu":%.6f,"requests":%d,"failed":%d}'):format(ses.monotonic() - from, os.clock() - processor,
  requests, failed))
client:close()
