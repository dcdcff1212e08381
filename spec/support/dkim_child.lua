--- What a process does with a private key that spec/dkim_spec.lua looks at: it loads the key, sends it to an
-- endpoint, also to one that fails, closes all, and searches its own memory. The argument is the job's file:
-- { key = path, endpoints = list, patterns = list, keep_open = }.
local memory_search = require "spec.support.memory_search"
local ses = require "ses"

local job = assert(loadfile(arg[1]))()
local key = assert(require("ses.dkim").load(job.key))
for _, endpoint in ipairs(job.endpoints) do
  local client = assert(ses.client {
    endpoint = endpoint, region = "eu-west-1", max_retries = 0,
    credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key" },
  })
  local _, err = client.identities:put_dkim_signing_attributes {
    email_identity = "example.com", signing_attributes_origin = "EXTERNAL",
    signing_attributes = { domain_signing_selector = "s", domain_signing_private_key = key },
  }
  io.write(tostring(err), "\n")
  client:close()
end
if not job.keep_open then key:close() end
collectgarbage()
collectgarbage()
-- Once a process: a search that finds a secret leaves it in memory.
io.write("found ", memory_search.count({ private = job.patterns }).private, "\n", tostring(key), "\n")
