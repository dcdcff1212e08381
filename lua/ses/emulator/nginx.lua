--- Finds an nginx that runs Lua.
-- @module ses.emulator.nginx
local errors = require "ses.errors"
local host = require "ses.emulator.host"

local nginx = {}

-- A normal user's PATH has no sbin on Debian. The last two are OpenResty's.
local PLACES = {
  "/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/local/nginx/sbin/nginx",
  "/usr/local/openresty/nginx/sbin/nginx", "/usr/bin/openresty",
}

-- The Lua module needs the one before it.
local MODULES = { "ndk_http_module.so", "ngx_http_lua_module.so" }

local HOW = "install it by: apt-get install nginx libnginx-mod-http-lua"

local function missing(what)
  return nil, errors.new {
    kind = "client", code = "MissingDependency", message = what .. "; " .. HOW,
  }
end

local function exists(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

local function find_program()
  local path = host.capture("command -v nginx")
  if path and path ~= "" then return path end
  for _, place in ipairs(PLACES) do
    if exists(place) then return place end
  end
  return nil
end

--- Finds the program and the modules that it must load.
-- @tparam ?string program its path, where it is not to be searched for
-- @treturn ?table { program =, modules = list of paths }
-- @treturn ?table an error that names the command which installs what is missing
function nginx.find(program)
  program = program or find_program()
  if not program or not exists(program) then
    return missing("the emulator runs on nginx, which is not installed")
  end
  local build = host.capture(host.quote(program) .. " -V 2>&1")
  if not build then return missing(program .. " does not run") end
  -- OpenResty has the module built in.
  if build:find("ngx_lua", 1, true) or build:find("lua-nginx-module", 1, true) then
    return { program = program, modules = {} }
  end
  local folder = build:match("%-%-modules%-path=(%S+)") or "/usr/lib/nginx/modules"
  local modules = {}
  for i, name in ipairs(MODULES) do
    modules[i] = folder .. "/" .. name
    if not exists(modules[i]) then
      return missing("the emulator runs on nginx's Lua module, which is not installed")
    end
  end
  return { program = program, modules = modules }
end

return nginx
