--- UTF-8 on either Lua: LuaJIT has no library for it.
-- @module ses.utf8
local core = require "ses.core"

local utf8_text = {}

--- The number of characters (code points) of a text.
-- @tparam string text
-- @treturn ?integer nil where the text is not UTF-8
-- @treturn ?integer the byte at which it stops being so
function utf8_text.length(text)
  return core.utf8.length(text)
end

return utf8_text
