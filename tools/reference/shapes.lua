-- What a shape is, in words: its type and its limits.
local fields = require "tools.reference.fields"
local html = require "ses.html"
local rules = require "tools.reference.rules"

local shapes = {}

local TYPE = {
  string = "string", integer = "integer", long = "integer", double = "number", float = "number", boolean = "boolean",
  timestamp = "time", blob = "bytes",
}

--- The type of a shape; structures are links to their section of the page.
function shapes.type(shape)
  if shape.type == "structure" then
    return html.render('<a href="#{name}">{name}</a>', { name = shape.name })
  elseif shape.type == "list" then
    return html.join { "list of ", shapes.type(shape.member) }
  elseif shape.type == "map" then
    return html.join { "map of ", shapes.type(shape.key), " → ", shapes.type(shape.value) }
  end
  return html.render("{type}", { type = TYPE[shape.type] })
end

local UNIT = { string = "character", list = "item", map = "entr" }

local function counted(count, unit)
  if unit == "entr" then return html.number(count) .. (count == 1 and " entry" or " entries") end
  return html.number(count) .. " " .. unit .. (count == 1 and "" or "s")
end

-- "1 to 64 characters", "at most 50 items", "300 to 50,400".
local function range(shape)
  local min, max = shape.min, shape.max
  local unit = UNIT[shape.type]
  if unit and min == 0 then min = nil end
  if not min and not max then return nil end
  local function text(number) return unit and counted(number, unit) or html.number(number) end
  if min and max and min ~= max then return html.number(min) .. " to " .. text(max) end
  if min == max then return text(min) end
  return (min and "at least " or "at most ") .. text(min or max)
end

local MANY = 14

local function choices(values)
  local list = {}
  for i, value in ipairs(values) do
    if i > 1 then list[#list + 1] = ", " end
    list[#list + 1] = html.render("<code>{value}</code>", { value = value })
  end
  local all = html.join(list)
  if #values <= MANY then return html.join { "one of ", all } end
  return html.render("<details><summary>one of {count}</summary>{all}</details>", { count = #values, all = all })
end

local function forms(patterns)
  local list = {}
  for i, pattern in ipairs(patterns) do
    if i > 1 then list[#list + 1] = " or " end
    list[#list + 1] = html.render("<code>{pattern}</code>", { pattern = (pattern:gsub("\n", "\\n")) })
  end
  return html.join { "Lua pattern ", html.join(list) }
end

-- Limits of a shape, and of what is in it.
local function add_limits(out, shape, prefix)
  local parts = {}
  local size = range(shape)
  if size then parts[#parts + 1] = size end
  if shape.enum then parts[#parts + 1] = choices(shape.enum) end
  if shape.patterns then parts[#parts + 1] = forms(shape.patterns) end
  if rules.shapes[shape.name] then parts[#parts + 1] = rules.shapes[shape.name] end
  for _, part in ipairs(parts) do out[#out + 1] = html.join { prefix, part } end
  if shape.type == "list" then add_limits(out, shape.member, "each: ") end
  if shape.type == "map" then
    add_limits(out, shape.key, "keys: ")
    add_limits(out, shape.value, "values: ")
  end
end

--- The limits of a member, one by one.
-- @treturn table of HTML
function shapes.limits(member)
  local out = {}
  add_limits(out, member.shape, "")
  if member.shape.sensitive then out[#out + 1] = html.join { "sensitive" } end
  if member.location == "uri" then out[#out + 1] = html.join { "part of the path" } end
  if member.location == "query" then out[#out + 1] = html.join { "in the query" } end
  return out
end

--- The words on a member.
function shapes.words(shape, member)
  return fields[shape.name .. "." .. member.name] or fields[member.name]
end

local function visit(shape, seen, list)
  if shape.type == "list" then return visit(shape.member, seen, list) end
  if shape.type == "map" then return visit(shape.value, seen, list) end
  if shape.type ~= "structure" or seen[shape] then return end
  seen[shape] = true
  list[#list + 1] = shape
  for _, member in ipairs(shape.members) do visit(member.shape, seen, list) end
end

--- The structures below the given ones, each once, in the order in which a reader meets them.
-- @tparam {ses.Shape,...} roots
function shapes.nested(roots)
  local seen, list = {}, {}
  for _, root in ipairs(roots) do seen[root] = true end
  for _, root in ipairs(roots) do
    for _, member in ipairs(root.members) do visit(member.shape, seen, list) end
  end
  return list
end

return shapes
