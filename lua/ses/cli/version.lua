--- `ses version`.
-- @module ses.cli.version
local output = require "ses.cli.output"

return {
  name = "version",
  summary = "show the version",
  usage = "  ses version",
  options = {},
  run = function()
    output.write("ses ", require("ses.core").version, " (", jit and jit.version or _VERSION, ")\n")
    return 0
  end,
}
