--- Identities from the cache: `client.identities:lookup`.
-- @module ses.services.identity_lookup
local model = require "ses.model"
local names = require "ses.model.names"

local identity_lookup = {}

--- The same as `get` (GetEmailIdentity), out of the cache: a verified identity for `cache_ttl_ms`, one that is
-- missing or not verified for `cache_negative_ttl_ms`. What this client, or another worker of an nginx with the
-- same `cache_dict`, changes is asked for anew.
-- @tparam table params { email_identity = }
-- @tparam ?table options as for any call
-- @treturn table as of `get`
-- @treturn[2] nil
-- @treturn[2] ses.Error code "NotFoundException" where there is none of that name
function identity_lookup:lookup(params, options)
  local name = type(params) == "table" and params.email_identity
  if type(name) ~= "string" then return self:get(params, options) end
  local found, err = self.client.known.identities:get(name, options)
  if not found then return nil, err end
  return names.to_lua(model.operation("GetEmailIdentity").output, found)
end

--- What the cache has done for this client; see `client.templates:cache_stats`.
function identity_lookup:cache_stats()
  return self.client.known.identities:stats()
end

return identity_lookup
