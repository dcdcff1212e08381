--- Paths of a template to functions that read them out of the state of a rendering (see `ses.template.compiler`).
-- @module ses.template.reader
local value = require "ses.template.value"

local reader = {}

local is_list = value.is_list

-- What is not there under the key itself.
local function step_aside(context, key)
  -- Lists count from 0 in a template, and have a length, as in JavaScript.
  local index = key:match("^%d+$") and tonumber(key)
  if index then return context[index + 1] end
  if key == "length" and is_list(context) then return #context end
  return nil
end

local function step_into(context, key)
  if type(context) ~= "table" then return nil end
  local found = context[key]
  if found == nil then return step_aside(context, key) end
  return found
end

local function frame_reader(path)
  local name, up = path[1], path.up
  if up == 0 then
    return function(state)
      local frame = state.frame
      return frame and frame[name]
    end
  end
  return function(state)
    local frame = state.frame
    for _ = 1, up do frame = frame and frame.parent end
    return frame and frame[name]
  end
end

-- The forms that most paths have, each without a loop: {{this}}, {{a}} and {{a.b}}, with or without ../ in front.
local SHORT = {}

SHORT[0] = function(_, up)
  return function(state) return state.stack[state.top - up] end
end

SHORT[1] = function(path, up)
  local key = path[1]
  return function(state)
    local context = state.stack[state.top - up]
    if type(context) ~= "table" then return nil end
    local found = context[key]
    if found == nil then return step_aside(context, key) end
    return found
  end
end

SHORT[2] = function(path, up)
  local first, second = path[1], path[2]
  return function(state) return step_into(step_into(state.stack[state.top - up], first), second) end
end

--- The function that reads a path.
-- @tparam table path of `ses.template.grammar`
-- @treturn function of the state, giving the value or nil
function reader.of_path(path)
  if path.data and path[1] ~= "root" then return frame_reader(path) end
  local from_root, up, count = path.data, path.up, #path
  if not from_root and SHORT[count] then return SHORT[count](path, up) end
  local first = from_root and 2 or 1
  return function(state)
    local found
    if from_root then
      found = state.root
    else
      found = state.stack[state.top - up]
    end
    for i = first, count do
      if found == nil then return nil end
      found = step_into(found, path[i])
    end
    return found
  end
end

--- The function that reads what a helper is given.
-- @tparam table operand a path or { literal = value }
-- @treturn function as of `of_path`
function reader.of_operand(operand)
  if operand.text then return reader.of_path(operand) end
  local constant = operand.literal
  return function() return constant end
end

return reader
