--- Work that one of several processes does for all: whoever comes first does it, and the others wait for what
-- becomes of it.
--
-- What they have in common is a store. A process that dies at its work holds up the others for no longer than its
-- lease; where the store fails, or the work takes longer than they have patience, each does its own.
-- @module ses.pipeline.single_flight
local core = require "ses.core"
local errors = require "ses.errors"
local json = require "ses.model.json"

local single_flight = {}

local SHORTEST_PAUSE, LONGEST_PAUSE = 0.005, 0.1
-- Those who waited hear of a failure for so long.
local FAILURE_SECONDS = 5

-- What of an error is told to other processes: enough to make the same one.
local function write_error(err)
  return json.encode {
    kind = err.kind, code = err.code, message = err.message, source = err.source, tried = err.tried,
    retryable = err.retryable, status = err.status, operation = err.operation,
  }
end

-- Says something of this caller alone, not of the work.
local function is_private(err)
  return err.kind == "cancelled" or err.code == "OperationTimeout" or err.code == "ClientClosed"
end

local function release(flight)
  local store, key = flight.store, flight.key .. ":lock"
  if store:get(key) == flight.owner then store:set(key, nil) end
end

-- Does the work for all. What it raises passes through.
local function lead(flight, job)
  local value = job.read()
  if value ~= nil then
    release(flight)
    return value
  end
  local ok, err
  ok, value, err = pcall(job.work)
  if ok and value == nil and not is_private(err) then
    flight.store:set(flight.key .. ":failure:" .. flight.owner, write_error(err), FAILURE_SECONDS)
  end
  release(flight)
  if not ok then error(value, 0) end
  return value, err
end

local function failure_of(flight, leader)
  local text = flight.store:get(flight.key .. ":failure:" .. tostring(leader))
  local fields = type(text) == "string" and json.decode(text)
  return type(fields) == "table" and errors.new(fields) or nil
end

-- Waits for the leader. → value | nil, err | nil, nil: it left nothing | nil, nil, true: nobody can wait here
local function follow(flight, job, leader, ends)
  local pause = SHORTEST_PAUSE
  while flight.clock.monotonic() < ends do
    local slept, err = flight.clock.sleep(pause)
    if not slept then
      if err.kind == "cancelled" then return nil, err end
      return nil, nil, true
    end
    local value = job.read()
    if value ~= nil then return value end
    if flight.store:get(flight.key .. ":lock") ~= leader then return nil, failure_of(flight, leader) end
    pause = math.min(pause * 1.5, LONGEST_PAUSE)
  end
end

--- Has the work done, here or by another.
-- @tparam table ports `store` that the processes share, `clock` (of ses.ports)
-- @tparam table job `key` in the store; `lease` seconds after which whoever works counts as gone; `patience` seconds
--   that the others wait at most; `deadline` of the monotonic clock, or nil; `read` (function → what another has left
--   in the store, or nil), which must not wait; `work` (function → value, left in the store by then | nil, err)
-- @return what `read` or `work` gave
-- @treturn[2] nil
-- @treturn[2] ses.Error
function single_flight.run(ports, job)
  local store, clock = ports.store, ports.clock
  local flight = { store = store, clock = clock, key = job.key, owner = core.digest.sha256(core.random.bytes(16)) }
  local ends = math.min(clock.monotonic() + job.patience, job.deadline or math.huge)
  repeat
    local value = job.read()
    if value ~= nil then return value end
    local leads = store:set_new(job.key .. ":lock", flight.owner, job.lease)
    if leads then return lead(flight, job) end
    local leader = leads == false and store:get(job.key .. ":lock")
    -- A store that fails; or a leader that ended just now, after whom it is tried again.
    if leads == nil then break end
    if leader then
      local err, alone
      value, err, alone = follow(flight, job, leader, ends)
      if value ~= nil or err then return value, err end
      if alone then break end
    end
  until clock.monotonic() >= ends
  return job.work()
end

return single_flight
