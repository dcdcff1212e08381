--- Command-line arguments, parsed by a description that the help text is made from as well.
--
-- A description is a list of options, each
--
--     { name = "dry-run", type = "flag", help = "send nothing" }
--     { name = "rate", value = "N", type = "number", min = 0, help = "messages a second" }
--     { name = "to", value = "ADDRESS", multiple = true, help = "a recipient; may be repeated" }
--     { name = "output", short = "o", value = "FILE", default = "-", help = "where to write" }
--     { name = "format", value = "FORMAT", choices = { "text", "json" }, help = "…" }
--
-- and of positional arguments, in their order:
--
--     { positional = "file", value = "FILE", required = true, help = "the campaign file" }
--     { positional = "rest", value = "ARG", multiple = true }        -- takes all that are left
--
-- `type` is "string" (the default), "integer", "number" or "flag". `required` holds for options too. A value that is
-- called FILE, OUT or PATH is a file, one called DIR a folder, which shells complete; `path = "file"` or "folder" says
-- it of another. `words`, a function that gives a list, has shells complete what is too much for the help to list.
-- @module ses.cli.args
local duration = require "ses.duration"
local suggest = require "ses.suggest"

local args = {}

local Fault = { __name = "ses.cli.Fault" }
Fault.__index = Fault
function Fault:__tostring() return self.message end

--- A misuse of the command line: a command that returns it (behind a nil) ends with one line on stderr
-- and exit status 2.
-- @tparam string message
function args.fault(message)
  return setmetatable({ message = message }, Fault)
end

--- Whether `value` was made by `args.fault`.
function args.is_fault(value)
  return getmetatable(value) == Fault
end

--- The seconds that an option's length of time means.
-- @tparam table parsed the arguments
-- @tparam string name of the option
-- @treturn ?number nil where it was not given
-- @treturn ?table a fault that names it
function args.seconds(parsed, name)
  local text = parsed[name:gsub("-", "_")]
  if not text then return nil end
  local seconds, reason = duration.parse(text)
  if not seconds then return nil, args.fault(("--%s %s"):format(name, reason)) end
  return seconds
end

--- The options of every command that talks to SES; `args.client_options` gives what they say.
args.client = {
  { name = "region", value = "REGION", help = "the AWS region" },
  { name = "endpoint", value = "URL", help = "another endpoint than AWS's, such as the emulator's" },
  { name = "profile", value = "NAME", help = "a profile of ~/.aws/config and ~/.aws/credentials" },
}

