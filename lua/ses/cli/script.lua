--- `ses script.lua [ARG…]`: runs a Lua script as the stock interpreter does, with ses built in.
-- @module ses.cli.script
local script = {}

local function wants_trace(flag)
  local wish = os.getenv "SES_TRACEBACK"
  return flag or (wish ~= nil and wish ~= "")
end

-- The error as text, as lua.c gives it, with the trace where it is wanted.
local function handler(traced)
  return function(err)
    local text = err
    if type(err) ~= "string" then
      local meta = getmetatable(err)
      if type(err) == "number" or (type(meta) == "table" and meta.__tostring) then
        text = tostring(err)
      else
        text = ("(error object is a %s value)"):format(type(err))
      end
    end
    return traced and debug.traceback(text, 2) or text
  end
end

local function report(text, traced)
  local cli = require "ses.cli"
  io.stdout:flush()
  io.stderr:write("ses: ", traced and text or cli.one_line(text), "\n")
end

-- Lua's own message names the file twice: "cannot open x.lua: No such file", "x.lua:3: …".
local function load_script(path)
  local file, reason = io.open(path, "rb")
  if not file then return nil, "cannot open script " .. reason end
  file:close()
  return loadfile(path)
end

--- Runs a script. `arg` is set as the stock interpreter sets it: arg[0] the script, arg[1] … its
-- arguments, arg[-1] the program; the arguments are the chunk's `...` too.
-- @tparam ?string program the name by which ses was called
-- @tparam string path the script's file; a first line that begins with # is skipped
-- @tparam table argv its arguments
-- @tparam ?boolean traceback whether an error shows where it came from
-- @treturn integer exit status: 0, 1 for an error, 130 for an interrupt
function script.run(program, path, argv, traceback)
  local traced = wants_trace(traceback)
  local chunk, reason = load_script(path)
  if not chunk then
    report(reason, false)
    return 1
  end
  local all = { [0] = path, [-1] = program or "ses" }
  for i, text in ipairs(argv) do all[i] = text end
  _G.arg = all
  local found, runtime = pcall(require, "ses.runtime")
  if found then runtime.raise_interrupts() end
  local unpack = table.unpack or unpack
  local ok, err = xpcall(function() chunk(unpack(all)) end, handler(traced))
  if ok then return 0 end
  report(err, traced)
  return err:find("interrupted!", 1, true) and 130 or 1
end

return script
