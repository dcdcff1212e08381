--- `ses campaign`: write to everybody in a list, once each.
-- @module ses.cli.campaign
local control = require "ses.cli.campaign.control"

return {
  name = "campaign",
  summary = "write to everybody in a list, once each",
  commands = {
    require "ses.cli.campaign.run", require "ses.cli.campaign.status", control.pause, control.resume, control.pace,
    require "ses.cli.campaign.settle", require "ses.cli.campaign.events", require "ses.cli.campaign.retry",
    require "ses.cli.campaign.report", (require "ses.cli.campaign.export"),
  },
}
