--- Starts and stops an emulator.
--
--     local launcher = require "ses.emulator.launcher"
--     local emulator = assert(launcher.start { rate = 100 })
--     -- … client with endpoint = emulator.url …
--     emulator.stop()
--
-- The emulator is an nginx of its own, of one process, on 127.0.0.1. It ends with the process that
-- started it, however that one ends, unless `detach` is set.
-- @module ses.emulator.launcher
local cjson = require "cjson"
local code = require "ses.emulator.code"
local conf = require "ses.emulator.conf"
local errors = require "ses.errors"
local host = require "ses.emulator.host"
local nginx = require "ses.emulator.nginx"
local settings = require "ses.emulator.settings"

local launcher = {}

-- Nobody else takes a port that often between the look and the bind.
local BIND_ATTEMPTS = 10
local START_TIMEOUT = 20
local STOP_TIMEOUT = 5

local function failed(message)
  return nil, errors.new { kind = "client", code = "EmulatorError", message = message }
end

-- Not math.random: two processes that were started alike would try the same ports.
local function random(low, high)
  local file = io.open("/dev/urandom", "rb")
  local bytes = file and file:read(4) or "\1\2\3\4"
  if file then file:close() end
  local a, b, c, d = bytes:byte(1, 4)
  return low + (((a * 256 + b) * 256 + c) * 256 + d) % (high - low + 1)
end

-- The folder that nginx runs in, as an absolute path: the data directory, or a temporary one.
local function prepare_folder(data)
  local command
  if data then
    local word = host.quote(data:sub(1, 1) == "-" and "./" .. data or data)
    command = ("umask 077 && mkdir -p %s && cd %s && pwd -P"):format(word, word)
  else
    command = 'mktemp -d "${TMPDIR:-/tmp}/ses-emulator.XXXXXX"'
  end
  local folder = host.capture(command)
  if not folder or folder == "" then
    return failed(data and "the data directory cannot be made: " .. data
      or "no temporary directory can be made")
  end
  if not host.succeeds("mkdir -p " .. host.quote(folder .. "/tmp")) then
    return failed("the data directory cannot be written to: " .. folder)
  end
  return folder
end

-- A second nginx on the same database would count and throttle for itself.
local function check_unused(folder)
  local pid = (host.read_file(folder .. "/nginx.pid") or ""):match("%d+")
  local line = pid and host.read_file("/proc/" .. pid .. "/cmdline")
  if line and host.identity(pid) and line:gsub("%z", " "):find(folder, 1, true) then
    return failed(("another emulator (process %s) runs in %s"):format(pid, folder))
  end
  return true
end

local function remove_folder(folder)
  host.succeeds("rm -rf -- " .. host.quote(folder))
end

local function write_files(run, found, place)
  local options = run.options
  local text = conf.render {
    listen = options.bind .. ":" .. run.port, daemon = true, modules = found.modules,
    lua_path = place.lua_path, lua_cpath = place.lua_cpath,
  }
  local worker = {
    access_key_id = options.access_key_id, secret_access_key = options.secret_access_key,
    verify = options.verify, region = options.region, rate = options.rate, daily = options.daily,
    sandbox = options.sandbox, identities = #options.identities > 0 and options.identities or nil,
    verify_after = options.verify_after, job_seconds = options.job_seconds, url = run.url, temporary = run.temporary,
    owner = not options.detach and { pid = run.owner, identity = host.identity(run.owner) } or nil,
  }
  os.remove(run.folder .. "/started")
  local ok, reason = host.write_file(run.folder .. "/nginx.conf", text)
  if ok then ok, reason = host.write_file(run.folder .. "/settings.json", cjson.encode(worker)) end
  if not ok then return failed(reason) end
  return true
end

-- The first lines that nginx wrote, for an error message.
local function complaint(folder)
  for _, name in ipairs { "start.log", "error.log" } do
    local text = host.read_file(folder .. "/" .. name) or ""
    local line = text:match("%[emerg%] ([^\n]+)") or text:match("%[error%] ([^\n]+)")
      or text:match("%[alert%] ([^\n]+)")
    if line then return line end
  end
  return "see " .. folder .. "/error.log"
end

-- The Debian packages of what nginx's Lua loads besides our own.
local PACKAGES = {
  ["luasql.sqlite3"] = "lua-sql-sqlite3", ["cjson"] = "lua-cjson", ["lpeg"] = "lua-lpeg",
  ["resty.core"] = "lua-resty-core",
}

local function not_started(run)
  local reason = complaint(run.folder)
  local package = PACKAGES[reason:match("module '([%w.]+)' not found")]
  if package then
    return errors.new {
      kind = "client", code = "MissingDependency",
      message = ("the emulator needs a part that is not installed; install it by: apt-get install %s"):format(package),
    }
  end
  local taken = reason:find("bind() to", 1, true) ~= nil
  local _, err = failed(taken and ("port %d is taken"):format(run.port) or "nginx does not start: " .. reason)
  return err, taken
