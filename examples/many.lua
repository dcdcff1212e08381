-- Sends many messages at once from one thread:  ses examples/many.lua [HOW MANY]
-- Inside ses.run every call lets the others go on while it waits; the code reads as if it were alone.
local ses = require "ses"

local total = tonumber(arg[1] or 50)
local client = assert(ses.client())
local sent, failed = 0, 0
local began = ses.monotonic()

ses.run(function(spawn)
  for i = 1, total do
    spawn(function()
      local result, err = client.emails:send {
        from = "letters@lantern.example",
        to = ("success+%d@simulator.amazonses.com"):format(i),
        subject = "Letter " .. i,
        text = "You are reader number " .. i .. ".",
      }
      if result then
        sent = sent + 1
      else
        failed = failed + 1
        io.stderr:write("letter ", i, ": ", tostring(err), "\n")
      end
    end)
  end
end)

client:close()
print(("%d sent, %d failed, %.1f s"):format(sent, failed, ses.monotonic() - began))
os.exit(failed == 0)
