--- The difference of two texts in the unified format, as diff -u and patch know it.
--
-- The shortest way from one text to the other is found by Myers' algorithm ("An O(ND) Difference Algorithm and Its
-- Variations", 1986). Texts that have little in common are told of as replaced, which is no less true.
-- @module ses.cli.template.unified
local unified = {}

local CONTEXT = 3

-- Steps of the way: memory goes by their square.
local MAX_STEPS = 1000

-- The lines, each with its line break.
local function lines_of(text)
  local lines = {}
  for line in text:gmatch "[^\n]*\n?" do
    if line ~= "" then lines[#lines + 1] = line end
  end
  return lines
end

-- The furthest reaching points before each step, up to the step that reaches the end; nil where that is too far.
local function search(a, b)
  local reach, trace = { [1] = 0 }, {}
  for d = 0, math.min(#a + #b, MAX_STEPS) do
    local before = {}
    for k = -d + 1, d - 1, 2 do before[k] = reach[k] end
    trace[d] = before
    for k = -d, d, 2 do
      local down = k == -d or (k ~= d and reach[k - 1] < reach[k + 1])
      local x = down and reach[k + 1] or reach[k - 1] + 1
      while x < #a and x - k < #b and a[x + 1] == b[x - k + 1] do x = x + 1 end
      reach[k] = x
      if x >= #a and x - k >= #b then return trace, d end
    end
  end
end

-- The edits back to front, from the end of the way to its start.
local function backtrack(a, b, trace, d)
  local edits, x, y = {}, #a, #b
  local function add(op, line) edits[#edits + 1] = { op = op, line = line } end
  for step = d, 0, -1 do
    local reach, k = trace[step], x - y
    local down = k == -step or (k ~= step and reach[k - 1] < reach[k + 1])
    local from_k = down and k + 1 or k - 1
    local from_x = step == 0 and 0 or reach[from_k]
    local from_y = step == 0 and 0 or from_x - from_k
    while x > from_x and y > from_y do
      add(" ", a[x])
      x, y = x - 1, y - 1
    end
    if step > 0 then
      if down then add("+", b[y]) else add("-", a[x]) end
    end
    x, y = from_x, from_y
  end
  return edits
end

local function replaced(a, b)
  local edits = {}
  for i = #b, 1, -1 do edits[#edits + 1] = { op = "+", line = b[i] } end
  for i = #a, 1, -1 do edits[#edits + 1] = { op = "-", line = a[i] } end
  return edits
end

local function slice(list, first, last)
  local made = {}
  for i = first, last do made[#made + 1] = list[i] end
  return made
end

-- All lines of both, in order, with what becomes of each.
local function edits_of(a, b)
  local head, tail, least = 0, 0, math.min(#a, #b)
  while head < least and a[head + 1] == b[head + 1] do head = head + 1 end
  while tail < least - head and a[#a - tail] == b[#b - tail] do tail = tail + 1 end
  local inner_a, inner_b = slice(a, head + 1, #a - tail), slice(b, head + 1, #b - tail)
  local trace, d = search(inner_a, inner_b)
  local middle = trace and backtrack(inner_a, inner_b, trace, d) or replaced(inner_a, inner_b)
  local edits = {}
  for i = 1, head do edits[i] = { op = " ", line = a[i] } end
  for i = #middle, 1, -1 do edits[#edits + 1] = middle[i] end
  for i = #a - tail + 1, #a do edits[#edits + 1] = { op = " ", line = a[i] } end
  return edits
end

-- The first and the last edit of each hunk.
local function hunks_of(edits)
  local hunks, last = {}, nil
  for i, edit in ipairs(edits) do
    if edit.op ~= " " then
      if last and i - last <= 2 * CONTEXT + 1 then
        hunks[#hunks].last = math.min(i + CONTEXT, #edits)
      else
        hunks[#hunks + 1] = { first = math.max(i - CONTEXT, 1), last = math.min(i + CONTEXT, #edits) }
      end
      last = i
    end
  end
  return hunks
end

-- A range as the format has it: where nothing is in it, it stands at the line before.
local function range(before, count)
  if count == 1 then return tostring(before + 1) end
  return ("%d,%d"):format(count == 0 and before or before + 1, count)
end

local function add_hunk(out, edits, hunk, before)
  local count, body = { ["-"] = 0, ["+"] = 0 }, {}
  for i = hunk.first, hunk.last do
    local edit = edits[i]
    if edit.op ~= "+" then count["-"] = count["-"] + 1 end
    if edit.op ~= "-" then count["+"] = count["+"] + 1 end
    local whole = edit.line:sub(-1) == "\n"
    body[#body + 1] = edit.op .. edit.line .. (whole and "" or "\n\\ No newline at end of file\n")
  end
  out[#out + 1] = ("@@ -%s +%s @@\n"):format(range(before.a, count["-"]), range(before.b, count["+"]))
  out[#out + 1] = table.concat(body)
end

--- The difference.
-- @tparam string a a text
-- @tparam string b what became of it
-- @tparam string a_label what `a` is called
-- @tparam string b_label
-- @treturn string empty where they are the same
function unified.diff(a, b, a_label, b_label)
  if a == b then return "" end
  local edits = edits_of(lines_of(a), lines_of(b))
  local out, before, at = { ("--- %s\n+++ %s\n"):format(a_label, b_label) }, { a = 0, b = 0 }, 1
  for _, hunk in ipairs(hunks_of(edits)) do
    for i = at, hunk.first - 1 do
      before.a = before.a + (edits[i].op ~= "+" and 1 or 0)
      before.b = before.b + (edits[i].op ~= "-" and 1 or 0)
    end
    at = hunk.first
    add_hunk(out, edits, hunk, before)
  end
  return table.concat(out)
end

return unified
