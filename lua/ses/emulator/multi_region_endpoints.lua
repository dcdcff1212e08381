--- Multi-region endpoints. One is being created as long as an identity is being verified, and is ready at
-- once where identities never are.
-- @module ses.emulator.multi_region_endpoints
local crud = require "ses.emulator.crud"
local errors = require "ses.emulator.errors"
local ids = require "ses.emulator.ids"
local resources = require "ses.emulator.resources"
local timing = require "ses.emulator.timing"

local endpoints = {}

local collection = resources.collection {
  kind = "multi-region-endpoint", missing = "Multi-region endpoint <%s> does not exist.",
  exists = "Multi-region endpoint <%s> already exists.",
}

local operations = crud.operations(collection, {
  name = "EndpointName", created = "CreatedTimestamp", updated = "LastUpdatedTimestamp",
})

local function status_of(entry, now)
  local state = entry.value.state
  if state.settles_at and timing.status(state, now) == "PENDING" then return "CREATING" end
  return "READY"
end

--- CreateMultiRegionEndpoint.
function endpoints.create(params, context)
  local routes = params.Details.RoutesDetails
  if #routes ~= 1 or routes[1].Region == context.region then
    return errors.fail("BadRequestException", "RoutesDetails must name one region, and not this one.")
  end
  local entry, err = collection:add(params.EndpointName, {
    EndpointId = ids.uuid():gsub("%-", ""):sub(1, 10) .. ".h7a", Tags = params.Tags,
    Regions = { context.region, routes[1].Region }, state = timing.pending(context.now),
  }, context.now)
  if not entry then return nil, err end
  return { EndpointId = entry.value.EndpointId, Status = status_of(entry, context.now) }
end

local function show(entry, now)
  local answer = operations:show(entry)
  answer.Status, answer.Routes = status_of(entry, now), {}
  for i, region in ipairs(answer.Regions) do answer.Routes[i] = { Region = region } end
  return answer
end

--- GetMultiRegionEndpoint.
function endpoints.get(params, context)
  local entry, err = operations:find(params)
  if not entry then return nil, err end
  return show(entry, context.now)
end

--- DeleteMultiRegionEndpoint.
function endpoints.delete(params, context)
  local ok, err = operations.delete(params, context)
  if not ok then return nil, err end
  return { Status = "DELETING" }
end

--- ListMultiRegionEndpoints.
function endpoints.list(params, context)
  return collection:list("MultiRegionEndpoints", params, {
    default = 100, max = 1000, show = function(entry) return show(entry, context.now) end,
  })
end

endpoints.operations = operations

return endpoints
