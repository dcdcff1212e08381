--- Template text to a syntax tree: the tags by an LPeg grammar, the blocks by recursive descent.
--
-- The language is the subset of Handlebars that Amazon SES documents. What is Handlebars but outside
-- the subset (other helpers, subexpressions, block parameters, partial blocks, raw blocks) is refused
-- by name rather than rendered wrongly.
--
-- The tree: a program is a list of nodes; a node has `type` and `position` (a byte offset):
--
-- * `content`: `value` (after white-space control), `original`
-- * `output`: `path`, `raw`
-- * `block`: `helper`, `param` (a path, or `{ literal = value }`), `include_zero`, `program`, `inverse`
-- * `inline`: `name`, `program`
-- * `partial`: `name`, `param` (a path or nil), `indent`
-- * `comment`
--
-- A path is `{ data = bool, up = number of "..", [1..n] = keys, text = as shown to users }`.
-- @module ses.template.grammar
local lpeg = require "lpeg"
local white_space = require "ses.template.space"
local whitespace = require "ses.template.whitespace"
local P, S, R, C, Cc, Cg, Cp, Ct = lpeg.P, lpeg.S, lpeg.R, lpeg.C, lpeg.Cc, lpeg.Cg, lpeg.Cp, lpeg.Ct

local grammar = {}

-- Raised inside this module alone; `parse` catches it.
local function fail(position, message)
  error({ position = position, message = message }, 0)
end

local function failing(message)
  return P(function(_, position) fail(position, message) end)
end

local space = S(white_space.ASCII)
for _, char in ipairs(white_space.WIDE) do space = space + char end
local skip = space ^ 0
-- What Handlebars takes for an identifier: anything but white space and its own punctuation.
local id_char = P(1) - space - S "!\"#%&'()*+,./;<=>@[\\]^`{|}~"
local id = id_char ^ 1

local segment = Ct(
  C(P "..") * -id_char
  + C(P ".") * -id_char
  + C(id)
  + P "[" * C((P(1) - P "]") ^ 0) * (P "]" + failing "expected ] after a [literal] name") * Cg(Cc(true), "literal"))
local path = Ct(Cg(Cp(), "position") * Cg(P "@" * Cc(true) + Cc(false), "data")
  * segment * (S "./" * (segment + failing "expected a name")) ^ 0)

-- A keyword or number ends where no identifier goes on.
local ends = -(id_char + S "./")
local text_literal = P '"' * C((P '\\"' + (P(1) - P '"')) ^ 0) * (P '"' + failing 'expected a closing "')
  + P "'" * C((P "\\'" + (P(1) - P "'")) ^ 0) * (P "'" + failing "expected a closing '")
local text_value = text_literal / function(text) return (text:gsub("\\([\"'])", "%1")) end
local number = C(P "-" ^ -1 * R "09" ^ 1 * (P "." * R "09" ^ 1) ^ -1) * ends / tonumber
local constant = Ct(Cg(Cp(), "position") * (Cg(text_value, "literal")
  + Cg(number, "literal")
  + P "true" * ends * Cg(Cc(true), "literal")
  + P "false" * ends * Cg(Cc(false), "literal")
  + (P "null" + P "undefined") * ends * Cg(Cc(true), "null")))
local operand = P "(" * failing "subexpressions are not supported" + constant + path

local hash_pair = Ct(Cg(Cp(), "position") * Cg(C(id), "name") * skip * P "=" * skip
  * Cg(operand + failing "expected a value after =", "value"))
local block_params = P "as" * space ^ 1 * P "|" * failing "block parameters (as |x|) are not supported"
local arguments = Cg(Ct((skip * (block_params + -(id * skip * P "=") * operand)) ^ 0), "params")
  * Cg(Ct((skip * hash_pair) ^ 0), "hash") * (skip * block_params) ^ -1

