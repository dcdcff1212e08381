--- `ses template list`: the templates of the account.
-- @module ses.cli.template.list
local args = require "ses.cli.args"
local common = require "ses.cli.template.common"
local json = require "ses.model.json"
local output = require "ses.cli.output"

local function collect(client)
  local list = json.list()
  for item, err in client.templates:each { page_size = 100 } do
    if not item then return nil, err end
    list[#list + 1] = {
      name = item.template_name,
      created = item.created_timestamp and os.date("!%Y-%m-%dT%H:%M:%SZ", math.floor(item.created_timestamp)),
    }
  end
  return list
end

local function run(parsed)
  local list, err = common.with_client(parsed, collect)
  if not list then return nil, err end
  table.sort(list, function(a, b) return a.name < b.name end)
  if parsed.json then
    common.print_json(list)
    return 0
  end
  for _, item in ipairs(list) do output.write(("%-20s  %s\n"):format(item.created or "", item.name)) end
  return 0
end

return {
  name = "list",
  summary = "list the templates that SES has",
  usage = [[
A line each, with the time of its creation (UTC), by name.

  ses template list --region eu-west-1]],
  interrupts = "raise",
  options = args.with_client { common.JSON },
  run = run,
}
