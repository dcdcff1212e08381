--- `ses version`.
-- @module ses.cli.version
return {
  name = "version",
  summary = "show the version",
  options = {},
  run = function()
    io.write("ses ", require("ses.core").version, " (", jit and jit.version or _VERSION, ")\n")
    return 0
  end,
}