local open_strip = Cg(P "~" * Cc(true) + Cc(false), "open_strip")
local close_strip = Cg(P "~" * Cc(true) + Cc(false), "close_strip")
-- As in Handlebars, no further } may follow a tag's own but behind ~.
local tail = Cg(P "~" * Cc(true), "close_strip") * "}}" + Cg(Cc(false), "close_strip") * "}}" * -P "}"
local close = skip * (tail + -P "}}}" * failing "expected }}" + failing "expected }}, not }}}")
local close_raw = skip * (P "}" + failing "expected }}}")
  * (tail + -P "}}}" * failing "expected }}}" + failing "expected }}}, not }}}}")

local function kind(name) return Cg(Cc(name), "kind") end

local comment = (P "!" * #P "--" * (P(1) - P "--" * P "~" ^ -1 * P "}}") ^ 0
    * (P "--" + failing "comment is not closed with --}}") * close_strip * P "}}"
  + P "!" * (P(1) - P "~" ^ -1 * P "}}") ^ 0
    * (close_strip * P "}}" + failing "comment is not closed")) * kind "comment"

local plain_else = (P "^" + skip * P "else" * -id_char) * skip * close_strip * P "}}" * kind "else"
local chained_else = skip * P "else" * space ^ 1 * Cg(C(id), "helper") * arguments * close * kind "else"

local output = function(closing)
  return skip * (-P "(" + failing "subexpressions are not supported")
    * Cg(path + failing "expected the name of an attribute", "path")
    * (skip * -(S "~}" + P(-1)) * failing "only #if, #unless, #each and #with take arguments") ^ -1
    * closing * kind "output"
end

local inline = P "#" * skip * P "*" * skip * (P "inline" * -id_char + failing "only #*inline is supported here")
  * skip * Cg(text_value + failing "expected the quoted name of the inline partial", "name") * close
  * kind "inline"
local partial = P ">" * skip * (-P "(" + failing "dynamic partials are not supported")
  * Cg(text_value + C((P(1) - space - S "~{}()=|") ^ 1) + failing "expected the name of a partial", "name")
  * arguments * close * kind "partial"
local block = P "#" * skip * (-P ">" + failing "partial blocks ({{#>) are not supported")
  * Cg(C(id) + failing "expected if, unless, each or with", "helper") * arguments * close * kind "block"
local close_tag = P "/" * skip * Cg(C(id) + failing "expected the name of the block to close", "name") * close
  * kind "close"

local tag = Ct(Cg(Cp(), "position") * P "{{"
  * (-P "{{" + failing "raw blocks ({{{{) are not supported") * open_strip
  * (comment + partial + inline + block + close_tag + plain_else + chained_else
    + P "^" * failing "inverted sections ({{^) are not supported"
    + P "*" * failing "decorators are not supported"
    + P "{" * Cg(Cc(true), "raw") * output(close_raw)
    + P "&" * Cg(Cc(true), "raw") * output(close)
    + output(close))
  * Cg(Cp(), "next"))

local DATA_NAMES = { index = true, key = true, first = true, last = true, root = true }

-- A path as users know it; the root is rendering data like any other, and has no name of its own.
local function path_text(result)
  local keys = table.concat(result, ".")
  if result.data then
    if result[1] == "root" and result[2] then return table.concat(result, ".", 2) end
    return "@" .. ("../"):rep(result.up) .. keys
  end
  if keys ~= "" then return ("../"):rep(result.up) .. keys end
  return result.up == 0 and "this" or ("../"):rep(result.up):sub(1, -2)
end

local function check_data_path(result)
  local name = result[1] or ""
  if not DATA_NAMES[name] then
    fail(result.position, "@" .. name .. " is not known: @index, @key, @first, @last and @root are")
  end
  if name ~= "root" and #result > 1 then fail(result.position, "@" .. name .. " has no attributes") end
end

