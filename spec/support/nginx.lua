--- An nginx of its own with its Lua module, for specs: one worker, on a socket in a temporary folder.
local http = require "socket.http"
local ltn12 = require "ltn12"
local process = require "spec.support.process"
local unix = require "socket.unix"

local nginx = {}

local CONF = [[
daemon off;
PROCESSES
error_log FOLDER/error.log warn;
pid FOLDER/nginx.pid;
MODULES
MAIN
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path FOLDER; proxy_temp_path FOLDER; fastcgi_temp_path FOLDER;
  uwsgi_temp_path FOLDER; scgi_temp_path FOLDER;
  client_max_body_size 10m; client_body_buffer_size 10m;
  lua_package_path "ROOT/lua/?.lua;ROOT/lua/?/init.lua;ROOT/?.lua;;";
  lua_package_cpath "ROOT/build/luajit/?.so;;";
  HTTP
}
]]

--- For `nginx.start`: the location /lua runs the Lua that it is sent, and answers what that returns.
nginx.RUNS_LUA = [[
  server {
    listen SOCKET;
    location = /lua {
      content_by_lua_block {
        ngx.req.read_body()
        local run = assert(loadstring(ngx.req.get_body_data()))
        local ok, result = pcall(run)
        ngx.print(ok and tostring(result) or "raised: " .. tostring(result))
      }
    }
  }
]]

--- For `nginx.start` with several workers: the location /worker/N runs in worker N the Lua that it is sent, and
-- answers what that returns; /workers runs it in all of them at once, and answers a line for each.
nginx.RUNS_LUA_IN_WORKER = [[
  lua_shared_dict jobs 1m;
  init_worker_by_lua_block {
    local id, jobs = ngx.worker.id(), ngx.shared.jobs
    local function serve(ended)
      while not ended and not ngx.worker.exiting() do
        local code = jobs:get("job:" .. id)
        if code then
          jobs:delete("job:" .. id)
          local ok, result = pcall(assert(loadstring(code)))
          jobs:set("result:" .. id, (ok and "" or "raised: ") .. tostring(result))
        end
        ngx.sleep(0.002)
      end
    end
    ngx.timer.at(0, serve)
  }
  server {
    listen SOCKET;
    location ~ "^/worker/(?<worker>[0-9]+)$" {
      content_by_lua_block {
        ngx.req.read_body()
        local jobs, id = ngx.shared.jobs, ngx.var.worker
        jobs:set("job:" .. id, ngx.req.get_body_data())
        repeat ngx.sleep(0.002) until jobs:get("result:" .. id)
        ngx.print(jobs:get("result:" .. id))
        jobs:delete("result:" .. id)
      }
    }
    location = /workers {
      content_by_lua_block {
        ngx.req.read_body()
        local jobs, count = ngx.shared.jobs, ngx.worker.count()
        for id = 0, count - 1 do jobs:set("job:" .. id, ngx.req.get_body_data()) end
        for id = 0, count - 1 do
          repeat ngx.sleep(0.002) until jobs:get("result:" .. id)
          ngx.say(jobs:get("result:" .. id))
          jobs:delete("result:" .. id)
        end
      }
    }
  }
]]

--- The directives that load the Lua module, which Debian keeps apart; OpenResty has it built in.
function nginx.load_modules()
  local lines = {}
  for _, name in ipairs { "ndk_http_module", "ngx_http_lua_module" } do
    local path = "/usr/lib/nginx/modules/" .. name .. ".so"
    local file = io.open(path, "rb")
    if file then
      file:close()
      lines[#lines + 1] = "load_module " .. path .. ";"
    end
  end
  return table.concat(lines, "\n")
end

-- A socket of LuaSocket's HTTP client that ignores the address and takes the file.
local function connector(path)
  return function()
    local socket = assert(unix())
    return setmetatable({
      connect = function(_, _) return socket:connect(path) end,
    }, { __index = function(_, name)
      return function(_, ...) return socket[name](socket, ...) end
    end })
  end
end

-- A master that is root would run its workers as nobody, who may not enter the folder.
local function processes(workers)
  if not workers then return "master_process off;" end
  return "worker_processes " .. workers .. ";" .. (process.shell("id -u") == "0" and "\nuser root;" or "")
end

--- Starts nginx. `http_block` is what nginx.conf has in its http block besides; FOLDER in it is a
-- folder that is removed at the end, SOCKET the address to listen on.
-- `options.env` is laid over the environment, and those variables are kept for Lua to read;
-- `options.workers` is the number of workers (one, which is the process itself); `options.main` is what nginx.conf
-- has outside of all blocks besides, `options.prefix` words before the command.
-- `running.post(path, body)` → body, status; `running.error_log()`; `running.signal(name)`; `running.ended()`;
-- `running.stop()`.
function nginx.start(http_block, options)
  local env = options and options.env or {}
  local folder, root = process.folder(), process.shell("pwd")
  local values = {
    FOLDER = folder, ROOT = root, MODULES = nginx.load_modules(),
    SOCKET = "unix:" .. folder .. "/nginx.sock", MAIN = options and options.main or "",
  }
  values.PROCESSES = processes(options and options.workers)
  for name in pairs(env) do values.MAIN = values.MAIN .. "\nenv " .. name .. ";" end
  values.HTTP = http_block:gsub("%f[%u](%u+)%f[%U]", values)
  process.write(folder .. "/nginx.conf", (CONF:gsub("%f[%u](%u+)%f[%U]", values)))
  local argv = {}
  for _, word in ipairs(options and options.prefix or {}) do argv[#argv + 1] = word end
  for _, word in ipairs { "nginx", "-p", folder, "-c", folder .. "/nginx.conf" } do argv[#argv + 1] = word end
  local job = process.start(argv, { env = env })
  local running = { folder = folder, pid = job.pid }
  function running.error_log()
    return process.read(folder .. "/error.log")
  end
  function running.signal(name) job.signal(name) end
  -- Waits until nginx has ended by itself.
  function running.ended()
    job.wait()
    job.is_over = true
  end
  function running.stop()
    if not job.is_over then job.signal "TERM" end
    job.wait()
    job.remove()
    process.remove(folder)
  end
  function running.post(path, body)
    local answer = {}
    local ok, status = http.request {
      url = "http://nginx" .. path, method = "POST", create = connector(folder .. "/nginx.sock"),
      headers = { ["content-length"] = #body }, source = ltn12.source.string(body),
      sink = ltn12.sink.table(answer),
    }
    if not ok then return nil, status end
    return table.concat(answer), status
  end
  process.eventually(function()
    local probe = unix()
    local ok = probe:connect(folder .. "/nginx.sock")
    probe:close()
    if not ok and job.err() ~= "" then error("nginx: " .. job.err(), 0) end
    return ok
  end)
  return running
end

return nginx
