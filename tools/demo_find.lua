-- Prints the id of a mail in an emulator's inbox whose subject holds a text: ses tools/demo_find.lua URL TEXT
local core = require "ses.core"
local host = require "ses.adapters.host"
local json = require "ses.model.json"

local transport = assert(host.current().transport {})
local request = assert(core.http.request("GET", arg[1] .. "/_emulator/messages?limit=10000"))
local response = assert(transport:perform(request, { timeout_ms = 30000 }))
for _, message in ipairs(assert(json.decode(response.body)).messages) do
  if message.subject:find(arg[2], 1, true) then
    print(message.id)
    os.exit(0)
  end
end
error("no mail has '" .. arg[2] .. "' in its subject", 0)
