--- `ses prompt`, and `ses` alone at a terminal.
-- @module ses.cli.prompt
local args = require "ses.cli.args"

-- Where the prompt is: standard input and output.
local STREAMS = { 0, 1 }

local function is_possible()
  local found, runtime = pcall(require, "ses.runtime")
  if not found then return false end
  for _, stream in ipairs(STREAMS) do
    if not runtime.is_tty(stream) then return false end
  end
  return true
end

return {
  name = "prompt",
  summary = "try things out: a prompt with a client that is ready",
  usage = [[
Also `ses` alone at a terminal. What is typed is Lua: an expression shows its values. The client is made when it is
first used, from the usual settings. The lines that hold no secret are kept in $XDG_STATE_HOME/ses/history.

  ses prompt --profile shop
  ses prompt --endpoint http://127.0.0.1:8005]],
  options = args.with_client {},
  is_possible = is_possible,
  run = function(parsed)
    if not is_possible() then return nil, args.fault "a prompt needs a terminal as its input and output" end
    require("ses.cli.prompt.session").run(args.client_options(parsed))
    return 0
  end,
}
