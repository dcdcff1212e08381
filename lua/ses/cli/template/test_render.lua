--- `ses template test-render`: SES's rendering of a template beside the one made here.
-- @module ses.cli.template.test_render
local args = require "ses.cli.args"
local common = require "ses.cli.template.common"
local data_of = require "ses.campaign.message.data"
local folder = require "ses.cli.template.folder"
local json = require "ses.model.json"
local mime = require "ses.mail.mime"
local output = require "ses.cli.output"
local template = require "ses.template"
local unified = require "ses.cli.template.unified"

local SAME, DIFFERENT = 0, 1

-- A mail's line ends are its own, and so are those behind its last line.
local function comparable(text)
  if not text then return "" end
  text = text:gsub("\r\n?", "\n"):gsub("%s+$", "")
  return text == "" and "" or text .. "\n"
end

-- The data as SES gets them: as they are written, and the link that SES itself would fill in.
local function data_text(found)
  if found.data == found.sample then return found.sample_text end
  local link = found.data[template.UNSUBSCRIBE_URL]
  return data_of.with_json(found.sample_text, template.UNSUBSCRIBE_URL, link)
end

local function ask(client, name, found)
  local answer, err = client.templates:test_render { template_name = name, template_data = data_text(found) }
  if not answer then return nil, err end
  local stored
  stored, err = common.stored(client, name)
  if stored == nil then return nil, err end
  return { parts = mime.parse(answer.rendered_template), is_stored = stored and common.is_same(stored, found.parts) }
end

-- The parts that differ, and how.
local function compare(there, here)
  local differing, all = json.list(), {}
  for _, part in ipairs(folder.PARTS) do
    local text = unified.diff(comparable(there[part]), comparable(here[part]), "SES: " .. part, "here: " .. part)
    if text ~= "" then
      differing[#differing + 1] = part
      all[#all + 1] = text
    end
  end
  return differing, table.concat(all)
end

local function show(parsed, name, answer, differing, text)
  if parsed.json then
    return common.print_json {
      name = name, same = #differing == 0, differing = differing, diff = text, is_stored = answer.is_stored,
    }
  end
  if not answer.is_stored then
    output.write("warning: the template that SES has is not the folder's; 'ses template diff' shows how it differs\n")
  end
  output.write(text)
  if #differing == 0 then output.write(name, ": rendered by SES as here\n") end
end

local function run(parsed)
  local name, fault = common.name(parsed)
  if not name then return nil, fault end
  local found
  found, fault = common.check(parsed, true)
  if not found then return nil, fault end
  local answer, err = common.with_client(parsed, ask, name, found)
  if not answer then return nil, err end
  local differing, text = compare(answer.parts, found.rendered)
  show(parsed, name, answer, differing, text)
  return #differing == 0 and SAME or DIFFERENT
end

return {
  name = "test-render",
  summary = "have SES render a template with the sample data, and compare with the rendering here",
  usage = [[
SES renders what it has stored (TestRenderEmailTemplate). The status is 0 where subject, HTML and text are the same as
rendered here, 1 where they differ, with the difference printed. What is no more than line ends is passed over.

  ses template test-render templates/welcome]],
  interrupts = "raise",
  options = args.with_client { common.DIR, common.NAME, common.SAMPLE, common.JSON },
  run = run,
}
