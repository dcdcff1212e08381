--- What the commands may know of the terminal that they write to.
-- @module ses.cli.terminal
local terminal = {}

local STDOUT, STDERR = 1, 2

local function runtime()
  local found, module = pcall(require, "ses.runtime")
  return found and module or nil
end

--- Whether a stream is a terminal that can move its cursor: not where TERM is "dumb".
-- @tparam ?string stream "stdout" (the default) or "stderr"
-- @treturn boolean
function terminal.is_interactive(stream)
  local host = runtime()
  if not host or not host.is_tty(stream == "stderr" and STDERR or STDOUT) then return false end
  return os.getenv "TERM" ~= "dumb"
end

--- Whether to colour what is written to a stream: where it is such a terminal, and NO_COLOR is not set or empty
-- (no-color.org).
-- @tparam ?string stream as for `is_interactive`
-- @treturn boolean
function terminal.has_colour(stream)
  local wish = os.getenv "NO_COLOR"
  return (wish == nil or wish == "") and terminal.is_interactive(stream)
end

--- Columns of the terminal; 80 where there is none.
-- @treturn integer
function terminal.width()
  local host = runtime()
  return host and host.terminal_width() or tonumber(os.getenv "COLUMNS" or "") or 80
end

local CODES = { bold = 1, dim = 2, red = 31, green = 32, yellow = 33, blue = 34, cyan = 36 }

--- Colours a text.
-- @tparam string colour one of bold, dim, red, green, yellow, blue, cyan
-- @tparam string text
-- @tparam boolean wanted false gives the text back as it is
-- @treturn string
function terminal.paint(colour, text, wanted)
  if not wanted then return text end
  return ("\27[%dm%s\27[0m"):format(CODES[colour], text)
end

return terminal
