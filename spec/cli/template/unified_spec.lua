local process = require "spec.support.process"
local random = require "spec.support.random"
local unified = require "ses.cli.template.unified"

local folder

local function diff_u(a, b)
  process.write(folder .. "/a", a)
  process.write(folder .. "/b", b)
  return process.shell(("cd %s && diff -u --label a --label b a b"):format(folder))
end

-- What the hunks of a difference make of a text, as patch(1) would.
local function patched(a, text)
  local lines, out, at = {}, {}, 1
  for line in a:gmatch "[^\n]*\n?" do lines[#lines + 1] = line end
  local function copy(to)
    for i = at, to do out[#out + 1] = lines[i] end
    at = math.max(at, to + 1)
  end
  text = text:gsub("\n\\ No newline at end of file\n", "\0")
  for line in text:gsub("^.-\n.-\n", "", 1):gmatch "[^\n%z]*[\n%z]" do
    local op, rest = line:sub(1, 1), line:sub(2):gsub("%z", "")
    if op == "@" then
      local start, count = line:match "^@@ %-(%d+),?(%d*)"
      copy(count == "0" and tonumber(start) or start - 1)
    elseif op == "+" then
      out[#out + 1] = rest
    else
      assert.equal(lines[at], rest)
      if op == " " then copy(at) else at = at + 1 end
    end
  end
  copy(#lines)
  return table.concat(out)
end

describe("ses.cli.template.unified", function()
  setup(function() folder = process.folder() end)
  teardown(function() process.remove(folder) end)

  it("says what diff -u says", function()
    local long = {}
    for i = 1, 60 do long[i] = "line " .. i .. "\n" end
    local a = table.concat(long)
    local cases = {
      { "a\nb\nc\n", "a\nB\nc\n" }, { "", "a\n" }, { "a\n", "" }, { "a", "a\n" }, { "a\n", "a\nb" },
      { "a\n\n", "\na\n" },
      { a, (a:gsub("line 5\n", "line five\n"):gsub("line 12\n", ""):gsub("line 20\n", "line 20\nmore\n")) },
      { a, (a:gsub("line 10\n", ""):gsub("line 18\n", "")) }, { a, "x\n" .. a .. "y\n" },
    }
    for _, case in ipairs(cases) do
      assert.equal(diff_u(case[1], case[2]) .. "\n", unified.diff(case[1], case[2], "a", "b"))
    end
    assert.equal("", unified.diff("a\n", "a\n", "a", "b"))
  end)

  it("makes the one text of the other, whatever they are", function()
    local pick = random.picker(tonumber(os.getenv "SPEC_SEED") or 7)
    for _ = 1, 200 do
      local a = pick.text({ "a\n", "b\n", "c\n", "\n" }, 1, 40)
      local b = pick.text({ "a\n", "b\n", "c\n", "\n" }, 1, 40) .. pick.one { "", "d" }
      if a ~= b then assert.equal(b, patched(a, unified.diff(a, b, "a", "b"))) end
    end
  end)

  it("tells of long texts that have little in common as replaced", function()
    local a, b = {}, {}
    for i = 1, 3000 do a[i], b[i] = "a" .. i .. "\n", "b" .. i .. "\n" end
    a, b = "same\n" .. table.concat(a) .. "end\n", "same\n" .. table.concat(b) .. "end\n"
    local text = unified.diff(a, b, "a", "b")
    assert.matches("^%-%-%- a\n%+%+%+ b\n@@ %-1,3002 %+1,3002 @@\n same\n%-a1\n", text)
    assert.equal(b, patched(a, text))
  end)
end)
