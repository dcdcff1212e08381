--- White-space control over a syntax tree: `~`, and tags that stand alone on their line.
--
-- The rules are those of Handlebars' WhitespaceControl visitor, so that text comes out the same to the
-- byte: a block tag, comment or partial alone on its line takes the line with it.
-- @module ses.template.whitespace
local space = require "ses.template.space"

local whitespace = {}

local function content_at(program, index)
  local node = program[index]
  return node and node.type == "content" and node or nil
end

-- Whether the line before `index` holds nothing else; `index` past the end asks for the last line.
local function blank_before(program, index, is_root)
  local previous = program[index - 1]
  if not previous then return is_root end
  if previous.type ~= "content" then return false end
  local tail = previous.original:sub(space.before(previous.original) + 1)
  if tail:find("\n", 1, true) then return true end
  return is_root and not program[index - 2] and #tail == #previous.original
end

-- Whether the line after `index` holds nothing else; index 0 asks for the first line.
local function blank_after(program, index, is_root)
  local following = program[index + 1]
  if not following then return is_root end
  if following.type ~= "content" then return false end
  local head = following.original:sub(1, space.behind(following.original) - 1)
  if head:find("\n", 1, true) then return true end
  return is_root and not program[index + 2] and #head == #following.original
end

-- Removes white space after `index`: all of it, or the rest of the line.
local function omit_right(program, index, all)
  local node = content_at(program, index + 1)
  if not node or (not all and node.right_stripped) then return end
  local before = node.value
  if all then
    node.value = before:sub(space.behind(before))
  else
    node.value = before:gsub("^[ \t]*\r?\n?", "")
  end
  node.right_stripped = node.value ~= before
end

-- Removes white space before `index`: all of it, or the indentation. Returns whether there was some.
local function omit_left(program, index, all)
  local node = content_at(program, index - 1)
  if not node or (not all and node.left_stripped) then return false end
  local before = node.value
  local kept = all and before:sub(1, space.before(before)) or not all and before:match("^.*[^ \t]") or ""
  node.value = kept
  node.left_stripped = kept ~= before
  return node.left_stripped
end

local visit_program

local function visit_block(node)
  visit_program(node.program, false)
  if node.inverse then visit_program(node.inverse, false) end
  local program, first_inverse, last_inverse = node.program, node.inverse, node.inverse
  if first_inverse and first_inverse.chained then
    first_inverse = first_inverse[1].program
    while last_inverse.chained do last_inverse = last_inverse[#last_inverse].program end
  end
  local strip = {
    open = node.open_strip.open,
    close = node.close_strip.close,
    open_alone = blank_after(program, 0, false),
    close_alone = blank_before(first_inverse or program, #(first_inverse or program) + 1, false),
  }
  if node.open_strip.close then omit_right(program, 0, true) end
  if first_inverse then
    if node.inverse_strip.open then omit_left(program, #program + 1, true) end
    if node.inverse_strip.close then omit_right(first_inverse, 0, true) end
    if node.close_strip.open then omit_left(last_inverse, #last_inverse + 1, true) end
    if blank_before(program, #program + 1, false) and blank_after(first_inverse, 0, false) then
      omit_left(program, #program + 1)
      omit_right(first_inverse, 0)
    end
  elseif node.close_strip.open then
    omit_left(program, #program + 1, true)
  end
  return strip
end

local function strip_flags(node)
  if node.type == "block" or node.type == "inline" then return visit_block(node) end
  if node.type == "output" then return node.strip end
  if node.type == "partial" or node.type == "comment" then
    return { open = node.strip.open, close = node.strip.close, alone = true }
  end
  return nil
end

local function apply_strip(program, index, strip, is_root)
  local node = program[index]
  local before, after = blank_before(program, index, is_root), blank_after(program, index, is_root)
  if strip.close then omit_right(program, index, true) end
  if strip.open then omit_left(program, index, true) end
  if strip.alone and before and after then
    omit_right(program, index)
    if omit_left(program, index) and node.type == "partial" then
      node.indent = program[index - 1].original:match("[ \t]+$")
    end
  end
  if strip.open_alone and before then
    omit_right(node.program, 0)
    omit_left(program, index)
  end
  if strip.close_alone and after then
    local last = node.inverse or node.program
    omit_right(program, index)
    omit_left(last, #last + 1)
  end
end

function visit_program(program, is_root)
  for index = 1, #program do
    local strip = strip_flags(program[index])
    if strip then apply_strip(program, index, strip, is_root) end
  end
end

--- Applies white-space control to a tree, in place.
-- @tparam table program the root
function whitespace.control(program)
  visit_program(program, true)
end

return whitespace
