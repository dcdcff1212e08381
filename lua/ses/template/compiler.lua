--- Syntax tree to Lua closures. No Lua source is made from template text, so none can be injected.
--
-- Rendering state (`state`): `out` the pieces of text, `pieces` how many, `size` their bytes, `steps` the nodes run,
-- `stack` / `top` the contexts (for `../`), `frame` the innermost #each, `root` the data, `calls` how
-- deep partials are, `depth` how deep the blocks around their calls are, `places` the contexts around each
-- scope of inline partials.
-- @module ses.template.compiler
local charset = require "ses.mail.charset"
local reader = require "ses.template.reader"
local value = require "ses.template.value"

local compiler = {}

-- Levels of blocks that may be open around nested calls of partials.
local MAX_NESTED_CALLS = 400

local is_null, is_true, is_list = value.is_null, value.is_true, value.is_list

-- Raised while compiling and rendering; `compile` and `run` catch it.
local function fail(fault)
  error(fault, 0)
end

-- The size of the text with `more` bytes, which must stay within the limit.
local function check_size(state, more)
  local size = state.size + more
  if size > state.max_output then
    fail { message = ("the text grows beyond %d bytes"):format(state.max_output) }
  end
  return size
end

local function append(state, text)
  local pieces = state.pieces + 1
  state.size = check_size(state, #text)
  state.pieces, state.out[pieces] = pieces, text
end

local compile_program

local NODES = {}

function NODES.content(node)
  local text = node.value
  if text == "" then return nil end
  return function(state) append(state, text) end
end

-- The text of what is no string, or no UTF-8; `tag` is { name =, position = }. Only lists can need escaping.
local function text_of(found, tag, checked)
  if is_null(found) then
    fail { code = "MissingRenderingAttribute", message = ("missing attribute '%s'"):format(tag.name),
      attribute = tag.name, position = tag.position }
  end
  local text, reason = value.to_text(found)
  if type(found) == "number" or type(found) == "boolean" then return text end
  if text then text, reason = checked(text), "is not UTF-8" end
  if not text then
    fail { code = "InvalidRenderingParameter", message = ("attribute '%s' %s"):format(tag.name, reason),
      attribute = tag.name, position = tag.position }
  end
  return text
end

local function utf8_text(text)
  return charset.is_utf8(text) and text or nil
end

-- Prints, with the content that stands in front: most content does so, and is then no node of its own.
function NODES.output(node, options, _, before)
  local read, tag = reader.of_path(node.path), { name = node.path.text, position = node.position }
  -- Gives the text as it is to be put out, or nil where it is not UTF-8.
  local checked = options.html and not node.raw and value.escape_html or utf8_text
  local more = before and #before or 0
  return function(state)
    local found = read(state)
    local text = type(found) == "string" and checked(found) or text_of(found, tag, checked)
    local size, pieces, out = state.size + more + #text, state.pieces, state.out
    if size > state.max_output then check_size(state, more + #text) end
    if before then
      pieces = pieces + 1
      out[pieces] = before
    end
    out[pieces + 1] = text
    state.size, state.pieces = size, pieces + 1
  end
end

function NODES.comment() return nil end
function NODES.inline() return nil end

-- Runs a program with `context` on top, which `../` leaves again. As in Handlebars, a context that is
-- the one already there adds no level.
local function run_in(state, program, context)
  local stack, top = state.stack, state.top
  if context == nil then context = {} end
  if context == stack[top] then return program(state) end
  state.top = top + 1
  stack[top + 1] = context
  program(state)
  stack[top + 1] = nil
  state.top = top
end

-- The number that JavaScript would order a key by; nil for any other text.
local function index_of(key)
  if type(key) == "number" then return key end
  return (key == "0" or key:find("^[1-9]%d?%d?%d?%d?%d?%d?%d?%d?$")) and tonumber(key) or nil
end

-- The keys of an object in the order of #each: whole numbers first, as in JavaScript, then by the text,
-- because Lua keeps no order and two renderings of the same data must be the same.
local function sorted_keys(object)
  local keys, index = {}, {}
  for key in pairs(object) do
    if type(key) == "string" or type(key) == "number" then
      keys[#keys + 1], index[key] = key, index_of(key)
    end
  end
  table.sort(keys, function(a, b)
    local first, second = index[a], index[b]
    if first and second and first ~= second then return first < second end
    if first and second then return type(a) == "number" and type(b) == "string" end
    if first or second then return first ~= nil end
    return a < b
  end)
  return keys
end

local function run_each(state, program, collection)
  local keys = not is_list(collection) and sorted_keys(collection) or nil
  local count = keys and #keys or #collection
  local frame = { parent = state.frame }
  state.frame = frame
  for i = 1, count do
    local key = keys and keys[i]
    frame.index, frame.first, frame.last = i - 1, i == 1, i == count
    frame.key = key or i - 1
    run_in(state, program, collection[key or i])
  end
  state.frame = frame.parent
end

local function nothing() end

local BLOCKS = {}

BLOCKS["if"] = function(node, read, program, inverse)
  local include_zero = node.include_zero
  return function(state)
    local found = read(state)
    if found == true or is_true(found, include_zero) then return program(state) end
    return inverse(state)
  end
end

BLOCKS["unless"] = function(node, read, program, inverse)
  return BLOCKS["if"](node, read, inverse, program)
end

BLOCKS["with"] = function(_, read, program, inverse)
  return function(state)
    local context = read(state)
    if not is_true(context, true) then return inverse(state) end
    return run_in(state, program, context)
  end
end

BLOCKS["each"] = function(_, read, program, inverse)
  return function(state)
    local collection = read(state)
    if type(collection) ~= "table" or next(collection) == nil then return inverse(state) end
    return run_each(state, program, collection)
  end
end

-- Runs `run` with the contexts that are there now as those around `scope`.
local function run_in_place(state, scope, run, context)
  local places, before = state.places, state.places[scope]
  places[scope] = { stack = state.stack, top = state.top }
  run(state, context)
  places[scope] = before
end

local function has_partials(scope)
  return scope ~= nil and next(scope.partials) ~= nil
end

local function with_place(run, scope)
  if not has_partials(scope) then return run end
  return function(state) return run_in_place(state, scope, run) end
end

function NODES.block(node, options, scope)
  local depth = scope.depth + 1
  local program, inside = compile_program(node.program, options, scope, depth)
  local inverse, otherwise = nothing, nil
  if node.inverse then inverse, otherwise = compile_program(node.inverse, options, scope, depth) end
  local run = BLOCKS[node.helper](node, reader.of_operand(node.param), program, inverse)
  return with_place(with_place(run, inside), otherwise)
end

local function find_partial(scope, name)
  while scope do
    if scope.partials[name] then return scope.partials[name] end
    scope = scope.parent
  end
end

-- Puts the indentation of a partial's tag before each line of its text.
local function indent_lines(state, text, indent)
  if text == "" then return "" end
  local last_line_empty = text:sub(-1) == "\n"
  local _, breaks = text:gsub("\n", "")
  -- Looked at before the text is made: indentation can be the bulk of it.
  check_size(state, #text + (breaks + 1) * #indent)
  local indented = indent .. text:gsub("\n", "\n" .. indent)
  return last_line_empty and indented:sub(1, -#indent - 1) or indented
end

-- Runs a partial apart and appends its text indented.
local function run_indented(state, program, indent)
  local out, size, pieces = state.out, state.size, state.pieces
  state.out, state.pieces = {}, 0
  program(state)
  local text = table.concat(state.out, "", 1, state.pieces)
  state.out, state.size, state.pieces = out, size, pieces
  append(state, indent_lines(state, text, indent))
end

local function enter_partial(state, depth, position)
  if state.calls >= state.limits.max_partial_depth then
    fail { message = ("partials call each other more than %d deep"):format(state.limits.max_partial_depth),
      position = position }
  end
  -- Each level of blocks takes some of Lua's stack, which must not run out.
  if state.depth + depth > MAX_NESTED_CALLS then
    fail { message = ("blocks nest more than %d deep over all partials"):format(MAX_NESTED_CALLS),
      position = position }
  end
  state.calls, state.depth = state.calls + 1, state.depth + depth
end

-- Goes to where a partial is defined: as in Handlebars its `../` starts there, not where it is called.
local function enter_place(state, partial)
  local place, stack = state.places[partial.scope], {}
  for i = 1, place.top do stack[i] = place.stack[i] end
  state.stack, state.top = stack, place.top
end

function NODES.partial(node, _, scope)
  local partial = find_partial(scope, node.name)
  if not partial then
    fail { position = node.position, message = ("partial '%s' is not defined here"):format(node.name) }
  end
  node.target = partial.node
  local read = node.param and reader.of_path(node.param)
  local indent, position, depth = node.indent, node.position, scope.depth
  local function call(state)
    if indent then return run_indented(state, partial.run, indent) end
    return partial.run(state)
  end
  local function enter(state, context) return run_in(state, call, context) end
  return function(state)
    enter_partial(state, depth, position)
    local stack, top = state.stack, state.top
    local context = stack[top]
    if read then context = read(state) end
    enter_place(state, partial)
    if has_partials(partial.inside) then
      run_in_place(state, partial.inside, enter, context)
    else
      enter(state, context)
    end
    state.stack, state.top = stack, top
    state.calls, state.depth = state.calls - 1, state.depth - depth
  end
end

-- Inline partials are known in the whole program that defines them, before and after their place.
local function define_partials(program, options, parent, depth)
  local scope = { parent = parent, partials = {}, depth = depth }
  local found = {}
  for _, node in ipairs(program) do
    if node.type == "inline" then
      local partial = { node = node, scope = scope }
      scope.partials[node.name] = partial
      found[#found + 1] = partial
    end
  end
  -- A partial's blocks count from its call.
  for _, partial in ipairs(found) do
    partial.run, partial.inside = compile_program(partial.node.program, options, scope, 0)
  end
  return scope
end

local function add_steps(state, cost)
  local steps = state.steps + cost
  if steps > state.limits.max_steps then
    fail { message = ("rendering takes more than %d steps"):format(state.limits.max_steps) }
  end
  state.steps = steps
end

-- The function that runs nodes one after the other, which together count as `cost` steps.
local function runner(nodes, cost)
  local count, first, second = #nodes, nodes[1], nodes[2]
  if count == 1 then
    return function(state)
      add_steps(state, cost)
      return first(state)
    end
  end
  return function(state)
    add_steps(state, cost)
    first(state)
    second(state)
    for i = 3, count do nodes[i](state) end
  end
end

function compile_program(program, options, parent, depth)
  local scope = define_partials(program, options, parent, depth)
  local nodes, before, cost = {}, nil, 0
  for i, node in ipairs(program) do
    local following = program[i + 1]
    if node.type == "content" and node.value ~= "" and following and following.type == "output" then
      before = node.value
    else
      nodes[#nodes + 1] = NODES[node.type](node, options, scope, before)
      if before then cost = cost + 1 end
      before = nil
    end
  end
  cost = cost + #nodes
  if #nodes == 0 then return nothing, scope end
  return runner(nodes, cost), scope
end

-- Runs `f`, giving its result or nil and the fault that it raised by `fail`.
local function catching(f, ...)
  local ok, result = pcall(f, ...)
  if ok then return result end
  if type(result) == "table" and result.message then return nil, result end
  error(result, 0)
end

--- Compiles a tree. Each `partial` node of it is given its `target`, the `inline` node that it calls.
-- @tparam table program the root, after white-space control
-- @tparam table options `html`: escape what {{…}} puts out
-- @treturn function|nil to be given to `run`
-- @treturn ?table otherwise { position =, message = }
function compiler.compile(program, options)
  return catching(function()
    local run, scope = compile_program(program, options, nil, 0)
    return function(state)
      state.places[scope] = { stack = {}, top = 0 }
      return run(state)
    end
  end)
end

--- Renders.
-- @tparam function program of `compile`
-- @tparam table data
-- @tparam table limits `max_output` bytes, `max_steps`, `max_partial_depth`
-- @treturn string|nil the text
-- @treturn ?table otherwise { message =, code =, attribute =, position = }
function compiler.run(program, data, limits)
  local state = {
    out = {}, pieces = 0, size = 0, steps = 0, calls = 0, depth = 0, stack = { data }, top = 1, frame = nil,
    root = data, limits = limits, max_output = limits.max_output, places = {},
  }
  local _, fault = catching(program, state)
  if fault then return nil, fault end
  return table.concat(state.out, "", 1, state.pieces)
end

return compiler
