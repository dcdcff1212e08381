--- Whether a recipient's data are fit for a version of the message: it can be rendered with them, and nothing of them
-- begins a header of its own.
-- @module ses.campaign.message.fit
local data_of = require "ses.campaign.message.data"
local header = require "ses.mail.header"
local unsubscribe = require "ses.campaign.message.unsubscribe"

local fit = {}

-- So many patterns of empty fields are remembered.
local MAX_SHAPES = 4096

-- Whether a value of the subject, or anything in it, could begin a header of its own.
local function check_header_value(value)
  if type(value) == "string" then return header.check_value(value) end
  if type(value) ~= "table" then return true end
  for _, inner in pairs(value) do
    local fine, reason = check_header_value(inner)
    if not fine then return nil, reason end
  end
  return true
end

-- Whose variables nobody but the campaign, or SES, sets.
local OWN = {
  [unsubscribe.VARIABLE] = "message.unsubscribe gives it",
  [data_of.PLACEHOLDER] = "SES fills it in where message.list_management is given",
}

local function check_own(message, data)
  local own = { [unsubscribe.VARIABLE] = message.unsubscribe, [data_of.PLACEHOLDER] = message.list_management }
  for name in pairs(own) do
    if data[name] ~= nil then return nil, name, "is set by the campaign itself; call the column otherwise" end
  end
  return true
end

local function check_subject(version, data)
  for name in pairs(version.in_header) do
    local fine, reason = check_header_value(data[name])
    if not fine then return nil, name, reason .. ", as it goes into the subject" end
  end
  return true
end

-- Renders a version, and its links for an address that stands for all.
local function try(message, version, data)
  local links, err
  if message.unsubscribe then
    links, err = message.unsubscribe:links("somebody@example.com", data)
    if not links then return nil, err.attribute, err.message end
  end
  local rendered
  rendered, err = version.compiled:render(data_of.with(data, message:own_variables(version, links)))
  if rendered then return true end
  local hint = OWN[err.attribute]
  return nil, err.attribute or err.part, err.message .. (hint and "; " .. hint or "")
end

--- Holds data against a version.
-- @tparam ses.campaign.Message message
-- @tparam table version one of the message's
-- @tparam table data
-- @tparam ?string shape as of `Message:check`
-- @treturn boolean|nil
-- @treturn ?string the variable at fault, where there is one
-- @treturn ?string what is wrong with it
function fit.check(message, version, data, shape)
  local fine, name, reason = check_own(message, data)
  if fine then fine, name, reason = check_subject(version, data) end
  if not fine then return nil, name, reason end
  if shape and version.shapes[shape] then return true end
  fine, name, reason = try(message, version, data)
  if not fine then return nil, name, reason end
  if shape and version.shape_count < MAX_SHAPES then
    version.shapes[shape] = true
    version.shape_count = version.shape_count + 1
  end
  return true
end

return fit
