--- A campaign's run as a command shows it: progress on the way, the report, and what to do next.
-- @module ses.cli.campaign.job
local args = require "ses.cli.args"
local common = require "ses.cli.campaign.common"
local format = require "ses.campaign.format"
local output = require "ses.cli.output"
local terminal = require "ses.cli.terminal"

local job = {}

local OK, FAILED, INTERRUPTED = 0, 1, 130

local function runtime()
  local found, module = pcall(require, "ses.runtime")
  return found and module or nil
end

--- Ctrl-C so far; elsewhere than in the executable it ends the process by itself.
-- @treturn integer
function job.interrupted()
  local host = runtime()
  return host and host.interrupted() or 0
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
  local display = terminal.is_interactive "stderr" and "progress" or "progress_lines"
  return require("ses.campaign." .. display).new {
    write = function(text)
      io.stderr:write(text)
      io.stderr:flush()
    end,
    clock = require "ses.adapters.clock", colour = terminal.has_colour "stderr", unicode = is_utf8_terminal(),
    width = terminal.width,
  }
end

-- The last line on stderr: how it ended, and the command that goes on.
local function say(parsed, ending, verb)
  io.stderr:write(("ses campaign %s: %s. To %s: %s\n"):format(parsed.command, ending, verb or "go on",
    common.command("run", parsed)))
end

-- What a run that did not reach everybody ends with, and the exit status.
local endings = {}

function endings.interrupted(parsed, result)
  if result.abandoned then
    say(parsed, "quit at once; what was in flight will stand in doubt")
  elseif result.nothing_sent then
    say(parsed, "interrupted before the first mail", "begin")
  else
    say(parsed, "interrupted")
  end
  return INTERRUPTED
end

function endings.stopped(parsed, result)
  say(parsed, "stopped: " .. require("ses.cli").one_line(result.stopped_by):gsub("%.$", ""))
  return FAILED
end

function endings.incomplete(parsed, result)
  say(parsed, ("%d could not be tried"):format(result.counts.pending))
  return FAILED
end

function endings.limited(parsed)
  if not parsed.json then output.write("\nTo go on: ", common.command("run", parsed), "\n") end
  return OK
end

-- → nil where none is asked for | nil, err
local function metrics_file_of(parsed)
  if not parsed.metrics then return nil end
  return require("ses.cli.campaign.metrics_file").new(parsed.metrics, {
    clock = require "ses.adapters.clock",
    warn = function(text) io.stderr:write("ses campaign ", parsed.command, ": ", text, "\n") end,
  })
end

local function client_options(parsed, metrics_file)
  local options = args.client_options(parsed)
  options.metrics = metrics_file and metrics_file.metrics
  return options
end

-- Ten times a second.
local function on_progress(progress, metrics_file)
  return function(tally)
    if progress then progress:update(tally) end
    if metrics_file then metrics_file:update() end
  end
end

local function run_options(parsed, progress, metrics_file)
  return {
    file = parsed.file, journal = parsed.journal, limit = parsed.limit, dry_run = parsed.dry_run,
    test_to = parsed.test_to, retry_failed = parsed.retry_failed, resend_in_doubt = parsed.resend_in_doubt,
    retry_code = parsed.retry_code,
    client = client_options(parsed, metrics_file), interrupted = job.interrupted,
    on_begin = progress and function(name) progress.campaign = name end,
    on_stage = progress and function(text) progress:stage(text) end,
    on_progress = on_progress(progress, metrics_file),
    on_sent = progress and function(tally) progress:finish(tally) end,
  }
end

local function print_test(parsed, result)
  if parsed.json then
    return common.print_json {
      campaign = result.campaign, status = result.status, sent = result.sent, inbox = result.inbox,
    }
  end
  output.write(("%s: %s sent\n"):format(result.campaign, format.many(result.sent, "test mail")))
  if result.inbox then output.write("See the mail: ", result.inbox, "\n") end
end

--- The options of a command that runs a campaign.
job.OPTIONS = {
  { name = "dry-run", type = "flag", help = "do everything but send, and leave no trace" },
  { name = "limit", value = "N", type = "integer", min = 1, help = "write to N recipients at most" },
  common.JOURNAL,
  { name = "no-progress", type = "flag", help = "show no progress on the way" },
  { name = "metrics", value = "PATH", help = "write metrics there (a .prom file) every 5 seconds, for node_exporter" },
  common.JSON,
}

--- Runs a campaign.
-- @tparam table parsed the arguments, and `command`: what the user calls it
-- @treturn integer|nil exit status
-- @treturn ?ses.Error
function job.run(parsed)
  local metrics_file, wrong = metrics_file_of(parsed)
  if wrong then return nil, wrong end
  local progress = progress_of(parsed)
  local result, err = require("ses.campaign").run(run_options(parsed, progress, metrics_file))
  if metrics_file then metrics_file:write() end
  if progress then progress:close(result and result.status or "error", err and err.message) end
  if not result then return nil, err end
  if result.status == "test" then
    print_test(parsed, result)
    return OK
  end
  if result.counts then common.print_result(parsed, result) end
  local ending = endings[result.status]
  return ending and ending(parsed, result) or OK
end

return job
