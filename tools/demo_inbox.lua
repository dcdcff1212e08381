-- Prints the newest mails of an emulator's inbox: ses tools/demo_inbox.lua URL
local core = require "ses.core"
local host = require "ses.adapters.host"
local json = require "ses.model.json"

local transport = assert(host.current().transport {})

local function get(path)
  local request = assert(core.http.request("GET", arg[1] .. "/_emulator/" .. path))
  local response = assert(transport:perform(request, { timeout_ms = 30000 }))
  assert(response.status == 200, "the emulator answers HTTP " .. response.status)
  return assert(json.decode(response.body))
end

local list = get "messages?limit=5"
print(list.total == 1 and "1 mail" or list.total .. " mails")
for _, message in ipairs(list.messages) do
  local mail = get("messages/" .. message.id)
  print()
  for _, header in ipairs(mail.headers) do
    if header[1]:find "^[FTSR]" then print(("  %s: %s"):format(header[1], header[2])) end
  end
  print("\n  " .. mail.text:gsub("\n+$", ""):gsub("\n", "\n  "))
end
transport:close()
