--- The `ses` command: finds the command that is meant, parses its arguments, runs it, and turns what
-- comes back into an exit status and at most one line on stderr.
--
-- A command is a module `ses.cli.<name>` that returns
--
--     {
--       name = "send", summary = "send one message",      -- summary: one line, no full stop
--       usage = "More text for its help.",                  -- optional, under the usage line; a paragraph
--                                                           -- of examples is indented by two spaces
--       options = { … },                                   -- see ses.cli.args
--       interrupts = "raise",                               -- optional, see below
--       run = function(parsed) return 0 end,
--     }
--
-- or, where it has commands of its own (`ses campaign run`), `commands = { {…}, … }` in the place of
-- `options` and `run`, each entry of the same form.
--
-- `run` returns an exit status (none is 0), or nil and an error: one made by `args.fault` is a misuse
-- (status 2), any other a failure (status 1).
--
-- Ctrl-C: a command polls `ses.runtime.interrupted()` and ends in its own time, unless it says
-- `interrupts = "raise"`; then the first Ctrl-C raises an error out of whatever runs, and the status is
-- 130.
-- @module ses.cli
local args = require "ses.cli.args"
local output = require "ses.cli.output"
local suggest = require "ses.suggest"

local cli = {}

cli.OK, cli.FAILED, cli.MISUSED, cli.INTERRUPTED = 0, 1, 2, 130

--- The commands in the order of the help text. The summary stands here too, so that `ses help` loads
-- none of them.
cli.commands = {
  { name = "send", summary = "send one message" },
  { name = "campaign", summary = "write to everybody in a list, once each" },
  { name = "outbox", summary = "what is in an outbox of nginx, and in doubt there" },
  { name = "identity", summary = "domains and addresses to send from, and their DNS records" },
  { name = "template", summary = "templates of SES out of folders: store, compare, preview them" },
  { name = "events", summary = "bounces, complaints and the other events of SES, as they come" },
  { name = "doctor", summary = "look whether mail can be sent, and what to do where it cannot" },
  { name = "call", summary = "call any SES v2 operation with AWS's own JSON" },
  { name = "prompt", summary = "try things out: a prompt with a client that is ready" },
  { name = "emulator", summary = "run SES v2 on this machine, with an inbox in the browser" },
  { name = "completion", summary = "print what completes ses in bash or zsh" },
  { name = "help", summary = "show help, of a command or of all" },
  { name = "version", summary = "show the version" },
}

local function runtime()
  local found, module = pcall(require, "ses.runtime")
  return found and module or nil
end

-- The Debian package and the rock of the modules that ses needs from others.
local PARTS = {
  ["cjson"] = { "lua-cjson", "lua-cjson" },
  ["lpeg"] = { "lua-lpeg", "lpeg" },
  ["luasql.sqlite3"] = { "lua-sql-sqlite3", "luasql-sqlite3" },
  ["luasql.postgres"] = { "lua-sql-postgres", "luasql-postgres" },
}

-- Lua lists every path that it looked at; what is missing, and how to get it, is told instead.
local function missing_part(name)
  local part = PARTS[name]
  if not part then return ("module '%s' not found"):format(name) end
  return ("module '%s' is not installed; install it by: apt-get install %s (or: luarocks install %s)"):format(
    name, part[1], part[2])
end

--- An error as one printable line.
-- @param err anything that was raised or returned
-- @treturn string without line breaks and control characters
function cli.one_line(err)
  local text = type(err) == "string" and err or tostring(err)
  text = text:gsub("module '([^']*)' not found:\n.*", missing_part)
  text = text:gsub("%s*[\r\n]+%s*", " "):gsub("%c", "?")
  return text
end

local function complain(prefix, err)
  io.stdout:flush()
  io.stderr:write(prefix, ": ", cli.one_line(err), "\n")
end

--- The names of all commands.
-- @treturn table a list
function cli.names()
  local names = {}
  for i, command in ipairs(cli.commands) do names[i] = command.name end
  return names
end

