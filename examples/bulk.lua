-- One message to each line of a file, "address, first name", fifty a call:  ses examples/bulk.lua people.txt
-- Memory stays flat whatever its length. What has to go on after a crash is a campaign (examples/newsletter).
local ses = require "ses"

local path = ...
if not path then error("say which file: ses examples/bulk.lua FILE", 0) end
local next_line = assert(io.lines(path))

local function next_entry()
  local line = next_line()
  if not line then return nil end
  local address, first_name = line:match "^%s*([^,%s]*)[,%s]*(.-)%s*$"
  return { to = address, data = first_name ~= "" and { first_name = first_name } or nil }
end

local client = assert(ses.client { rate_limit = "account" })
local done, err = client.emails:send_bulk({
  from = "The Lantern Bookshop <letters@lantern.example>",
  subject = "An evening of readings", text = "Dear {{first_name}},\n\nthe lantern is lit on Friday.\n",
  data = { first_name = "reader" },
  entries = next_entry,
}, {
  retry_in_doubt = false,
  on_result = function(result)
    if not result.error then return end
    io.stderr:write("line ", result.index, ": ", result.status, ": ", tostring(result.error), "\n")
  end,
})
client:close()
if not done then error(err) end

-- In doubt: SES may have sent these. Not sent: what was left when the whole run had to stop.
local counts = done.metrics
print(("%d sent, %d failed, %d in doubt, %d not sent"):format(
  counts.sent, counts.failed, counts.in_doubt, counts.not_sent))
if done.stopped_by then error(done.stopped_by) end
os.exit(counts.sent == counts.entries)
