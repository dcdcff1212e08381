--- A streaming reader of CSV files (RFC 4180), flat in memory for any size.
--
-- Quoted fields may hold separators, doubled quotes and line breaks; lines end in LF, CRLF or (where
-- a file holds no LF at all) CR; a UTF-8 byte order mark is skipped; lines without a byte are no
-- records. What is not right is an error that names file, row, line and field: a reader that guesses
-- would write to the wrong people.
--
-- A row is counted as a spreadsheet counts it (the header is row 1), a line as an editor does; they
-- differ where a field holds line breaks.
-- @module ses.campaign.csv
local utf8_text = require "ses.utf8"

local byte, find, gsub, sub = string.byte, string.find, string.gsub, string.sub

local csv = {}

local CHUNK = 65536
local MAX_RECORD = 1048576
local QUOTE, CR, LF = 34, 13, 10

local Reader = { __name = "ses.campaign.csv.Reader" }
Reader.__index = Reader

--- Makes the error for a fault in a CSV file; see ses.campaign.sources.fault.
csv.fault = require("ses.campaign.sources.fault").new

function Reader:_fault(message, field, line)
  self.failed = csv.fault(self.name, { row = self.row, line = line or self.line, field = field }, message)
  return nil, self.failed
end

-- Reads on: true where bytes came, false at the end of the file, nil and an error.
function Reader:_fill()
  if self.ended then return false end
  local chunk, reason = self.read(CHUNK)
  if not chunk or chunk == "" then
    if reason then return self:_fault("cannot be read: " .. tostring(reason)) end
    self.ended = true
    return false
  end
  if self.on_chunk then self.on_chunk(chunk) end
  if self.pos > 1 then
    self.buffer = sub(self.buffer, self.pos) .. chunk
    self.pos = 1
  else
    self.buffer = self.buffer .. chunk
  end
  return true
end

-- The end of the record's first line, and where its line break starts.
function Reader:_line_end()
  local from = self.pos
  while true do
    local at = find(self.buffer, self.eol, from, true)
    if at then return at end
    from = #self.buffer - self.pos + 2
    if from > MAX_RECORD then
      self.row, self.line = self.row + 1, self.next_line
      return self:_fault("is longer than 1 MiB; is a quote left open?")
    end
    local more, err = self:_fill()
    if err then return nil, err end
    if not more then return #self.buffer + 1 end
  end
end

local function split(line, separator)
  local fields, n, from = {}, 0, 1
  while true do
    local at = find(line, separator, from, true)
    n = n + 1
    if not at then
      fields[n] = sub(line, from)
      return fields, n
    end
    fields[n] = sub(line, from, at - 1)
    from = at + 1
  end
end

local function count_lines(text, eol)
  local _, n = gsub(text, eol, "")
  return n
end

-- One quoted field that opens at `from`: its value and where the text goes on, or nil where the
-- buffer ends before the field does.
local function quoted(buffer, from)
  local at, doubled = from + 1, false
  while true do
    local close = find(buffer, '"', at, true)
    -- A quote that ends the buffer may be the first half of a doubled one.
    if not close then return nil end
    if byte(buffer, close + 1) ~= QUOTE then
      local value = sub(buffer, from + 1, close - 1)
      if doubled then value = gsub(value, '""', '"') end
      return value, close + 1
    end
    doubled = true
    at = close + 2
  end
end

