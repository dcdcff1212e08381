-- A ses that has nothing of metrics, logs and traces: the modules that every call goes through are loaded with the
-- lines that ask for them left out. Only what stands in one line can be left out, which is how they are written.
local without = {}

local MODULES = {
  "ses.credentials.effects", "ses.credentials.provider", "ses.pipeline", "ses.pipeline.breaker",
  "ses.pipeline.limiter", "ses.pipeline.request", "ses.pipeline.retry", "ses.pipeline.send_rate",
}

local NAMES = { "meter", "logger", "trace", "tracer" }

local function asks(line)
  for _, name in ipairs(NAMES) do
    if line:find("%f[%w_]" .. name .. "%f[^%w_]") then return true end
  end
  return false
end

-- What is left of a line.
local function stripped(line)
  if not asks(line) then return line end
  if line:find "^%s*if .* then .* end$" or line:find "^%s*tell%(" then return "" end
  local name = line:match "^%s*local (%w+) = "
  if name == "meter" or name == "logger" or name == "trace" then return "local " .. name end
  name = line:match "^%s*local (%w+) = .*meter and "
  return name and "local " .. name or line
end

--- The source of a module without those lines, and how many they were.
function without.source(text)
  local lines, n = {}, 0
  for line in (text .. "\n"):gmatch "(.-)\n" do
    local left = stripped(line)
    if left ~= line then n = n + 1 end
    lines[#lines + 1] = left
  end
  return table.concat(lines, "\n"), n
end

--- Has these modules loaded so from now on. → lines that were left out
function without.install()
  local left_out = 0
  for _, name in ipairs(MODULES) do
    local path = assert(package.searchpath(name, package.path))
    local file = assert(io.open(path))
    local text, n = without.source(file:read "*a")
    file:close()
    left_out = left_out + n
    package.loaded[name] = nil
    package.preload[name] = assert((loadstring or load)(text, "@" .. path))
  end
  return left_out
end

return without
