--- A strict reader of metrics as text, of Prometheus's format 0.0.4 and of OpenMetrics 1.0: it raises an error where
-- one of their rules is broken.
local metrics_text = {}

local NAME = "^[%a_:][%w_:]*"
local UNESCAPED = { ["\\\\"] = "\\", ['\\"'] = '"', ["\\n"] = "\n" }

local function fault(line, what) error(("%s: %q"):format(what, line), 0) end

-- The labels of a sample, in their order: list of { name, value }, and the rest of the line.
local function read_labels(line, text)
  if text:sub(1, 1) ~= "{" then return {}, text end
  local labels, position, seen = {}, 2, {}
  while text:sub(position, position) ~= "}" do
    local name, after = text:match('^([%a_][%w_]*)="()', position)
    if not name then fault(line, "no label") end
    if seen[name] then fault(line, "the label " .. name .. " twice") end
    seen[name] = true
    local last = after
    while text:sub(last, last) ~= '"' do
      if last > #text then fault(line, "a value that is not closed") end
      last = last + (text:sub(last, last) == "\\" and 2 or 1)
    end
    local value = text:sub(after, last - 1)
    if value:gsub('\\[\\"n]', ""):find("\\", 1, true) then fault(line, "an unknown escape") end
    labels[#labels + 1] = { name, (value:gsub("\\.", UNESCAPED)) }
    position = last + 1
    if text:sub(position, position) == "," then
      position = position + 1
      if text:sub(position, position) == "}" then fault(line, "a comma too many") end
    end
  end
  return labels, text:sub(position + 1)
end

local NUMBERS = { ["+Inf"] = math.huge, ["-Inf"] = -math.huge, NaN = 0 / 0 }

local function read_sample(line)
  local name = line:match(NAME)
  if not name then fault(line, "no sample") end
  local labels, rest = read_labels(line, line:sub(#name + 1))
  local number = rest:match "^ (%S+)$"
  local value = number and (NUMBERS[number] or number:find "^-?%d[%d.e+-]*$" and tonumber(number))
  if not value then fault(line, "no number") end
  return name, labels, value
end

local function key_of(name, labels)
  local parts = {}
  for _, label in ipairs(labels) do parts[#parts + 1] = label[1] .. "\1" .. label[2] end
  table.sort(parts)
  return name .. "\2" .. table.concat(parts, "\2")
end

local SUFFIXES = { counter = { "_total" }, gauge = { "" }, histogram = { "_bucket", "_sum", "_count" } }

-- Whether a sample of this name belongs to the family.
local function belongs(family, name, format)
  for _, suffix in ipairs(SUFFIXES[family.kind]) do
    if family.kind == "counter" and format ~= "openmetrics" then suffix = "" end
    if name == family.name .. suffix then return suffix end
  end
end

local function without_le(labels)
  local rest, le = {}, nil
  for _, label in ipairs(labels) do
    if label[1] == "le" then le = label[2] else rest[#rest + 1] = label end
  end
  return rest, le
end

local function check_histogram(family)
  local groups = {}
  for _, sample in ipairs(family.samples) do
    local rest, le = without_le(sample.labels)
    local key = key_of("", rest)
    local group = groups[key] or { before = -1, bound = -math.huge }
    groups[key] = group
    if sample.suffix == "_bucket" then
      local bound = NUMBERS[le] or assert(tonumber(le), "no bound")
      assert(bound > group.bound and sample.value >= group.before, "buckets must ascend: " .. sample.line)
      group.bound, group.before = bound, sample.value
    else
      group[sample.suffix] = sample.value
    end
  end
  for _, group in pairs(groups) do
    assert(group.bound == math.huge, "no bucket +Inf")
    assert(group._count == group.before and group._sum, "the count must be that of the bucket +Inf")
  end
end

local function read_comment(line, format)
  local what, name, rest = line:match "^# (%u+) (%S+) (.+)$"
  if not what or what ~= "HELP" and what ~= "TYPE" or not name:find(NAME .. "$") then fault(line, "no comment") end
  if what == "TYPE" and not SUFFIXES[rest] then fault(line, "no type") end
  if what == "TYPE" and rest == "counter" and (name:find "_total$" ~= nil) == (format == "openmetrics") then
    fault(line, "a counter's name")
  end
  return what, name, rest
end

--- Reads metrics.
-- @tparam string text
-- @tparam ?string format "prometheus" or "openmetrics"
-- @treturn table `value(name, labels)` → number or nil; `families` name → { name =, kind =, samples = }; `sum(name,
--   labels)` of all samples that have at least these labels
function metrics_text.parse(text, format)
  local families, values, family = {}, {}, nil
  assert(text:sub(-1) == "\n", "the last line has no end")
  if format == "openmetrics" then
    assert(text:find "\n# EOF\n$", "no # EOF at the end")
    text = text:gsub("# EOF\n$", "")
  end
  for line in text:gmatch "([^\n]*)\n" do
    if line:sub(1, 1) == "#" then
      local what, name, rest = read_comment(line, format)
      if not family or family.name ~= name then
        if families[name] then fault(line, "a family in two pieces") end
        family = { name = name, samples = {} }
        families[name] = family
      end
      if #family.samples > 0 then fault(line, "a comment behind its samples") end
      if what == "HELP" then family.help = rest else family.kind = rest end
    else
      local name, labels, value = read_sample(line)
      local suffix = family and family.kind and belongs(family, name, format)
      if not suffix then fault(line, "a sample of no family") end
      if not family.help then fault(line, "no HELP") end
      local key = key_of(name, labels)
      if values[key] then fault(line, "a sample twice") end
      if family.kind ~= "gauge" and value < 0 then fault(line, "below 0") end
      values[key] = value
      table.insert(family.samples, { line = line, name = name, suffix = suffix, labels = labels, value = value })
    end
  end
  for _, one in pairs(families) do
    assert(#one.samples > 0, "a family without samples: " .. one.name)
    if one.kind == "histogram" then check_histogram(one) end
  end
  local read = { families = families }
  function read.value(name, labels)
    local list = {}
    for label, value in pairs(labels or {}) do list[#list + 1] = { label, value } end
    return values[key_of(name, list)]
  end
  function read.sum(name, labels)
    local sum = 0
    for _, one in pairs(families) do
      for _, sample in ipairs(one.samples) do
        local has = {}
        for _, label in ipairs(sample.labels) do has[label[1]] = label[2] end
        local fits = sample.name == name
        for label, value in pairs(labels or {}) do fits = fits and has[label] == value end
        if fits then sum = sum + sample.value end
      end
    end
    return sum
  end
  return read
end

return metrics_text
