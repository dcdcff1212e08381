--- Where the files are that nginx's LuaJIT loads: our Lua, and ses.core built for LuaJIT.
-- @module ses.emulator.code
local errors = require "ses.errors"
local host = require "ses.emulator.host"

local code = {}

local function exists(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

-- The folder that holds ses/emulator/code.lua, from what Lua knows of this very file.
local function own_folder()
  local source = debug.getinfo(1, "S").source
  local folder = source:match("^@(.*)/ses/emulator/code%.lua$")
  if folder and folder:sub(1, 1) ~= "/" then
    local here = host.capture("pwd -P")
    folder = here and here .. "/" .. folder
  end
  return folder
end

-- Where LuaJIT's modules in C may be in an installed tree: beside this Lua's own, which a Debian package has
-- in lib/x86_64-linux-gnu.
local function installed_cores(prefix)
  local list = { prefix .. "/lib/lua/5.1" }
  for folder in package.cpath:gmatch("([^;]*/lua/)5%.%d/%?%.so") do
    if folder:sub(1, #prefix + 5) == prefix .. "/lib/" then list[#list + 1] = folder .. "5.1" end
  end
  return list
end

-- Each { lua = folder of the Lua files, core = folder of ses/core.so }.
local function candidates()
  local list = {}
  local function add_installed(lua, prefix)
    for _, core in ipairs(installed_cores(prefix)) do list[#list + 1] = { lua = lua, core = core } end
  end
  local found, runtime = pcall(require, "ses.runtime")
  if found and runtime.prefix then
    local prefix = runtime.prefix
    list[#list + 1] = { lua = prefix .. "/lua", core = prefix .. "/build/luajit" }
    add_installed(prefix .. "/share/lua/5.1", prefix)
  end
  local folder = own_folder()
  if folder then
    list[#list + 1] = { lua = folder, core = folder:gsub("/[^/]*$", "") .. "/build/luajit" }
    local prefix = folder:match("^(.*)/share/lua/5%.%d$")
    if prefix then add_installed(folder, prefix) end
  end
  return list
end

--- Finds them.
-- @treturn ?table { lua_path =, lua_cpath = } in the form of package.path
-- @treturn ?table an error that says what is missing
function code.find()
  for _, place in ipairs(candidates()) do
    if exists(place.lua .. "/ses/emulator/server.lua") and exists(place.core .. "/ses/core.so") then
      return {
        lua_path = ("%s/?.lua;%s/?/init.lua"):format(place.lua, place.lua),
        lua_cpath = place.core .. "/?.so",
      }
    end
  end
  return nil, errors.new {
    kind = "client", code = "MissingDependency",
    message = "the emulator runs in nginx's LuaJIT and finds no ses/core.so for it; build it by: make",
  }
end

return code
