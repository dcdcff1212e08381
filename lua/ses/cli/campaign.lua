--- `ses campaign`: write to everybody in a CSV file, once each.
-- @module ses.cli.campaign
local args = require "ses.cli.args"
local terminal = require "ses.cli.terminal"

local OK, FAILED, INTERRUPTED = 0, 1, 130

local function runtime()
  local found, module = pcall(require, "ses.runtime")
  return found and module or nil
end

-- Ctrl-C so far; elsewhere than in the executable it ends the process by itself.
local function interrupted()
  local host = runtime()
  return host and host.interrupted() or 0
end

local function word(text)
  if text:find("^[%w_./:=@%%+-]+$") then return text end
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

-- The command that goes on with a campaign.
local function command(parsed, extra)
  local words = { "ses campaign run", word(parsed.file) }
  for _, name in ipairs { "journal", "region", "endpoint", "profile" } do
    local value = parsed[name]
    if name == "journal" and value then value = require("ses.campaign.journal").shown(value) end
    if value then words[#words + 1] = "--" .. name .. " " .. word(value) end
  end
  words[#words + 1] = extra
  return table.concat(words, " ")
end

local function is_utf8_terminal()
  for _, name in ipairs { "LC_ALL", "LC_CTYPE", "LANG" } do
    local value = os.getenv(name)
    if value and value ~= "" then return value:lower():find("utf%-?8") ~= nil end
  end
  return false
end

local function progress_of(parsed)
  if parsed.no_progress then return nil end
  return require("ses.campaign.progress").new {
    write = function(text)
      io.stderr:write(text)
      io.stderr:flush()
    end,
    clock = require "ses.adapters.clock", interactive = terminal.is_interactive "stderr",
    colour = terminal.has_colour "stderr", unicode = is_utf8_terminal(), width = terminal.width,
  }
end

local function print_result(parsed, result)
  local report = require "ses.campaign.report"
  if parsed.json then
    local text, reason = require("ses.model.json").encode(report.data(result))
    io.write(text or error(reason, 0), "\n")
  else
    io.write(report.text(result))
  end
  io.stdout:flush()
end

local function say(text, ...)
  io.stderr:write("ses campaign run: ", text:format(...), "\n")
end

-- The closing line of a run that did not reach everybody, and the exit status.
local endings = {}

function endings.interrupted(parsed, result)
  if result.abandoned then
    say("quit at once; what was in flight will stand in doubt. To go on: %s", command(parsed))
  elseif result.nothing_sent then
    say("interrupted before the first mail. To begin: %s", command(parsed))
  else
    say("interrupted. To go on: %s", command(parsed))
  end
  return INTERRUPTED
end

function endings.stopped(parsed, result)
  say("stopped: %s. To go on: %s", require("ses.cli").one_line(result.stopped_by):gsub("%.$", ""), command(parsed))
  return FAILED
end

function endings.incomplete(parsed, result)
  say("%d could not be tried. To go on: %s", result.counts.pending, command(parsed))
  return FAILED
end

function endings.limited(parsed, result)
  if not parsed.json then io.write("\nTo go on: ", command(parsed), "\n") end
  return OK
end

local function run_options(parsed, progress)
  return {
    file = parsed.file, journal = parsed.journal, limit = parsed.limit, dry_run = parsed.dry_run,
    test_to = parsed.test_to, retry_failed = parsed.retry_failed, resend_in_doubt = parsed.resend_in_doubt,
    client = args.client_options(parsed), interrupted = interrupted,
    on_stage = progress and function(text) progress:stage(text) end,
    on_progress = progress and function(tally) progress:update(tally) end,
    on_sent = progress and function(tally) progress:finish(tally) end,
  }
end

local function print_test(parsed, result)
  if parsed.json then
    io.write(require("ses.model.json").encode {
      campaign = result.campaign, status = result.status, sent = result.sent, inbox = result.inbox,
    }, "\n")
    return
  end
  io.write(("%s: %d test %s sent\n"):format(result.campaign, result.sent, result.sent == 1 and "mail" or "mails"))
  if result.inbox then io.write("See the mail: ", result.inbox, "\n") end
end

local function run(parsed)
  if parsed.dry_run and parsed.test_to then
    return nil, args.fault "--dry-run and --test-to exclude each other"
  end
  local progress = progress_of(parsed)
  local result, err = require("ses.campaign").run(run_options(parsed, progress))
  if progress then progress:finish() end
  if not result then return nil, err end
  if result.status == "test" then
    print_test(parsed, result)
    return OK
  end
  if result.counts then print_result(parsed, result) end
  local ending = endings[result.status]
  return ending and ending(parsed, result) or OK
end

local function status(parsed)
  local result, err = require("ses.campaign").status {
    file = parsed.file, journal = parsed.journal, all = parsed.all,
  }
  if not result then return nil, err end
  print_result(parsed, result)
  return OK
end

local FILE = { positional = "file", value = "FILE", required = true, help = "the campaign file" }
local JOURNAL = {
  name = "journal", value = "PATH", help = "another journal than the campaign file names: a path, or postgres://…",
}
local JSON = { name = "json", type = "flag", help = "print the report as JSON" }

return {
  name = "campaign",
  summary = "write to everybody in a CSV file, once each",
  commands = {
    {
      name = "run",
      summary = "begin a campaign, or go on with it",
      usage = [[
A campaign file is Lua that returns a table: the audience, the message, the pace. What becomes of each
recipient is kept in a journal beside it, so that a campaign may be cut off at any moment and run again:
nobody is written to twice. Ctrl-C finishes what is in flight; a second one quits at once.]],
      options = args.with_client {
        FILE,
        { name = "dry-run", type = "flag", help = "do everything but send, and leave no trace" },
        { name = "limit", value = "N", type = "integer", min = 1, help = "write to N recipients at most" },
        { name = "test-to", value = "ADDRESS",
          help = "send the mail of the first recipient (of the first N with --limit) to ADDRESS instead" },
        { name = "retry-failed", type = "flag", help = "write again to those who failed in earlier runs" },
        { name = "resend-in-doubt", type = "flag",
          help = "write again to those in doubt, at the risk of a second mail" },
        JOURNAL,
        { name = "no-progress", type = "flag", help = "show no progress on the way" },
        JSON,
      },
      run = run,
    },
    {
      name = "status",
      summary = "show how a campaign stands, also while it runs",
      options = {
        FILE, JOURNAL, { name = "all", type = "flag", help = "list every row, not just the first ones" }, JSON,
      },
      run = status,
    },
  },
}
