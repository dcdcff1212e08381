--- All commands of `ses`, as what is made from them needs them: completion and manual pages.
-- @module ses.cli.tree
local args = require "ses.cli.args"

local tree = {}

-- The options that `ses` has and no command.
local OWN = {
  { name = "traceback", type = "flag", help = "before a script: show where an error came from" },
  { name = "version", short = "V", type = "flag", help = "show the version" },
}

local function options_of(command, words)
  return args.join(#words == 0 and args.join(args.client, OWN) or command.options or {}, { args.help })
end

--- A node: a command, or `ses` itself.
-- @table ses.cli.Node
-- @field words table its words behind `ses`: `{ "campaign", "run" }`
-- @field title string as a user calls it: "ses campaign run"
-- @field command table see `ses.cli`
-- @field options table its options and arguments, --help among them; see `ses.cli.args`
-- @field nodes table the commands below it, in the order of its help

local function node_of(command, words)
  local node = {
    words = words, title = table.concat({ "ses", (table.unpack or unpack)(words) }, " "),
    command = command, options = options_of(command, words), nodes = {},
  }
  for i, sub in ipairs(command.commands or {}) do
    local below = { (table.unpack or unpack)(words) }
    below[#below + 1] = sub.name
    node.nodes[i] = node_of(#words == 0 and require("ses.cli").command(sub.name) or sub, below)
  end
  return node
end

--- `ses` with all that is below it.
-- @treturn ses.cli.Node
function tree.root()
  return node_of({ name = "ses", summary = "Amazon SES v2 for Lua", commands = require("ses.cli").commands }, {})
end

--- Calls a function with a node and, in the order of the help, with all below it.
-- @tparam ses.cli.Node node
-- @tparam function visit
function tree.walk(node, visit)
  visit(node)
  for _, below in ipairs(node.nodes) do tree.walk(below, visit) end
end

return tree
