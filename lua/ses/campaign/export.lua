--- What became of every recipient, one a line, as CSV or JSON lines: the one place where a campaign's addresses are
-- written out.
-- @module ses.campaign.export
local access = require "ses.campaign.access"
local errors = require "ses.errors"
local json = require "ses.model.json"
local timestamp = require "ses.model.timestamp"

local export = {}

--- The columns, in their order.
export.COLUMNS = {
  "row", "email", "name", "state", "code", "reason", "message_id", "updated", "latency_ms", "language", "variant",
  "delivery", "delivery_at", "bounce_type", "bounce_subtype",
}

local STATES = {
  pending = true, sending = true, sent = true, failed = true, suppressed = true, in_doubt = true, removed = true,
}

-- A spreadsheet takes a cell that begins so for a formula.
local FORMULA = "^[=+@\t\r-]"

-- A field by RFC 4180; `guarded`, no spreadsheet computes it.
local function csv_field(value, guarded)
  if value == nil then return "" end
  if type(value) == "number" then return ("%d"):format(value) end
  if guarded and value:find(FORMULA) then value = "'" .. value end
  if value:find('[",\r\n]') or value:find("^%s") or value:find("%s$") then
    return '"' .. value:gsub('"', '""') .. '"'
  end
  return value
end

local function csv_line(row, guarded)
  local fields = {}
  for i, name in ipairs(export.COLUMNS) do fields[i] = csv_field(row[name], guarded) end
  return table.concat(fields, ",") .. "\r\n"
end

local function json_line(row)
  local members = {}
  for _, name in ipairs(export.COLUMNS) do
    local value = row[name]
    if value ~= nil then
      local text = type(value) == "number" and json.number(value) or json.quote(value)
      members[#members + 1] = json.quote(name) .. ":" .. text
    end
  end
  return "{" .. table.concat(members, ",") .. "}\n"
end

local function check(options)
  if options.state == nil or STATES[options.state] then return true end
  return nil, errors.new {
    kind = "validation", code = "InvalidParameter", field = "state",
    message = ("state must be one of %s, not '%s'"):format(
      "pending, sending, sent, failed, suppressed, in_doubt and removed", tostring(options.state)),
  }
end

-- Who is gone from the file is told as such, whatever state that was in.
local function told(row)
  if row.removed then row.state = "removed" end
  row.updated = row.updated and timestamp.iso8601(row.updated)
  row.delivery_at = row.delivery_at and timestamp.iso8601(row.delivery_at)
  return row
end

--- Writes what became of every recipient of a campaign, in the order of its audience, also while it runs. Memory is
-- the same for any number.
-- @tparam table options `file` or `campaign`, `journal`; `write`: function(text) → true, or nil and a reason;
--   `state`: only those in this state ("removed": no longer in the audience); `format`: "csv" (RFC 4180, the default)
--   or "jsonl"; `verbatim`: in CSV, leave values that a spreadsheet would take for a formula as they are, without
--   the ' that is put before them
-- @treturn integer|nil how many recipients
-- @treturn ?ses.Error
function export.export(options)
  local fine, err = check(options)
  if not fine then return nil, err end
  local write, as_json, guarded = options.write, options.format == "jsonl", not options.verbatim
  return access.open(options, "read_only", function(journal)
    local n, written, reason = 0, true, nil
    if not as_json then written, reason = write(table.concat(export.COLUMNS, ",") .. "\r\n") end
    local state = options.state
    -- Those that are gone stand in the journal as what they were.
    local removed = state == "removed" or state == "pending" or state == "suppressed"
    local done, failed = true, nil
    if written then
      done, failed = journal:each(state ~= "removed" and state or nil, function(row)
        if removed and row.removed ~= (state == "removed") then return true end
        row = told(row)
        n = n + 1
        written, reason = write(as_json and json_line(row) or csv_line(row, guarded))
        return written ~= nil
      end)
    end
    if not written then
      return nil, errors.new { kind = "client", code = "CannotWrite", message = "cannot write: " .. tostring(reason) }
    end
    return done and n, failed
  end)
end

return export
