--- `ses campaign status`: how a campaign stands.
-- @module ses.cli.campaign.status
local common = require "ses.cli.campaign.common"

local function status(parsed)
  local result, err = require("ses.campaign").status {
    file = parsed.file, journal = parsed.journal, all = parsed.all,
  }
  if not result then return nil, err end
  common.print_result(parsed, result)
  return 0
end

return {
  name = "status",
  summary = "show how a campaign stands, also while it runs",
  usage = [[
Counts, failures by reason, who is at work, the pace, what it waits for, and when it ends.

  ses campaign status autumn.lua
  ses campaign status autumn.lua --json]],
  options = {
    common.FILE, common.JOURNAL,
    { name = "all", type = "flag", help = "list every row, not just the first ones" }, common.JSON,
  },
  run = status,
}
