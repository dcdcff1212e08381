--- `ses events`: what SES tells of mail.
-- @module ses.cli.events
return {
  name = "events",
  summary = "bounces, complaints and the other events of SES, as they come",
  commands = { (require "ses.cli.events.tail") },
}