--- One description of several.
-- @tparam table ... lists of options
-- @treturn table a new list
function args.join(...)
  local all = {}
  for _, list in ipairs { ... } do
    for _, option in ipairs(list) do all[#all + 1] = option end
  end
  return all
end

--- A description with the options of `args.client` behind its own.
-- @tparam table options
-- @treturn table a new list
function args.with_client(options)
  return args.join(options, args.client)
end

--- What parsed arguments say about the client.
-- @tparam table parsed
-- @treturn table options for `ses.client`
function args.client_options(parsed)
  return { region = parsed.region, endpoint = parsed.endpoint, profile = parsed.profile }
end

--- The words that a value may be, as far as they can be listed.
-- @tparam table option
-- @treturn ?table
function args.words_of(option)
  return option.choices or option.words and option.words()
end

local PATHS = { FILE = "file", OUT = "file", PATH = "file", DIR = "folder" }

--- What path the value of an option or argument is.
-- @tparam table option
-- @treturn ?string "file" or "folder"; nil where it is no path
function args.path_of(option)
  if option.choices or option.type == "flag" then return nil end
  return option.path or PATHS[option.value]
end

--- The option that every command has.
args.help = { name = "help", short = "h", type = "flag", help = "show this help" }

local function key_of(option)
  return ((option.name or option.positional):gsub("-", "_"))
end

--- What faults and help call an option or an argument: "--rate", "FILE".
-- @tparam table option
-- @treturn string
function args.label(option)
  return option.name and "--" .. option.name or option.value or option.positional:upper()
end

local function one_of(choices)
  return "one of " .. table.concat(choices, ", ")
end

local function check_number(option, text)
  local number = text:match("^[-+]?[%d.]+[eE]?[-+]?%d*$") and tonumber(text)
  local whole = option.type == "integer"
  if not number or (whole and number % 1 ~= 0) then
    return nil, ("must be %s, not '%s'"):format(whole and "a whole number" or "a number", text)
  end
  if option.min and number < option.min then return nil, "must be at least " .. option.min end
  if option.max and number > option.max then return nil, "must be at most " .. option.max end
  return whole and math.floor(number) or number
end

-- The value that `text` means for the option, or nil and a reason.
local function convert(option, text)
  if option.type == "integer" or option.type == "number" then return check_number(option, text) end
  if option.choices then
    for _, choice in ipairs(option.choices) do
      if choice == text then return text end
    end
    return nil, ("must be %s, not '%s'"):format(one_of(option.choices), text)
  end
  return text
end

-- The same, stored into `parsed`.
local function store(parsed, option, text)
  local value, reason = convert(option, text)
  if value == nil then return nil, args.fault(args.label(option) .. " " .. reason) end
  local key = key_of(option)
  if option.multiple then
    parsed[key] = parsed[key] or {}
    table.insert(parsed[key], value)
  elseif parsed[key] ~= nil then
    return nil, args.fault(args.label(option) .. " is given twice")
  else
    parsed[key] = value
  end
  return true
end

-- The description by what a user may write: "--dry-run", "-o"; and the positional ones in order.
local function index(description)
  local by_flag, names, positionals = {}, { "help" }, {}
  for _, option in ipairs(description) do
    if option.positional then
      positionals[#positionals + 1] = option
    else
      by_flag["--" .. option.name] = option
      names[#names + 1] = option.name
      if option.short then by_flag["-" .. option.short] = option end
    end
  end
  return by_flag, names, positionals
end

-- One flag at argv[i]; returns the index of the last argument that it took.
local function take_flag(parsed, by_flag, names, argv, i)
  local flag, value = argv[i]:match("^(%-%-[^=]+)=(.*)$")
  flag = flag or argv[i]
  local option = by_flag[flag]
  if not option then
    local hint = flag:sub(1, 2) == "--" and suggest.hint(flag:sub(3), names, "--") or ""
    return nil, args.fault(("there is no option '%s'%s"):format(flag, hint))
  end
  if option.type == "flag" then
    if value then return nil, args.fault(flag .. " takes no value") end
    parsed[key_of(option)] = true
    return i
  end
  if not value then
    i = i + 1
    value = argv[i]
    if value == nil then
      return nil, args.fault(("%s needs a value: %s %s"):format(flag, flag, option.value or "VALUE"))
    end
  end
  local ok, fault = store(parsed, option, value)
  return ok and i, fault
end

-- Which positional the next bare argument is for: the last one that is `multiple` takes all the rest.
local function take_positional(parsed, positionals, position, text)
  local option = positionals[position]
  if not option then return nil, args.fault(("'%s' is one argument too many"):format(text)) end
  parsed[#parsed + 1] = text
  local ok, fault = store(parsed, option, text)
  return ok and (option.multiple and position or position + 1), fault
end

local function finish(parsed, description)
  for _, option in ipairs(description) do
    local key = key_of(option)
    if parsed[key] == nil then
      if option.required then return nil, args.fault(args.label(option) .. " is missing") end
      parsed[key] = option.default
    end
  end
  return parsed
end

--- Parses the arguments of one command.
-- @tparam table description see the head of this module
-- @tparam table argv the arguments behind the command's name
-- @treturn ?table by name, with "_" for "-" ("--dry-run" is `dry_run`); a `multiple` one is a list;
--   positional ones also stand at 1, 2, …; `help` is true where --help or -h is among them, and then
--   nothing else was checked
-- @treturn ?table a fault (see `args.fault`)
function args.parse(description, argv)
  local by_flag, names, positionals = index(description)
  local parsed, position, only_positional = {}, 1, false
  local i = 1
  while i <= #argv do
    local text = argv[i]
    local ok, fault = i, nil
    if not only_positional and text == "--" then
      only_positional = true
    elseif not only_positional and (text == "--help" or (text == "-h" and not by_flag["-h"])) then
      return { help = true }
    elseif not only_positional and text:sub(1, 1) == "-" and text ~= "-" then
      ok, fault = take_flag(parsed, by_flag, names, argv, i)
      i = ok or i
    else
      ok, fault = take_positional(parsed, positionals, position, text)
      position = ok or position
    end
    if not ok then return nil, fault end
    i = i + 1
  end
  return finish(parsed, description)
end

local function usage_word(option)
  local word
  if option.positional then
    word = args.label(option)
    if option.multiple then word = word .. "…" end
  elseif option.type == "flag" then
    word = "--" .. option.name
  else
    word = ("--%s %s"):format(option.name, option.value or "VALUE")
  end
  return option.required and word or "[" .. word .. "]"
end

--- The first line of a help text: "ses send --from ADDRESS [--cc ADDRESS] …".
-- @tparam string name the command as the user writes it, such as "ses campaign run"
-- @tparam table description
-- @treturn string one line
function args.usage_line(name, description)
  local words = { name }
  local optional = false
  for _, option in ipairs(description) do
    if option.name and option.required then
      words[#words + 1] = usage_word(option)
    elseif option.name then
      optional = true
    end
  end
  if optional then words[#words + 1] = "[OPTIONS]" end
  for _, option in ipairs(description) do
    if option.positional then words[#words + 1] = usage_word(option) end
  end
  return table.concat(words, " ")
end

--- What is told of an option or argument: its help, its choices, its default.
-- @tparam table option with a `help`
-- @treturn string
function args.told(option)
  local told = { option.help }
  if option.choices then told[#told + 1] = "(" .. one_of(option.choices) .. ")" end
  if option.default ~= nil then told[#told + 1] = ("(default %s)"):format(tostring(option.default)) end
  return table.concat(told, " ")
end

local function left_of(option)
  if option.positional then return args.label(option) end
  local short = option.short and ("-%s, "):format(option.short) or ""
  local value = option.type == "flag" and "" or " " .. (option.value or "VALUE")
  return short .. "--" .. option.name .. value
end

--- Two columns, the left one as wide as its widest entry (30 at most).
-- @tparam table rows each { left, right }
-- @treturn table lines
function args.columns(rows)
  local width = 0
  for _, row in ipairs(rows) do
    if #row[1] <= 30 then width = math.max(width, #row[1]) end
  end
  local lines = {}
  for _, row in ipairs(rows) do
    if #row[1] > width then
      lines[#lines + 1] = "  " .. row[1]
      lines[#lines + 1] = "  " .. (" "):rep(width + 2) .. row[2]
    else
      lines[#lines + 1] = ("  %s%s%s"):format(row[1], (" "):rep(width - #row[1] + 2), row[2])
    end
  end
  return lines
end

--- The lines of a help text that list the arguments and the options.
-- @tparam table description
-- @treturn table lines
function args.help_lines(description)
  local rows = {}
  for _, positional in ipairs { true, false } do
    for _, option in ipairs(description) do
      if (option.positional ~= nil) == positional and option.help then
        rows[#rows + 1] = { left_of(option), args.told(option) }
      end
    end
  end
  rows[#rows + 1] = { left_of(args.help), args.told(args.help) }
  return args.columns(rows)
end

return args
