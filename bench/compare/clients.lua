-- Who is compared: each client's name, the program that it is, and how many requests it gets, so that each runs about
-- as long.
local clients = {}

local PATH = "/v2/email/outbound-emails"

local SCRIPT = "bench/compare/clients/send.lua"

--- What sends. `path` tells which URL it takes: that of the operation, or else the endpoint; `is_server` that it is no
-- program which starts, sends and ends; `http_only` that it finds no localhost, whose certificate the server has: nginx
-- asks a name server alone.
clients.senders = {
  { id = "lua5.4", name = "ses, Lua 5.4", argv = { "lua5.4", SCRIPT }, lua = "lua5.4", requests = 6000, bulk = true,
    ours = true },
  { id = "luajit", name = "ses, LuaJIT", argv = { "luajit", SCRIPT }, lua = "luajit", requests = 6000, bulk = true,
    ours = true },
  { id = "nginx", name = "ses, in nginx", argv = { "lua5.4", "bench/compare/clients/nginx.lua" }, lua = "lua5.4",
    requests = 6000, bulk = true, ours = true, is_server = true, http_only = true },
  { id = "core", name = "ses, C core alone", argv = { "build/bench/core" }, path = true, requests = 15000,
    ours = true },
  { id = "bare", name = "limit: libcurl, unsigned", argv = { "build/bench/bare" }, path = true, requests = 30000 },
  { id = "sigv4", name = "libcurl's CURLOPT_AWS_SIGV4", argv = { "build/bench/bare" }, path = true, last = "sigv4",
    requests = 15000 },
  { id = "js", name = "AWS SDK for JavaScript", argv = { "node", "bench/compare/clients/send.mjs" }, requests = 3000,
    bulk = true },
  { id = "botocore", name = "botocore", argv = { "python3", "bench/compare/clients/send.py" }, requests = 1500,
    bulk = true },
}

--- What signs: `argv` before the size of the body and the number of signatures.
clients.signers = {
  { id = "hash", name = "limit: the hashes alone (BearSSL)", argv = { "build/bench/sign", "hash" } },
  { id = "hardware", name = "limit: the hashes alone (ses)", argv = { "build/bench/sign", "hardware" } },
  { id = "core", name = "ses, C core", argv = { "build/bench/sign", "ours" }, ours = true },
  { id = "lua5.4", name = "ses, from Lua 5.4", argv = { "lua5.4", "bench/compare/clients/sign.lua" }, lua = "lua5.4",
    ours = true },
  { id = "luajit", name = "ses, from LuaJIT", argv = { "luajit", "bench/compare/clients/sign.lua" }, lua = "luajit",
    ours = true },
  { id = "aws4", name = "npm aws4", argv = { "node", "bench/compare/clients/sign.mjs", "aws4" } },
  { id = "smithy", name = "@smithy/signature-v4", argv = { "node", "bench/compare/clients/sign.mjs", "smithy" } },
  { id = "botocore", name = "botocore", argv = { "python3", "bench/compare/clients/sign.py" } },
}

--- The arguments of a sender's run.
function clients.send_argv(client, url, concurrency, requests, bulk)
  local argv = {}
  for i, word in ipairs(client.argv) do argv[i] = word end
  argv[#argv + 1] = client.path and url .. PATH or url
  argv[#argv + 1] = tostring(concurrency)
  argv[#argv + 1] = tostring(requests)
  argv[#argv + 1] = client.last or bulk and "bulk" or nil
  return argv
end

return clients