-- Parses one record that holds quotes. Gives its fields, their number, where its text ends and
-- where the next begins; false where the buffer holds too little; nil and an error.
function Reader:_parse_quoted()
  local buffer, separator, eol = self.buffer, self.separator, self.eol
  local sep_byte, eol_byte = byte(separator), byte(eol)
  local fields, n, at = {}, 0, self.pos
  while true do
    local value, stop
    if byte(buffer, at) == QUOTE then
      value, stop = quoted(buffer, at)
      if not value or (stop > #buffer and not self.ended) then
        if not self.ended then return false end
        if not value then
          local line = self.line + count_lines(sub(buffer, self.pos, at), eol)
          return self:_fault("a quote opens and is never closed", self.columns and self.columns[n + 1], line)
        end
      end
    else
      stop = find(buffer, "[" .. separator .. eol .. "]", at)
      if not stop then
        if not self.ended then return false end
        stop = #buffer + 1
      end
      value = sub(buffer, at, stop - 1)
      if byte(buffer, stop) == LF and byte(value, -1) == CR then value = sub(value, 1, -2) end
      if find(value, '"', 1, true) then
        return self:_fault("a quote stands inside a field that is not quoted",
          self.columns and self.columns[n + 1])
      end
      if find(value, "\r", 1, true) then
        return self:_fault("a carriage return stands inside a field that is not quoted",
          self.columns and self.columns[n + 1])
      end
    end
    n = n + 1
    fields[n] = value
    local after = byte(buffer, stop)
    if after == sep_byte then
      at = stop + 1
    elseif after == nil or after == eol_byte then
      return fields, n, stop - 1, stop + 1
    elseif after == CR and eol_byte == LF then
      local following = byte(buffer, stop + 1)
      if following == nil and not self.ended then return false end
      if following ~= LF and following ~= nil then
        return self:_fault("a carriage return follows a closed quote", self.columns and self.columns[n])
      end
      return fields, n, stop - 1, stop + 2
    else
      return self:_fault("text follows a closed quote", self.columns and self.columns[n])
    end
  end
end

function Reader:_quoted_record()
  while true do
    local fields, n, last, following = self:_parse_quoted()
    if fields then return fields, n, last, following end
    if fields == nil then return nil, n end
    if #self.buffer - self.pos > MAX_RECORD then
      return self:_fault("a quote opens and is not closed within 1 MiB")
    end
    local more, err = self:_fill()
    if err then return nil, err end
    if not more and not self.ended then return nil, err end
  end
end

-- Text that no later step could carry: bytes that are no UTF-8, and NUL.
function Reader:_check_text(text, fields, n)
  local bad_text = find(text, "[\128-\255]") and not utf8_text.length(text)
  if not bad_text and not find(text, "\0", 1, true) then return true end
  for i = 1, n do
    local name = self.columns and self.columns[i] or nil
    if not utf8_text.length(fields[i]) then return self:_fault("is not valid UTF-8", name) end
    if find(fields[i], "\0", 1, true) then return self:_fault("holds a NUL byte", name) end
  end
  return self:_fault("is not valid UTF-8")
end

-- One record of any number of fields: fields, their number; nil at the end; nil and an error.
function Reader:_record()
  if self.failed then return nil, self.failed end
  while true do
    local stop, err = self:_line_end()
    if not stop then return nil, err end
    local buffer, pos = self.buffer, self.pos
    if pos > #buffer then return nil end
    self.row = self.row + 1
    self.line = self.next_line
    local line = sub(buffer, pos, stop - 1)
    if byte(line, -1) == CR and self.eol == "\n" then line = sub(line, 1, -2) end
    if line == "" then
      -- A spreadsheet counts an empty line as a row, so it keeps its number.
      self.pos = stop + 1
      self.next_line = self.line + 1
    elseif not find(line, '"', 1, true) then
      self.pos = stop + 1
      self.next_line = self.line + 1
      local fields, n = split(line, self.separator)
      if find(line, "\r", 1, true) then
        for i = 1, n do
          if find(fields[i], "\r", 1, true) then
            return self:_fault("a carriage return stands inside a field that is not quoted",
              self.columns and self.columns[i])
          end
        end
      end
      local fine, fault = self:_check_text(line, fields, n)
      if not fine then return nil, fault end
      return fields, n
    else
      local fields, n, last, following = self:_quoted_record()
      if not fields then return nil, n end
      local text = sub(self.buffer, self.pos, last)
      self.next_line = self.line + 1 + count_lines(text, self.eol)
      self.pos = following
      local fine, fault = self:_check_text(text, fields, n)
      if not fine then return nil, fault end
      return fields, n
    end
  end
end

--- Reads the next record.
-- @treturn table|nil its fields in the header's order; nil at the end of the file
-- @treturn ?ses.Error for a record that is ragged, not UTF-8, or whose quotes do not match.
--   `reader.row` and `reader.line` tell where the record stands.
function Reader:next()
  local fields, n = self:_record()
  if not fields then return nil, n end
  if n ~= self.width then
    return self:_fault(("has %d %s where the header has %d"):format(n, n == 1 and "field" or "fields",
      self.width))
  end
  return fields
end

--- Closes the file.
function Reader:close()
  if self.file then self.file:close() end
  self.file, self.buffer, self.ended, self.pos = nil, "", true, 1
end

function Reader:_start()
  while #self.buffer < CHUNK do
    local more, err = self:_fill()
    if err then return nil, err end
    if not more then break end
  end
  if find(self.buffer, "^\255\254") or find(self.buffer, "^\254\255") then
    return self:_fault("is UTF-16; save it as UTF-8")
  end
  if find(self.buffer, "^\239\187\191") then self.pos = 4 end
  if not find(self.buffer, "\n", 1, true) and find(self.buffer, "\r", 1, true) then self.eol = "\r" end
  local fields, n = self:_record()
  if not fields then
    if n then return nil, n end
    self.row = nil
    return self:_fault("is empty; its first row must name the columns")
  end
  local index = {}
  for i = 1, n do
    local name = gsub(gsub(fields[i], "^[ \t]+", ""), "[ \t]+$", "")
    fields[i] = name
    if name ~= "" and index[name] then return self:_fault("names the column '" .. name .. "' twice") end
    if name ~= "" then index[name] = i end
  end
  self.columns, self.width, self.index = fields, n, index
  return true
end

--- Reads CSV from any source of bytes; reads the header at once.
-- @tparam function read given a size, the next bytes; nil at the end; nil and a reason
-- @tparam ?table options `separator` (one of comma, semicolon, tab, bar; default comma), `name`
--   (what errors call the file), `on_chunk` (a function that sees every block of bytes read)
-- @treturn table|nil a reader: `columns` (names in order), `index` (name to position), `next`,
--   `row`, `line`, `close`
-- @treturn ?ses.Error
function csv.reader(read, options)
  options = options or {}
  local reader = setmetatable({
    read = read, name = options.name or "csv", separator = options.separator or ",", eol = "\n",
    on_chunk = options.on_chunk, buffer = "", pos = 1, row = 0, line = 1, next_line = 1, ended = false,
  }, Reader)
  local fine, err = reader:_start()
  if not fine then return nil, err end
  return reader
end

--- Opens a CSV file and reads its header.
-- @tparam string path
-- @tparam ?table options as of `csv.reader`; `name` is the path's last part unless given
-- @treturn table|nil a reader, which owns the file until `close`
-- @treturn ?ses.Error
function csv.open(path, options)
  options = options or {}
  local name = options.name or path:match("([^/]+)$") or path
  local file, reason = io.open(path, "rb")
  if not file then
    return nil, csv.fault(name, nil, "cannot be opened: " .. reason:gsub("^.*: ", ""))
  end
  local reader, err = csv.reader(function(size) return file:read(size) end,
    { separator = options.separator, name = name, on_chunk = options.on_chunk })
  if not reader then
    file:close()
    return nil, err
  end
  reader.file = file
  return reader
end

return csv
