--- The nginx configuration of the emulator, as text.
--
-- Every path but those of nginx's module and of our Lua is relative to the run directory, which nginx
-- is given as its prefix.
-- @module ses.emulator.conf
local conf = {}

-- As nginx reads a quoted word.
local function quote(text)
  return '"' .. text:gsub('[\\"]', "\\%0") .. '"'
end

local function load_modules(paths)
  local lines = {}
  for i, path in ipairs(paths) do lines[i] = ("load_module %s;"):format(quote(path)) end
  return table.concat(lines, "\n")
end

-- One process: the state is one SQLite connection, and its lifetime is its pid's.
-- The body is kept in memory so that a signature is made over it without reading a file; SES takes
-- 40 MB of message, which base64 makes 54 MB.
local TEMPLATE = [[
{modules}
daemon {daemon};
master_process off;
worker_rlimit_nofile 8192;
pid nginx.pid;
error_log error.log warn;

events {
  worker_connections 4096;
}

http {
  access_log off;
  server_tokens off;
  default_type application/json;
  client_body_temp_path tmp/body;
  proxy_temp_path tmp/proxy;
  fastcgi_temp_path tmp/fastcgi;
  uwsgi_temp_path tmp/uwsgi;
  scgi_temp_path tmp/scgi;

  client_max_body_size 64m;
  client_body_buffer_size 64m;
  client_body_in_single_buffer on;
  large_client_header_buffers 8 64k;
  ignore_invalid_headers off;
  merge_slashes off;
  keepalive_timeout 300s;
  keepalive_requests 10000000;
  tcp_nodelay on;

  lua_package_path {lua_path};
  lua_package_cpath {lua_cpath};
  init_by_lua_block { require("ses.emulator.server").init() }
  init_worker_by_lua_block { require("ses.emulator.server").init_worker() }
  exit_worker_by_lua_block { require("ses.emulator.server").exit_worker() }

  server {
    listen {listen} backlog=1024;
    server_name _;
    error_page 413 = @too_large;
    location / {
      content_by_lua_block { require("ses.emulator.server").handle() }
    }
    location @too_large {
      content_by_lua_block { require("ses.emulator.server").too_large() }
    }
  }
}
]]

--- Renders the configuration.
-- @tparam table options
--   `listen` "127.0.0.1:8009"; `daemon` boolean; `modules` list of paths for load_module;
--   `lua_path`, `lua_cpath` search paths in Lua's form
-- @treturn string
function conf.render(options)
  local values = {
    modules = load_modules(options.modules), daemon = options.daemon and "on" or "off",
    listen = options.listen, lua_path = quote(options.lua_path .. ";;"),
    lua_cpath = quote(options.lua_cpath .. ";;"),
  }
  return (TEMPLATE:gsub("{([%l_]+)}", values))
end

return conf
