--- Metrics as text: Prometheus's format 0.0.4, and OpenMetrics 1.0.0.
-- @module ses.observe.exposition
-- Sources: "Exposition formats", Prometheus documentation; OpenMetrics 1.0.
local exposition = {}

--- The media type of each format.
exposition.CONTENT_TYPE = {
  prometheus = "text/plain; version=0.0.4; charset=utf-8",
  openmetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8",
}

local FORMATS = { "%.15g", "%.16g", "%.17g" }

-- The shortest text that is this number again.
local function number(value)
  if value == math.huge then return "+Inf" end
  if value == -math.huge then return "-Inf" end
  if value ~= value then return "NaN" end
  for _, format in ipairs(FORMATS) do
    local text = format:format(value)
    if tonumber(text) == value then return text end
  end
end

-- OpenMetrics writes a bound as a floating-point number.
local function bound(value, openmetrics)
  local text = number(value)
  if openmetrics and text:find("^%d+$") then return text .. ".0" end
  return text
end

local LABEL_ESCAPES = { ["\\"] = "\\\\", ['"'] = '\\"', ["\n"] = "\\n" }

-- { a="x",b="y" }, with one label more where there is one; nothing where there is none.
local function labels(names, values, extra_name, extra_value)
  local parts = {}
  for i, name in ipairs(names) do
    parts[i] = ('%s="%s"'):format(name, (values[i]:gsub('[\\"\n]', LABEL_ESCAPES)))
  end
  if extra_name then parts[#parts + 1] = ('%s="%s"'):format(extra_name, extra_value) end
  return #parts > 0 and "{" .. table.concat(parts, ",") .. "}" or ""
end

local function add_histogram(lines, description, sample, openmetrics)
  local name, names = description.name, description.labels
  local total = 0
  for i, count in ipairs(sample.counts) do
    total = total + count
    local le = bound(description.buckets[i] or math.huge, openmetrics)
    lines[#lines + 1] = ("%s_bucket%s %s"):format(name, labels(names, sample.values, "le", le), number(total))
  end
  local text = labels(names, sample.values)
  lines[#lines + 1] = ("%s_sum%s %s"):format(name, text, number(sample.sum))
  lines[#lines + 1] = ("%s_count%s %s"):format(name, text, number(total))
end

local function add_family(lines, family, openmetrics)
  local description = family.description
  -- OpenMetrics names a counter without what its samples end in.
  local name = openmetrics and description.name:gsub("_total$", "") or description.name
  lines[#lines + 1] = ("# HELP %s %s"):format(name, description.help)
  lines[#lines + 1] = ("# TYPE %s %s"):format(name, description.kind)
  for _, sample in ipairs(family.samples) do
    if description.kind == "histogram" then
      add_histogram(lines, description, sample, openmetrics)
    else
      lines[#lines + 1] = ("%s%s %s"):format(description.name, labels(description.labels, sample.values),
        number(sample.value))
    end
  end
end

--- Writes a snapshot of a registry.
-- @tparam table families see `snapshot` of ses.observe.registry; metrics without a sample are left out
-- @tparam ?string format "prometheus" (the default) or "openmetrics"
-- @treturn string
function exposition.text(families, format)
  if format ~= nil and not exposition.CONTENT_TYPE[format] then
    error("format must be prometheus or openmetrics", 3)
  end
  local lines, openmetrics = {}, format == "openmetrics"
  for _, family in ipairs(families) do
    if family.samples[1] then add_family(lines, family, openmetrics) end
  end
  if openmetrics then lines[#lines + 1] = "# EOF" end
  return table.concat(lines, "\n") .. "\n"
end

-- The weight of one media range, 0 to 1.
local function weight(range) return tonumber(range:match(";%s*q=([%d.]+)") or 1) or 0 end

--- The format that a scraper asks for.
-- @tparam ?string accept the header
-- @treturn string "openmetrics" where it is wanted no less than text, "prometheus" else
function exposition.format_for(accept)
  local wanted = { openmetrics = 0, prometheus = 0 }
  for range in (accept or ""):gmatch "[^,]+" do
    local kind = range:match "^%s*([^%s;]+)"
    if kind == "application/openmetrics-text" then
      local version = range:match ";%s*version=([%d.]+)"
      if not version or version:find "^1%.0" then wanted.openmetrics = math.max(wanted.openmetrics, weight(range)) end
    elseif kind == "text/plain" then
      wanted.prometheus = math.max(wanted.prometheus, weight(range))
    end
  end
  return wanted.openmetrics > 0 and wanted.openmetrics >= wanted.prometheus and "openmetrics" or "prometheus"
end

return exposition
