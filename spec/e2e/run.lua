-- One run of the specs of spec/e2e: its client, its names, and what is to be removed at its end.
local core = require "ses.core"
local guard = require "spec.e2e.guard"
local ses = require "ses"
local settings = require "spec.e2e.settings"

local run = {}

local read, reason = settings.read(os.getenv)
run.settings = read or error(reason or "SES_E2E_REGION or SES_E2E_ENDPOINT is not set", 0)

-- In every name that this run makes.
run.id = ("%x-%s"):format(os.time(), (core.random.bytes(4):gsub(".", function(c) return ("%02x"):format(c:byte()) end)))

local names = 0

-- A name that nobody has yet, such as "ses-e2e-64f0-9a3b-1".
function run.name()
  names = names + 1
  return ("ses-e2e-%s-%d"):format(run.id, names)
end

-- An address of the mailbox simulator that is this run's own.
function run.mailbox(name) return ("%s+%s@simulator.amazonses.com"):format(name, run.id) end

function run.client()
  return guard.watch(assert(ses.client {
    region = run.settings.region, endpoint = run.settings.endpoint, rate_limit_rps = run.settings.rate,
  }))
end

local undo = {}

-- Has `remove` called when the specs of a file are over, the last first, whatever becomes of them.
function run.finally(remove) table.insert(undo, 1, remove) end

-- Removes what was made; an error for what could not be removed.
function run.clean_up()
  local failures = {}
  for _, remove in ipairs(undo) do
    local ok, removed, err = pcall(remove)
    if not ok or (not removed and err and err.code ~= "NotFoundException") then
      failures[#failures + 1] = tostring(ok and err or removed)
    end
  end
  undo = {}
  assert(#failures == 0, "left behind: " .. table.concat(failures, "; "))
end

-- Whether an endpoint other than SES has no such operation: the spec is then no failure of ours.
function run.lacks(err)
  return run.settings.endpoint ~= nil and err ~= nil
    and (err.status == 501 or err.code == "UnknownOperationException" or err.code == "NotImplementedException")
end

return run
