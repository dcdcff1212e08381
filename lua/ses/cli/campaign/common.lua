--- What the commands of `ses campaign` share.
-- @module ses.cli.campaign.common
local output = require "ses.cli.output"

local common = {}

common.FILE = { positional = "file", value = "FILE", required = true, help = "the campaign file" }
common.JOURNAL = {
  name = "journal", value = "PATH", help = "another journal than the campaign file names: a path, or postgres://…",
}
common.JSON = { name = "json", type = "flag", help = "print the report as JSON" }

local function word(text)
  if text:find("^[%w_./:=@%%+-]+$") then return text end
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- A command of `ses campaign` for the same campaign, to be copied; a password in the journal's URL is left out.
-- @tparam string name such as "run"
-- @tparam table parsed the arguments of this one
-- @tparam ?string extra
-- @treturn string
function common.command(name, parsed, extra)
  local words = { "ses campaign " .. name, word(parsed.file) }
  for _, option in ipairs { "journal", "metrics", "region", "endpoint", "profile" } do
    local value = parsed[option]
    if option == "journal" and value then value = require("ses.campaign.journal").shown(value) end
    if value then words[#words + 1] = "--" .. option .. " " .. word(value) end
  end
  words[#words + 1] = extra
  return table.concat(words, " ")
end

--- Prints a value as one line of JSON.
-- @tparam table value
function common.print_json(value)
  local text, reason = require("ses.model.json").encode(value)
  output.write(text or error(reason, 0), "\n")
  output.flush()
end

--- Prints a result's report.
-- @tparam table parsed `json`
-- @tparam table result of ses.campaign.run or ses.campaign.status
function common.print_result(parsed, result)
  local report = require "ses.campaign.report"
  if parsed.json then return common.print_json(report.data(result)) end
  output.write(report.text(result))
  output.flush()
end

return common
