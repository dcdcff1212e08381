--- `ses campaign report`: what became of a campaign, as text and as a page.
-- @module ses.cli.campaign.report
local common = require "ses.cli.campaign.common"
local file = require "ses.cli.file"

local function report(parsed)
  local campaign = require "ses.campaign"
  local found, err = campaign.report { file = parsed.file, journal = parsed.journal, all = parsed.all }
  if not found then return nil, err end
  if parsed.html then
    local done, fault = file.write(parsed.html, function(write) return write(campaign.page(found)) end)
    if not done then return nil, fault end
    if parsed.html == "-" then return 0 end
  end
  common.print_result(parsed, found)
  return 0
end

return {
  name = "report",
  summary = "tell what became of a campaign, as text or as a page with charts",
  usage = [[
The page is one file that needs nothing else: it may be mailed, kept and printed. Addresses in it are masked.

  ses campaign report news.lua
  ses campaign report news.lua --html news.html]],
  options = {
    common.FILE,
    { name = "html", value = "OUT", help = "write the page to this file; - for standard output, in place of text" },
    { name = "all", type = "flag", help = "list every row, not just the first ones" }, common.JOURNAL, common.JSON,
  },
  run = report,
}
