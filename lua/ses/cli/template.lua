--- `ses template`: templates of SES out of folders.
-- @module ses.cli.template
return {
  name = "template",
  summary = "templates of SES out of folders: store, compare, preview them",
  usage = [[
A template is a folder with subject.txt, body.html and body.txt, as far as it has them, and sample.json, the data that
it is tried with. Its name at SES is the folder's.]],
  commands = {
    require "ses.cli.template.push", require "ses.cli.template.pull", require "ses.cli.template.diff",
    require "ses.cli.template.list", require "ses.cli.template.preview", (require "ses.cli.template.test_render"),
  },
}