--- Loads a command.
-- @tparam string name
-- @treturn ?table the command's module; nil where there is none of this name
function cli.command(name)
  for _, command in ipairs(cli.commands) do
    if command.name == name then return require("ses.cli." .. name) end
  end
  return nil
end

-- The entry of `command.commands` that argv[i] names; nil and a fault where it names none.
local function sub_command(command, title, argv, i)
  local names = {}
  for _, sub in ipairs(command.commands) do
    if sub.name == argv[i] then return sub end
    names[#names + 1] = sub.name
  end
  if argv[i] == nil then
    return nil, args.fault(("say which: %s %s"):format(title, table.concat(names, " | ")))
  end
  local what = argv[i]:sub(1, 1) == "-" and "option" or "command"
  return nil, args.fault(("there is no %s '%s'%s"):format(what, argv[i], suggest.hint(argv[i], names)))
end

--- The help text of a command.
-- @tparam table command
-- @tparam string title how the user calls it, such as "ses campaign run"
-- @treturn string
function cli.help_text(command, title)
  local lines = {}
  local function add(more)
    for _, line in ipairs(more) do lines[#lines + 1] = line end
  end
  if command.commands then
    lines[1] = ("Usage: %s COMMAND …"):format(title)
  else
    lines[1] = "Usage: " .. args.usage_line(title, command.options or {})
  end
  add { "", command.summary:gsub("^%l", string.upper) .. "." }
  if command.usage then add { "", (command.usage:gsub("%s+$", "")) } end
  lines[#lines + 1] = ""
  if command.commands then
    local rows = {}
    for i, sub in ipairs(command.commands) do rows[i] = { sub.name, sub.summary } end
    add(args.columns(rows))
    add { "", ("'%s COMMAND --help' tells more of each."):format(title) }
  else
    add(args.help_lines(command.options or {}))
  end
  return table.concat(lines, "\n") .. "\n"
end

-- Keeps the trace of a raised error for those who ask for it.
local function trace(err)
  if os.getenv "SES_TRACEBACK" and os.getenv "SES_TRACEBACK" ~= "" and type(err) ~= "table" then
    return debug.traceback(tostring(err), 2)
  end
  return err
end

local function was_interrupted(err)
  return type(err) == "string" and err:find("interrupted!", 1, true) ~= nil
end

-- What a raised error means: an interrupt, or a mistake of ours.
local function raised(title, err)
  if was_interrupted(err) then
    complain(title, "interrupted")
    return cli.INTERRUPTED
  end
  if type(err) == "string" and os.getenv "SES_TRACEBACK" then
    io.stderr:write(title, ": ", err, "\n")
  else
    complain(title, err)
  end
  return cli.FAILED
end

local function misused(title, fault)
  local text = tostring(fault)
  if not text:find("did you mean", 1, true) then
    text = ("%s; see '%s --help'"):format(text, title)
  end
  complain(title, text)
  return cli.MISUSED
end

-- What a newcomer meets first, and `ses doctor` knows a remedy of.
local FOR_THE_DOCTOR = { NoCredentials = true, NameResolution = true }

local function told(err)
  if type(err) ~= "table" or not FOR_THE_DOCTOR[err.code] then return err end
  return tostring(err) .. "; 'ses doctor' says what to do"
end

local function run_parsed(command, title, parsed)
  local host = runtime()
  if host and command.interrupts == "raise" then host.raise_interrupts() end
  local ok, status, err = xpcall(command.run, trace, parsed)
  if not ok then return raised(title, status) end
  if status == nil and err ~= nil then
    if args.is_fault(err) then return misused(title, err) end
    complain(title, told(err))
    return cli.FAILED
  end
  if status == false then return cli.FAILED end
  return type(status) == "number" and status or cli.OK
end

--- Runs a command.
-- @tparam table command
-- @tparam string title how the user called it
-- @tparam table argv what stands behind its name
-- @tparam ?table before options that stood before its name
-- @treturn integer exit status
function cli.run(command, title, argv, before)
  if command.commands then
    if argv[1] == "--help" or argv[1] == "-h" then
      output.write(cli.help_text(command, title))
      return cli.OK
    end
    local sub, fault = sub_command(command, title, argv, 1)
    if not sub then return misused(title, fault) end
    local rest = {}
    for i = 2, #argv do rest[#rest + 1] = argv[i] end
    return cli.run(sub, title .. " " .. sub.name, rest, before)
  end
  local all = {}
  for _, list in ipairs { before or {}, argv } do
    for _, text in ipairs(list) do all[#all + 1] = text end
  end
  local parsed, fault = args.parse(command.options or {}, all)
  if not parsed then return misused(title, fault) end
  if parsed.help then
    output.write(cli.help_text(command, title))
    return cli.OK
  end
  return run_parsed(command, title, parsed)
end

-- Options before the command: those of ses itself are taken, those of the client go to the command.
local function take_globals(argv)
  local own, before, i = {}, {}, 1
  while argv[i] and argv[i]:sub(1, 1) == "-" and argv[i] ~= "-" do
    local flag, value = argv[i]:match("^%-%-([^=]+)=?(.*)$")
    local of_client
    for _, option in ipairs(args.client) do of_client = option.name == flag and option or of_client end
    if argv[i] == "--help" or argv[i] == "-h" then
      own.help = true
    elseif argv[i] == "--version" or argv[i] == "-V" or argv[i] == "-v" then
      own.version = true
    elseif argv[i] == "--traceback" then
      own.traceback = true
    elseif of_client then
      before[#before + 1] = argv[i]
      if value == "" and not argv[i]:find("=", 1, true) then
        i = i + 1
        if argv[i] == nil then
          return nil, args.fault(("--%s needs a value: --%s %s"):format(flag, flag, of_client.value))
        end
        before[#before + 1] = argv[i]
      end
    else
      local known = { "help", "version", "traceback", "region", "endpoint", "profile" }
      local hint = flag and suggest.hint(flag, known, "--") or ""
      return nil, args.fault(("there is no option '%s'%s"):format(argv[i], hint))
    end
    i = i + 1
  end
  return own, before, i
end

-- A word that can only be a file: it has a directory or a suffix, or such a file is there.
local function is_script(word)
  if word:find("/", 1, true) or word:find("%.lua$") then return true end
  local file = io.open(word, "rb")
  if file then file:close() end
  return file ~= nil
end

local function help()
  return cli.run(require "ses.cli.help", "ses help", {})
end

-- The prompt for people, the help for programs.
local function without_command(before)
  local prompt = require "ses.cli.prompt"
  if not prompt.is_possible() then return help() end
  return cli.run(prompt, "ses", {}, before)
end

local function dispatch(argv)
  local own, before, i = take_globals(argv)
  if not own then return misused("ses", before) end
  if own.version then return cli.run(require "ses.cli.version", "ses version", {}) end
  local word = argv[i]
  if own.help or word == "-" then return help() end
  if word == nil then return without_command(before) end
  local rest = {}
  for j = i + 1, #argv do rest[#rest + 1] = argv[j] end
  local command = cli.command(word)
  if command then return cli.run(command, "ses " .. word, rest, before) end
  if is_script(word) then
    if #before > 0 then
      return misused("ses", args.fault(before[1] .. " is for commands; a script takes what stands behind it"))
    end
    return require("ses.cli.script").run(argv[0], word, rest, own.traceback)
  end
  return misused("ses", args.fault(("there is no command '%s'%s"):format(
    word, suggest.hint(word, cli.names()))))
end

--- Runs what the command line says.
-- @tparam table argv the words behind `ses`; argv[0] is the program
-- @treturn integer exit status: 0 done, 1 failed, 2 misused, 130 interrupted
function cli.main(argv)
  local ok, status = xpcall(dispatch, trace, argv)
  if not ok then status = raised("ses", status) end
  if status ~= cli.OK then
    io.stdout:flush()
  elseif not output.flush() or output.failure() then
    complain("ses", "cannot write to standard output: " .. output.failure())
    status = cli.FAILED
  end
  return status
end

return cli
