-- An emulator of its own for a spec, and what its inbox holds.
local json = require "ses.model.json"
local launcher = require "ses.emulator.launcher"
local process = require "spec.support.process"

local inbox = {}

-- Starts an emulator. Options as for launcher.start. → { url =, env = (for a program that is to use it),
-- client = (options of `ses.client` for it), message(id), messages(), count(), stop() }
function inbox.start(options)
  local started, err = launcher.start(options or {})
  assert(started, tostring(err))
  local emulator = {
    url = started.url,
    env = {
      AWS_ENDPOINT_URL_SESV2 = started.url, AWS_REGION = "us-east-1",
      AWS_ACCESS_KEY_ID = started.access_key_id, AWS_SECRET_ACCESS_KEY = started.secret_access_key,
      HOME = "/nonexistent",
    },
    client = {
      endpoint = started.url, region = "us-east-1",
      credentials = { access_key_id = started.access_key_id, secret_access_key = started.secret_access_key },
    },
    stop = started.stop,
  }

  local function get(path)
    return assert(json.decode(process.shell("curl -sSf --noproxy '*' " .. process.quote(started.url .. path))))
  end

  -- The mails, the newest first.
  function emulator.messages() return get("/_emulator/messages?limit=10000").messages end
  -- All of them, however many.
  function emulator.all()
    local all = {}
    repeat
      local page = get("/_emulator/messages?limit=1000&offset=" .. #all).messages
      for _, mail in ipairs(page) do all[#all + 1] = mail end
    until #page == 0
    return all
  end
  -- How often mail has come to each address.
  function emulator.times_come()
    local times = {}
    for _, mail in ipairs(emulator.all()) do times[mail.to[1]] = (times[mail.to[1]] or 0) + 1 end
    return times
  end
  function emulator.message(id) return get("/_emulator/messages/" .. id) end
  -- The next requests meet a fault; see ses.emulator.faults for its fields.
  function emulator.fail(fault)
    process.shell("curl -sSf --noproxy '*' -d " .. process.quote(json.encode(fault)) .. " "
      .. started.url .. "/_emulator/faults")
  end
  -- Sets `rate` and `daily`, either of them.
  function emulator.limits(wanted)
    process.shell("curl -sSf --noproxy '*' -d " .. process.quote(json.encode(wanted)) .. " "
      .. started.url .. "/_emulator/limits")
  end
  function emulator.count() return get("/_emulator/messages?limit=0").total end
  return emulator
end

return inbox
