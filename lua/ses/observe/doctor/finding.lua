--- What the doctor finds.
-- @module ses.observe.doctor.finding
local finding = {}

---@class ses.Finding
---@field check string what was looked at: "configuration", "credentials", "clock", "connection", "account", "quota",
---  "suppression", "sender", "configuration set"
---@field status string "ok"; "warning": mail can be sent, but something is to be seen to; "fault": it cannot
---@field name ?string of the identity or the configuration set
---@field message string one line
---@field remedy ?string what to do about it

--- All is well.
-- @tparam string check
-- @tparam string message
-- @tparam ?string name
-- @treturn ses.Finding
function finding.ok(check, message, name)
  return { check = check, status = "ok", message = message, name = name }
end

--- Mail can be sent, but something is to be seen to.
-- @tparam string check
-- @tparam string message
-- @tparam string remedy
-- @tparam ?string name
-- @treturn ses.Finding
function finding.warning(check, message, remedy, name)
  return { check = check, status = "warning", message = message, remedy = remedy, name = name }
end

--- Mail cannot be sent.
-- @tparam string check
-- @tparam string message
-- @tparam string remedy
-- @tparam ?string name
-- @treturn ses.Finding
function finding.fault(check, message, remedy, name)
  return { check = check, status = "fault", message = message, remedy = remedy, name = name }
end

local RANK = { ok = 0, warning = 1, fault = 2 }

--- The worst of several.
-- @tparam table list of ses.Finding
-- @treturn string "ok", "warning" or "fault"
function finding.worst(list)
  local worst = "ok"
  for _, found in ipairs(list) do
    if RANK[found.status] > RANK[worst] then worst = found.status end
  end
  return worst
end

return finding
