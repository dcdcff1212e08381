--- What somebody typed, as a function.
-- @module ses.cli.prompt.chunk
local chunk = {}

local NAME = "=prompt"

-- Lua says so; of a text in quotes, too, which no further line completes.
local function wants_more(reason)
  return reason:find "<eof>'?$" ~= nil and not reason:find "unfinished string"
end

--- Compiles it: an expression, whose values are returned, or statements.
-- @tparam string text a `=` before an expression is passed over
-- @tparam table env its globals
-- @treturn ?function
-- @treturn ?string why not; nil, too, where the text is not complete yet
function chunk.compile(text, env)
  text = text:gsub("^%s*=", "")
  local fn, of_expression = load("return " .. text, NAME, "t", env)
  if fn then return fn end
  local reason
  fn, reason = load(text, NAME, "t", env)
  if fn then return fn end
  if wants_more(reason) or wants_more(of_expression) then return nil end
  return nil, reason
end

return chunk
