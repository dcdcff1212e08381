--- `ses help [COMMAND]`.
-- @module ses.cli.help
local args = require "ses.cli.args"
local output = require "ses.cli.output"
local suggest = require "ses.suggest"

local function overview(cli)
  local rows = {}
  for i, command in ipairs(cli.commands) do rows[i] = { command.name, command.summary } end
  local lines = {
    "ses: Amazon SES v2 for Lua",
    "",
    "Usage: ses COMMAND …           one of the commands below",
    "       ses SCRIPT.lua [ARG…]   run a Lua script in which require \"ses\" just works",
    "       ses                     at a terminal: a prompt with a client that is ready",
    "",
    table.concat(args.columns(rows), "\n"),
    "",
    "Before a command:",
    table.concat(args.columns {
      { "--region REGION", "the AWS region" },
      { "--endpoint URL", "another endpoint than AWS's, such as the emulator's" },
      { "--profile NAME", "a profile of ~/.aws/config and ~/.aws/credentials" },
    }, "\n"),
    "Before a script:",
    table.concat(args.columns {
      { "--traceback", "show where an error came from (or: SES_TRACEBACK=1)" },
    }, "\n"),
    "",
    "'ses help COMMAND' tells more of each.",
  }
  return table.concat(lines, "\n") .. "\n"
end

return {
  name = "help",
  summary = "show help, of a command or of all",
  usage = "  ses help campaign run",
  options = {
    { positional = "command", value = "COMMAND", multiple = true,
      help = "the command, such as: campaign run" },
  },
  run = function(parsed)
    local cli = require "ses.cli"
    local title, command = "ses", { commands = cli.commands }
    for i, word in ipairs(parsed) do
      local found, names = nil, {}
      for _, sub in ipairs(command.commands or {}) do
        names[#names + 1] = sub.name
        if sub.name == word then found = sub end
      end
      if not found then
        return nil, args.fault(("there is no command '%s'%s"):format(word, suggest.hint(word, names)))
      end
      command = i == 1 and cli.command(word) or found
      title = title .. " " .. word
    end
    output.write(#parsed == 0 and overview(cli) or cli.help_text(command, title))
    return 0
  end,
}
