-- To whom any Lua code finds: here the addresses in people.jsonl, by the cities that have an evening.
--
--   ses campaign run examples/audiences/rows.lua --dry-run
local json = require "ses.model.json"

local folder = ...

local EVENINGS = { London = "Friday", Wien = "Saturday" }

local function guests()
  for line in io.lines(folder .. "/people.jsonl") do
    local person = assert(json.decode(line))
    local evening = EVENINGS[person.address.city]
    if evening then coroutine.yield { email = person.email, name = person.name, evening = evening } end
  end
end

return {
  name = "evenings-rows",
  audience = { rows = function() return coroutine.wrap(guests) end, name = "name" },
  message = {
    from = "letters@lantern.example",
    subject = "{{evening}} evening",
    text = "Dear {{name}},\n\ncome on {{evening}}.\n",
  },
}
