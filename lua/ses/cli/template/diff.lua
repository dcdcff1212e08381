--- `ses template diff`: how a folder's template differs from SES's.
-- @module ses.cli.template.diff
local args = require "ses.cli.args"
local common = require "ses.cli.template.common"
local folder = require "ses.cli.template.folder"
local json = require "ses.model.json"
local output = require "ses.cli.output"
local unified = require "ses.cli.template.unified"

local SAME, DIFFERENT = 0, 1

local NOTHING = "/dev/null"

local function file_of(part, text)
  return text and text ~= "" and folder.content(part, text) or ""
end

-- The difference of a part, from what SES has to what the folder has.
local function part_diff(parsed, name, part, stored, here)
  local path = folder.path(parsed.dir, folder.FILES[part])
  local old, new = file_of(part, stored), file_of(part, here)
  return unified.diff(old, new, old == "" and NOTHING or ("ses:%s/%s"):format(name, folder.FILES[part]),
    new == "" and NOTHING or path)
end

local function run(parsed)
  local name, fault = common.name(parsed)
  if not name then return nil, fault end
  local here
  here, fault = folder.read_whole(parsed.dir)
  if not here then return nil, fault end
  local stored, err = common.with_client(parsed, common.stored, name)
  if stored == nil then return nil, err end
  local all, differing = {}, json.list()
  for _, part in ipairs(folder.PARTS) do
    local text = part_diff(parsed, name, part, (stored or {})[part], here[part])
    if text ~= "" then
      all[#all + 1] = text
      differing[#differing + 1] = folder.FILES[part]
    end
  end
  if parsed.json then
    common.print_json {
      name = name, stored = stored ~= false, same = #differing == 0, differing = differing, diff = table.concat(all),
    }
  else
    output.write(table.concat(all))
  end
  return #differing == 0 and SAME or DIFFERENT
end

return {
  name = "diff",
  summary = "show how a folder's template differs from SES's",
  usage = [[
Prints in the unified format what 'ses template push' would change. The status is 0 where both are the same, 1 where
they differ. A template that SES does not have differs as a whole.

  ses template diff templates/welcome]],
  interrupts = "raise",
  options = args.with_client { common.DIR, common.NAME, common.JSON },
  run = run,
}
