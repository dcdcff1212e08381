--- The completion of `ses` for bash.
--
-- The script is one function that is the same for all commands, and tables of theirs. Words are looked up by the
-- command they belong to: "campaign run --limit" is an option, "campaign run 1" the first argument, "campaign run *"
-- each that follows. What is in no table takes no value.
-- @module ses.cli.completion.bash
local args = require "ses.cli.args"
local tree = require "ses.cli.tree"

local bash = {}

-- Holds for bash 3.2, which macOS has: no mapfile, no compopt.
local HEAD = [[
# Completion of ses for bash, made by: ses completion bash
# shellcheck shell=bash
]]

local BODY = [==[
# Fills COMPREPLY with what of a list begins as the word does.
_ses_reply() {
    local found
    while IFS= read -r found; do COMPREPLY+=("$found"); done < <(compgen "$@")
}

_ses_value() {
    case $1 in
    file) compopt -o filenames 2>/dev/null; _ses_reply -f -- "$2" ;;
    folder) compopt -o filenames 2>/dev/null; _ses_reply -d -- "$2" ;;
    text) ;;
    *) _ses_reply -W "$1" -- "$2" ;;
    esac
}

_ses() {
    local word kind commands options command='' option='' place=0 bare='' helping='' i
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $word == [=:]* ]]; then
            # bash takes --name=value, and what has a colon, as several words.
            [[ -n $option ]] || i=$((i + 1))
        elif [[ -n $option ]]; then
            option=
        elif [[ $word == -- ]]; then
            bare=1
        elif [[ $word == -?* && -z $bare ]]; then
            _ses_kind "$command $word"
            [[ -z $kind ]] || option=$word
        elif [[ -z $command && $word == help ]]; then
            helping=1
        else
            _ses_commands "$command"
            if [[ $place == 0 && " $commands " == *" $word "* ]]; then
                command="${command:+$command }$word"
            else
                place=$((place + 1))
            fi
        fi
    done
    if [[ -n $option ]]; then
        [[ $cur == = ]] && cur=
        _ses_kind "$command $option"
        _ses_value "$kind" "$cur"
        return
    fi
    [[ $cur == [=:]* || $prev == [=:]* ]] && return
    if [[ $cur == -* && -z $bare$helping && ( -n $command || $place == 0 ) ]]; then
        _ses_options "$command"
        _ses_value "$options" "$cur"
        return
    fi
    _ses_commands "$command"
    if [[ -n $commands && $place == 0 ]]; then
        _ses_value "$commands" "$cur"
        # A script may stand in the place of a command.
        [[ -n $command$helping || ${#COMPREPLY[@]} -gt 0 ]] || _ses_value file "$cur"
    elif [[ -z $command && -z $helping ]]; then
        _ses_value file "$cur"
    elif [[ -z $helping ]]; then
        _ses_kind "$command $((place + 1))"
        [[ -n $kind ]] || _ses_kind "$command *"
        _ses_value "${kind:-text}" "$cur"
    fi
}

complete -F _ses ses
]==]

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

-- What a value is: "file", "folder", the words that it may be, or "text"; nil for a flag.
local function kind_of(option)
  if option.type == "flag" then return nil end
  local words = args.words_of(option)
  if words then return table.concat(words, " ") end
  return args.path_of(option) or "text"
end

-- How a user may write an option; for an argument its place.
local function spellings(option, place)
  if option.positional then return { tostring(place), option.multiple and "*" or nil } end
  return { "--" .. option.name, option.short and "-" .. option.short or nil }
end

local function flags_of(node)
  local flags = {}
  for _, option in ipairs(node.options) do
    if not option.positional then flags[#flags + 1] = "--" .. option.name end
  end
  return table.concat(flags, " ")
end

local function names_of(node)
  local names = {}
  for i, below in ipairs(node.nodes) do names[i] = below.command.name end
  return table.concat(names, " ")
end

-- A shell function that sets `variable` by what it is called with. `rows`: { { words, value }, … }
local function lookup(name, variable, rows)
  local lines = { name .. "() {", "    case $1 in" }
  for _, row in ipairs(rows) do
    lines[#lines + 1] = ("    %s) %s=%s ;;"):format(row[1], variable, quote(row[2]))
  end
  lines[#lines + 1] = ("    *) %s= ;;"):format(variable)
  lines[#lines + 1] = "    esac"
  lines[#lines + 1] = "}\n"
  return table.concat(lines, "\n")
end

-- The rows of `lookup` for the options and arguments that take a value, those with the same kind in one.
local function kind_rows(root)
  local rows, by_kind = {}, {}
  tree.walk(root, function(node)
    local place, command = 0, table.concat(node.words, " ")
    for _, option in ipairs(node.options) do
      if option.positional then place = place + 1 end
      local kind = kind_of(option)
      for _, word in ipairs(kind and spellings(option, place) or {}) do
        if not by_kind[kind] then
          by_kind[kind] = { {}, kind }
          rows[#rows + 1] = by_kind[kind]
        end
        table.insert(by_kind[kind][1], quote(command .. " " .. word))
      end
    end
  end)
  for _, row in ipairs(rows) do row[1] = table.concat(row[1], " | \\\n    ") end
  return rows
end

--- The script.
-- @tparam ses.cli.Node root
-- @treturn string
function bash.script(root)
  local commands, options = {}, {}
  tree.walk(root, function(node)
    local command = quote(table.concat(node.words, " "))
    if #node.nodes > 0 then commands[#commands + 1] = { command, names_of(node) } end
    options[#options + 1] = { command, flags_of(node) }
  end)
  return table.concat({
    HEAD, lookup("_ses_commands", "commands", commands), lookup("_ses_options", "options", options),
    lookup("_ses_kind", "kind", kind_rows(root)), BODY,
  }, "\n")
end

return bash
