--- Faults that a test asks for: the emulator answers late, wrongly or not at all.
-- @module ses.emulator.faults
local errors = require "ses.errors"
local suggest = require "ses.suggest"

local faults = {}

local KINDS = {
  operation = "string", match = "string", status = "number", code = "string", message = "string",
  body = "string", headers = "table", count = "number", skip = "number", probability = "number",
  delay_ms = "number", close = "boolean", processed = "boolean", entry_status = "string", seed = "number",
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
  if not (wanted.status or wanted.delay_ms or wanted.close or wanted.entry_status) then
    return fault("status", "is missing: a fault has a status, a delay_ms, close or an entry_status")
  end
  return true
end

--- Adds a fault.
--
-- `operation` AWS's name, that of an operation of SQS too, or "*" for all of SES (the default) · `match` only
-- requests whose body holds this text · `status`, `code`, `message` the error to answer with; the operation is then not
-- performed · `processed` true: it is performed all the same, as when a proxy fails behind SES · `body`, `headers`
-- of the answer, such as a proxy's HTML or Retry-After · `delay_ms` wait before the answer ·
-- `close` perform the operation and close the connection without an answer; with `processed` false it is not
-- performed · `skip` leave so many
-- matching requests alone first · `count` how many requests it is for (without end) · `probability`
-- of each (1) · `seed` of what is drawn for all probabilities from here on.
--
-- `entry_status` makes it a fault of an entry of SendBulkEmail: an entry whose recipients hold `match` gets
-- this status, with `message` where there is one, and is not sent; `skip` and `count` are of entries.
-- @tparam table wanted
-- @treturn ?table the fault, with its `id` and `hits`
-- @treturn ?table an error that names the field
function faults.add(wanted)
  local ok, err = check(wanted)
  if not ok then return nil, err end
  if wanted.seed then math.randomseed(wanted.seed) end
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

-- Whether a fault of the right kind is due now.
local function is_due(entry, body)
  if entry.count and entry.hits >= entry.count then return false end
  if entry.match and not (body and body:find(entry.match, 1, true)) then return false end
  if entry.skip and entry.skip > 0 then
    entry.skip = entry.skip - 1
    return false
  end
  return not entry.probability or math.random() < entry.probability
end

local function take(is_meant, text)
  for _, entry in ipairs(list) do
    if is_meant(entry) and is_due(entry, text) then
      entry.hits = entry.hits + 1
      return entry
    end
  end
  return nil
end

--- The first fault that this request is due, counted as hit.
-- @tparam string operation
-- @tparam ?string body
-- @treturn ?table
function faults.take(operation, body)
  return take(function(entry)
    return not entry.entry_status and (entry.operation == "*" or entry.operation == operation)
  end, body)
end

--- The first fault that this request of SQS is due, counted as hit; it must name the operation. Of such a fault
-- `status`, `code` and `message` count.
-- @tparam string operation
-- @tparam ?string body
-- @treturn ?table
function faults.take_of_queue(operation, body)
  return take(function(entry) return entry.operation == operation and entry.status ~= nil end, body)
end

--- The first fault that this entry of a bulk send is due, counted as hit.
-- @tparam table destination its Destination
-- @treturn ?table
function faults.take_entry(destination)
  if not list[1] then return nil end
  local recipients = {}
  for _, field in ipairs { "ToAddresses", "CcAddresses", "BccAddresses" } do
    for _, text in ipairs(destination[field] or {}) do recipients[#recipients + 1] = text end
  end
  return take(function(entry) return entry.entry_status ~= nil end, table.concat(recipients, "\n"))
end

return faults