end

-- Starts nginx once. Its first process ends when the sockets are bound.
-- @return true | nil, error, whether the port was taken
local function start_once(run, found, place)
  run.url = ("http://%s:%d"):format(run.options.bind, run.port)
  local ok, err = write_files(run, found, place)
  if not ok then return nil, err end
  local folder = host.quote(run.folder)
  local command = ("%s -p %s -e error.log -c nginx.conf >%s/start.log 2>&1 </dev/null"):format(
    host.quote(found.program), folder, folder)
  if host.succeeds(command) then return true end
  return nil, not_started(run)
end

local function start_somewhere(run, found, place)
  if run.options.port ~= 0 then
    run.port = run.options.port
    return start_once(run, found, place)
  end
  local ok, err, taken
  for _ = 1, BIND_ATTEMPTS do
    run.port = host.free_port(random)
    ok, err, taken = start_once(run, found, place)
    if ok or not taken then break end
  end
  return ok, err
end

local function is_running(run)
  return run.pid ~= nil and host.identity(run.pid) == run.identity
end

local function signal(run, name)
  if is_running(run) then host.succeeds(("kill -%s %d 2>/dev/null"):format(name, run.pid)) end
end

local function stop(run)
  if run.stopped then return true end
  run.stopped = true
  signal(run, "TERM")
  local gone = host.wait_for(STOP_TIMEOUT, function() return not is_running(run) end)
  if not gone then
    signal(run, "KILL")
    host.wait_for(STOP_TIMEOUT, function() return not is_running(run) end)
  end
  if run.temporary then remove_folder(run.folder) end
  return true
end

-- The worker writes "ok", or why it cannot work.
local function await_worker(run)
  local state = host.wait_for(START_TIMEOUT, function()
    run.pid = run.pid or tonumber((host.read_file(run.folder .. "/nginx.pid") or ""):match("%d+"))
    run.identity = run.identity or (run.pid and host.identity(run.pid))
    local text = host.read_file(run.folder .. "/started")
    return run.identity and text and text:match("^(.+)\n$")
  end)
  if state == "ok" then return true end
  local reason = state or complaint(run.folder)
  if run.pid then stop(run) end
  return failed("the emulator does not start: " .. reason)
end

local function handle(run)
  return {
    url = run.url, port = run.port, pid = run.pid, folder = run.folder,
    access_key_id = run.options.access_key_id, secret_access_key = run.options.secret_access_key,
    stop = function() return stop(run) end,
    running = function() return is_running(run) end,
  }
end

local function start(run, found, place)
  local ok, err = check_unused(run.folder)
  if ok then ok, err = start_somewhere(run, found, place) end
  if ok then ok, err = await_worker(run) end
  if not ok then return nil, err end
  return handle(run)
end

--- Starts an emulator.
-- @tparam ?table options
--   `port` 0 for any free one; `bind` "127.0.0.1"; `data` the directory of its state (none: a temporary
--   one, removed at the stop); `rate` MaxSendRate in recipients a second (500; 1 in the sandbox);
--   `daily` Max24HourSend (1,000,000; 200 in the sandbox; -1 for no limit); `sandbox` false;
--   `access_key_id`, `secret_access_key` the credentials that it takes; `verify` true: signatures are
--   checked; `region` the only region that a signature may be scoped to (any); `identities` list of
--   addresses and domains that are verified from the start; `verify_after` seconds until a new identity
--   is verified by itself (never); `job_seconds` that an import or export job takes (1); `detach` false:
--   it outlives this process; `nginx` path of the program
-- @treturn ?table { url =, port =, pid =, folder =, access_key_id =, secret_access_key =,
--   stop = function() that returns when it has ended, running = function() → boolean }
-- @treturn ?table an error that says what is missing or wrong
function launcher.start(options)
  local resolved, err = settings.resolve(options or {})
  if not resolved then return nil, err end
  local found, place, folder
  found, err = nginx.find(resolved.nginx)
  if not found then return nil, err end
  place, err = code.find()
  if not place then return nil, err end
  if resolved.port ~= 0 and host.is_listening(resolved.port) then
    return failed(("port %d is taken"):format(resolved.port))
  end
  folder, err = prepare_folder(resolved.data)
  if not folder then return nil, err end
  local run = {
    options = resolved, folder = folder, temporary = resolved.data == nil, owner = host.pid(),
  }
  local started
  started, err = start(run, found, place)
  if not started and run.temporary then remove_folder(folder) end
  return started, err
end

return launcher
