-- The guides in docs/ against the code that they are about. Their pieces of code: spec/snippets_spec.lua.
local catalogue = require "ses.observe.catalogue"
local config = require "ses.config"
local errors = require "ses.errors"
local operations = require "ses.services.operations"
local process = require "spec.support.process"

-- The rows of a guide's tables, as cells; header and rule lines are among them.
local function rows_of(path)
  local rows = {}
  for line in process.read(path):gmatch("[^\n]+") do
    local inner = line:match("^|(.*)|$")
    if inner then
      local cells = {}
      for cell in (inner .. "|"):gmatch("%s*(.-)%s*|") do cells[#cells + 1] = cell end
      rows[#rows + 1] = cells
    end
  end
  return rows
end

local function by_name(path)
  local map = {}
  for _, cells in ipairs(rows_of(path)) do
    local name = cells[1]:match("^`([^`]+)`$")
    if name then map[name] = cells end
  end
  return map
end

local function number(value)
  return ("%.14g"):format(value)
end

local function code_list(names)
  local list = {}
  for i, name in ipairs(names) do list[i] = "`" .. name .. "`" end
  return table.concat(list, ", ")
end

local function value_of(setting)
  if not setting.min then return setting.type end
  return ("%s, %s to %s"):format(setting.type, number(setting.min), number(setting.max))
end

local function default_of(setting)
  if setting.default == nil then return "" end
  return "`" .. (type(setting.default) == "number" and number(setting.default) or tostring(setting.default)) .. "`"
end

local function places_of(setting)
  local places = {}
  for _, names in ipairs { setting.env, setting.profile } do
    if #names > 0 then places[#places + 1] = code_list(names) end
  end
  return table.concat(places, "; ")
end

describe("docs/campaigns.md", function()
  it("has every command, and every option that not all of them take", function()
    local text, common = process.read "docs/campaigns.md", { "journal", "json" }
    for _, option in ipairs(require("ses.cli.args").client) do common[#common + 1] = option.name end
    for _, command in ipairs(require("ses.cli.campaign").commands) do
      assert.is_truthy(text:find("| `ses campaign " .. command.name .. " FILE", 1, true), command.name)
      for _, option in ipairs(command.options) do
        local name = option.name
        local known = name == nil or text:find("--" .. name, 1, true) ~= nil
        for _, one in ipairs(common) do known = known or one == name end
        assert.is_true(known, ("%s --%s"):format(command.name, tostring(name)))
      end
    end
  end)

  it("has every key of a campaign file, its message and its pace", function()
    local text = process.read "docs/campaigns.md"
    local table_of_keys = text:match "\n## The campaign file\n(.-)\n## "
    for file, section in pairs {
      ["file.lua"] = "", ["check/message.lua"] = "message.", ["check/pace.lua"] = "pace.",
      ["check/events.lua"] = "events.",
    } do
      local keys = process.read("lua/ses/campaign/" .. file):match "\nlocal KEYS = (%b{})"
      for key in keys:gmatch '"([^"]+)"' do
        assert.is_truthy(table_of_keys:find("`" .. section .. key .. "`", 1, true), section .. key)
      end
    end
  end)

  it("has every member of a line of progress, and every column of an export, in their order", function()
    local text = process.read "docs/campaigns.md"
    for _, case in ipairs {
      { "| member | what it is |", require("ses.campaign.progress_lines").MEMBERS },
      { "| column | what it is |", require("ses.campaign.export").COLUMNS },
    } do
      local from = text:find(case[1], 1, true)
      local first_cells, names = {}, {}
      for line in text:sub(from, text:find("\n\n", from, true)):gmatch "\n| (`[^|]*)|" do
        for name in line:gmatch "`([^`]+)`" do first_cells[#first_cells + 1] = name end
      end
      for i, name in ipairs(case[2]) do names[i] = name end
      assert.same(names, first_cells)
    end
  end)

  it("names every kind of audience, and every key of it", function()
    local text = process.read "docs/campaigns.md"
    local sources = require "ses.campaign.sources"
    for _, kind in ipairs(sources.KINDS) do
      assert.truthy(text:find("\n| `" .. kind .. "`", 1, true), kind)
      for _, option in ipairs(sources.OPTIONS[kind]) do
        assert.truthy(text:find("`" .. option .. "`", 1, true), option)
      end
    end
  end)
end)

describe("the guides", function()
  -- The ids that GitHub gives to the headings of a file.
  local function ids_of(path)
    local ids, is_code = {}, false
    for line in process.read(path):gmatch "[^\n]*" do
      if line:find "^%s*```" then is_code = not is_code end
      local heading = not is_code and line:match "^#+%s+(.*)$"
      if heading then ids[heading:lower():gsub("[^%w%s_\128-\255-]", ""):gsub("%s", "-")] = true end
    end
    return ids
  end

  it("have links that lead somewhere, as files of the repository too", function()
    local count = 0
    for path in process.shell("ls *.md docs/*.md examples/*.md examples/*/*.md"):gmatch "[^\n]+" do
      local folder = path:match "^(.*/)" or ""
      for link in process.read(path):gmatch "%]%(([^)%s]+)%)" do
        if not link:find "^https?:" then
          local file, id = link:match "^([^#]*)#?(.*)$"
          file = file == "" and path or folder .. file
          local opened = io.open(file, "rb")
          assert.is_truthy(opened, path .. " → " .. link)
          opened:close()
          assert.is_truthy(id == "" or ids_of(file)[id], path .. " → " .. link)
          count = count + 1
        end
      end
    end
    assert.is_true(count >= 100, count)
  end)

  it("name methods of services that there are", function()
    local client, count = assert(require("ses").client { use_imds = false }), 0
    for path in process.shell("ls README.md docs/*.md"):gmatch "[^\n]+" do
      local text = process.read(path)
      for service, method in text:gmatch "%f[%w]client%.(%l[%l_]*):(%l[%l_]*)%f[^%l_]" do
        if operations[service] then
          local found = client[service] and client[service][method]
          assert.is_truthy(found, ("%s: client.%s:%s"):format(path, service, method))
          count = count + 1
        end
      end
    end
    client:close()
    assert.is_true(count >= 60, count)
  end)
end)

describe("docs/events.md", function()
  local text = process.read "docs/events.md"

  it("has every option of a poller, and every member of an event", function()
    local function names_of(path, name, pattern)
      local block, count = process.read(path):match("\nlocal " .. name .. " = (%b{})"), 0
      for word in block:gmatch(pattern) do
        assert.truthy(text:find("`" .. word .. "`", 1, true), word)
        count = count + 1
      end
      return count
    end
    assert.is_true(names_of("lua/ses/events/sqs.lua", "OPTIONS", "([%l_]+) =") >= 11)
    assert.is_true(names_of("lua/ses/events/normalise.lua", "PARTS", "([%l_]+) = {") >= 30)
  end)

  it("shows forms of an event that are read", function()
    local count = 0
    for block in text:gmatch "```json\n(.-)```" do
      local event = assert(require("ses.events").read(block))
      assert.same({ "bounce", "Permanent" }, { event.type, event.bounce.type })
      assert.same({ "gone@example.com" }, event.recipients)
      count = count + 1
    end
    assert.equal(3, count)
  end)

  it("tells how to have events on one's own machine, which does as it says", function()
    local server = require("spec.support.emulator").start {}
    local shown = text:match "## On one's own machine.-```sh\n(.-)```"
    local script, replaced = shown:gsub("ses emulator [^\n]*\n", ""):gsub("http://127.0.0.1:8009", server.url)
    local ran = process.run({ "sh", "-eu", "-c", script }, {
      env = { PATH = process.shell "pwd" .. "/build:" .. os.getenv "PATH", HOME = "/nonexistent" },
    })
    server:stop()
    assert.same({ 0, "" }, { ran.status, ran.err })
    assert.equal(2, replaced)
    assert.matches("\n[%d-]+T[%d:.]+Z +bounce +b%*%*%*@simulator.amazonses.com  %S+  Permanent  General\n", ran.out)
  end)
end)

describe("docs/configuration.md", function()
  local documented = by_name "docs/configuration.md"

  it("has every setting with its values, default, variables and properties", function()
    for _, setting in ipairs(config.schema()) do
      local cells = assert(documented[setting.name], setting.name .. " is not in docs/configuration.md")
      assert.same({ value_of(setting), default_of(setting), places_of(setting) }, { cells[2], cells[3], cells[4] },
        setting.name)
      assert.is_true(#cells[5] > 10, setting.name)
    end
  end)

  it("has no setting that there is not", function()
    local known = {}
    for _, setting in ipairs(config.schema()) do known[setting.name] = true end
    for name in pairs(documented) do assert.is_true(known[name], name) end
  end)

  it("speaks of the options that are set in a program alone", function()
    local text, known = process.read "docs/configuration.md", {}
    for _, setting in ipairs(config.schema()) do known[setting.name] = true end
    for _, name in ipairs(config.names()) do
      if not known[name] then assert.is_truthy(text:find("`" .. name .. "` is ", 1, true), name) end
    end
  end)
end)

describe("docs/templates.md", function()
  local json = require "ses.model.json"
  local template = require "ses.template"
  local text = process.read "docs/templates.md"

  it("has every command, and every option that not all of them take", function()
    local common = { "name", "json" }
    for _, option in ipairs(require("ses.cli.args").client) do common[#common + 1] = option.name end
    for _, command in ipairs(require("ses.cli.template").commands) do
      assert.is_truthy(text:find("| `ses template " .. command.name, 1, true), command.name)
      for _, option in ipairs(command.options) do
        local name = option.name
        local known = name == nil or text:find("--" .. name, 1, true) ~= nil
        for _, one in ipairs(common) do known = known or one == name end
        assert.is_true(known, ("%s --%s"):format(command.name, tostring(name)))
      end
    end
  end)

  it("has every warning", function()
    local documented, count = by_name "docs/templates.md", 0
    for code in process.read("lua/ses/template/lint.lua"):gmatch "code = \"(%u%a+)\", part" do
      count = count + 1
      assert.is_table(documented[code], code)
    end
    for code in process.read("lua/ses/template/lint.lua"):gmatch "\n%-%- %* `(%u%a+)`: " do
      count = count + 1
      assert.is_table(documented[code], code)
    end
    assert.is_true(count >= 10, count)
  end)

  it("has every limit", function()
    for name in pairs(template.LIMITS) do assert.is_truthy(text:find("`" .. name .. "`", 1, true), name) end
  end)

  it("shows templates that come out so", function()
    local count = 0
    for _, cells in ipairs(rows_of "docs/templates.md") do
      local source, data = cells[1]:match "^`(.*)`$", (cells[2] or ""):match "^`({.*})`$"
      if source and data then
        local made, err = assert(template.compile(source, { html = true })):render(assert(json.decode(data)))
        assert.equal(cells[3], made and "`" .. made .. "`" or "fails: " .. err.message, source)
        count = count + 1
      end
    end
    assert.is_true(count >= 19, count)
  end)
end)

describe("docs/observability.md", function()
  it("has every metric, in its order, with its kind, labels and buckets", function()
    local rows = {}
    for _, cells in ipairs(rows_of "docs/observability.md") do
      if cells[1]:find "^`ses_" then rows[#rows + 1] = cells end
    end
    for i, one in ipairs(catalogue.list) do
      local buckets = {}
      for k, bound in ipairs(one.buckets or {}) do buckets[k] = number(bound) end
      assert.same({ "`" .. one.name .. "`", one.kind, code_list(one.labels), table.concat(buckets, ", ") },
        { rows[i][1], rows[i][2], rows[i][3], rows[i][4] })
      assert.is_true(#rows[i][5] > 10, one.name)
    end
    assert.equal(#catalogue.list, #rows)
  end)
end)

describe("docs/errors.md", function()
  local documented = by_name "docs/errors.md"

  it("has every kind, with what to do", function()
    for kind in pairs(errors.kinds) do
      local cells = assert(documented[kind], kind .. " is not in docs/errors.md")
      assert.is_true(#cells[3] > 5, kind)
    end
  end)

  it("has every field of an error", function()
    local fields = 0
    for field in process.read("lua/ses/errors.lua"):gmatch("%-%-%-@field ([%w_]+)") do
      fields = fields + 1
      local known = documented[field] or process.read("docs/errors.md"):find("`" .. field .. "` is", 1, true)
      assert.is_truthy(known, field)
    end
    assert.is_true(fields > 8)
  end)

  it("has every code that ses knows, with its kind, and whether it is tried again", function()
    local from, found = { AWS = "service", ["the connection"] = "transport", ses = "client" }, {}
    for _, cells in ipairs(rows_of "docs/errors.md") do
      for code in (from[cells[1]] and cells[4] or ""):gmatch "`(%w+)`" do
        found[#found + 1] = { from[cells[1]], code, cells[2], cells[3] }
      end
    end
    for i, row in ipairs(require("ses.pipeline.codes").list) do
      local refused_here = row.kind == "circuit_open" or row.kind == "rate_limited"
      local again = row.retryable and not refused_here and "yes" or "no"
      assert.same({ row.from, row.code, "`" .. row.kind .. "`", again }, found[i])
    end
  end)
end)

describe("docs/credentials.md", function()
  it("has the sources in the order in which they are asked", function()
    local documented, asked = {}, {}
    for _, cells in ipairs(rows_of "docs/credentials.md") do
      if cells[1]:find "^%d$" then
        -- A row may name several, the source that says why it has nothing among them.
        documented[#documented + 1] = " " .. cells[4]:gsub("`", ""):gsub(",", "") .. " "
      end
    end
    local client = assert(require("ses").client { use_imds = false, endpoint = "http://127.0.0.1:1" })
    local _, err = client.account:get {}
    client:close()
    for i, tried in ipairs(err.tried) do
      asked[i] = tried.source
      assert.is_truthy(documented[i]:find(" " .. tried.source .. " ", 1, true), tried.source)
    end
    assert.equal(#documented, #asked)
  end)
end)

describe("docs/start.md", function()
  local text = process.read "docs/start.md"

  it("has the variables as the emulator prints them", function()
    local free_port = require("spec.support.free_port")()
    local printed = process.run({ "build/ses", "emulator", "--port", tostring(free_port), "--detach" })
    process.shell("kill " .. printed.out:match "kill (%d+)")
    local shown = text:match "```sh\n(export AWS_ENDPOINT_URL_SESV2=.-)```":gsub("8009", tostring(free_port))
    local function words(lines) return (lines:gsub("%s+", " ")) end
    assert.is_truthy(words(printed.out):find(words(shown), 1, true), printed.out)
  end)

  it("names addresses of the mailbox simulator alone", function()
    local count = 0
    for address in text:gmatch "`(%l+@simulator%.amazonses%.com)`" do
      assert.is_table(require("ses.emulator.simulator").outcome(address), address)
      count = count + 1
    end
    assert.equal(5, count)
  end)
end)
