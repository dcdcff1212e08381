--- Dedicated IP pools, and the addresses in them. The emulator leases none by itself: POST
-- /_emulator/dedicated-ips does.
-- @module ses.emulator.dedicated_ips
local crud = require "ses.emulator.crud"
local errors = require "ses.emulator.errors"
local resources = require "ses.emulator.resources"

local dedicated_ips = {}

local DEFAULT_POOL = "ses-default-dedicated-pool"

local pool_collection = resources.collection {
  kind = "dedicated-ip-pool", missing = "Dedicated IP pool <%s> does not exist.",
  exists = "Dedicated IP pool <%s> already exists.", limit = 50, full = "Maximum number of dedicated IP pools reached.",
}

local ips = resources.collection {
  kind = "dedicated-ip", missing = "Dedicated IP <%s> does not exist.", exists = "Dedicated IP <%s> already exists.",
}

local function check_pool(value, _, _, entry)
  if entry and entry.value.ScalingMode == "MANAGED" and value.ScalingMode == "STANDARD" then
    return errors.fail("BadRequestException", "A MANAGED pool cannot become a STANDARD one.")
  end
  return true
end

dedicated_ips.pools = crud.operations(pool_collection, {
  name = "PoolName", inside = "DedicatedIpPool", defaults = { ScalingMode = "STANDARD" }, check = check_pool,
})

local function show(entry)
  local ip = entry.value
  return {
    Ip = entry.name, PoolName = ip.pool, WarmupPercentage = ip.warmup,
    WarmupStatus = ip.warmup == 100 and "DONE" or "IN_PROGRESS",
  }
end

--- Leases an address.
-- @tparam string ip
-- @tparam ?string pool the default one, unless given
-- @tparam number now
-- @treturn ?boolean true
-- @treturn ?string what is wrong
function dedicated_ips.lease(ip, pool, now)
  if type(ip) ~= "string" or not ip:find("^%d+%.%d+%.%d+%.%d+$") then return nil, "the ip is no IPv4 address" end
  if pool and not pool_collection:find(pool) then return nil, "there is no such pool" end
  local entry, err = ips:add(ip, { pool = pool or DEFAULT_POOL, warmup = 0 }, now)
  if not entry then return nil, err.message end
  return true
end

--- GetDedicatedIp.
function dedicated_ips.get(params)
  local entry, err = ips:get(params.Ip)
  if not entry then return nil, err end
  return { DedicatedIp = show(entry) }
end

--- GetDedicatedIps.
function dedicated_ips.list(params)
  local pool = params.PoolName
  if pool and pool ~= DEFAULT_POOL then
    local entry, err = pool_collection:get(pool)
    if not entry then return nil, err end
  end
  return ips:list("DedicatedIps", params, {
    default = 100, max = 1000, show = show, wanted = pool and function(entry) return entry.value.pool == pool end,
  })
end

local function changing(change)
  return function(params, context)
    local entry, err = ips:get(params.Ip)
    if not entry then return nil, err end
    local ok
    ok, err = change(entry.value, params)
    if not ok then return nil, err end
    ips:save(entry, context.now)
    return {}
  end
end

--- PutDedicatedIpInPool.
dedicated_ips.put_in_pool = changing(function(ip, params)
  local pool, err = pool_collection:get(params.DestinationPoolName)
  if not pool then return nil, err end
  ip.pool = pool.name
  return true
end)

--- PutDedicatedIpWarmupAttributes.
dedicated_ips.put_warmup = changing(function(ip, params)
  if params.WarmupPercentage < 0 or params.WarmupPercentage > 100 then
    return errors.fail("BadRequestException", "WarmupPercentage must be from 0 to 100.")
  end
  ip.warmup = params.WarmupPercentage
  return true
end)

return dedicated_ips
