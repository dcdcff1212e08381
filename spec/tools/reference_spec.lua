local catalogue = require "tools.reference.catalogue"
local child = require "spec.support.child"
local example = require "tools.reference.example"
local faults = require "tools.reference.faults"
local fields = require "tools.reference.fields"
local html = require "ses.html"
local http_server = require "spec.support.http_server"
local kinds = require "tools.reference.kinds"
local model = require "ses.model"
local operations = require "ses.services.operations"
local process = require "spec.support.process"
local rules = require "ses.pipeline.rules"
local validate = require "ses.model.validate"

-- Every structure below the shape of that name, the shape itself too.
local function structures(name)
  local found, seen = {}, {}
  local function visit(shape)
    if seen[shape] then return end
    seen[shape] = true
    if shape.type == "structure" then
      found[#found + 1] = shape
      for _, member in ipairs(shape.members) do visit(member.shape) end
    end
    for _, inner in ipairs { shape.member or false, shape.key or false, shape.value or false } do
      if inner then visit(inner) end
    end
  end
  visit(model.shape(name))
  return found
end

local function is_sentence(text)
  return type(text) == "string" and #text >= 25 and text:find("^[%u`]") and text:find("%.$")
end

describe("the words of the reference", function()
  it("say what every operation does, and name none that is gone", function()
    for service, methods in pairs(operations) do
      local words = require("tools.reference.words." .. service)
      assert.is_truthy(is_sentence(words.about), service)
      local known = {}
      for _, operation in pairs(methods) do
        known[operation] = true
        local entry = words.operations[operation] or {}
        assert.is_truthy(is_sentence(entry.does), operation .. " has no words")
        assert.is_truthy(entry.beware == nil or is_sentence(entry.beware), operation)
      end
      for operation in pairs(words.operations) do assert.is_true(known[operation], operation .. " is gone") end
    end
  end)

  it("say what every field is, and name none that is gone", function()
    local used = {}
    for _, name in ipairs(model.operations()) do
      local op = model.operation(name)
      for _, root in ipairs { op.input, op.output } do
        for _, shape in ipairs(structures(root)) do
          for _, member in ipairs(shape.members) do
            local key = shape.name .. "." .. member.name
            key = fields[key] and key or member.name
            assert.is_string(fields[key], shape.name .. "." .. member.name .. " has no words")
            used[key] = true
          end
        end
      end
    end
    for key in pairs(fields) do assert.is_true(used[key], key .. " is no field any more") end
  end)

  it("say what the client checks beyond the model", function()
    local words, checked = require "tools.reference.rules", rules.new()
    for _, part in ipairs { "shapes", "operations" } do
      for name in pairs(checked[part]) do assert.is_string(words[part][name], name .. " has no words") end
      for name in pairs(words[part]) do assert.is_truthy(checked[part][name], name .. " is not checked") end
    end
  end)

  it("say what every error and every kind means", function()
    local known = {}
    for _, name in ipairs(model.operations()) do
      for _, code in ipairs(model.operation(name).errors) do known[code] = true end
    end
    for code in pairs(known) do assert.is_truthy(is_sentence(faults[code]), code) end
    for code in pairs(faults) do assert.is_true(known[code], code .. " is gone") end
    for kind in pairs(require("ses.errors").kinds) do assert.is_truthy(is_sentence(kinds[kind]), kind) end
    for kind in pairs(kinds) do assert.is_true(require("ses.errors").kinds[kind], kind .. " is gone") end
  end)
end)

describe("the examples of the reference", function()
  local services = catalogue.read()

  it("are valid by the model", function()
    catalogue.each_operation(services, function(entry)
      local request = example.request(entry)
      local ok, err = true, nil
      if request then ok, err = validate.input(entry.op, request) end
      assert.is_true(ok, entry.name .. ": " .. tostring(err))
      assert.is_true(request ~= nil or entry.by_hand ~= nil, entry.name)
    end)
  end)

  -- "/v2/email/templates/{TemplateName}" → a pattern for what is asked of the server.
  local function line_of(entry)
    local uri = entry.op.uri:gsub("[%.%-]", "%%%0"):gsub("{[^}]+}", "[^/]+")
    return "^%d+ " .. entry.op.method .. " /headers" .. uri .. "%f[ ?]"
  end

  it("run as they are printed, and ask for their operation", function()
    local server = http_server.start()
    finally(function() server:stop() end)
    local code, expected = {}, {}
    catalogue.each_operation(services, function(entry)
      code[#code + 1] = ("do (function()\n%s\nend)() end"):format(example.code(entry))
      expected[#expected + 1] = entry
    end)
    child.lua(table.concat(code, "\n"), {
      AWS_ENDPOINT_URL_SESV2 = server.url .. "/headers", AWS_ACCESS_KEY_ID = "AKIAIOSFODNN7EXAMPLE",
      AWS_SECRET_ACCESS_KEY = "example", SES_MAX_RETRIES = "0",
    })
    local at = 0
    for line in (process.shell("curl -s " .. server.url .. "/requests") .. "\n"):gmatch("([^\n]+)\n") do
      at = at + 1
      assert.matches(line_of(expected[at]), line)
    end
    assert.equal(#expected, at)
  end)
end)

describe("make docs", function()
  local folder = process.folder()
  local out = folder .. "/docs"
  teardown(function() process.remove(folder) end)
  local made = process.run { "tools/docs.sh", out }

  local pages, ids, pictures = {}, {}, {}
  for path in process.shell("cd " .. out .. " 2>/dev/null && find . -path '*/images/*'"):gmatch("%./([^\n]+)") do
    pictures[path] = true
  end
  for path in process.shell("cd " .. out .. " 2>/dev/null && find . -name '*.html'"):gmatch("%./([^\n]+)") do
    pages[path] = process.read(out .. "/" .. path)
    ids[path] = {}
    for id in pages[path]:gmatch('%sid="([^"]+)"') do
      ids[path][id] = (ids[path][id] or 0) + 1
    end
  end

  it("writes its pages, and LDoc warns of nothing", function()
    assert.equal(0, made.status, made.err)
    assert.equal("", made.err)
    assert.equal("", made.out)
  end)

  it("has a page for every operation, with every field of its input and output", function()
    for _, name in ipairs(model.operations()) do
      local page = assert(pages["operations/" .. name .. ".html"], name .. " has no page")
      local op = model.operation(name)
      assert.is_truthy(page:find("<code>" .. op.method .. " " .. op.uri .. "</code>", 1, true), name)
      for _, root in ipairs { op.input, op.output } do
        for _, shape in ipairs(structures(root)) do
          for _, member in ipairs(shape.members) do
            local row = ('<code>%s</code> <span class="aws mono">%s</span>'):format(member.snake, member.name)
            assert.is_truthy(page:find(row, 1, true), name .. " lacks " .. shape.name .. "." .. member.name)
          end
        end
      end
      for _, code in ipairs(op.errors) do assert.is_truthy(page:find(code, 1, true), name .. " lacks " .. code) end
    end
  end)

  it("gives limits, values and forms as they are checked", function()
    local page = pages["operations/CreateConfigurationSet.html"]
    assert.is_truthy(page:find("300 to 50,400", 1, true))
    assert.is_truthy(page:find("one of <code>OPTIONAL</code>, <code>REQUIRE</code>", 1, true))
    page = pages["operations/SendEmail.html"]
    assert.is_truthy(page:find("at most 15 items", 1, true))
    assert.is_truthy(page:find("each: ", 1, true) or page:find("1 to 126 characters", 1, true))
    assert.is_truthy(pages["operations/CreateMultiRegionEndpoint.html"]:find(
      "Lua pattern <code>^[A-Za-z0-9_%-_]+$</code>", 1, true))
    assert.is_truthy(pages["operations/TestRenderEmailTemplate.html"]:find("at most 262,144 characters", 1, true))
  end)

  it("says what is tried again, as the client does", function()
    local page = pages["errors.html"]
    local function facts(code) return page:match('id="' .. code .. '">.-<p class="muted">(.-)</p>') end
    assert.equal("HTTP 429 · kind <code>throttling</code> · tried again", facts "TooManyRequestsException")
    assert.equal("HTTP 404 · kind <code>client</code> · not tried again", facts "NotFoundException")
  end)

  it("names the iterators of what comes in pages", function()
    local page = pages["operations/ListEmailTemplates.html"]
    assert.is_truthy(page:find("client.templates:each {}", 1, true))
    assert.is_truthy(page:find("client.templates:pages {}", 1, true))
  end)

  it("lists every operation and every further method on one page", function()
    local index = pages["operations.html"]
    for _, name in ipairs(model.operations()) do
      assert.is_truthy(index:find('href="operations/' .. name .. '.html"', 1, true), name)
    end
    for _, service in ipairs(catalogue.read()) do
      for _, extension in ipairs(service.extensions) do
        local name = service.name .. ":" .. extension.method
        assert.is_truthy(index:find("<code>" .. name .. "</code>", 1, true), name)
        assert.is_true(#extension.source.comment > 0, name .. " has no comment")
      end
    end
  end)

  it("has a page of every guide, which leads to all the others, and a first page with all of them", function()
    local names, guides = {}, 0
    for name in process.shell("ls docs/*.md"):gmatch "docs/([%w-]+)%.md" do
      if name ~= "README" then names[#names + 1] = name end
    end
    for _, name in ipairs(names) do
      local page = assert(pages["guides/" .. name .. ".html"], name .. " is not in docs/README.md")
      for _, other in ipairs(names) do
        assert.is_truthy(page:find('<li><a href="' .. other .. '.html"', 1, true), name .. " lacks " .. other)
      end
      assert.is_truthy(pages["index.html"]:find('href="guides/' .. name .. '.html"', 1, true), name)
      assert.is_nil(page:find("<!--", 1, true), name)
      guides = guides + 1
    end
    assert.is_true(guides >= 12, guides .. " guides")
  end)

  it("has the same links at the top of each page, LDoc's too", function()
    local function tops(path)
      local list, header = {}, pages[path]:match '<header class="top">(.-)</header>'
      for href in header:gmatch 'href="([^"]+)"' do list[#list + 1] = href end
      return list
    end
    assert.is_true(#tops "c/index.html" >= 5)
    assert.same(tops "c/index.html", tops "lua/index.html")
    assert.same(tops "c/index.html", tops "guides/errors.html")
  end)

  it("gives headings the ids that GitHub gives them", function()
    assert.is_truthy(pages["guides/openresty.html"]:find('<h2 id="sess-events-over-sns">', 1, true))
  end)

  it("has the C headers as they are", function()
    for path in process.shell("ls include/ses"):gmatch("([%w_]+)%.h") do
      local text = html.escape(process.read("include/ses/" .. path .. ".h"))
      assert.is_truthy(pages["c/" .. path .. ".html"]:find(text, 1, true), path)
    end
  end)

  -- "../errors.html#x" on "operations/SendEmail.html" → "errors.html", "x".
  local function target(from, link)
    local path, id = link:match("^([^#]*)#?(.*)$")
    if path == "" then return from, id end
    path = (from:match("^(.*/)") or "") .. path
    local count
    repeat
      path, count = path:gsub("[^/]+/%.%./", "", 1)
    until count == 0
    return path, id
  end

  it("has links that all lead somewhere", function()
    local broken, seen = {}, 0
    for from, text in pairs(pages) do
      for link in text:gmatch('<a[^>]-href="([^"]*)"') do
        seen = seen + 1
        local path, id = target(from, link)
        if not link:find("^https?:") and (not pages[path] or id ~= "" and not ids[path][id]) then
          broken[#broken + 1] = from .. " → " .. link
        end
      end
    end
    table.sort(broken)
    assert.same({}, broken)
    assert.is_true(seen > 2000, seen .. " links seen")
  end)

  it("uses an id once a page, and takes nothing from elsewhere", function()
    for path, text in pairs(pages) do
      if not path:find("^lua/") then
        for id, count in pairs(ids[path]) do assert.equal(1, count, path .. "#" .. id) end
      end
      assert.is_nil(text:find("<script[^>]+src="), path)
      for source in text:gmatch('<img[^>]-src="([^"]*)"') do
        assert.is_truthy(pictures[target(path, source)], path .. " → " .. source)
      end
      assert.is_nil(text:find('<link[^>]+href="https?:'), path)
      assert.is_nil(text:find("@import", 1, true), path)
      assert.is_nil(text:find("&lt;/?code&gt;"), path)
      assert.is_truthy(text:find('name="viewport"', 1, true), path)
    end
  end)
end)
