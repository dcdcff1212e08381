-- Templates within the subset of Handlebars that SES documents, each with data that it fits, the same for one seed on
-- every Lua.
local json = require "ses.model.json"
local random = require "spec.support.random"

local random_templates = {}

local WORDS = {
  "Hello", "a", "b", "ü", "日本", "😀", "&", "<b>", "\"", "'", "`", "=", "x=\"1\"", "{ ", " }", " }}",
  "{ { ", "\\ ", "\\\\ ",
  ".", ",", "!", "-", "--", "\194\160", "~",
}
local GAPS = { " ", " ", " ", "", "\n", "\n", "\n\n", "  ", "\t", "\r\n", "\n  ", " \n", "\n\t" }
local TEXTS = {
  "", "Jane", "Zoë", "<i>", "a & b", "\"x\"", "it's", "`", "a=b", "日本語", "😀", "two\nlines", " ", "\\",
  "{{x}}", "&amp;",
  "0", "false", "\226\128\168", "x\ty",
}
local NUMBERS = { "0", "1", "-1", "2.5", "1e3", "1e21", "1e-7", "0.1", "123456789012", "-0.5", "100", "3.0", "1.5e300" }

-- What stands under each name, by kind of object. A name that is no identifier is written in brackets.
local KINDS = {
  root = {
    { "name", "text" }, { "title", "text" }, { "n", "number" }, { "yes", "boolean" }, { "c d", "text" },
    { "größe", "number" }, { "o", "object" }, { "words", "words" }, { "people", "people" }, { "map", "map" },
    { "rows", "rows" },
    { "none", "empty" }, { "bare", "bare" },
  },
  object = { { "name", "text" }, { "k", "inner" }, { "n", "number" }, { "words", "words" } },
  inner = { { "name", "text" }, { "yes", "boolean" }, { "0", "text" } },
  person = { { "name", "text" }, { "n", "number" }, { "tags", "words" }, { "o", "object" }, { "yes", "boolean" } },
  scalar = {},
}
-- What the items of a collection are.
local ITEMS = { words = "scalar", people = "person", map = "scalar", rows = "words", empty = "scalar", bare = "scalar" }
local PRINTED = { text = true, number = true, boolean = true, words = true }
local OBJECTS = { object = true, inner = true }

-- ---- data, as JSON with members in the order that is written ----

local value_of = {}

local function list_of(pick, most, make)
  local items = {}
  for i = 1, pick.below(most + 1) do items[i] = make(pick) end
  return "[" .. table.concat(items, ",") .. "]"
end

-- Members go by their names, but now and then.
local function object_of(pick, members)
  if pick.chance(85) then table.sort(members, function(a, b) return a[1] < b[1] end) end
  local out = {}
  for i, member in ipairs(members) do out[i] = json.quote(member[1]) .. ":" .. member[2] end
  return "{" .. table.concat(out, ",") .. "}"
end

