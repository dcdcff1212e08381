--- `ses completion bash | zsh`.
-- @module ses.cli.completion
local output = require "ses.cli.output"

return {
  name = "completion",
  summary = "print what completes ses in bash or zsh",
  usage = [[
Completes commands, options, files, and values where there are just some. `make install` puts it where both shells look
for it; to have it without, in ~/.bashrc, or in ~/.zshrc behind compinit:

  source <(ses completion bash)
  source <(ses completion zsh)]],
  options = {
    { positional = "shell", value = "SHELL", required = true, choices = { "bash", "zsh" }, help = "the shell" },
  },
  run = function(parsed)
    local root = require("ses.cli.tree").root()
    output.write(require("ses.cli.completion." .. parsed.shell).script(root))
    return 0
  end,
}
