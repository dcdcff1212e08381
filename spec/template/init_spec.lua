local template = require "ses.template"
local errors = require "ses.errors"
local cjson = require "cjson"

local function render(text, data, options)
  return assert(assert(template.compile(text, options)):render(data))
end

local function compile_error(text, options)
  local compiled, err = template.compile(text, options)
  assert.is_nil(compiled)
  assert.is_true(errors.is(err))
  assert.equal("validation", err.kind)
  assert.equal("InvalidTemplate", err.code)
  return err
end

local function render_error(text, data, options)
  local result, err = assert(template.compile(text, options)):render(data)
  assert.is_nil(result)
  assert.is_true(errors.is(err))
  assert.equal("validation", err.kind)
  return err
end

describe("ses.template", function()
  describe("variables", function()
    it("prints attributes by path, as Handlebars does", function()
      local data = { name = "Jane", a = { b = { ["c d"] = 7 } }, items = { { k = "x" }, { k = "y" } } }
      assert.equal("Jane Jane Jane Jane", render("{{name}} {{ name }} {{this.name}} {{./name}}", data))
      assert.equal("7 7", render("{{a.b.[c d]}} {{a/b/[c d]}}", data))
      assert.equal("x y y 2", render("{{items.0.k}} {{items.1.k}} {{items.[1].k}} {{items.length}}", data))
      assert.equal("Jane", render("{{@root.name}}", data))
    end)

    it("prints numbers, booleans and lists as Handlebars does", function()
      assert.equal("1 1.5 -3 0 true false 1,a,", render("{{a}} {{b}} {{c}} {{d}} {{e}} {{f}} {{g}}",
        { a = 1.0, b = 1.5, c = -3, d = 0, e = true, f = false, g = { 1, "a", cjson.null } }))
    end)

    it("escapes in HTML what Handlebars escapes, and nothing elsewhere", function()
      local data = { x = "&<>\"'`=\195\164" }
      local escaped = "&amp;&lt;&gt;&quot;&#x27;&#x60;&#x3D;\195\164"
      assert.equal(escaped .. data.x .. data.x, render("{{x}}{{{x}}}{{&x}}", data, { html = true }))
      assert.equal(data.x .. data.x, render("{{x}}{{{x}}}", data))
      assert.equal(data.x, render("{{x}}", data, { html = true, escape = false }))
    end)

    it("fails on a missing or null attribute, naming it and its place", function()
      local err = render_error("Hello\n  {{contact.first_name}}", { contact = {} })
      assert.equal("MissingRenderingAttribute", err.code)
      assert.equal("missing attribute 'contact.first_name'", err.message)
      assert.equal("contact.first_name", err.attribute)
      assert.equal(2, err.line)
      assert.equal(3, err.column)
      assert.equal("missing attribute 'x'", render_error("{{x}}", cjson.decode('{"x":null}')).message)
      assert.equal("missing attribute 'x'", render_error("{{x}}").message)
      assert.equal("missing attribute 'x.y'", render_error("{{x.y}}", { x = "text" }).message)
      assert.equal("missing attribute '../x'", render_error("{{../x}}", { x = 1 }).message)
      assert.equal("missing attribute '@index'", render_error("{{@index}}", {}).message)
      assert.equal("missing attribute 'x'", render_error("{{@root.x}}", {}).message)
    end)

    it("fails on values that have no text", function()
      assert.equal("attribute 'x' is an object, which has no text", render_error("{{x}}", { x = { y = 1 } }).message)
      assert.equal("attribute 'x' is a function, which has no text", render_error("{{x}}", { x = print }).message)
      assert.equal("attribute 'x' is not UTF-8", render_error("{{x}}", { x = "\255" }).message)
      assert.equal("InvalidRenderingParameter", render_error("{{x}}", { x = {  { 1 } } }).code)
      assert.equal("rendering data must be an object", render_error("x", "text").message)
    end)

    it("reaches no method of a string and nothing of Lua", function()
      assert.equal("missing attribute 'x.upper'", render_error("{{x.upper}}", { x = "a" }).message)
      assert.equal("missing attribute 'os'", render_error("{{os}}", {}).message)
      assert.equal('"]] os.exit() --', render('{{x}}"]] os.exit() --', { x = "" }))
    end)
  end)

  describe("blocks", function()
    it("#if, else, else if and #unless go by Handlebars' idea of empty", function()
      local text = "{{#if a}}A{{else if b}}B{{else}}C{{/if}}"
      assert.equal("A", render(text, { a = 1 }))
      assert.equal("B", render(text, { b = "x" }))
      for _, empty in ipairs { false, 0, "", {}, cjson.null } do
        assert.equal("C", render(text, { a = empty }))
      end
      assert.equal("C", render(text, {}))
      assert.equal("yes", render("{{#if n includeZero=true}}yes{{/if}}", { n = 0 }))
      assert.equal("no", render("{{#unless a}}no{{else}}yes{{/unless}}", {}))
      assert.equal("yes", render("{{#unless a}}no{{^}}yes{{/unless}}", { a = true }))
    end)

    it("#each goes over lists and objects with its data variables", function()
      assert.equal("0:x:true:false 1:y:false:true ",
        render("{{#each l}}{{@index}}:{{this}}:{{@first}}:{{@last}} {{/each}}", { l = { "x", "y" } }))
      assert.equal("a=1;b=2;", render("{{#each o}}{{@key}}={{.}};{{/each}}", { o = { b = 2, a = 1 } }))
      assert.equal("none", render("{{#each l}}x{{else}}none{{/each}}", { l = {} }))
      assert.equal("none", render("{{#each l}}x{{else}}none{{/each}}", {}))
      assert.equal("Sports at Acme, Travel at Acme, ",
        render("{{#each s}}{{interest}} at {{../name}}, {{/each}}",
          { name = "Acme", s = { { interest = "Sports" }, { interest = "Travel" } } }))
      assert.equal("00 01 10 11 ", render("{{#each l}}{{#each ../l}}{{@../index}}{{@index}} {{/each}}{{/each}}",
        { l = { "p", "q" } }))
    end)

    it("#each goes over an object's whole numbers first, as JavaScript does", function()
      local object = { ["10"] = 1, ["9"] = 2, b = 3, a = 4, ["07"] = 5 }
      assert.equal("9 10 07 a b ", render("{{#each o}}{{@key}} {{/each}}", { o = object }))
    end)

    it("#if adds no level for ../, #with does", function()
      assert.equal("12", render("{{#with a}}{{#if b}}{{b}}{{../c}}{{/if}}{{/with}}", { a = { b = 1 }, c = 2 }))
      assert.equal("none", render("{{#with a}}x{{else}}none{{/with}}", {}))
      assert.equal("1", render("{{#with a.b}}{{../c}}{{/with}}", { a = { b = { d = 1 } }, c = 1 }))
    end)

    it("takes inline partials, known in the whole block that defines them", function()
      -- The example of the SES developer guide.
      local text = '{{#* inline "fullName"}}{{firstName}}{{#if lastName}} {{lastName}}{{/if}}{{/inline~}}\n'
        .. "Hello {{> fullName}}!"
      assert.equal("Hello Anaya Iyengar!", render(text, { firstName = "Anaya", lastName = "Iyengar" }))
      assert.equal("Hello Anaya!", render(text, { firstName = "Anaya" }))
      assert.equal("x", render('{{> p}}{{#*inline "p"}}x{{/inline}}', {}))
      assert.equal("1", render('{{#*inline "p"}}{{b}}{{/inline}}{{> p a}}', { a = { b = 1 } }))
      assert.equal("  a\n  b\n", render('{{#*inline "p"}}\na\nb\n{{/inline}}\n  {{> p}}\n', {}))
    end)
  end)

  it("has ../ of a partial go up from where it is defined", function()
    local data = { x = "root", o = { x = "o", k = { x = "k" } } }
    local inner = '{{#with o}}{{#*inline "p"}}{{../x}}{{/inline}}{{#with k}}{{> p}} {{> p @root.o.k}}{{/with}}{{/with}}'
    assert.equal("root root", render(inner, data))
    -- The outermost has nothing around it.
    local outer = '{{#*inline "p"}}{{../x}}{{/inline}}{{#with o}}{{> p}}{{/with}}'
    assert.equal("missing attribute '../x'", render_error(outer, data).message)
    local own = '{{#with o}}{{#with k}}{{> p}}{{/with}} {{x}}{{/with}}{{#*inline "p"}}{{x}}{{/inline}}'
    assert.equal("k o", render(own, data))
  end)

  describe("white space", function()
    it("gives the line of a block tag, comment or partial to the tag", function()
      assert.equal("a\n  x\n  y\nb\n", render("a\n{{#each l}}\n  {{this}}\n{{/each}}\nb\n", { l = { "x", "y" } }))
      assert.equal("a\nb\n", render("a\n  {{! note }}\nb\n", {}))
      assert.equal("a\nyes\nb", render("a\n{{#if x}}\nyes\n{{else}}\nno\n{{/if}}\nb", { x = 1 }))
      assert.equal("a\r\nno\r\nb", render("a\r\n{{#if x}}\r\nyes\r\n{{else}}\r\nno\r\n{{/if}}\r\nb", {}))
      assert.equal("a \n b", render("a {{! note }}\n b", {}))
    end)

    it("takes away what ~ points at", function()
      assert.equal("abc", render("a {{~ x ~}} \n c", { x = "b" }))
      assert.equal("a<x>c", render("a\n{{~#if x~}} <{{x}}> {{~/if~}}\nc", { x = "x" }))
      assert.equal("abc", render("a {{~{x}~}} c", { x = "b" }))
    end)

    it("knows escaped tags and every kind of comment", function()
      assert.equal("{{a}} 1", render("\\{{a}} {{a}}", { a = 1 }))
      assert.equal("\\1", render("\\\\{{a}}", { a = 1 }))
      assert.equal("xyz", render("x{{! a }}y{{!-- {{b}} --}}z", {}))
      assert.equal("{ } }} {a", render("{ } }} {a", {}))
    end)
  end)

  describe("errors", function()
    it("names line and column of what is not understood", function()
      local faults = {
        { "a\n  {{foo bar}}", 2, 9, "only #if, #unless, #each and #with take arguments" },
        { "\195\164{{}}", 1, 4, "expected the name of an attribute" },
        { "{{foo", 1, 6, "expected }}" },
        { "{{foo}", 1, 6, "expected }}" },
        { "{{{foo}}", 1, 8, "expected }}}" },
        { "{{foo}}}", 1, 6, "expected }}, not }}}" },
        { "{{{foo}}}}", 1, 8, "expected }}}, not }}}}" },
        { "x\n{{#if a}}\n", 2, 1, "the block 'if' is not closed" },
        { "{{#each a}}{{#if b}}{{/each}}{{/if}}", 1, 21, "expected {{/if}} for the block of line 1, found {{/each}}" },
        { "{{/if}}", 1, 1, "{{/if}} closes no block" },
        { "{{else}}", 1, 1, "{{else}} outside of a block" },
        { "{{#if a}}{{else}}{{else}}{{/if}}", 1, 18, "a second {{else}} in the same block" },
        { "{{#if}}{{/if}}", 1, 1, "#if takes one attribute, not 0" },
        { "{{#if a b}}{{/if}}", 1, 1, "#if takes one attribute, not 2" },
        { "{{#if a x=1}}{{/if}}", 1, 9, "#if has no option 'x'" },
        { "{{#each 'a'}}{{/each}}", 1, 1, "#each takes the name of an attribute" },
        { "{{#list a}}{{/list}}", 1, 1, "#list is not known: #if, #unless, #each and #with are" },
        { "{{#each a as |b|}}{{/each}}", 1, 15, "block parameters (as |x|) are not supported" },
        { "{{#if (eq a b)}}{{/if}}", 1, 8, "subexpressions are not supported" },
        { "{{^a}}x{{/a}}", 1, 4, "inverted sections ({{^) are not supported" },
        { "{{#> p}}{{/p}}", 1, 4, "partial blocks ({{#>) are not supported" },
        { "{{{{raw}}}}", 1, 3, "raw blocks ({{{{) are not supported" },
        { "{{> p}}", 1, 1, "partial 'p' is not defined here" },
        { "{{> p a=1}}", 1, 7, "parameters of partials are not supported" },
        { "{{@foo}}", 1, 3, "@foo is not known: @index, @key, @first, @last and @root are" },
        { "{{a..b}}", 1, 5, "expected a name" },
        { "{{a/../b}}", 1, 3, "'..' may only stand at the start of a path" },
        { "{{a.[b}}", 1, 9, "expected ] after a [literal] name" },
        { "{{! a", 1, 6, "comment is not closed" },
        { "{{!-- a }}", 1, 11, "comment is not closed with --}}" },
        { '{{#*inline "p}}', 1, 16, 'expected a closing "' },
      }
      for _, fault in ipairs(faults) do
        local err = compile_error(fault[1])
        local place = ("line %d, column %d: "):format(fault[2], fault[3])
        assert.equal(place .. fault[4], err.message)
        assert.equal(fault[2], err.line)
        assert.equal(fault[3], err.column)
      end
    end)

    it("refuses options that do not exist", function()
      local compiled, err = template.compile("x", { max_sise = 5 })
      assert.is_nil(compiled)
      assert.equal("'max_sise' is no option of a template; did you mean 'max_size'?", err.message)
      assert.is_nil((template.compile_message({ subject = "x" }, { html = true })))
    end)

    it("refuses what is no text", function()
      assert.equal("a template must be a string", compile_error(nil).message)
      assert.equal("must be UTF-8", compile_error("\255").message)
    end)
  end)

  describe("limits", function()
    it("bounds the size and the nesting of a template", function()
      assert.equal("is longer than 512000 bytes", compile_error(("x"):rep(512001)).message)
      assert.equal("12345", render("12345", {}, { max_size = 5 }))
      local function nested(n) return ("{{#if a}}"):rep(n) .. "x" .. ("{{/if}}"):rep(n) end
      assert.equal("x", render(nested(100), { a = 1 }))
      assert.truthy(compile_error(nested(101)).message:find("nested more than 100 deep", 1, true))
      assert.truthy(compile_error(nested(20000)).message:find("nested more than 100 deep", 1, true))
      local chain = "{{#if a}}" .. ("{{else if a}}"):rep(20000) .. "{{/if}}"
      assert.truthy(compile_error(chain).message:find("nested more than 100 deep", 1, true))
    end)

    it("keeps partials and blocks within Lua's stack", function()
      local body = ("{{#with a}}{{#with b}}"):rep(49) .. "{{> p}}" .. ("{{/with}}{{/with}}"):rep(49)
      local data = { a = { b = {} } }
      data.a.b.a, data.a.a, data.b = data.a, data.a, data.a.b
      local err = render_error('{{#*inline "p"}}' .. body .. "{{/inline}}{{> p}}", data)
      assert.truthy(err.message:find("blocks nest more than 400 deep over all partials", 1, true))
      local chain = {}
      for i = 1, 5000 do chain[i] = ('{{#*inline "p%d"}}{{> p%d}}{{/inline}}'):format(i, i + 1) end
      chain[#chain + 1] = '{{#*inline "p5001"}}x{{/inline}}{{> p1}}'
      assert.truthy(render_error(table.concat(chain), {}).message:find("more than 32 deep", 1, true))
    end)

    it("bounds what a rendering may write, run and recurse", function()
      local list = {}
      for i = 1, 2000 do list[i] = i end
      local square = "{{#each l}}{{#each ../l}}{{#each ../../l}}xxxxxxxxxx{{/each}}{{/each}}{{/each}}"
      assert.truthy(render_error(square, { l = list }, { max_output = 1000 }).message:find("1000 bytes", 1, true))
      local silent = square:gsub("x+", "{{#if a}}{{/if}}")
      assert.truthy(render_error(silent, { l = list }, { max_steps = 10000 }).message:find("10000 steps", 1, true))
      local loop = '{{#*inline "p"}}{{> p}}{{/inline}}{{> p}}'
      assert.truthy(render_error(loop, {}).message:find("more than 32 deep", 1, true))
      local indent = '{{#*inline "p"}}\na\nb\n{{/inline}}\n' .. (" "):rep(1000) .. "{{> p}}\n"
      assert.truthy(render_error(indent, {}, { max_output = 1500 }).message:find("1500 bytes", 1, true))
    end)
  end)

  describe("variables()", function()
    it("lists what every rendering needs, in order, each once", function()
      local text = "{{name}} {{a.b}} {{name}} {{@root.r}} {{#if c}}{{d}}{{/if}}{{#each e}}{{f}}{{/each}}{{#with g}}"
        .. '{{h}}{{/with}}{{#unless i}}{{j}}{{/unless}}{{#*inline "p"}}{{k}}{{/inline}}{{> p}}'
        .. '{{#*inline "q"}}{{l}}{{/inline}}{{#if c}}{{> q}}{{/if}}{{> q m}}{{{raw}}}'
      assert.same({ "name", "a.b", "r", "k", "raw" }, template.compile(text):variables())
      assert.same({}, template.compile("x"):variables())
    end)

    it("lists nothing whose absence would not fail", function()
      local text = "{{a}}{{#if b}}{{b}}{{/if}}{{c.d}}"
      for _, name in ipairs(template.compile(text):variables()) do
        local data = { a = 1, b = 1, c = { d = 1 } }
        data[name:match("^[^.]+")] = nil
        assert.equal(name, render_error(text, data).attribute)
      end
    end)
  end)

  describe("compile_message", function()
    it("renders subject, HTML and text, escaping in the HTML alone", function()
      local message = assert(template.compile_message {
        subject = "Hi {{name}}\n", html = "<p>{{name}}</p>", text = "{{name}} {{x}}",
      })
      assert.same({ subject = "Hi A&B", html = "<p>A&amp;B</p>", text = "A&B 1" },
        message:render { name = "A&B", x = 1 })
      assert.same({ "name", "x" }, message:variables())
      assert.same({ html = "A&B" }, assert(template.compile_message({ html = "{{x}}" }, { escape = false }))
        :render { x = "A&B" })
    end)

    it("names the part in errors", function()
      local compiled, err = template.compile_message { subject = "x", html = "a\n{{" }
      assert.is_nil(compiled)
      assert.equal("html: line 2, column 3: expected the name of an attribute", err.message)
      assert.equal("html", err.part)
      local _, missing = template.compile_message { subject = "{{x}}" }:render {}
      assert.equal("missing attribute 'x'", missing.message)
      assert.equal("subject", missing.part)
    end)

    it("refuses a subject that data would turn into more header fields", function()
      local message = assert(template.compile_message { subject = "Hi {{name}}", text = "x" })
      for _, name in ipairs { "a\r\nBcc: x@example.com", "a\nb", "a\0b" } do
        local result, err = message:render { name = name }
        assert.is_nil(result)
        assert.equal("subject", err.part)
        assert.truthy(err.message:find("^subject must not contain"))
      end
    end)
  end)

  it("answers any template with a result or an error that has a place", function()
    local pieces = {
      "{{", "}}", "{{{", "}}}", "{{#if a}}", "{{/if}}", "{{else}}", "{{#each l}}", "{{/each}}", "{{a}}", "{{~", "~}}",
      "{{> p}}", '{{#*inline "p"}}', "{{/inline}}", "{{!", "--}}", "\\", "\n", " ", "a", ".", "..", "/", "@", "[", "]",
      '"', "|", "as", "=", "(", "\195\164", "this", "{{#with o}}", "{{/with}}", "{{^}}", "{{else if a}}", "{",
    }
    local data = { a = 1, l = { 1, 2 }, o = { a = 2 } }
    for _ = 1, 3000 do
      local text = {}
      for i = 1, math.random(1, 14) do text[i] = pieces[math.random(#pieces)] end
      text = table.concat(text)
      local compiled, err = template.compile(text, { html = math.random(2) == 1 })
      if compiled then
        local result, failure = compiled:render(data)
        assert.is_true(type(result) == "string" or errors.is(failure), text)
      else
        assert.is_true(errors.is(err) and err.line ~= nil and err.column ~= nil, text)
      end
    end
  end)
end)
