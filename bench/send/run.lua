-- Sends so many mails, one after another, to the endpoint of the environment: lua bench/send/run.lua MAILS
local ses = require "ses"

local TEXT = ("A few more words of the letter, as letters have them. "):rep(10)

local client = assert(ses.client {})
for n = 1, tonumber(arg[1]) do
  assert(client.emails:send {
    from = "The Shop <news@shop.example>", to = "reader-" .. n .. "@example.com", subject = "Your order has left",
    text = TEXT,
  })
end
client:close()
