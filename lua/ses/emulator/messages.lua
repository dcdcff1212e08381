--- The mail that was accepted: kept, counted, listed and searched.
-- @module ses.emulator.messages
local json = require "ses.model.json"
local store = require "ses.emulator.store"

local messages = {}

local unpack = table.unpack or unpack

--- The statuses of a message and of each of its recipients, from the best to the worst.
messages.STATUSES = { "delivered", "suppressed", "complained", "bounced", "rendering_failure" }

local RANK = {}
for rank, status in ipairs(messages.STATUSES) do RANK[status] = rank end

-- Changes with whatever the inbox shows.
local epoch, changes = 0, 0

local function changed() changes = changes + 1 end

--- A text that is another one whenever a message came or went.
-- @treturn string
function messages.revision() return ("%d.%d"):format(epoch, changes) end

--- Begins anew.
-- @tparam number now
function messages.reset(now) epoch, changes = math.floor(now), changes + 1 end

-- The message's own status is its worst recipient's.
local function worst(recipients)
  local status, reason = "delivered", nil
  for _, recipient in ipairs(recipients) do
    if RANK[recipient.status] > RANK[status] or (recipient.status == status and not reason) then
      status, reason = recipient.status, recipient.reason
    end
  end
  return status, reason
end

--- Keeps a message.
-- @tparam table record `message_id`, `time`, `operation`, `sender`, `subject`, `source` (its bytes, ""
--   for one that could not be rendered), `recipients` (each { kind = "to" | "cc" | "bcc", address =,
--   email =, status =, reason = }), `tags` (name → value), `configuration_set`, `template`
function messages.add(record)
  local status, reason = worst(record.recipients)
  store.run([[INSERT INTO messages (message_id, time, operation, sender, recipients, count, subject,
    status, reason, tags, configuration_set, template, size) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)]],
    record.message_id, record.time, record.operation, record.sender,
    json.encode(json.list(record.recipients)), #record.recipients, record.subject, status, reason,
    json.encode(record.tags), record.configuration_set, record.template, #record.source)
  store.run("INSERT INTO sources (id, source) VALUES (?, ?)", store.last_id(), record.source)
  changed()
end

local function addresses(recipients, kind)
  local list = json.list()
  for _, recipient in ipairs(recipients) do
    if recipient.kind == kind then list[#list + 1] = recipient.address end
  end
  return list
end

local function from_row(row)
  local recipients = json.decode(row.recipients)
  return {
    id = row.message_id, time = row.time, operation = row.operation, from = row.sender,
    subject = row.subject, status = row.status, reason = row.reason, size = row.size,
    configuration_set = row.configuration_set, template = row.template, tags = json.decode(row.tags),
    recipients = json.list(recipients), to = addresses(recipients, "to"),
    cc = addresses(recipients, "cc"), bcc = addresses(recipients, "bcc"),
  }
end

-- The WHERE of a filter, whose values are already in it.
local function condition(filter)
  local parts, values = {}, {}
  if filter.status then
    parts[#parts + 1] = "status = ?"
    values[#values + 1] = filter.status
  end
  if filter.q and filter.q ~= "" then
    parts[#parts + 1] = [[(subject LIKE ? ESCAPE '\' OR recipients LIKE ? ESCAPE '\'
      OR sender LIKE ? ESCAPE '\' OR message_id = ?)]]
    local pattern = store.containing(filter.q)
    -- An address stands in its column as JSON.
    local quoted = store.containing(json.quote(filter.q):sub(2, -2))
    for _, value in ipairs { pattern, quoted, pattern, filter.q } do values[#values + 1] = value end
  end
  return #parts > 0 and " WHERE " .. table.concat(parts, " AND ") or "", values
end

local function with(values, ...)
  local all = {}
  for i, value in ipairs(values) do all[i] = value end
  for i = 1, select("#", ...) do all[#all + 1] = (select(i, ...)) end
  return unpack(all)
end

--- A page of messages, the newest first.
-- @tparam table filter `q` text in subject or addresses, or a message id; `status`; `limit`; `offset`
-- @treturn table { total = how many match, messages = list }
function messages.list(filter)
  local where, values = condition(filter)
  local total = store.row("SELECT COUNT(*) AS n FROM messages" .. where, with(values)).n
  local rows = store.rows("SELECT * FROM messages" .. where .. " ORDER BY id DESC LIMIT ? OFFSET ?",
    with(values, filter.limit, filter.offset))
  local list = json.list()
  for i, row in ipairs(rows) do list[i] = from_row(row) end
  return { total = total, messages = list }
end

--- One message with its source.
-- @tparam string message_id
-- @treturn ?table as in a list, and `source`, `newer` and `older` (message ids); nil where there is none
function messages.get(message_id)
  local row = store.row([[SELECT messages.*, sources.source FROM messages
    JOIN sources ON sources.id = messages.id WHERE message_id = ?]], message_id)
  if not row then return nil end
  local message = from_row(row)
  local newer = store.row("SELECT message_id FROM messages WHERE id > ? ORDER BY id LIMIT 1", row.id)
  local older = store.row("SELECT message_id FROM messages WHERE id < ? ORDER BY id DESC LIMIT 1", row.id)
  message.source = row.source
  message.newer, message.older = newer and newer.message_id, older and older.message_id
  return message
end

--- How many messages there are of each status, and how many recipients they went to.
-- @tparam ?table filter its `q` counts, its status does not
-- @treturn table status → number, `total`, `recipients`
function messages.counts(filter)
  local where, values = condition { q = filter and filter.q }
  local counts = { total = 0, recipients = 0 }
  for _, status in ipairs(messages.STATUSES) do counts[status] = 0 end
  local rows = store.rows("SELECT status, COUNT(*) AS n, SUM(count) AS recipients FROM messages" .. where
    .. " GROUP BY status", with(values))
  for _, row in ipairs(rows) do
    counts[row.status] = row.n
    counts.total = counts.total + row.n
    counts.recipients = counts.recipients + row.recipients
  end
  return counts
end

--- Recipients of the last 24 hours by minute since 1970.
-- @tparam number now
-- @treturn table
function messages.usage(now)
  local usage = {}
  local rows = store.rows([[SELECT CAST(time / 60 AS INTEGER) AS minute, SUM(count) AS n FROM messages
    WHERE time > ? GROUP BY minute]], now - 86400)
  for _, row in ipairs(rows) do usage[row.minute] = row.n end
  return usage
end

--- Removes every message.
function messages.clear()
  store.transaction(function()
    store.run("DELETE FROM messages")
    store.run("DELETE FROM sources")
  end)
  changed()
end

return messages
