--- Whether a mail is as a spec expects it.
-- @module ses.testing.match
local address = require "ses.mail.address"
local keys = require "ses.keys"
local suggest = require "ses.suggest"

local match = {}

-- A function, or a table that can be called as one, such as a matcher of luassert.
local function callable(value)
  if type(value) == "function" then return true end
  local meta = type(value) == "table" and getmetatable(value)
  return meta and meta.__call ~= nil or false
end

local function fits(expected, value)
  if callable(expected) then return expected(value) and true or false end
  if type(expected) ~= "table" or type(value) ~= "table" then return expected == value end
  -- Of a table what is expected must be there; what else is there is no matter.
  for key, item in pairs(expected) do
    if not fits(item, value[key]) then return false end
  end
  return true
end

-- The address in a form in which only the letter case of the domain is no matter, and its name.
local function parts_of(text)
  local mailbox = type(text) == "string" and address.parse(text, { smtputf8 = true })
  if not mailbox then return text end
  local normal = address.normalise(mailbox.email, { smtputf8 = true }) or mailbox.email
  return mailbox.local_part .. "@" .. normal:match "@([^@]*)$", mailbox.name
end

-- A name is looked at where one is expected.
local function same_address(expected, given)
  if callable(expected) then return expected(given) and true or false end
  if type(expected) == "table" then expected = address.format(expected) end
  local email, name = parts_of(expected)
  local given_email, given_name = parts_of(given)
  return email == given_email and (name == nil or name == given_name)
end

local function any(expected, list)
  for i, given in ipairs(list) do
    if same_address(expected, given) then return i end
  end
end

local function is_list(value)
  return type(value) == "table" and not callable(value) and value.email == nil
end

-- One address is one of the mail's; a list is all of them, in any order.
local function addresses(expected, given)
  if not is_list(expected) then return any(expected, given) ~= nil end
  if #expected ~= #given then return false end
  local left = {}
  for i, one in ipairs(given) do left[i] = one end
  for _, one in ipairs(expected) do
    local at = any(one, left)
    if not at then return false end
    table.remove(left, at)
  end
  return true
end

local function headers(expected, given)
  if callable(expected) then return fits(expected, given) end
  local lower = {}
  for name, value in pairs(given) do lower[name:lower()] = value end
  for name, value in pairs(expected) do
    if not fits(value, lower[name:lower()]) then return false end
  end
  return true
end

-- Each expected one is among the mail's.
local function attachments(expected, given)
  if callable(expected) then return fits(expected, given) end
  for _, one in ipairs(expected) do
    local found = false
    for _, attachment in ipairs(given) do found = found or fits(one, attachment) end
    if not found then return false end
  end
  return true
end

local FIELDS = {
  from = function(expected, given) return given ~= nil and same_address(expected, given) end,
  to = addresses, cc = addresses, bcc = addresses, reply_to = addresses, headers = headers, attachments = attachments,
  subject = fits, text = fits, html = fits, template = fits, data = fits, tags = fits, config_set = fits, raw = fits,
  message_id = fits,
}

local TABLES = { headers = true, attachments = true, data = true, tags = true }

--- Raises where a spec expects what no mail has.
-- @tparam table expected
-- @tparam integer level as of `error`
function match.check(expected, level)
  for name, value in pairs(expected) do
    if name ~= "times" and not FIELDS[name] then
      error(("a mail has no field '%s'%s"):format(tostring(name), suggest.hint(tostring(name), FIELDS)), level + 1)
    end
    if TABLES[name] and type(value) ~= "table" and not callable(value) then
      error(("%s must be expected by a table or a function, not a %s"):format(name, type(value)), level + 1)
    end
  end
  if expected.times ~= nil and type(expected.times) ~= "number" then
    error("times must be a number, not a " .. type(expected.times), level + 1)
  end
end

--- What of a mail is not as expected.
-- @tparam table expected
-- @tparam ses.testing.Mail mail
-- @treturn {string,...} names of fields, sorted; empty where the mail is as expected
function match.differences(expected, mail)
  local list = {}
  for _, name in ipairs(keys.sorted(expected)) do
    if FIELDS[name] and not FIELDS[name](expected[name], mail[name]) then list[#list + 1] = name end
  end
  return list
end

return match
