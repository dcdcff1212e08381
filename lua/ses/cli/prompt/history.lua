--- The history of the prompt: a file that its owner alone may read, without lines that may hold a secret.
-- @module ses.cli.prompt.history
local file = require "ses.cli.file"
local secrets = require "ses.cli.prompt.secrets"

local history = {}

-- Lines that are kept, and how many the file may have before it is cut to them.
local KEPT, MOST = 1000, 2000

local History = {}
History.__index = History

--- Where it is: $XDG_STATE_HOME/ses/history, by default ~/.local/state/ses/history.
-- @treturn ?string nil where there is no home
function history.path()
  local base, home = os.getenv "XDG_STATE_HOME", os.getenv "HOME"
  -- The XDG Base Directory Specification has relative ones ignored.
  if not (base and base:find "^/") then base = home and home:find "^/" and home .. "/.local/state" end
  return base and base .. "/ses/history" or nil
end

local function lines_of(path)
  local lines = {}
  local handle = io.open(path, "rb")
  if not handle then return lines end
  for line in handle:lines() do lines[#lines + 1] = line end
  handle:close()
  return lines
end

-- In its place, so that it stays its owner's alone.
local function cut(path, lines)
  local handle = io.open(path, "wb")
  if not handle then return end
  handle:write(table.concat(lines, "\n", #lines - KEPT + 1), "\n")
  handle:close()
end

local function make(path)
  local made, err = file.make_folder((path:gsub("/[^/]*$", "")))
  if not made then return nil, tostring(err) end
  local private, failure = require("ses.core").private_file.make(path)
  if not private then return nil, failure.message end
  return true
end

--- Opens it, and makes what is missing.
-- @tparam ?string path
-- @treturn table with `lines` as they are, the oldest first, and `add`; one that keeps nothing where it cannot be
--   kept
-- @treturn ?string why it cannot be kept
function history.open(path)
  local self = setmetatable({ lines = {} }, History)
  if not path then return self, "there is no home folder" end
  local made, reason = make(path)
  if not made then return self, reason end
  self.path, self.lines = path, lines_of(path)
  if #self.lines > MOST then cut(path, self.lines) end
  return self
end

--- Adds what was typed, unless it may hold a secret.
-- @tparam table lines
-- @treturn boolean whether it was added
function History:add(lines)
  local text = table.concat(lines, "\n")
  if secrets.in_line(text) or not text:find "%S" then return false end
  local handle = self.path and io.open(self.path, "ab")
  if handle then
    handle:write(text, "\n")
    handle:close()
  end
  return true
end

return history
