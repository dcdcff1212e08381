-- examples/README.md, held against what is there and what the specs run.
local process = require "spec.support.process"

describe("examples/README.md", function()
  local readme = process.read "examples/README.md"
  local files = {}
  for path in process.shell("find examples -type f ! -path examples/README.md | sort"):gmatch "[^\n]+" do
    files[#files + 1] = path:match "^examples/(.*)$"
  end

  local function links_to(target) return readme:find("](" .. target .. ")", 1, true) ~= nil end

  -- A folder with a README of its own tells of its files there.
  local function is_listed(file)
    if links_to(file) then return true end
    local folder = file:match "^(.*)/"
    if not folder then return false end
    if links_to(folder) then return not file:find "%.lua$" end
    if not links_to(folder .. "/README.md") then return false end
    local name = file:match "[^/]+$"
    return name == "README.md" or process.read("examples/" .. folder .. "/README.md"):find(name, 1, true) ~= nil
  end

  it("lists every file", function()
    for _, file in ipairs(files) do assert.is_true(is_listed(file), file) end
    assert.is_true(#files > 30)
  end)

  it("has a command for each, by files that there are", function()
    local count = 0
    for line in readme:gmatch "[^\n]+" do
      local command = line:match "^| %[.* | `([^|]*)` |$"
      for path in (command or ""):gmatch "(examples/[%w_./]+)" do
        assert.truthy(io.open(path, "rb"), path):close()
        count = count + 1
      end
    end
    assert.is_true(count >= 18, count)
  end)

  -- A spec names the file, or the folder and the file's own name; data is named by a program beside it.
  it("lists what the specs run", function()
    local specs = {}
    for path in process.shell("grep -rl 'examples/' spec --include='*_spec.lua'"):gmatch "[^\n]+" do
      if not path:find "examples_list_spec" then specs[#specs + 1] = process.read(path) end
    end

    local function is_run(file)
      local folder, name = file:match "^([^/]+)/([^/.]+)"
      for _, text in ipairs(specs) do
        if text:find("examples/" .. file, 1, true) then return true end
        if folder and text:find("examples/" .. folder, 1, true) and text:find("%f[%w]" .. name .. "%f[^%w_]") then
          return true
        end
      end
      for _, other in ipairs(files) do
        if folder and other ~= file and other:find(folder .. "/", 1, true) == 1
          and process.read("examples/" .. other):find("%f[%w]" .. name .. '[./"]') then
          return true
        end
      end
      return false
    end

    for _, file in ipairs(files) do assert.is_true(file:find "README%.md$" ~= nil or is_run(file), file) end
  end)
end)
