local grammar = require "ses.template.grammar"
local compiler = require "ses.template.compiler"
local json = require "ses.model.json"
local template = require "ses.template"
local uses = require "ses.template.uses"

local function of(text)
  local tree = assert(grammar.parse(text, template.LIMITS))
  assert(compiler.compile(tree, {}))
  return uses.of { { part = "text", tree = tree, calls = template.LIMITS.max_partial_depth } }
end

local function missing(text, data)
  local names = {}
  for i, use in ipairs(uses.missing(of(text), data)) do names[i] = use.name end
  return names
end

local function unused(text, data)
  return uses.unused(of(text), data)
end

local ALL = "{{a}}{{{b.c}}}{{#if d}}{{e}}{{else if f}}{{/if}}{{#unless g}}{{/unless}}{{#with h}}{{i}}{{../j}}{{/with}}"
  .. "{{#each k}}{{this}}{{@index}}{{#each l}}{{../m}}{{../../n}}{{@root.o}}{{/each}}{{else}}{{p}}{{/each}}"

describe("ses.template.uses", function()
  it("knows what each tag names, wherever it stands", function()
    assert.same({ "a", "b.c", "d", "e", "f", "g", "h", "h.i", "j", "k", "n", "o", "p" }, missing(ALL, {}))
    local data = {
      a = 1, b = { c = 1 }, d = 1, e = 1, f = 1, g = 1, h = { i = 1 }, j = 1, k = { { l = { 1 }, m = 1 } }, n = 1,
      o = 1, p = 1,
    }
    assert.same({}, missing(ALL, data))
    assert.same({}, unused(ALL, data))
    data.k[1].m, data.k[1].x, data.b.y, data.z = nil, 1, 1, 1
    assert.same({ "k[].m" }, missing(ALL, data))
    assert.same({ "b.y", "k[].x", "z" }, unused(ALL, data))
  end)

  it("takes null for missing, and is content with one entry of a list that has it", function()
    assert.same({ "a" }, missing("{{a}}", { a = json.null }))
    assert.same({}, missing("{{#each l}}{{#if a}}{{/if}}{{/each}}", { l = { {}, { a = 1 } } }))
    assert.same({}, missing("{{#each l}}{{a}}{{/each}}", { l = {} }))
  end)

  it("counts what is used as a whole, and lists by their places", function()
    assert.same({}, unused("{{#if a}}{{/if}}{{l}}", { a = { b = 1 }, l = { 1, 2 } }))
    assert.same({ "a.c" }, unused("{{#if a}}{{a.b}}{{/if}}", { a = { b = 1, c = 1 } }))
    assert.same({}, missing("{{l.0.a}}{{l.length}}", { l = { { a = 1 } } }))
    assert.same({ "l.1.a" }, missing("{{l.1.a}}", { l = { { a = 1 } } }))
    assert.same({ "l[].b", "l[]" }, unused("{{l.0.a}}", { l = { { a = 1, b = 1 }, { a = 1 } } }))
    assert.same({ "o.p.y" }, unused("{{#each o}}{{x}}{{@key}}{{/each}}", { o = { p = { x = 1, y = 1 } } }))
  end)

  it("follows partials into the contexts that they are called in", function()
    local text = '{{#*inline "p"}}{{x}}{{../y}}{{/inline}}{{> p a}}{{#each l}}{{> p}}{{/each}}'
    assert.same({ "a", "a.x", "l" }, missing(text, {}))
    assert.same({ "l[].x" }, missing(text, { a = { x = 1 }, l = { 1 } }))
    -- What is above a partial is what is above its definition, as in Handlebars.
    text = '{{#with w}}{{#*inline "p"}}{{x}}{{../y}}{{/inline}}{{#each l}}{{> p}}{{/each}}{{/with}}'
    assert.same({ "w.l[].x", "y" }, missing(text, { w = { l = { 1 } } }))
    local data = { w = { l = { { x = 1 } } }, y = 2 }
    assert.same({}, missing(text, data))
    assert.equal("12", assert(template.compile(text)):render(data))
  end)

  it("follows a partial that calls itself as deep as the data go", function()
    local text = '{{#*inline "p"}}{{name}}{{#each children}}{{> p}}{{/each}}{{/inline}}{{> p}}'
    local data = { name = "a", children = { { name = "b", children = { { name = "c", children = {}, age = 1 } } } } }
    assert.same({}, missing(text, data))
    assert.same({ "children[].children[].age" }, unused(text, data))
    -- Data of Lua may hold themselves.
    for i = 1, 3 do data.children[1].children[1].children[i] = data end
    assert.is_table(missing(text, data))
    assert.is_table(unused(text, data))
  end)

  it("ends, however often partials call each other", function()
    local text = {}
    for i = 1, 30 do
      text[i] = ('{{#*inline "p%d"}}{{> p%d a}}{{> p%d b}}{{x}}{{/inline}}'):format(i, i + 1, i + 1)
    end
    text[31] = '{{#*inline "p31"}}{{y}}{{/inline}}{{> p1}}'
    assert.is_true(#missing(table.concat(text), { a = 1 }) > 1)
  end)

  it("makes data that have all that is used", function()
    local sample = uses.sample(of(ALL))
    assert.same({}, missing(ALL, sample))
    assert.same({}, unused(ALL, sample))
    assert.same({ a = "a", l = { { t = "t" } }, m = { "m" } },
      uses.sample(of "{{a}}{{#each l}}{{t}}{{/each}}{{#each m}}{{this}}{{/each}}"))
    assert.same({}, uses.sample(of "x{{#each this}}{{/each}}"))
  end)
end)
