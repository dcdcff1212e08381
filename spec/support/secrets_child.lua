--- What a process does that spec/secrets_spec.lua looks at: it sends mails, ends the client, and searches its
-- own memory. A script (its argument is the file of the job), and a module for nginx.
--
-- `job` = { options =, patterns = { [name] = list }, keep_open =, failing = (endpoints that give no mail id),
-- mappings = (of memory_search, to look nowhere else) }
-- → a line "found NAME COUNT" for each name, and what a user may print besides.
local memory_search = require "spec.support.memory_search"
local ses = require "ses"

local child = {}

local MAIL = { from = "sender@example.com", to = "reader@example.com", subject = "Hello", text = "It works." }

local function describe(value, lines)
  for name, setting in pairs(value) do
    for field, text in pairs(setting) do lines[#lines + 1] = ("%s.%s=%s"):format(name, field, tostring(text)) end
  end
end

local function send(client, mail)
  local sent, err = client.emails:send(mail)
  if not sent then error(tostring(err), 0) end
end

local function use(client, lines)
  for _ = 1, 3 do send(client, MAIL) end
  -- By a multi-region endpoint, which is signed for with a key of its own.
  local mail = { endpoint_id = "abc123.456def" }
  for name, value in pairs(MAIL) do mail[name] = value end
  send(client, mail)
  -- Nothing that a program may print or keep shows a secret.
  lines[#lines + 1] = tostring(client) .. " " .. tostring(client.transport) .. " " .. tostring(client.signer)
  describe(client:describe_config(), lines)
  local _, err = client:call("SendEmail", {})
  lines[#lines + 1] = tostring(err)
  _, err = client:call("GetEmailIdentity", { EmailIdentity = "nobody.example.com" })
  lines[#lines + 1] = tostring(err)
end

-- One client for each, so that nothing that one did is undone by the next.
local function fail(job, lines)
  for _, endpoint in ipairs(job.failing or {}) do
    local options = { endpoint = endpoint, max_retries = 0, operation_timeout_ms = 300 }
    for name, value in pairs(job.options) do options[name] = options[name] or value end
    local client = assert(ses.client(options))
    local sent, err = client.emails:send(MAIL)
    assert(not sent, endpoint)
    lines[#lines + 1] = ("%s: %s"):format(endpoint:match "[^/]*$", tostring(err))
    -- A task that is cancelled in the middle of its request.
    ses.run(function(spawn)
      local task = spawn(function() return client.emails:send(MAIL) end)
      ses.sleep(0.01)
      task:cancel()
    end)
    client:close()
  end
end

--- Does the job; the client stays referenced to the end, so that closing it is what wipes.
function child.run(job)
  local lines = {}
  local client = assert(ses.client(job.options))
  fail(job, lines)
  use(client, lines)
  if not job.keep_open then client:close() end
  collectgarbage()
  collectgarbage()
  local counts, total = memory_search.count(job.patterns, job.mappings)
  for name, count in pairs(counts) do lines[#lines + 1] = ("found %s %d"):format(name, count) end
  lines[#lines + 1] = ("searched %d"):format(total)
  lines[#lines + 1] = tostring(client)
  return table.concat(lines, "\n") .. "\n"
end

local arg = rawget(_G, "arg")
if arg and arg[0] and arg[0]:find("secrets_child", 1, true) then
  io.write(child.run(assert(loadfile(arg[1]))()))
end

return child
