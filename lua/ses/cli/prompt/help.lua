--- What `help` says at the prompt.
-- @module ses.cli.prompt.help
local args = require "ses.cli.args"
local keys = require "ses.keys"
local operations = require "ses.services.operations"
local suggest = require "ses.suggest"

local help = {}

local OVERVIEW = [[
An expression shows its values, a statement does its work; what is not complete goes on in the next line.

  client.account:get()
  client.emails:send { from = "a@example.com", to = "b@example.com", subject = "Hello", text = "It is here." }
  for template in client.templates:each() do print(template.template_name) end
  client:call("GetAccount")

Tab completes services, methods, fields and their values. `_` is what was shown last. Ctrl-C ends a line or a call,
Ctrl-D or exit the prompt. `help SERVICE` tells the methods of a service:
]]

local function methods_of(name)
  local rows = {}
  for i, method in ipairs(keys.sorted(operations[name])) do rows[i] = { method, operations[name][method] } end
  return ("client.%s\n\n%s"):format(name, table.concat(args.columns(rows), "\n"))
end

--- The text.
-- @tparam string topic the name of a service; "" for all
-- @treturn string
function help.text(topic)
  local name = topic:gsub("^client%.", "")
  if name == "" then return OVERVIEW .. "\n  " .. table.concat(keys.sorted(operations), "\n  ") end
  if operations[name] then return methods_of(name) end
  return ("there is no service '%s'%s"):format(name, suggest.hint(name, operations))
end

return help
