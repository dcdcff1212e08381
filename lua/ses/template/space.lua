--- White space as JavaScript's \s has it, which Handlebars goes by: that of Unicode, in UTF-8.
-- @module ses.template.space
local space = {}

space.ASCII = " \t\r\n\v\f"

--- The characters beyond ASCII: no-break space, Ogham space, U+2000 to U+200A, line and paragraph separator, narrow
-- no-break, mathematical and ideographic space, byte order mark.
space.WIDE = {
  "\194\160", "\225\154\128", "\226\128\168", "\226\128\169", "\226\128\175", "\226\129\159", "\227\128\128",
  "\239\187\191",
}
for last = 128, 138 do space.WIDE[#space.WIDE + 1] = "\226\128" .. string.char(last) end

local is_wide = {}
for _, char in ipairs(space.WIDE) do is_wide[char] = true end

-- The bytes of the wide character at `first`, 0 where there is none.
local function wide_at(text, first)
  for size = 2, 3 do
    if is_wide[text:sub(first, first + size - 1)] then return size end
  end
  return 0
end

--- Where a text begins behind its leading white space: #text + 1 where it is nothing else.
-- @tparam string text
-- @treturn integer
function space.behind(text)
  local from = 1
  while true do
    from = text:find("[^" .. space.ASCII .. "]", from) or #text + 1
    local size = wide_at(text, from)
    if size == 0 then return from end
    from = from + size
  end
end

--- Where a text ends before its trailing white space: 0 where it is nothing else.
-- @tparam string text
-- @treturn integer
function space.before(text)
  local last = #text
  while last > 0 do
    if space.ASCII:find(text:sub(last, last), 1, true) then
      last = last - 1
    elseif is_wide[text:sub(math.max(last - 1, 1), last)] then
      last = last - 2
    elseif is_wide[text:sub(math.max(last - 2, 1), last)] then
      last = last - 3
    else
      return last
    end
  end
  return 0
end

return space
