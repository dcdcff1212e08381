--- Where in a template's text something stands, as people count.
-- @module ses.template.place

--- The place of a byte.
-- @tparam string text
-- @tparam integer position a byte offset, from 1
-- @treturn integer the line, from 1
-- @treturn integer the column, in characters, from 1
return function(text, position)
  local before = text:sub(1, position - 1)
  local _, breaks = before:gsub("\n", "")
  local line = before:match("[^\n]*$")
  local _, continuation = line:gsub("[\128-\191]", "")
  return breaks + 1, #line - continuation + 1
end
