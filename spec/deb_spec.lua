local core = require "ses.core"
local process = require "spec.support.process"

-- The same files whichever Lua runs this spec: once is enough.
if jit then return end

-- The lines of a file of debian/, without remarks; none where there is no such file.
local function lines(name)
  local list = {}
  local file = io.open("debian/" .. name)
  if not file then return list end
  for line in file:lines() do
    if line ~= "" and not line:find "^%s*#" then list[#list + 1] = line end
  end
  file:close()
  return list
end

-- The paragraphs of debian/control, each by its fields; what a field continues with is in its value.
local function paragraphs()
  local list, field = { {} }, nil
  for line in io.lines "debian/control" do
    local name, value = line:match "^(%S+):%s*(.*)$"
    if line == "" then
      list[#list + 1] = {}
    elseif name then
      field, list[#list][name] = name, value
    else
      assert(line:find "^ %S", line)
      list[#list][field] = list[#list][field] .. line
    end
  end
  return list
end

local function packages()
  local names = {}
  for _, paragraph in ipairs(paragraphs()) do names[#names + 1] = paragraph.Package end
  return names
end

-- A shell pattern of dh_install, for a file or a folder, as a pattern of Lua.
local function pattern(glob)
  return "^" .. glob:gsub("[%-%.%+]", "%%%0"):gsub("%*", "[^/]*")
end

local function claims(glob, path)
  local _, last = path:find(pattern(glob))
  return last and (last == #path or path:sub(last + 1, last + 1) == "/")
end

describe("the Debian packages", function()
  it("have the version of the source", function()
    assert.equal(core.version, lines("changelog")[1]:match "^ses %(([^)]+)%)")
  end)

  it("are those that the documentation names", function()
    local guide = process.read "docs/packages.md"
    assert.same({ "ses", "lua-ses", "libses0", "libses-lua0", "libses-dev" }, packages())
    for _, name in ipairs(packages()) do assert.truthy(guide:find("`" .. name .. "`", 1, true), name) end
  end)

  it("are built with what make builds with", function()
    local build = process.read("tools/deps.sh"):match '\nbuild="([^"]+)"'
    -- The program loads libedit2 when it is asked for a prompt.
    local needs = paragraphs()[1]["Build-Depends"] .. paragraphs()[2].Recommends
    for name in build:gmatch "%S+" do assert.truthy(needs:find(" " .. name, 1, true), name) end
  end)

  it("share out what make install puts, each file once", function()
    local root = process.folder()
    local result = process.run({
      "make", "install", "DESTDIR=" .. root, "PREFIX=/usr", "LIBDIR=/usr/lib/x86_64-linux-gnu",
      "ZSHCOMPDIR=/usr/share/zsh/vendor-completions",
    }, { env = { MAKEFLAGS = "", MAKELEVEL = "", MFLAGS = "" } })
    assert.equal(0, result.status, result.err)
    local globs, used = {}, {}
    for _, name in ipairs(packages()) do
      for _, glob in ipairs(lines(name .. ".install")) do globs[#globs + 1] = glob end
    end
    for _, glob in ipairs(lines "not-installed") do globs[#globs + 1] = glob end
    local found = process.shell(("cd %s && find . -type f -o -type l | sed 's|^./||'"):format(root))
    process.remove(root)
    for path in found:gmatch "[^\n]+" do
      local by = {}
      for _, glob in ipairs(globs) do
        if claims(glob, path) then
          by[#by + 1], used[glob] = glob, true
        end
      end
      assert.equal(1, #by, ("%s: %s"):format(path, table.concat(by, ", ")))
    end
    for _, glob in ipairs(globs) do assert.truthy(used[glob], glob .. " is of nothing") end
  end)

  it("name files of the source that are there", function()
    for _, name in ipairs(packages()) do
      for _, kind in ipairs { ".docs", ".examples" } do
        for _, glob in ipairs(lines(name .. kind)) do
          assert.not_equal("", process.shell("ls -d " .. glob .. " 2>/dev/null"), glob)
        end
      end
    end
  end)

  it("have every example", function()
    local globs = {}
    for _, name in ipairs(packages()) do
      for _, glob in ipairs(lines(name .. ".examples")) do globs[#globs + 1] = glob end
    end
    for path in process.shell("ls -d examples/*"):gmatch "[^\n]+" do
      local claimed = false
      for _, glob in ipairs(globs) do claimed = claimed or claims(glob, path) end
      assert.truthy(claimed, path)
    end
  end)
end)
