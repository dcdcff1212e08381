-- One raw mail of a size: raw.lua URL BYTES.
local url, bytes = arg[1], tonumber(arg[2])
local ses = require "ses"

local client = assert(ses.client { endpoint = url })
local HEAD = "From: news@shop.example\r\nTo: reader@example.com\r\nSubject: Hello\r\n\r\n"
local line = ("x"):rep(70) .. "\r\n"
local raw = HEAD .. line:rep(math.ceil(bytes / #line))
collectgarbage()
assert(client.emails:send { raw = raw })
client:close()
