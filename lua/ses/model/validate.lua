--- What a request must be before it leaves, by AWS's model: required members, types, lengths, ranges,
-- patterns, UTF-8, and no member that SES does not know.
--
-- Values of an enumeration that the model does not list pass with a warning: the service may be newer.
-- Messages name members and limits, never values. What is valid is passed by `ses.model.accept`, which is made for
-- speed and knows no words; what it is not sure of is looked through here.
--
-- What SES documents and its model does not say is known above, where a request is made: rules are handed in
-- (`ses.pipeline.rules`). A server that checks by the model alone hands in none.
-- @module ses.model.validate
local accept = require "ses.model.accept"
local errors = require "ses.errors"
local model = require "ses.model"
local suggest = require "ses.suggest"
local timestamp = require "ses.model.timestamp"
local utf8_text = require "ses.utf8"

local validate = {}

local MAX_FAULTS = 100
local MAX_DEPTH = 100

local has_integers = math.type ~= nil

-- A walk is { depth =, faults =, warnings =, rules =, [1] … [depth] = the steps of the path }.

local function path_text(walk)
  local out = {}
  for i = 1, walk.depth do
    local step = walk[i]
    if type(step) == "number" then step = ("[%d]"):format(step) end
    out[i] = (i > 1 and step:sub(1, 1) ~= "[" and "." or "") .. step
  end
  return table.concat(out)
end

local function note(walk, list, message)
  walk[list] = walk[list] or { count = 0 }
  list = walk[list]
  list.count = list.count + 1
  if #list < MAX_FAULTS then list[#list + 1] = { path = path_text(walk), message = message } end
end

local function fault(walk, message) note(walk, "faults", message) end

local function warn(walk, message) note(walk, "warnings", message) end

-- A name out of the caller's table, fit for a message.
local function printable(name)
  if type(name) == "number" then return "[" .. tostring(name) .. "]" end
  if type(name) ~= "string" or #name > 80 or not name:find("^[%w_.:-]+$") then return "(another name)" end
  return name
end

local checkers = {}

local function check(shape, value, walk)
  return checkers[shape.type](shape, value, walk)
end

local function check_at(step, shape, value, walk)
  local depth = walk.depth + 1
  if depth > MAX_DEPTH then return fault(walk, "is nested too deeply") end
  walk.depth = depth
  walk[depth] = step
  check(shape, value, walk)
  walk.depth = depth - 1
end

local function fault_at(step, walk, message)
  walk.depth = walk.depth + 1
  walk[walk.depth] = step
  fault(walk, message)
  walk.depth = walk.depth - 1
end

-- What a rule says its findings by: a rule is a function(value, walk, say).
local say = { fault = fault, fault_at = fault_at, warn = warn }

local function apply_rule(shape, value, walk)
  local rule = walk.rules and walk.rules.shapes[shape.name]
  if rule then rule(value, walk, say) end
end

local function wrong_type(wanted, value, walk)
  fault(walk, "must be " .. wanted .. ", not " .. (type(value) == "userdata" and "null" or type(value)))
end

local function size_faults(shape, size, unit, walk)
  local min, max = shape.min, shape.max
  if min and size < min then
    fault(walk, (size == 0 and min == 1) and "must not be empty"
      or ("has fewer than %d %s"):format(min, unit))
  elseif max and size > max then
    fault(walk, ("has more than %d %s"):format(max, unit))
  end
end

