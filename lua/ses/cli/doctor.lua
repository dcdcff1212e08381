--- `ses doctor`: whether mail can be sent, and what to do where it cannot.
-- @module ses.cli.doctor
local args = require "ses.cli.args"
local output = require "ses.cli.output"

local OK, FAILED = 0, 1

local COLOURS = { ok = "green", warning = "yellow", fault = "red" }

local function line_of(found)
  local what = found.name and found.check .. " " .. found.name or found.check
  return ("%s: %s"):format(what, found.message)
end

local function print_findings(list)
  local cli, terminal = require "ses.cli", require "ses.cli.terminal"
  local colour, count = terminal.has_colour(), { warning = 0, fault = 0, ok = 0 }
  for _, found in ipairs(list) do
    count[found.status] = count[found.status] + 1
    output.write(terminal.paint(COLOURS[found.status], ("%-8s"):format(found.status), colour),
      cli.one_line(line_of(found)), "\n")
    if found.remedy then output.write("         → ", cli.one_line(found.remedy), "\n") end
  end
  local function counted(kind)
    return ("%d %s%s"):format(count[kind], kind, count[kind] == 1 and "" or "s")
  end
  output.write("\n", counted "fault", ", ", counted "warning", "\n")
end

local function examine(parsed)
  local client, err = require("ses").client(args.client_options(parsed))
  if not client then
    local finding = require "ses.observe.doctor.finding"
    return { finding.fault("configuration", tostring(err), "mend the option, variable or profile that is named") }
  end
  local list = require("ses.observe.doctor").examine(client, { from = parsed.from, config_set = parsed.config_set })
  client:close()
  return list
end

return {
  name = "doctor",
  summary = "look whether mail can be sent, and what to do where it cannot",
  usage = [[
Looks at configuration, credentials, clock, connection, the account with its quota, the identities and the
configuration set, by calls that change nothing. The status is 1 where something keeps mail from being sent.

  ses doctor
  ses doctor --from news@example.com --config-set news]],
  interrupts = "raise",
  options = args.with_client {
    { name = "from", value = "SENDER", multiple = true,
      help = "an address or a domain to send from; may be repeated (by default the account's identities)" },
    { name = "config-set", value = "NAME", help = "a configuration set that mail is sent with" },
    { name = "json", type = "flag", help = "print JSON" },
  },
  run = function(parsed)
    local list = examine(parsed)
    local worst = require("ses.observe.doctor.finding").worst(list)
    if parsed.json then
      output.write(require("ses.cli.pretty").json { status = worst, findings = list }, "\n")
    else
      print_findings(list)
    end
    return worst == "fault" and FAILED or OK
  end,
}
