--- Attributes of the account: a value under a name.
-- @module ses.emulator.attributes
local json = require "ses.model.json"
local store = require "ses.emulator.store"

local attributes = {}

--- The value of an attribute.
-- @tparam string name
-- @return nil where it was never put
function attributes.get(name)
  local row = store.row("SELECT value FROM attributes WHERE name = ?", name)
  if row then return json.decode(row.value) end
  return nil
end

--- Keeps a value.
-- @tparam string name
-- @param value anything that JSON can say
function attributes.put(name, value)
  store.run([[INSERT INTO attributes (name, value) VALUES (?, ?)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value]], name, json.encode(value))
end

return attributes
