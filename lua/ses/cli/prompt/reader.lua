--- Reads lines at the terminal: by the editor of the program where libedit is there, else plainly.
-- @module ses.cli.prompt.reader
local reader = {}

local Plain = {}
Plain.__index = Plain

function Plain.read(_, prompt)
  io.stdout:write(prompt)
  io.stdout:flush()
  return (io.read "*l")
end

function Plain.remember() end

function Plain.close() end

--- Makes one.
-- @tparam function completer function(before) → what to put in, what to show
-- @treturn table `read(prompt)` → a line, nil at the end; `remember(line)`; `close()`
-- @treturn ?string why lines cannot be edited
function reader.new(completer)
  local found, runtime = pcall(require, "ses.runtime")
  local editor, reason
  if found then editor, reason = runtime.line_editor(completer) end
  if editor then return editor end
  return setmetatable({}, Plain), reason or "the program has no editor"
end

return reader
