--- The clients of a worker: one for the same options.
-- @module ses.nginx.clients
local kept = require "ses.nginx.kept"
local ses = require "ses"

local clients = {}

local function is_client(value)
  local meta = getmetatable(value)
  return type(meta) == "table" and meta.__name == "ses.Client"
end

--- The client of these options, made where there is none yet.
-- @tparam ?table options of `ses.client`, or a client, which is given back
-- @treturn ses.Client
-- @treturn[2] nil
-- @treturn[2] ses.Error
function clients.get(options)
  if is_client(options) then return options end
  return kept.by("client", options or {}, ses.client)
end

--- The clients that there are.
-- @treturn table list
function clients.all()
  return kept.all "client"
end

return clients
