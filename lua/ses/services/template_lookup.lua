--- Templates from the cache: `client.templates:lookup`.
-- @module ses.services.template_lookup
local model = require "ses.model"
local names = require "ses.model.names"

local template_lookup = {}

--- The same as `get` (GetEmailTemplate), out of the cache where it has been asked for within `cache_ttl_ms`.
-- A template that is missing is remembered for `cache_negative_ttl_ms`. What this client, or another worker of
-- an nginx with the same `cache_dict`, creates, updates or deletes is asked for anew.
-- @tparam table params { template_name = }
-- @tparam ?table options as for any call
-- @treturn table as of `get`
-- @treturn[2] nil
-- @treturn[2] ses.Error code "NotFoundException" where there is none of that name
function template_lookup:lookup(params, options)
  local name = type(params) == "table" and params.template_name
  if type(name) ~= "string" then return self:get(params, options) end
  local found, err = self.client.known.templates:get(name, options)
  if not found then return nil, err end
  return names.to_lua(model.operation("GetEmailTemplate").output, found)
end

--- What the cache has done for this client.
-- @treturn table { hits =, negative_hits =, misses =, shared = }: `negative_hits` knew that a template is missing,
--   `shared` waited for the answer that another task had asked for
function template_lookup:cache_stats()
  return self.client.known.templates:stats()
end

return template_lookup
