--- Faults that a test asks for: the emulator answers late, wrongly or not at all.
-- @module ses.emulator.faults
local errors = require "ses.errors"
local suggest = require "ses.suggest"

local faults = {}

local KINDS = {
  operation = "string", match = "string", status = "number", code = "string", message = "string",
  body = "string", headers = "table", count = "number", skip = "number", probability = "number",
  delay_ms = "number", close = "boolean", processed = "boolean",
}

local list, last_id = {}, 0

local function fault(path, message)
  return nil, errors.validation { { path = path, message = message } }
end

local function check(wanted)
  for name, value in pairs(wanted) do
    if not KINDS[name] then
      return fault(name, "is no field of a fault" .. suggest.hint(name, KINDS))
    end
    if type(value) ~= KINDS[name] then return fault(name, "must be a " .. KINDS[name]) end
  end
  if wanted.status and (wanted.status < 200 or wanted.status > 599) then
    return fault("status", "must be from 200 to 599")
  end
  if wanted.probability and (wanted.probability < 0 or wanted.probability > 1) then
    return fault("probability", "must be from 0 to 1")
  end
  if not (wanted.status or wanted.delay_ms or wanted.close) then
    return fault("status", "is missing: a fault has a status, a delay_ms or close")
  end
  return true
end

--- Adds a fault.
--
-- `operation` AWS's name, or "*" for all (the default) · `match` only requests whose body holds this
-- text · `status`, `code`, `message` the error to answer with; the operation is then not performed ·
-- `processed` true: it is performed all the same, as when a proxy fails behind SES · `body`, `headers`
-- of the answer, such as a proxy's HTML or Retry-After · `delay_ms` wait before the answer ·
-- `close` perform the operation and close the connection without an answer · `skip` leave so many
-- matching requests alone first · `count` how many requests it is for (without end) · `probability`
-- of each (1).
-- @tparam table wanted
-- @treturn ?table the fault, with its `id` and `hits`
-- @treturn ?table an error that names the field
function faults.add(wanted)
  local ok, err = check(wanted)
  if not ok then return nil, err end
  last_id = last_id + 1
  local entry = { id = last_id, hits = 0, operation = "*" }
  for name, value in pairs(wanted) do entry[name] = value end
  list[#list + 1] = entry
  return entry
end

--- Every fault, those that are used up among them.
-- @treturn table
function faults.all() return list end

--- Forgets all of them.
function faults.clear() list = {} end

local function applies(entry, operation, body)
  if entry.count and entry.hits >= entry.count then return false end
  if entry.operation ~= "*" and entry.operation ~= operation then return false end
  if entry.match and not (body and body:find(entry.match, 1, true)) then return false end
  if entry.skip and entry.skip > 0 then
    entry.skip = entry.skip - 1
    return false
  end
  return not entry.probability or math.random() < entry.probability
end

--- The first fault that this request is due, counted as hit.
-- @tparam string operation
-- @tparam ?string body
-- @treturn ?table
function faults.take(operation, body)
  for _, entry in ipairs(list) do
    if applies(entry, operation, body) then
      entry.hits = entry.hits + 1
      return entry
    end
  end
  return nil
end

return faults
