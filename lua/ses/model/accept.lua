--- Whether a value is beyond doubt what `ses.model.validate` passes without a word.
--
-- Nearly all input is valid. So each shape is compiled, when it is first met, into one function that gives true or
-- false and looks at no member that is not there. True means that the validator would find neither fault nor warning.
-- False says nothing: what is at fault, if anything is, the validator finds and puts into words.
-- @module ses.model.accept
local core = require "ses.core"
local model = require "ses.model"

local accept = {}

local characters = core.utf8.length
local has_integers = math.type ~= nil

-- What a rule says its findings by, where only whether there are any counts.
local function note(walk) walk.is_sure = false end

local function note_at(_, walk) walk.is_sure = false end

local SAY = { fault = note, fault_at = note_at, warn = note }

local function never() return false end

local makers = {}

-- By the rules' shapes (NO_RULES where there are none), then by shape.
local compiled = setmetatable({}, { __mode = "k" })
local NO_RULES = {}

local function accepter(shape, rules)
  local of_rules = compiled[rules]
  if not of_rules then
    of_rules = {}
    compiled[rules] = of_rules
  end
  local accepts = of_rules[shape]
  if not accepts then
    -- A shape within itself is for the validator, which counts how deep it is.
    of_rules[shape] = never
    local make = makers[shape.type]
    accepts = make and make(shape, rules) or never
    of_rules[shape] = accepts
  end
  return accepts
end

local function with_rule(accepts, rule)
  if not rule then return accepts end
  return function(value, walk)
    if not accepts(value, walk) then return false end
    rule(value, walk, SAY)
    return walk.is_sure
  end
end

-- What is a part of the path.
local function of_path(accepts)
  return function(value, walk)
    return value ~= "" and value ~= "." and value ~= ".." and accepts(value, walk)
  end
end

local function members_of(shape, rules)
  local members, required = {}, {}
  for _, member in ipairs(shape.members) do
    local accepts = accepter(member.shape, rules)
    members[member.name] = member.location == "uri" and of_path(accepts) or accepts
    if member.required then required[#required + 1] = member.name end
  end
  return members, required
end

-- A metatable may give members that are not in the table itself.
function makers.structure(shape, rules)
  local members, required = members_of(shape, rules)
  local is_union, count = shape.union, #required
  local function accepts(value, walk)
    if type(value) ~= "table" or getmetatable(value) ~= nil then return false end
    for name, item in pairs(value) do
      local accepts_member = members[name]
      if not accepts_member or not accepts_member(item, walk) then return false end
    end
    for i = 1, count do
      if value[required[i]] == nil then return false end
    end
    return not is_union or next(value) ~= nil and next(value, next(value)) == nil
  end
  return with_rule(accepts, rules[shape.name])
end

function makers.list(shape, rules)
  local accepts_item = accepter(shape.member, rules)
  local min, max = shape.min or 0, shape.max or math.huge
  local function accepts(value, walk)
    if type(value) ~= "table" then return false end
    local count = 0
    for _ in pairs(value) do count = count + 1 end
    for i = 1, count do
      local item = value[i]
      if item == nil or not accepts_item(item, walk) then return false end
    end
    return count >= min and count <= max
  end
  return with_rule(accepts, rules[shape.name])
end

function makers.map(shape, rules)
  local accepts_key, accepts_value = accepter(shape.key, rules), accepter(shape.value, rules)
  local min, max = shape.min or 0, shape.max or math.huge
  return function(value, walk)
    if type(value) ~= "table" then return false end
    local count = 0
    for key, item in pairs(value) do
      if not (accepts_key(key, walk) and accepts_value(item, walk)) then return false end
      count = count + 1
    end
    return count >= min and count <= max
  end
end

local function any_text(value) return type(value) == "string" and characters(value) ~= nil end

local function text_of_length(min, max)
  return function(value)
    if type(value) ~= "string" then return false end
    local length = characters(value)
    return length ~= nil and length >= min and length <= max
  end
end

local function matching(accepts, patterns)
  return function(value, walk)
    if not accepts(value, walk) then return false end
    for i = 1, #patterns do
      if value:find(patterns[i]) then return true end
    end
    return false
  end
end

local function one_of(accepts, known)
  return function(value, walk) return accepts(value, walk) and known[value] ~= nil end
end

function makers.string(shape, rules)
  local accepts = any_text
  if shape.min or shape.max then accepts = text_of_length(shape.min or 0, shape.max or math.huge) end
  if shape.patterns then accepts = matching(accepts, shape.patterns) end
  if shape.known then accepts = one_of(accepts, shape.known) end
  return with_rule(accepts, rules[shape.name])
end

local function is_text(value) return type(value) == "string" end

function makers.blob() return is_text end

local function is_boolean(value) return type(value) == "boolean" end

function makers.boolean() return is_boolean end

local function is_integral(value)
  return has_integers and math.type(value) == "integer" or value % 1 == 0
end

-- Within the limits of the shape and of its type.
local function in_range(shape, least, most, asks)
  least, most = math.max(shape.min or least, least), math.min(shape.max or most, most)
  return function(value)
    return type(value) == "number" and value >= least and value <= most and (not asks or asks(value))
  end
end

function makers.integer(shape) return in_range(shape, -2147483648, 2147483647, is_integral) end

-- Beyond what every Lua holds exactly, and as text, a long is for the validator.
function makers.long(shape) return in_range(shape, -2 ^ 53, 2 ^ 53, is_integral) end

local MOST_DOUBLE = 1.7976931348623157e308

function makers.double(shape) return in_range(shape, -MOST_DOUBLE, MOST_DOUBLE) end

makers.float = makers.double

-- ISO 8601 is for the validator. The years are 0 to 9999.
function makers.timestamp(shape) return in_range(shape, -62167219200, 253402300799) end

--- Whether the input of an operation is beyond doubt.
-- @tparam ses.Operation op
-- @param params
-- @tparam ?table rules as of `ses.model.validate.input`
-- @treturn boolean
function accept.input(op, params, rules)
  if not op.input then return false end
  local walk = { rules = rules, is_sure = true }
  if not accepter(model.shape(op.input), rules and rules.shapes or NO_RULES)(params, walk) then return false end
  local rule = rules and rules.operations[op.name]
  if rule then rule(params, walk, SAY) end
  return walk.is_sure
end

--- Whether a value is beyond doubt, by the model alone.
-- @tparam ses.Shape shape
-- @param value
-- @treturn boolean
function accept.value(shape, value)
  return accepter(shape, NO_RULES)(value, { is_sure = true })
end

return accept
