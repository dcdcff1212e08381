--- The completion of `ses` for zsh: a function for each command, which gives its options to `_arguments`.
-- @module ses.cli.completion.zsh
local args = require "ses.cli.args"
local tree = require "ses.cli.tree"

local zsh = {}

local HEAD = [[
#compdef ses
# Completion of ses for zsh, made by: ses completion zsh
]]

-- A file of a folder in fpath is the body of the function that is named like it.
local TAIL = [==[
if [[ $funcstack[1] == _ses ]]; then
  _ses "$@"
else
  compdef _ses ses
fi
]==]

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

-- A text within a specification, in which brackets and colons have a meaning.
local function escape(text)
  return (text:gsub("[%[%]:\\]", "\\%0"))
end

local ACTIONS = { file = "_files", folder = "_files -/" }

-- ":what it is:how to complete it"
local function value_of(option)
  local action = ACTIONS[args.path_of(option)] or " "
  local words = args.words_of(option)
  if words then action = "(" .. table.concat(words, " ") .. ")" end
  return (":%s:%s"):format(escape(option.value or "VALUE"), action)
end

local function option_spec(option)
  local told = ("[%s]"):format(escape(option.help))
  local is_flag = option.type == "flag"
  local long = "--" .. option.name .. (is_flag and "" or "=")
  local value = is_flag and "" or value_of(option)
  if not option.short then return quote((option.multiple and "*" or "") .. long .. told .. value) end
  return ("'(-%s --%s)'{-%s,%s}%s"):format(option.short, option.name, option.short, long, quote(told .. value))
end

local function argument_spec(option, place)
  if option.multiple then return quote("*" .. value_of(option)) end
  return quote(place .. (option.required and "" or ":") .. value_of(option))
end

local function specs_of(node)
  local specs, place = {}, 0
  for _, option in ipairs(node.options) do
    if option.positional then
      place = place + 1
      specs[#specs + 1] = argument_spec(option, place)
    else
      specs[#specs + 1] = option_spec(option)
    end
  end
  return specs
end

local function name_of(node)
  return table.concat({ "_ses", (table.unpack or unpack)(node.words) }, "_")
end

local function call(words)
  return "  _arguments " .. table.concat(words, " \\\n    ")
end

local function leaf(node)
  return table.concat({ name_of(node) .. "() {", call(specs_of(node)), "}\n" }, "\n")
end

-- A script may stand in the place of a command of `ses`, and takes files for all that is known.
local function branch(node)
  local specs = specs_of(node)
  table.insert(specs, 1, "-C")
  specs[#specs + 1] = "'1: :->command'"
  specs[#specs + 1] = "'*:: :->rest'"
  local is_root = #node.words == 0
  local lines = {
    name_of(node) .. "() {", "  local curcontext=$curcontext state line", "  typeset -A opt_args", call(specs),
    "  case $state in", "  command)", "    local -a commands=(",
  }
  local function add(line) lines[#lines + 1] = line end
  for _, below in ipairs(node.nodes) do
    add("      " .. quote(below.command.name .. ":" .. escape(below.command.summary)))
  end
  add "    )"
  add("    _describe -t commands command commands" .. (is_root and " || _files -g '*.lua'" or ""))
  add "    ;;"
  add "  rest)"
  add "    case $line[1] in"
  for _, below in ipairs(node.nodes) do add(("    %s) %s ;;"):format(below.command.name, name_of(below))) end
  if is_root then add "    *) _files ;;" end
  add "    esac"
  add "    ;;"
  add "  esac"
  add "}\n"
  return table.concat(lines, "\n")
end

-- `ses help` takes the words that `ses` takes.
local function body(node)
  if node.title == "ses help" then return "_ses_help() {\n  _ses\n}\n" end
  return #node.nodes > 0 and branch(node) or leaf(node)
end

--- The script, for a folder in fpath and for `source`.
-- @tparam ses.cli.Node root
-- @treturn string
function zsh.script(root)
  local parts = { HEAD }
  tree.walk(root, function(node) parts[#parts + 1] = body(node) end)
  parts[#parts + 1] = TAIL
  return table.concat(parts, "\n")
end

return zsh
