--- `ses template pull`: writes a template of SES into a folder.
-- @module ses.cli.template.pull
local args = require "ses.cli.args"
local common = require "ses.cli.template.common"
local errors = require "ses.errors"
local folder = require "ses.cli.template.folder"
local json = require "ses.model.json"
local output = require "ses.cli.output"

local function fetch(client, name)
  local stored, err = common.stored(client, name)
  if stored == false then
    return nil, errors.new {
      kind = "service", code = "NotFoundException", message = ("SES has no template '%s'"):format(name),
    }
  end
  return stored, err
end

-- What has to change in the folder: { write = { part, … }, remove = { part, … }, keep = { part, … } }.
local function plan(stored, here)
  local made = { write = {}, remove = {}, keep = {} }
  for _, part in ipairs(folder.PARTS) do
    local what = "write"
    if stored[part] == here[part] then
      what = "keep"
    elseif not stored[part] then
      what = here[part] == "" and "keep" or "remove"
    end
    if what ~= "keep" or here[part] then table.insert(made[what], part) end
  end
  return made
end

local function check_unchanged(parsed, todo, here)
  for _, list in ipairs { todo.write, todo.remove } do
    for _, part in ipairs(list) do
      if here[part] then
        return nil, errors.new {
          kind = "client", code = "FileChanged",
          message = ("%s is not what SES has; 'ses template diff' shows how it differs, --force replaces it"):format(
            folder.path(parsed.dir, folder.FILES[part])),
        }
      end
    end
  end
  return true
end

-- Sample data to begin with, where there are none yet.
local function write_sample(parsed, stored)
  local there, text = folder.sample(parsed.dir)
  if there or text then return false end
  local found = require("ses.template.lint").check(stored)
  if not found then return false end
  return folder.write(parsed.dir, folder.SAMPLE, require("ses.cli.pretty").json(found.sample) .. "\n")
end

local function write_all(parsed, stored, todo)
  for _, part in ipairs(todo.write) do
    local done, err = folder.write(parsed.dir, folder.FILES[part], folder.content(part, stored[part]))
    if not done then return nil, err end
  end
  for _, part in ipairs(todo.remove) do
    local done, reason = os.remove(folder.path(parsed.dir, folder.FILES[part]))
    if not done then
      return nil, errors.new { kind = "client", code = "CannotWrite", message = "cannot remove " .. reason }
    end
  end
  return true
end

local function files_of(parts)
  local list = json.list()
  for i, part in ipairs(parts) do list[i] = folder.FILES[part] end
  return list
end

local function show(parsed, name, told)
  if parsed.json then
    return common.print_json { name = name, written = told.write, removed = told.remove, unchanged = told.keep }
  end
  for _, row in ipairs { { told.write, "written" }, { told.remove, "removed" }, { told.keep, "unchanged" } } do
    for _, name_of_file in ipairs(row[1]) do
      output.write(folder.path(parsed.dir, name_of_file), ": ", row[2], "\n")
    end
  end
end

local function run(parsed)
  local name, fault = common.name(parsed)
  if not name then return nil, fault end
  local here
  here, fault = folder.read(parsed.dir)
  if not here then return nil, fault end
  local stored, err = common.with_client(parsed, fetch, name)
  if not stored then return nil, err end
  local todo, fine = plan(stored, here), true
  if not parsed.force then fine, err = check_unchanged(parsed, todo, here) end
  if fine then fine, err = write_all(parsed, stored, todo) end
  local has_sample
  if fine then has_sample, err = write_sample(parsed, stored) end
  if not fine or has_sample == nil then return nil, err end
  local told = { write = files_of(todo.write), remove = files_of(todo.remove), keep = files_of(todo.keep) }
  if has_sample then table.insert(told.write, folder.SAMPLE) end
  show(parsed, name, told)
  return 0
end

return {
  name = "pull",
  summary = "write a template of SES into a folder",
  usage = [[
Where a file is there and differs from what SES has, nothing is written, unless --force is given: then it is replaced,
or removed where SES's template has no such part. A sample.json is never replaced; where there is none, one with the
names of all attributes is written.

  ses template pull templates/welcome
  ses template pull templates/welcome --name welcome-2026 --force]],
  interrupts = "raise",
  options = args.with_client {
    common.DIR, common.NAME,
    { name = "force", type = "flag", help = "replace files that differ" },
    common.JSON,
  },
  run = run,
}
