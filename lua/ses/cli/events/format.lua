--- An event as it may be shown: a line of text, or a table for JSON, with every address masked.
-- @module ses.cli.events.format
local address = require "ses.mail.address"
local cli = require "ses.cli"
local keys = require "ses.keys"
local timestamp = require "ses.model.timestamp"

local format = {}

-- What is told of each type besides its addresses; open and click have the reader's own address and browser.
local DETAILS = {
  bounce = { "type", "subtype" }, complaint = { "feedback_type", "subtype" }, delivery = { "smtp_response" },
  reject = { "reason" }, rendering_failure = { "template_name", "error_message" }, delivery_delay = { "type" },
  click = { "link" }, subscription = { "contact_list" },
}

local function clean(text) return (address.mask_within(cli.one_line(text)):gsub("%s+$", "")) end

-- SES's own tags begin so; the configuration set, which is one of them, has a place of its own.
local function tags_of(event)
  local tags
  for name, value in pairs(event.tags) do
    if not name:find("^ses:") then
      tags = tags or {}
      tags[clean(name)] = clean(value)
    end
  end
  return tags
end

local function detail_of(event)
  local part, detail = event[event.type], nil
  for _, name in ipairs(type(part) == "table" and DETAILS[event.type] or {}) do
    if part[name] ~= nil then
      detail = detail or {}
      detail[name] = clean(tostring(part[name]))
    end
  end
  return detail
end

local function time_of(event) return event.time and timestamp.iso8601(event.time) end

--- For JSON.
-- @tparam table event of ses.events.normalise
-- @treturn table { type =, time =, message_id =, recipients = masked, configuration_set =, tags =, detail = }
function format.table(event)
  local recipients = {}
  for i, email in ipairs(event.recipients) do recipients[i] = address.mask(email) end
  return {
    type = event.type, time = time_of(event), message_id = event.message_id and clean(event.message_id),
    recipients = #recipients > 0 and recipients or nil, tags = tags_of(event), detail = detail_of(event),
    configuration_set = event.configuration_set and clean(event.configuration_set),
  }
end

--- For people: time, type, addresses, message id, what else there is.
-- @tparam table event
-- @treturn string without a line break
function format.line(event)
  local shown = format.table(event)
  local words = {
    shown.time or "-", ("%-14s"):format(shown.type), table.concat(shown.recipients or { "-" }, ","),
    shown.message_id or "-",
  }
  for _, name in ipairs(DETAILS[event.type] or {}) do
    words[#words + 1] = shown.detail and shown.detail[name] or nil
  end
  for _, name in ipairs(keys.sorted(shown.tags or {})) do words[#words + 1] = name .. "=" .. shown.tags[name] end
  return table.concat(words, "  ")
end

return format
