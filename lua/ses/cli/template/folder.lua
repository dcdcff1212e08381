--- A folder that holds a template: `subject.txt`, `body.html`, `body.txt`, as far as it has them, and `sample.json`,
-- the data that it is tried with.
-- @module ses.cli.template.folder
local args = require "ses.cli.args"
local file = require "ses.cli.file"
local input = require "ses.cli.input"
local json = require "ses.model.json"

local folder = {}

--- The parts in their order.
folder.PARTS = { "subject", "html", "text" }

--- The file of each part.
folder.FILES = { subject = "subject.txt", html = "body.html", text = "body.txt" }

folder.SAMPLE = "sample.json"

--- The path of a file in a folder.
function folder.path(dir, name)
  return (dir:gsub("/+$", "") .. "/" .. name)
end

--- The name of the template in a folder: the folder's own.
-- @tparam string dir
-- @treturn ?string
-- @treturn ?table a fault
function folder.name(dir)
  local path = dir
  if path == "." or path == "./" then path = os.getenv "PWD" or "" end
  local name = path:match "([^/]+)/*$"
  if name and name ~= "." and name ~= ".." then return name end
  return nil, args.fault "the folder has no name to call the template by; say --name"
end

--- Reads the parts of a template. Line breaks at the end of the subject are dropped.
-- @tparam string dir
-- @treturn ?table { subject =, html =, text = }, as far as there are such files
-- @treturn ?table a fault
function folder.read(dir)
  local parts = {}
  for _, part in ipairs(folder.PARTS) do
    local text, fault = input.read_if_there(folder.path(dir, folder.FILES[part]))
    if fault then return nil, fault end
    parts[part] = text
  end
  if parts.subject then parts.subject = parts.subject:gsub("[\r\n]+$", "") end
  return parts
end

--- Reads a template that has to be there.
-- @tparam string dir
-- @treturn ?table as of `read`
-- @treturn ?table a fault
function folder.read_whole(dir)
  local parts, fault = folder.read(dir)
  if not parts then return nil, fault end
  if next(parts) == nil then
    local handle, reason = io.open(dir, "rb")
    if not handle then return nil, args.fault("cannot open " .. reason) end
    handle:close()
    return nil, args.fault(("%s has none of the files subject.txt, body.html and body.txt"):format(dir))
  end
  return parts
end

--- Reads the sample data.
-- @tparam string dir
-- @tparam ?string path another file than the folder's, "-" for standard input
-- @treturn ?table nil where the folder has none
-- @treturn string its JSON; a fault where it cannot be read
function folder.sample(dir, path)
  local text, fault
  if path then
    text, fault = input.read(path)
  else
    path = folder.path(dir, folder.SAMPLE)
    text, fault = input.read_if_there(path)
  end
  if not text then return nil, fault end
  local data, reason = json.decode(text)
  if reason then return nil, args.fault(("%s is no JSON: %s"):format(path, reason)) end
  if type(data) ~= "table" or not text:find "^%s*{" then
    return nil, args.fault(path .. " must be a JSON object: { … }")
  end
  return data, text
end

--- What the file of a part holds, so that `read` gives the part again.
-- @tparam string part
-- @tparam string text
-- @treturn string
function folder.content(part, text)
  return part == "subject" and text .. "\n" or text
end

--- Writes a file of a folder, which is made where it is not there.
-- @tparam string dir
-- @tparam string name
-- @tparam string text
-- @treturn boolean|nil
-- @treturn ?ses.Error
function folder.write(dir, name, text)
  local made, err = file.make_folder(dir)
  if not made then return nil, err end
  return file.write(folder.path(dir, name), function(write) return write(text) end)
end

return folder