local function unknown_members(shape, value, walk)
  local unknown = {}
  for key in pairs(value) do
    if not shape.by_name[key] then unknown[#unknown + 1] = printable(key) end
  end
  table.sort(unknown)
  for _, name in ipairs(unknown) do
    -- Whoever writes snake_case is answered so.
    local known = name:find("^%l[%l%d_]*$") and shape.by_snake or shape.by_name
    fault_at(name, walk, "is not known here" .. suggest.hint(name, known))
  end
end

local function path_member(member, value, walk)
  if value == "" and not member.shape.min then
    fault_at(member.name, walk, "must not be empty: it is part of the path")
  elseif value == "." or value == ".." then
    fault_at(member.name, walk, "must not be '.' or '..': it is part of the path")
  end
end

local function union_fault(shape, found, walk)
  if found == 1 then return end
  local list = {}
  for i, member in ipairs(shape.members) do list[i] = member.name end
  fault(walk, "must have exactly one of " .. table.concat(list, ", "))
end

function checkers.structure(shape, value, walk)
  if type(value) ~= "table" then return wrong_type("a table", value, walk) end
  local members = shape.members
  local found = 0
  for i = 1, #members do
    local member = members[i]
    local item = value[member.name]
    if item ~= nil then
      found = found + 1
      check_at(member.name, member.shape, item, walk)
      if member.location == "uri" then path_member(member, item, walk) end
    elseif member.required then
      fault_at(member.name, walk, "is required")
    end
  end
  local given = 0
  for _ in pairs(value) do given = given + 1 end
  if given ~= found then unknown_members(shape, value, walk) end
  if shape.union then union_fault(shape, found, walk) end
  apply_rule(shape, value, walk)
end

function checkers.list(shape, value, walk)
  if type(value) ~= "table" then return wrong_type("a list", value, walk) end
  local count = 0
  for _ in pairs(value) do count = count + 1 end
  for i = 1, count do
    if value[i] == nil then return fault(walk, "must be a list: its keys are not 1, 2, 3 …") end
  end
  for i = 1, count do check_at(i, shape.member, value[i], walk) end
  size_faults(shape, count, "items", walk)
  apply_rule(shape, value, walk)
end

function checkers.map(shape, value, walk)
  if type(value) ~= "table" then return wrong_type("a table", value, walk) end
  local count = 0
  for key, item in pairs(value) do
    count = count + 1
    if type(key) ~= "string" then
      fault(walk, "must have strings as keys")
    else
      local step = printable(key)
      check_at(step, shape.key, key, walk)
      check_at(step, shape.value, item, walk)
    end
  end
  size_faults(shape, count, "entries", walk)
end

local function matches_any(value, patterns)
  for i = 1, #patterns do
    if value:find(patterns[i]) then return true end
  end
  return false
end

-- A key of ses.dkim may stand where SES takes a private key, which is never shown.
local function private_key(value, walk)
  if require("ses.core").dkim.is_key(value) then return end
  local closed = tostring(value):find("^ses%.dkim_key") ~= nil
  fault(walk, "must be a string or a key of ses.dkim" .. (closed and ", and this key is closed" or ""))
end

function checkers.string(shape, value, walk)
  if type(value) ~= "string" then
    if shape.name == "PrivateKey" then return private_key(value, walk) end
    return wrong_type("a string", value, walk)
  end
  local length, at = utf8_text.length(value)
  if not length then return fault(walk, ("is not UTF-8 (at byte %d)"):format(at)) end
  if shape.min and length < shape.min or shape.max and length > shape.max then
    size_faults(shape, length, "characters", walk)
  elseif shape.patterns and not matches_any(value, shape.patterns) then
    fault(walk, "does not have the form of a " .. shape.name)
  else
    if shape.known and not shape.known[value] then
      warn(walk, "is none of the values known for " .. shape.name .. suggest.hint(value, shape.enum))
    end
    apply_rule(shape, value, walk)
  end
end

function checkers.blob(_, value, walk)
  if type(value) ~= "string" then wrong_type("a string of bytes", value, walk) end
end

function checkers.boolean(_, value, walk)
  if type(value) ~= "boolean" then wrong_type("true or false", value, walk) end
end

local function check_range(shape, number, walk)
  if shape.min and number < shape.min then return fault(walk, ("is less than %d"):format(shape.min)) end
  if shape.max and number > shape.max then return fault(walk, ("is greater than %d"):format(shape.max)) end
end

local function is_integral(value)
  return has_integers and math.type(value) == "integer" or value % 1 == 0
end

function checkers.integer(shape, value, walk)
  if type(value) ~= "number" then return wrong_type("an integer", value, walk) end
  if not is_integral(value) then return fault(walk, "must be an integer") end
  if value < -2147483648 or value > 2147483647 then return fault(walk, "does not fit in 32 bits") end
  check_range(shape, value, walk)
end

local MAX_LONG, MIN_LONG = "9223372036854775807", "9223372036854775808"

local function fits_long(digits)
  local sign, magnitude = digits:match("^(%-?)0*(%d+)$")
  local most = sign == "-" and MIN_LONG or MAX_LONG
  return #magnitude < #most or (#magnitude == #most and magnitude <= most)
end

function checkers.long(shape, value, walk)
  if type(value) == "cdata" then value = tostring(value):match("^(%-?%d+)U?LL$") or value end
  local number = value
  if type(value) == "string" then
    if not value:find("^%-?%d+$") then return fault(walk, "must be an integer") end
    if not fits_long(value) then return fault(walk, "does not fit in 64 bits") end
    number = tonumber(value)
  elseif type(value) ~= "number" then
    return wrong_type("an integer", value, walk)
  elseif not is_integral(value) then
    return fault(walk, "must be an integer")
  elseif value >= 2 ^ 63 or value < -2 ^ 63 then
    return fault(walk, "does not fit in 64 bits")
  end
  check_range(shape, number, walk)
end

function checkers.double(shape, value, walk)
  if type(value) ~= "number" then return wrong_type("a number", value, walk) end
  if value ~= value or value == math.huge or value == -math.huge then return fault(walk, "must be finite") end
  check_range(shape, value, walk)
end

checkers.float = checkers.double

-- The years that ISO 8601 writes in four digits.
local FIRST_SECOND, LAST_SECOND = -62167219200, 253402300799

function checkers.timestamp(_, value, walk)
  local seconds = value
  if type(value) == "string" then seconds = timestamp.parse(value) end
  if type(seconds) ~= "number" then
    return fault(walk, "must be a time: seconds since 1970, or ISO 8601 with its zone")
  end
  if not (seconds >= FIRST_SECOND and seconds <= LAST_SECOND) then
    fault(walk, "is not a time of the years 0 to 9999")
  end
end

local function completed(list)
  if list.count > #list then
    list[#list + 1] = { path = "", message = ("and %d more"):format(list.count - #list) }
  end
  list.count = nil
  return list
end

local function outcome(walk, operation)
  local warnings = walk.warnings and completed(walk.warnings)
  if not walk.faults then return true, nil, warnings end
  return nil, errors.validation(completed(walk.faults), operation), warnings
end

--- Checks the input of an operation.
-- @tparam ses.Operation op from `model.operation`
-- @tparam ?table params in AWS's names; nil is an empty table
-- @tparam ?table rules what is asked beyond the model: { shapes = by a shape's name, operations = by an
--   operation's }, each a function(value, walk, say) that calls `say.fault(walk, message)`,
--   `say.fault_at(member, walk, message)` and `say.warn(walk, message)`. One of a string is called where the
--   string is all that the model asks for; one of a list or structure may find anything in it.
-- @treturn ?boolean true where all is well
-- @treturn ?ses.Error kind "validation" with every fault (the first hundred), each with its path
-- @treturn ?table warnings, each { path =, message = }, where there are any: what SES may refuse
function validate.input(op, params, rules)
  if params == nil then params = {} end
  if accept.input(op, params, rules) then return true end
  return validate.in_words(op, params, rules)
end

--- The same, whatever `ses.model.accept` thinks of it: what `validate.input` says is what this says.
-- @tparam ses.Operation op
-- @tparam table params
-- @tparam ?table rules
-- @return as of `validate.input`
function validate.in_words(op, params, rules)
  local walk = { depth = 0, rules = rules }
  if op.input then
    check(model.shape(op.input), params, walk)
  elseif type(params) ~= "table" or next(params) ~= nil then
    fault(walk, op.name .. " takes no input")
  end
  local rule = rules and rules.operations[op.name]
  if rule and type(params) == "table" then rule(params, walk, say) end
  return outcome(walk, op.name)
end

--- Checks a value by its shape.
-- @param shape name of a shape, or the shape
-- @param value in AWS's names
-- @treturn ?boolean
-- @treturn ?ses.Error
-- @treturn ?table warnings, as of `validate.input`
function validate.value(shape, value)
  if type(shape) == "string" then shape = model.shape(shape) end
  if accept.value(shape, value) then return true end
  local walk = { depth = 0 }
  check(shape, value, walk)
  return outcome(walk)
end

return validate
