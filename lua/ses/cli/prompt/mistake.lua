--- What went wrong with a line, as one line, with what was meant where that can be told.
-- @module ses.cli.prompt.mistake
local complete = require "ses.cli.prompt.complete"
local operations = require "ses.services.operations"
local service = require "ses.services.service"
local suggest = require "ses.suggest"

local mistake = {}

local function methods()
  local names = {}
  for _, name in ipairs(complete.CLIENT_METHODS) do names[name] = true end
  for _, of_service in pairs(operations) do
    for method in pairs(of_service) do
      names[method] = true
      for _, iterator in ipairs { service.iterator_names(method) } do names[iterator] = true end
    end
  end
  return names
end

local function globals(env)
  local names = { client = true }
  for _, map in ipairs { env, _G } do
    for name in pairs(map) do names[tostring(name)] = true end
  end
  return names
end

-- Lua names what was nil: "attempt to call a nil value (method 'lst')".
local function hint(text, env)
  local kind, name = text:match "a nil value %((%a+) '([%w_]+)'%)"
  if kind == "global" then return suggest.hint(name, globals(env)) end
  if kind == "method" then return suggest.hint(name, methods()) end
  if kind == "field" then return suggest.hint(name, operations) end
  return ""
end

--- Whether it is an interrupt by Ctrl-C.
-- @param err
-- @treturn boolean
function mistake.is_interrupt(err)
  return type(err) == "string" and err:find("interrupted!", 1, true) ~= nil
end

--- The line.
-- @param err what was raised or returned
-- @tparam table env the globals
-- @tparam ?boolean one_line whether it was one line, whose number says nothing
-- @treturn string
function mistake.text(err, env, one_line)
  local text = require("ses.cli").one_line(err)
  if one_line then text = text:gsub("^prompt:1: ", "") end
  return text .. hint(text, env)
end

return mistake