-- Turns the segments of a path into keys: "this" and "." stay where they are, ".." goes up.
local function resolve_path(raw)
  local result = { data = raw.data, up = 0, position = raw.position }
  for _, item in ipairs(raw) do
    local name = item[1]
    if not item.literal and (name == "this" or name == "." or name == "..") then
      if #result > 0 then fail(raw.position, "'" .. name .. "' may only stand at the start of a path") end
      if name == ".." then result.up = result.up + 1 end
    else
      result[#result + 1] = name
    end
  end
  if raw.data then check_data_path(result) end
  result.text = path_text(result)
  return result
end

local function resolve_operand(raw)
  if raw.literal ~= nil or raw.null then return raw end
  return resolve_path(raw)
end

-- Makes the node of an opening tag, checking what its helper takes.
local function block_node(token)
  local helper = token.helper
  if helper ~= "if" and helper ~= "unless" and helper ~= "each" and helper ~= "with" then
    fail(token.position, "#" .. helper .. " is not known: #if, #unless, #each and #with are")
  end
  if #token.params ~= 1 then
    fail(token.position, ("#%s takes one attribute, not %d"):format(helper, #token.params))
  end
  local node = {
    type = "block", helper = helper, position = token.position, param = resolve_operand(token.params[1]),
  }
  local conditional = helper == "if" or helper == "unless"
  if not conditional and not node.param.text then
    fail(token.position, "#" .. helper .. " takes the name of an attribute")
  end
  for _, pair in ipairs(token.hash) do
    if not (conditional and pair.name == "includeZero" and type(pair.value.literal) == "boolean") then
      fail(pair.position, ("#%s has no option '%s'"):format(helper, pair.name))
    end
    node.include_zero = pair.value.literal
  end
  return node
end

local function partial_node(token)
  if #token.params > 1 then fail(token.position, "a partial takes one attribute at most") end
  if token.hash[1] then fail(token.hash[1].position, "parameters of partials are not supported") end
  local param = token.params[1] and resolve_operand(token.params[1])
  if param and not param.text then fail(param.position, "a partial takes the name of an attribute") end
  return { type = "partial", name = token.name, param = param, position = token.position }
end

local function strip_of(token)
  return { open = token.open_strip, close = token.close_strip }
end

-- The stream of tokens: content and tags in turn, with Handlebars' escapes \{{ and \\{{.
local Stream = {}
Stream.__index = Stream

local function new_stream(text, limits)
  return setmetatable({ text = text, position = 1, limits = limits, queue = {} }, Stream)
end

local function content(value, position)
  return { kind = "content", value = value, position = position }
end

function Stream:push_content(first, last)
  if last >= first then self.queue[#self.queue + 1] = content(self.text:sub(first, last), first) end
end

-- The end of what an escaped \{{ protects: up to the next tag, escaped or not.
local function escaped_end(text, from)
  local next_tag = text:find("{{", from + 2, true)
  if not next_tag then return #text end
  local last = next_tag - 1
  if last > from + 1 and text:sub(last, last) == "\\" then last = last - 1 end
  if last > from + 1 and last < next_tag - 1 and text:sub(last, last) == "\\" then last = last - 1 end
  return last
end

function Stream:fill()
  local text, start = self.text, self.position
  local at = text:find("{{", start, true)
  if not at then
    self:push_content(start, #text)
    self.queue[#self.queue + 1] = { kind = "end", position = #text + 1 }
    self.position = #text + 1
    return
  end
  local before = text:sub(math.max(start, at - 2), at - 1)
  if before:sub(-1) == "\\" and before ~= "\\\\" then
    self:push_content(start, at - 2)
    local last = escaped_end(text, at)
    self:push_content(at, last)
    self.position = last + 1
    return
  end
  self:push_content(start, before == "\\\\" and at - 2 or at - 1)
  local token = tag:match(text, at)
  if not token then fail(at, "this tag is not understood") end
  self.queue[#self.queue + 1] = token
  self.position = token.next
end

function Stream:peek()
  while not self.queue[1] do self:fill() end
  return self.queue[1]
end

function Stream:take()
  local token = self:peek()
  table.remove(self.queue, 1)
  return token
end

local parse_program

-- Lays out a block as Handlebars' own parser does; `closing` carries the strip flags of the end.
local function finish_block(node, open, program, inverse, closing)
  node.program = program
  node.open_strip = strip_of(open)
  if inverse then
    if inverse.chain then inverse.program[1].close_strip = closing.strip end
    node.inverse_strip = inverse.strip
    node.inverse = inverse.program
  end
  node.close_strip = closing and closing.strip or {}
  return node
end

local function parse_inverse(stream, depth)
  if stream:peek().kind ~= "else" then return nil end
  local token = stream:take()
  if not token.helper then
    return { strip = strip_of(token), program = parse_program(stream, depth) }
  end
  local node = block_node(token)
  local program = parse_program(stream, depth + 1)
  local inverse = parse_inverse(stream, depth + 1)
  finish_block(node, token, program, inverse, inverse)
  return { strip = strip_of(token), program = { node, chained = true }, chain = true }
end

local function line_of(text, position)
  local _, breaks = text:sub(1, position - 1):gsub("\n", "")
  return breaks + 1
end

local function parse_close(stream, open, name)
  local token = stream:take()
  if token.kind == "end" then fail(open.position, "the block '" .. name .. "' is not closed") end
  if token.kind == "else" then fail(token.position, "a second {{else}} in the same block") end
  if token.name ~= name then
    fail(token.position, ("expected {{/%s}} for the block of line %d, found {{/%s}}")
      :format(name, line_of(stream.text, open.position), token.name))
  end
  return { strip = strip_of(token) }
end

local function parse_block(stream, token, depth)
  local node = block_node(token)
  local program = parse_program(stream, depth + 1)
  local inverse = parse_inverse(stream, depth + 1)
  return finish_block(node, token, program, inverse, parse_close(stream, token, token.helper))
end

local function parse_inline(stream, token, depth)
  local node = { type = "inline", name = token.name, position = token.position }
  local program = parse_program(stream, depth + 1)
  if stream:peek().kind == "else" then
    fail(stream:peek().position, "an inline partial has no {{else}}")
  end
  return finish_block(node, token, program, nil, parse_close(stream, token, "inline"))
end

local NODES = {
  content = function(_, token)
    return { type = "content", value = token.value, original = token.value, position = token.position }
  end,
  output = function(_, token)
    return { type = "output", path = resolve_path(token.path), raw = token.raw, position = token.position,
      strip = strip_of(token) }
  end,
  comment = function(_, token)
    return { type = "comment", position = token.position, strip = strip_of(token) }
  end,
  partial = function(_, token)
    local node = partial_node(token)
    node.strip = strip_of(token)
    return node
  end,
  block = parse_block,
  inline = parse_inline,
}

function parse_program(stream, depth)
  if depth > stream.limits.max_depth then
    fail(stream:peek().position, ("blocks are nested more than %d deep"):format(stream.limits.max_depth))
  end
  local program = {}
  while true do
    local make = NODES[stream:peek().kind]
    if not make then return program end
    program[#program + 1] = make(stream, stream:take(), depth)
  end
end

--- Parses a template.
-- @tparam string text
-- @tparam table limits `max_depth`: how deep blocks may nest
-- @treturn table|nil the root program
-- @treturn ?table otherwise { position = byte offset, message = }
function grammar.parse(text, limits)
  local stream = new_stream(text, limits)
  local ok, program = pcall(function()
    local root = parse_program(stream, 0)
    local rest = stream:peek()
    if rest.kind == "close" then fail(rest.position, "{{/" .. rest.name .. "}} closes no block") end
    if rest.kind == "else" then fail(rest.position, "{{else}} outside of a block") end
    return root
  end)
  if ok then
    whitespace.control(program)
    return program
  end
  if type(program) == "table" and program.position then return nil, program end
  error(program, 0)
end

return grammar
