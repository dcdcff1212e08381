--- What the commands of `ses template` share.
-- @module ses.cli.template.common
local args = require "ses.cli.args"
local errors = require "ses.errors"
local folder = require "ses.cli.template.folder"
local json = require "ses.model.json"
local output = require "ses.cli.output"

local common = {}

common.DIR = { positional = "dir", value = "DIR", required = true, help = "the template's folder" }
common.NAME = { name = "name", value = "NAME", help = "the template's name at SES (default: the folder's)" }
common.SAMPLE = {
  name = "sample", value = "FILE", help = "other sample data than DIR/sample.json; - for standard input",
}
common.JSON = { name = "json", type = "flag", help = "print JSON" }

--- The name of the template that the arguments mean.
-- @tparam table parsed
-- @treturn ?string
-- @treturn ?table a fault
function common.name(parsed)
  if parsed.name then return parsed.name end
  return folder.name(parsed.dir)
end

--- Runs fn(client, …) with a client that is closed in the end.
-- @tparam table parsed
-- @tparam function fn
function common.with_client(parsed, fn, ...)
  local client, err = require("ses").client(args.client_options(parsed))
  if not client then return nil, err end
  local result, failure = fn(client, ...)
  client:close()
  return result, failure
end

--- What SES has stored of a template.
-- @tparam ses.Client client
-- @tparam string name
-- @treturn table|nil { subject =, html =, text = }, as far as it has them; false where there is no such template
-- @treturn ?ses.Error
function common.stored(client, name)
  local found, err = client.templates:get { template_name = name }
  if not found then
    if err.code == "NotFoundException" then return false end
    return nil, err
  end
  local parts = {}
  for _, part in ipairs(folder.PARTS) do
    local text = (found.template_content or {})[part]
    if text ~= "" then parts[part] = text end
  end
  return parts
end

--- Whether two templates have the same parts; a part that is empty is one that is not there.
function common.is_same(a, b)
  for _, part in ipairs(folder.PARTS) do
    if (a[part] or "") ~= (b[part] or "") then return false end
  end
  return true
end

-- The message of an error or a warning with the part's file in the place of the part's name, and the place.
local function told(dir, fault)
  local message = fault.message
  if not fault.part then return message end
  message = message:gsub("^" .. fault.part .. ": ", "")
  if fault.line and not message:find "^line %d" then
    message = ("line %d, column %d: %s"):format(fault.line, fault.column, message)
  end
  return ("%s: %s"):format(folder.path(dir, folder.FILES[fault.part]), message)
end

--- Compiles the template of a folder, renders it with the sample and looks it over.
-- @tparam table parsed
-- @tparam ?boolean without_sample whether a template without a sample is rendered with no data, rather than not at all
-- @treturn ?table as of `ses.template.lint`, with `parts`, and `sample` and `sample_text` where it was rendered
-- @treturn ?table a fault or a ses.Error, which names the file
function common.check(parsed, without_sample)
  local parts, fault = folder.read_whole(parsed.dir)
  if not parts then return nil, fault end
  local data, text = folder.sample(parsed.dir, parsed.sample)
  if not data and text then return nil, text end
  if not data and without_sample then data, text = {}, "{}" end
  local found, err = require("ses.template.lint").check(parts, data)
  if not found then
    return nil, errors.new {
      kind = "validation", code = err.code, field = err.field, attribute = err.attribute,
      message = told(parsed.dir, err),
    }
  end
  if not data then
    local path = folder.path(parsed.dir, folder.SAMPLE)
    local message = ("there is no %s: nothing was rendered"):format(path)
    table.insert(found.warnings, 1, { code = "NoSample", message = message })
  end
  found.parts, found.sample, found.sample_text = parts, data, text
  return found
end

--- The warnings for JSON, each with its file.
-- @tparam table parsed
-- @tparam table warnings
-- @treturn table
function common.warnings(parsed, warnings)
  local list = json.list()
  for i, warning in ipairs(warnings) do
    list[i] = {
      code = warning.code, message = told(parsed.dir, warning), file = warning.part and folder.FILES[warning.part],
      line = warning.line, column = warning.column, attribute = warning.attribute,
    }
  end
  return list
end

--- Prints the warnings for reading.
-- @tparam table parsed
-- @tparam table warnings
function common.print_warnings(parsed, warnings)
  local cli = require "ses.cli"
  for _, warning in ipairs(warnings) do
    output.write("warning: ", cli.one_line(told(parsed.dir, warning)), "\n")
  end
end

--- Prints a value as JSON.
function common.print_json(value)
  output.write(require("ses.cli.pretty").json(value), "\n")
end

return common
