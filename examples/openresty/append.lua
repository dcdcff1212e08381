-- What a thread of nginx's does for unsubscribe.lua beside this file.
local append = {}

-- One write in one piece, so that several threads and workers can do it at once.
function append.line(path, text)
  local file, reason = io.open(path, "a")
  if not file then return nil, reason end
  local written
  written, reason = file:write(text, "\n")
  local closed, late = file:close()
  if written and closed then return true end
  return nil, reason or late
end

return append
