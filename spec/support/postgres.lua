-- A PostgreSQL server of its own for a spec: a new cluster in a temporary folder, on a socket in it and on
-- nothing else, with the settings that it has by default, so that what it commits is on the disk.
local process = require "spec.support.process"

local postgres = {}

local function capture(command)
  return process.shell(command .. " 2>/dev/null")
end

-- Where the server's programs are; Debian keeps them out of the path.
local function programs()
  local found = capture 'readlink -f "$(command -v initdb)"'
  if found:find "/initdb$" then return found:match "^(.*)/initdb$" end
  found = capture "ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1"
  return found ~= "" and found or nil
end

-- The server refuses to run as root, who lends it another's name.
local function as_user(folder)
  if process.shell "id -u" ~= "0" then return "" end
  process.shell(("chown postgres %s"):format(folder))
  return "setpriv --reuid=postgres --regid=postgres --clear-groups env HOME=" .. folder .. " "
end

--- Why no server can be started here; nil where one can.
function postgres.missing()
  if not programs() then return "PostgreSQL's server is not installed" end
  if not pcall(require, "luasql.postgres") then return "LuaSQL's PostgreSQL driver is not installed" end
  if process.shell "id -u" == "0" and capture "id -u postgres" == "" then
    return "there is no user postgres that the server could run as"
  end
  return nil
end

local function run(command, log)
  local status = process.shell(("( %s ) >>%s 2>&1 </dev/null; echo $?"):format(command, log))
  if status ~= "0" then error(command .. ": " .. process.read(log), 0) end
end

--- Starts a server. → { url(database), restart(seconds down), stop_server(), start_server(), psql(sql),
-- limit_files(pid, bytes), stop() }
function postgres.start()
  local bin, folder = programs(), process.folder()
  process.shell("chmod 755 " .. folder)
  local user = as_user(folder)
  local log, data = folder .. "/log", folder .. "/data"
  local server = { folder = folder }
  local function control(words)
    run(("cd %s && %s%s/pg_ctl -D %s -l %s/server.log %s"):format(folder, user, bin, data, folder, words), log)
  end
  function server.start_server()
    control(("-w -t 60 -o \"-k %s -c listen_addresses='' -c max_connections=100\" start"):format(folder))
  end
  function server.stop_server(mode) control("-w -m " .. (mode or "fast") .. " stop") end
  function server.url(database, parameters)
    return ("postgres://ses@/%s?host=%s%s"):format(database, folder, parameters and "&" .. parameters or "")
  end
  function server.psql(sql, database)
    local command = "PGOPTIONS='-c client_min_messages=error' %s/psql -X -q -A -t -h %s -U ses -d %s -c %s"
    return process.shell(command:format(bin, folder, database or "postgres", process.quote(sql)))
  end
  -- Lets a connection's process, by its number, write no file beyond so many bytes, or "unlimited".
  function server.limit_files(pid, bytes)
    run(("%sprlimit --pid %s --fsize=%s:unlimited"):format(user, pid, bytes), log)
  end
  local n = 0
  -- A new, empty database: its name.
  function server.database()
    n = n + 1
    server.psql("CREATE DATABASE d" .. n)
    return "d" .. n
  end
  function server.stop()
    pcall(server.stop_server, "immediate")
    process.remove(folder)
  end
  local made, err = pcall(function()
    run(("cd %s && %s%s/initdb -D %s -U ses -A trust -E UTF8 --locale=C --no-sync"):format(folder, user, bin, data),
      log)
    server.start_server()
  end)
  if not made then
    server.stop()
    error(err, 0)
  end
  return server
end

return postgres
