-- One measurement by ses: the JSON { template =, data = } of the file PATH is rendered for SECONDS, the third of that
-- before it not counted.
--
--   lua bench/template/ours.lua PATH SECONDS     renders a second
--   lua bench/template/ours.lua PATH text        the text
local json = require "ses.model.json"
local template = require "ses.template"

local file = assert(io.open(arg[1], "rb"))
local case = assert(json.decode(file:read "*a"))
file:close()
local compiled = assert(template.compile(case.template, { html = true }))

local function rendered(seconds)
  local start, count, taken = os.clock(), 0
  repeat
    for _ = 1, 20 do assert(compiled:render(case.data)) end
    count, taken = count + 20, os.clock() - start
  until taken >= seconds
  return count / taken
end

if arg[2] == "text" then
  io.write((assert(compiled:render(case.data))))
else
  local seconds = tonumber(arg[2])
  rendered(seconds / 3)
  print(rendered(seconds))
end
