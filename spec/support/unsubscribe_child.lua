--- What a process does with a secret that spec/unsubscribe_spec.lua looks at: it opens the secret from the environment
-- and from a file, makes and verifies tokens, says what it sees of them, closes all, and searches its own memory. The
-- argument is the job's file: { file = path, patterns = list, keep_open = }.
local memory_search = require "spec.support.memory_search"
local unsubscribe = require "ses.unsubscribe"

local job = assert(loadfile(arg[1]))()
local secrets = {
  assert(unsubscribe.secret { env = "UNSUBSCRIBE_SECRET" }), assert(unsubscribe.secret { file = job.file }),
}
for i = 1, 20 do
  local who = { list = "newsletter", address = ("reader-%d@example.com"):format(i) }
  assert(unsubscribe.verify(secrets, assert(unsubscribe.token(secrets[i % 2 + 1], who))))
  assert(unsubscribe.verify(secrets, "AAAA") == nil)
end
print(tostring(secrets[1]))
if not job.keep_open then
  for _, secret in ipairs(secrets) do secret:close() end
end
collectgarbage()
collectgarbage()
-- Once a process: a search that finds a secret leaves it in memory.
print("found " .. memory_search.count({ secret = job.patterns }).secret)
