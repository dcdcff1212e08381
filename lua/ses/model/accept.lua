--- Whether a value is beyond doubt what `ses.model.validate` passes without a word, and its JSON in the same pass.
--
-- Nearly all input is valid. So the shapes of a value are laid out, when they are first met, as a plan that the core
-- walks (`ses.core.shape`). True means that the validator would find neither fault nor warning. False says nothing:
-- what is at fault, if anything is, the validator finds and puts into words.
-- @module ses.model.accept
local core = require "ses.core"
local model = require "ses.model"

local accept = {}

-- What a rule says its findings by, where only whether there are any counts.
local function note(walk) walk.is_sure = false end

local function note_at(_, walk) walk.is_sure = false end

local SAY = { fault = note, fault_at = note_at, warn = note }

local NO_RULES = { shapes = {}, operations = {}, quick = {} }

local MOST_DOUBLE = 1.7976931348623157e308

-- What a type's values are within, whatever its shape says. Beyond what every Lua holds exactly, and as text, a long is
-- for the validator; so is a time as text. The years are 0 to 9999.
local NUMBERS = {
  integer = { kind = "integer", least = -2147483648, most = 2147483647 },
  long = { kind = "integer", least = -2 ^ 53, most = 2 ^ 53 },
  double = { kind = "double", least = -MOST_DOUBLE, most = MOST_DOUBLE },
  float = { kind = "double", least = -MOST_DOUBLE, most = MOST_DOUBLE },
  timestamp = { kind = "timestamp", least = -62167219200, most = 253402300799 },
}

local function matching(patterns)
  return function(value)
    for i = 1, #patterns do
      if value:find(patterns[i]) then return true end
    end
    return false
  end
end

local node_of

local makers = {}

function makers.structure(shape, layout)
  local members = {}
  for i, member in ipairs(shape.members) do
    members[i] = {
      name = member.name, json_key = member.json_first_key, required = member.required,
      is_path = member.location == "uri", is_body = member.location == nil, node = node_of(member.shape, layout),
    }
  end
  return { kind = "structure", is_union = shape.union, members = members }
end

function makers.list(shape, layout)
  return { kind = "list", min = shape.min, max = shape.max, value = node_of(shape.member, layout) }
end

function makers.map(shape, layout)
  return {
    kind = "map", min = shape.min, max = shape.max,
    key = node_of(shape.key, layout), value = node_of(shape.value, layout),
  }
end

function makers.string(shape)
  return {
    kind = "string", min = shape.min, max = shape.max, known = shape.known,
    ask = shape.patterns and matching(shape.patterns),
  }
end

function makers.blob() return { kind = "blob" } end

function makers.boolean() return { kind = "boolean" } end

local function number(shape)
  local limits = NUMBERS[shape.type]
  return {
    kind = limits.kind, min = math.max(shape.min or limits.least, limits.least),
    max = math.min(shape.max or limits.most, limits.most),
  }
end

for name in pairs(NUMBERS) do makers[name] = number end

-- The number of a shape's node. A shape within itself is for the validator, which counts how deep it is.
function node_of(shape, layout)
  local known = layout.numbers[shape]
  if known then return layout.open[shape] and layout:never() or known end
  local place = #layout.nodes + 1
  layout.nodes[place], layout.numbers[shape], layout.open[shape] = false, place, true
  local node = makers[shape.type](shape, layout)
  local quick = layout.rules.quick and layout.rules.quick[shape.name]
  node.rule = layout.rules.shapes[shape.name]
  node[type(quick) == "number" and "quick_bytes" or "quick"] = quick
  layout.nodes[place], layout.open[shape] = node, nil
  return place
end

local Layout = {}
Layout.__index = Layout

function Layout:never()
  self.nodes[#self.nodes + 1] = { kind = "never" }
  return #self.nodes
end

-- By the rules' shapes, then by shape.
local plans = setmetatable({}, { __mode = "k" })

local function plan_of(shape, rules)
  local of_rules = plans[rules.shapes]
  if not of_rules then
    of_rules = {}
    plans[rules.shapes] = of_rules
  end
  local plan = of_rules[shape]
  if not plan then
    local layout = setmetatable({ nodes = {}, numbers = {}, open = {}, rules = rules }, Layout)
    node_of(shape, layout)
    plan = core.shape.plan(layout.nodes)
    of_rules[shape] = plan
  end
  return plan
end

-- Looks at an input by a method of the plan. → what that gives; false where a rule of the operation has a word to say
local function look(method, op, params, rules)
  if not op.input then return false end
  local plan = plan_of(model.shape(op.input), rules or NO_RULES)
  local walk = { rules = rules, is_sure = true }
  local found = plan[method](plan, params, walk, SAY)
  if not found then return false end
  if found ~= true then walk.json_bytes = #found end
  local rule = rules and rules.operations[op.name]
  if rule then rule(params, walk, SAY) end
  return walk.is_sure and found
end

--- Whether the input of an operation is beyond doubt.
-- @tparam ses.Operation op
-- @param params
-- @tparam ?table rules as of `ses.model.validate.input`; `quick` names the shapes of strings whose rule has nothing to
--   say of an "address" that `ses.core.address` finds plain, or of a "printable" text of ASCII, and of others by how
--   many bytes of JSON they must have at least for their rule to have anything to say. An operation's rule finds the
--   bytes of the whole as `walk.json_bytes`, where they are known
-- @treturn boolean
function accept.input(op, params, rules) return look("accepts", op, params, rules) end

--- The same, with the JSON of those members that travel in a body.
-- @tparam ses.Operation op
-- @param params
-- @tparam ?table rules
-- @treturn string|boolean the JSON; true where the input is beyond doubt and is to be written by `ses.model.writer`;
--   false where it is not beyond doubt
function accept.body(op, params, rules) return look("write", op, params, rules) end

--- Whether a value is beyond doubt, by the model alone.
-- @tparam ses.Shape shape
-- @param value
-- @treturn boolean
function accept.value(shape, value)
  return plan_of(shape, NO_RULES):accepts(value, { is_sure = true }, SAY)
end

return accept
