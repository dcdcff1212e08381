--- `ses campaign`: write to everybody in a CSV file, once each.
-- @module ses.cli.campaign
return {
  name = "campaign",
  summary = "write to everybody in a CSV file, once each",
  commands = { require "ses.cli.campaign.run", require "ses.cli.campaign.status" },
}
