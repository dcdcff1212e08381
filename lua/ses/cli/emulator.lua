--- `ses emulator`: SES v2 on this machine, with an inbox for the browser.
-- @module ses.cli.emulator
local usage = [[
Answers SES v2's API on 127.0.0.1 and shows the mail at the same address in a browser. Runs until
Ctrl-C; with --detach it runs on and is ended by `kill PID`. Without --data it forgets everything at
the end.

  ses emulator
  ses emulator --data emulator --sandbox --verified example.com]]

local options = {
  { name = "port", value = "N", type = "integer", default = 8009, min = 0, max = 65535,
    help = "the port; 0 for any free one" },
  { name = "bind", value = "ADDRESS", default = "127.0.0.1", help = "the address to listen at" },
  { name = "data", value = "DIR", help = "where to keep the state" },
  { name = "rate", value = "N", type = "number", min = 0,
    help = "MaxSendRate, recipients a second (500; 1 in the sandbox)" },
  { name = "daily", value = "N", type = "number", min = -1,
    help = "Max24HourSend, -1 for no limit (1000000; 200 in the sandbox)" },
  { name = "sandbox", type = "flag", help = "refuse senders and recipients that are not verified" },
  { name = "verified", value = "IDENTITY", multiple = true,
    help = "an address or domain that is verified; may be repeated" },
  { name = "verify-after", value = "SECONDS", type = "number", min = 0,
    help = "verify new identities by themselves after so long (never)" },
  { name = "job-seconds", value = "SECONDS", type = "number", min = 0,
    help = "how long an import or export job takes (1)" },
  { name = "access-key-id", value = "ID", help = "the credentials to take" },
  { name = "secret-access-key", value = "KEY", help = "the secret that belongs to it" },
  { name = "only-region", value = "REGION", help = "refuse signatures that are scoped to another region" },
  { name = "no-verify", type = "flag", help = "take requests without checking their signatures" },
  { name = "detach", type = "flag", help = "print where it runs and leave it running" },
}

local function launch(parsed)
  return require("ses.emulator.launcher").start {
    port = parsed.port, bind = parsed.bind, data = parsed.data, rate = parsed.rate, daily = parsed.daily,
    sandbox = parsed.sandbox or false, identities = parsed.verified or {},
    verify_after = parsed.verify_after, job_seconds = parsed.job_seconds,
    access_key_id = parsed.access_key_id, secret_access_key = parsed.secret_access_key,
    region = parsed.only_region, verify = not parsed.no_verify, detach = parsed.detach or false,
  }
end

local function announce(emulator, parsed)
  io.write(("SES emulator at %s\n\n"):format(emulator.url))
  io.write(("  Inbox     %s/\n"):format(emulator.url))
  local state = parsed.data and emulator.folder or "forgotten at the end (keep it by --data DIR)"
  io.write(("  State     %s\n\n"):format(state))
  io.write("  To send to it:\n\n")
  io.write(("    export AWS_ENDPOINT_URL_SESV2=%s AWS_REGION=%s \\\n"):format(emulator.url,
    parsed.only_region or "us-east-1"))
  io.write(("      AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s\n\n"):format(emulator.access_key_id,
    emulator.secret_access_key))
  io.write(parsed.detach and ("To end it: kill %d\n"):format(emulator.pid) or "Ctrl-C ends it.\n")
  io.flush()
end

-- Where the program itself cannot count signals, the wait is what ends early.
local function wait(emulator)
  local host = require "ses.emulator.host"
  local found, runtime = pcall(require, "ses.runtime")
  local core = require "ses.core"
  while emulator.running() do
    if found then
      core.clock.sleep(0.1)
      if runtime.interrupted() > 0 then return true end
    elseif not host.sleep(0.2) then
      return true
    end
  end
  return false
end

local function run(parsed)
  local emulator, err = launch(parsed)
  if not emulator then return nil, err end
  announce(emulator, parsed)
  if parsed.detach then return 0 end
  if wait(emulator) then
    emulator.stop()
    return 0
  end
  io.stderr:write("ses emulator: nginx ended by itself; see " .. emulator.folder .. "/error.log\n")
  return 1
end

return {
  name = "emulator",
  summary = "run SES v2 on this machine, with an inbox in the browser",
  usage = usage,
  options = options,
  run = run,
}