local function members_of(kind)
  return function(pick)
    local members = {}
    for _, field in ipairs(KINDS[kind]) do
      local less = pick.below(100)
      if less == 0 then members[#members + 1] = { field[1], "null" }
      elseif less > 1 then members[#members + 1] = { field[1], value_of[field[2]](pick) } end
    end
    return object_of(pick, members)
  end
end

function value_of.text(pick) return json.quote(pick.one(TEXTS)) end
function value_of.number(pick) return pick.one(NUMBERS) end
function value_of.boolean(pick) return pick.one { "true", "false" } end
function value_of.scalar(pick)
  if pick.chance(2) then return "null" end
  return value_of[pick.one { "text", "text", "number", "boolean" }](pick)
end
function value_of.words(pick) return list_of(pick, 3, value_of.scalar) end
function value_of.rows(pick) return list_of(pick, 2, value_of.words) end
function value_of.empty() return "[]" end
function value_of.bare() return "{}" end
value_of.object, value_of.inner, value_of.person = members_of "object", members_of "inner", members_of "person"
function value_of.people(pick) return list_of(pick, 3, value_of.person) end
function value_of.map(pick)
  local members, taken = {}, {}
  for _ = 1, pick.below(4) do
    local key = pick.one { "a", "b", "c", "Z", "ä", "日", "10", "9", "_" }
    if not taken[key] then members[#members + 1] = { key, value_of.scalar(pick) } end
    taken[key] = true
  end
  return object_of(pick, members)
end

-- ---- templates ----

local Maker = {}
Maker.__index = Maker

-- White space where a tag allows it.
function Maker:space()
  return self.pick.chance(25) and self.pick.one { " ", "  ", "\n", "\t" } or ""
end

function Maker:tag(sign, inside, tight)
  local pick = self.pick
  local left, right = pick.chance(10) and "~" or "", pick.chance(10) and "~" or ""
  return "{{" .. left .. sign .. self:space() .. inside .. (tight and "" or self:space()) .. right .. "}}"
end

-- The tags of blocks stand on lines of their own often.
function Maker:line(tag)
  local pick = self.pick
  if not pick.chance(50) then return tag end
  return pick.one { "\n", "\n  ", "\n\t", "\r\n" } .. tag .. pick.one { "\n", " \n", "\r\n" }
end

function Maker:text()
  local pick, out = self.pick, {}
  for i = 1, pick.below(5) do out[i] = pick.one(WORDS) .. pick.one(GAPS) end
  return table.concat(out)
end

local function in_brackets(name)
  return name:find("[ %d]") and "[" .. name .. "]" or name
end

-- The fields that `wanted` is true of, under a scope and those around it: { path =, kind = }.
local function fields_of(scope, wanted)
  local found, up, from = {}, "", scope
  while from do
    for _, field in ipairs(KINDS[from.kind] or {}) do
      if wanted(field[2]) then found[#found + 1] = { path = up .. in_brackets(field[1]), kind = field[2] } end
    end
    from, up = from.parent, up .. "../"
  end
  for _, field in ipairs(KINDS.root) do
    if wanted(field[2]) then
      found[#found + 1] = { path = "@root." .. in_brackets(field[1]), kind = field[2] }
    end
  end
  return found
end

-- A path of a field, at times written in another way or through an object.
function Maker:path(scope, wanted)
  local pick = self.pick
  if pick.chance(15) then
    local object = pick.one(fields_of(scope, function(kind) return OBJECTS[kind] end))
    local inner = {}
    for _, field in ipairs(KINDS[object.kind]) do
      if wanted(field[2]) then inner[#inner + 1] = field end
    end
    if #inner > 0 then
      local field = pick.one(inner)
      return object.path .. pick.one { ".", ".", "/" } .. in_brackets(field[1]), field[2]
    end
  end
  local field = pick.one(fields_of(scope, wanted))
  if not field.path:find("^[@.]") and pick.chance(10) then
    return pick.one { "this.", "./", "this/" } .. field.path, field.kind
  end
  return field.path, field.kind
end

local function is_printed(kind) return PRINTED[kind] end
local function is_any() return true end

function Maker:printed(scope)
  local pick = self.pick
  if pick.chance(1) then return pick.one { "nobody", "o.nobody", "../../../n", "name.x", "o", "@index", "people" } end
  if scope.kind == "scalar" or scope.kind == "words" then
    if pick.chance(60) then return pick.one { "this", "." } end
  end
  if scope.each and pick.chance(30) then
    return pick.one { "@index", "@key", "@first", "@last", scope.nested and "@../index" or "@index" }
  end
  if pick.chance(5) then return pick.one { "@root.words.length", "@root.none.length" } end
  return (self:path(scope, is_printed))
end

local NODES = {}

function NODES.text(self) return self:text() end

function NODES.output(self, scope)
  local pick, path = self.pick, self:printed(scope)
  if pick.chance(15) then return self:tag("{", path .. self:space() .. "}", true) end
  if pick.chance(10) then return self:tag("&", path) end
  return self:tag("", path)
end

function NODES.comment(self)
  local pick = self.pick
  if pick.chance(50) then return self:line(self:tag("!", " note ")) end
  return self:line("{{" .. pick.one { "", "~" } .. "!-- " .. pick.one { "{{n}}", "}} x", "-" } .. " --}}")
end

function NODES.escaped(self, scope)
  return self.pick.one { "\\", "\\\\" } .. "{{" .. self:printed(scope) .. "}}" .. self:text()
end

function Maker:condition(scope)
  local pick = self.pick
  if pick.chance(5) then return pick.one { "true", "false", "0", "1", "\"x\"", "''", "null", "undefined" } end
  if pick.chance(8) then return pick.one { "nobody", "o.nobody", "this", "@root", "@first", "@last" } end
  local path = self:path(scope, is_any)
  return pick.chance(10) and path .. " includeZero=" .. pick.one { "true", "false" } or path
end

function Maker:otherwise(scope, depth, chained)
  local pick, out = self.pick, {}
  while chained and pick.chance(25) do
    out[#out + 1] = self:line(self:tag("else ", "if " .. self:condition(scope))) .. self:program(scope, depth)
  end
  if pick.chance(40) then
    local tag = pick.chance(70) and self:tag("", "else") or pick.one { "{{^}}", "{{~^}}", "{{^~}}", "{{^ }}" }
    out[#out + 1] = self:line(tag) .. self:program(scope, depth)
  end
  return table.concat(out)
end

function Maker:block(helper, param, inside, otherwise)
  return self:line(self:tag("#", helper .. " " .. param)) .. inside .. otherwise
    .. self:line(self:tag("/", helper))
end

NODES["if"] = function(self, scope, depth)
  local helper = self.pick.chance(70) and "if" or "unless"
  return self:block(helper, self:condition(scope), self:program(scope, depth),
    self:otherwise(scope, depth, helper == "if"))
end

function NODES.each(self, scope, depth)
  local path, kind = self:path(scope, function(of) return ITEMS[of] ~= nil end)
  local inside = { kind = ITEMS[kind], parent = scope, each = true, nested = scope.each }
  return self:block("each", path, self:program(inside, depth), self:otherwise(scope, depth))
end

NODES["with"] = function(self, scope, depth)
  local path, kind = self:path(scope, function(of) return OBJECTS[of] end)
  local inside = { kind = kind, parent = scope, each = scope.each, nested = scope.nested }
  return self:block("with", path, self:program(inside, depth), self:otherwise(scope, depth))
end

-- A partial, and calls of it around its definition: with the context that is there, or with an object.
function NODES.partial(self, scope, depth)
  local pick = self.pick
  self.partials = self.partials + 1
  local name, param, inside = "p" .. self.partials, "", scope
  if pick.chance(40) then
    local path, kind = self:path(scope, function(of) return OBJECTS[of] end)
    param, inside = " " .. path, { kind = kind, parent = scope }
  end
  local quote = pick.one { '"', "'" }
  local parts = {
    self:line("{{#*inline " .. quote .. name .. quote .. "}}") .. self:program(inside, depth)
      .. self:line(self:tag("/", "inline")),
  }
  for _ = 1, 1 + pick.below(2) do
    table.insert(parts, 1 + pick.below(#parts + 1), self:line(self:tag(">", name .. param)))
  end
  return table.concat(parts, self:text())
end

local SMALL = { "text", "text", "output", "output", "output", "comment", "escaped" }
local ALL = {
  "text", "text", "text", "output", "output", "output", "output", "output", "comment", "escaped", "if", "if", "each",
  "each", "with", "partial",
}

function Maker:program(scope, depth)
  local pick, out = self.pick, {}
  for i = 1, 1 + pick.below(depth > 0 and 2 or 4) do
    out[i] = NODES[pick.one(depth < 3 and ALL or SMALL)](self, scope, depth + 1)
  end
  return table.concat(out)
end

--- `count` templates with `each` data in turn: a list of pairs { template =, data = JSON, html = whether it is a part
-- with HTML }.
function random_templates.list(seed, count, each)
  local pick, list = random.picker(seed), {}
  local data_of = members_of "root"
  for _ = 1, count do
    local maker = setmetatable({ pick = pick, partials = 0 }, Maker)
    local template, html = maker:program({ kind = "root" }, 0), pick.chance(60)
    for _ = 1, each do list[#list + 1] = { template = template, data = data_of(pick), html = html } end
  end
  return list
end

return random_templates
