--- The lines of a text file, in flat memory for any size.
--
-- Lines end in LF or CRLF; a UTF-8 byte order mark is skipped; lines that are blank are none, but keep their
-- number. A line of more than 1 MiB, or one that is not UTF-8, is an error.
-- @module ses.campaign.sources.lines
local fault = require "ses.campaign.sources.fault"
local value = require "ses.campaign.sources.value"

local byte, find, sub = string.byte, string.find, string.sub

local lines = {}

-- As ses.campaign.fingerprint cuts a file.
local CHUNK = 65536
local MAX_LINE = 1048576
local CR = 13

local Lines = { __name = "ses.campaign.sources.Lines" }
Lines.__index = Lines

--- An error at the line that was read last.
Lines.fault = fault.at_record

-- Reads on: true where bytes came, false at the end of the file, nil and an error.
function Lines:_fill()
  if self.ended then return false end
  local chunk, reason = self.file:read(CHUNK)
  if not chunk then
    self.ended = true
    if reason then return nil, fault.new(self.name, nil, "cannot be read: " .. tostring(reason)) end
    return false
  end
  if self.on_chunk then self.on_chunk(chunk) end
  self.buffer, self.pos = sub(self.buffer, self.pos) .. chunk, 1
  return true
end

-- The next line, blank or not.
function Lines:_line()
  local from = self.pos
  while true do
    local at = find(self.buffer, "\n", from, true)
    if (at or #self.buffer + 1) - self.pos > MAX_LINE then
      self.row = self.row + 1
      return nil, self:fault("is longer than 1 MiB")
    end
    if at then
      local line = sub(self.buffer, self.pos, at - 1)
      self.pos = at + 1
      return line
    end
    from = #self.buffer - self.pos + 2
    local more, err = self:_fill()
    if err then return nil, err end
    if not more then
      local line = sub(self.buffer, self.pos)
      self.buffer, self.pos = "", 1
      return line ~= "" and line or nil
    end
  end
end

--- The next line that is not blank.
-- @treturn ?string nil at the end; `row` is its number
-- @treturn ?ses.Error
function Lines:next()
  while true do
    local line, err = self:_line()
    if not line then return nil, err end
    self.row = self.row + 1
    if byte(line, -1) == CR then line = sub(line, 1, -2) end
    local reason = value.text_fault(line)
    if reason then return nil, self:fault(reason) end
    if find(line, "[^ \t]") then return line end
  end
end

--- Closes the file.
function Lines:close()
  self.file:close()
end

--- Opens a file.
-- @tparam string path
-- @tparam ?function on_chunk sees every block of the file
-- @treturn table|nil `name` (the path's last part), `row`, `next`, `fault`, `close`
-- @treturn ?ses.Error
function lines.open(path, on_chunk)
  local name = path:match("([^/]+)$") or path
  local file, reason = io.open(path, "rb")
  if not file then return nil, fault.new(name, nil, "cannot be opened: " .. reason:gsub("^.*: ", "")) end
  local self = setmetatable({ file = file, name = name, on_chunk = on_chunk, buffer = "", pos = 1, row = 0 }, Lines)
  local _, err = self:_fill()
  if not err and (find(self.buffer, "^\255\254") or find(self.buffer, "^\254\255")) then
    err = fault.new(name, nil, "is UTF-16; save it as UTF-8")
  end
  if err then
    file:close()
    return nil, err
  end
  if find(self.buffer, "^\239\187\191") then self.pos = 4 end
  return self
end

return lines
