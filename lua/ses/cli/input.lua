--- What a command line names as its input: text, a file or standard input.
-- @module ses.cli.input
local args = require "ses.cli.args"

local input = {}

-- ENOENT of Linux, the BSDs and macOS.
local NOT_THERE = 2

-- → bytes | nil, a fault, or as third value the fault of a file that is not there
local function read_file(path)
  local file, reason, number = io.open(path, "rb")
  if not file then
    local fault = args.fault("cannot open " .. reason)
    if number == NOT_THERE then return nil, nil, fault end
    return nil, fault
  end
  local bytes, why = file:read "*a"
  file:close()
  if not bytes then return nil, args.fault(("cannot read %s: %s"):format(path, why or "it is no file")) end
  return bytes
end

--- Reads a whole file, or standard input for "-".
-- @tparam string path
-- @treturn ?string bytes
-- @treturn ?table a fault that names the file
function input.read(path)
  if path == "-" then return io.read "*a" or "" end
  local bytes, fault, missing = read_file(path)
  return bytes, fault or missing
end

--- Reads a file that need not be there.
-- @tparam string path
-- @treturn ?string bytes; nil without a fault where there is no such file
-- @treturn ?table a fault that names the file
function input.read_if_there(path)
  local bytes, fault = read_file(path)
  return bytes, fault
end

--- The text that an argument means: itself, the content of FILE for "@FILE", standard input for "-".
-- @tparam string argument
-- @treturn ?string
-- @treturn ?table a fault
function input.text(argument)
  if argument == "-" then return input.read "-" end
  if argument:sub(1, 1) == "@" then return input.read(argument:sub(2)) end
  return argument
end

--- The JSON object that an argument means (see `input.text`).
-- @tparam string argument
-- @tparam string label how the user calls it, such as "--data"
-- @treturn ?table
-- @treturn ?table a fault
function input.json_object(argument, label)
  local text, fault = input.text(argument)
  if not text then return nil, fault end
  local value, reason = require("ses.model.json").decode(text)
  if reason then return nil, args.fault(("%s is no JSON: %s"):format(label, reason)) end
  if type(value) ~= "table" or not text:find("^%s*{") then
    return nil, args.fault(label .. " must be a JSON object: { … }")
  end
  return value
end

return input
