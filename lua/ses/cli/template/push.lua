--- `ses template push`: stores the template of a folder at SES.
-- @module ses.cli.template.push
local args = require "ses.cli.args"
local common = require "ses.cli.template.common"
local output = require "ses.cli.output"

-- What is to be done so that SES has these parts.
local function action_of(client, name, parts)
  local stored, err = common.stored(client, name)
  if stored == nil then return nil, err end
  if not stored then return "create" end
  return common.is_same(stored, parts) and "nothing" or "update"
end

local function store(client, name, parts, action)
  local template = { template_name = name, template_content = parts }
  local done, err = client.templates[action](client.templates, template)
  -- Somebody else was faster.
  if not done and action == "create" and err.code == "AlreadyExistsException" then
    action = "update"
    done, err = client.templates:update(template)
  end
  return done and action, err
end

local function push(client, parsed, name, parts)
  local action, err = action_of(client, name, parts)
  if not action or action == "nothing" or parsed.dry_run then return action, err end
  return store(client, name, parts, action)
end

local DONE = { create = "created", update = "updated", nothing = "unchanged" }
local WOULD = { create = "would be created", update = "would be updated", nothing = "unchanged" }

local function run(parsed)
  local name, fault = common.name(parsed)
  if not name then return nil, fault end
  local found
  found, fault = common.check(parsed)
  if not found then return nil, fault end
  local action, err = common.with_client(parsed, push, parsed, name, found.parts)
  if not action then return nil, err end
  if parsed.json then
    common.print_json {
      name = name, action = DONE[action], dry_run = parsed.dry_run == true,
      warnings = common.warnings(parsed, found.warnings),
    }
  else
    common.print_warnings(parsed, found.warnings)
    output.write(name, ": ", (parsed.dry_run and WOULD or DONE)[action], "\n")
  end
  return 0
end

return {
  name = "push",
  summary = "store a folder's template at SES, new or anew",
  usage = [[
The template is compiled, and rendered with sample.json, before anything leaves; what is wrong is told with its line and
column. Says whether the template was created, updated, or is the same already.

  ses template push templates/welcome
  ses template push templates/welcome --dry-run
  ses template push templates/welcome --name welcome-2026]],
  interrupts = "raise",
  options = args.with_client {
    common.DIR, common.NAME, common.SAMPLE,
    { name = "dry-run", type = "flag", help = "say what would be done, and store nothing" },
    common.JSON,
  },
  run = run,
}
