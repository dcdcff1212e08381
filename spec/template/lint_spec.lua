local errors = require "ses.errors"
local lint = require "ses.template.lint"

local function check(parts, data, options)
  return assert(lint.check(parts, data, options))
end

local function messages(parts, data)
  local list = {}
  for i, warning in ipairs(check(parts, data).warnings) do list[i] = warning.message end
  return list
end

local function refused(parts, data, options)
  local found, err = lint.check(parts, data, options)
  assert.is_nil(found)
  assert.is_true(errors.is(err))
  assert.equal("validation", err.kind)
  return err
end

local function html(text, data)
  return messages({ subject = "s", text = "t", html = text }, data)
end

describe("ses.template.lint", function()
  it("has nothing to say of a template that is in order", function()
    local parts = {
      subject = "{{name}}", text = "{{name}}: https://shop.example/{{name}}, {{amazonSESUnsubscribeUrl}}",
      html = '<a href="https://shop.example/">{{name}}</a><img src="cid:logo" alt=""><a href="mailto:a@shop.example">'
        .. '<a href="#top"><a name="top"><a href="{{amazonSESUnsubscribeUrl}}">',
    }
    local found = check(parts, { name = "Ada" })
    assert.same({}, found.warnings)
    assert.equal("Ada", found.rendered.subject)
    assert.same({ "name", "amazonSESUnsubscribeUrl" }, found.variables)
    assert.is_nil(check(parts).rendered)
  end)

  it("tells of an HTML part that Gmail cuts off", function()
    assert.same({}, html(("x"):rep(102 * 1024)))
    assert.same({ "html: is 103 KB long: Gmail cuts a mail off at 102 KB" }, html(("x"):rep(103 * 1024)))
    -- What counts is what is sent.
    assert.equal("GmailClips", check({ html = "{{x}}", text = "t" }, { x = ("y"):rep(200 * 1024) }).warnings[1].code)
  end)

  it("tells of images without a text, and where they are", function()
    local warning = check({ text = "t", html = '<p>\n ä <IMG src="https://shop.example/a.png"></p>' }).warnings[1]
    assert.same({ "NoAlt", "html", 2, 4 }, { warning.code, warning.part, warning.line, warning.column })
    assert.matches("^html: line 2, column 4: an image has no alt", warning.message)
    assert.same({}, html '<img alt src="https://x.example/a.png"><img src="https://x.example/b" alt=\'a > b\'>')
    assert.same({}, html '<!-- <img src="x"> --> <img {{#if a}}alt="> x"{{else}}alt="y"{{/if}}>')
    assert.equal(1, #html '<img src="https://x.example/a.png" data-alt="x" title="alt">')
  end)

  it("tells where there is no text part", function()
    assert.same({ "there is no text part: those who read no HTML see nothing" }, messages { html = "<p>" })
    assert.same({}, messages { text = "t" })
  end)

  it("tells of links and images that are not https", function()
    assert.same({
      "html: line 1, column 4: the link http://a.example/ is not https",
      "html: line 2, column 6: the image HTTP://b.example/b.png is not https",
      "html: line 3, column 4: the link /about has no https:// in front: in a mail there is no page that it could be "
        .. "relative to",
      "html: line 4, column 4: the link http://c.example/{{id}} is not https",
    }, html('<a href="http://a.example/">\n<img src=HTTP://b.example/b.png alt="">\n<a href="/about">\n'
      .. '<a href="http://c.example/{{id}}">'))
    assert.same({ "text: line 2, column 3: the link http://a.example/ is not https" },
      messages { text = "a\nä http://a.example/ https://b.example/" })
  end)

  it("looks at the links that the data bring, and tells of none twice", function()
    local text = '<a href="{{url}}">{{{more}}}<a href="http://a.example/">'
    assert.same({ "html: line 1, column 32: the link http://a.example/ is not https" }, html(text))
    assert.same({
      "html: line 1, column 32: the link http://a.example/ is not https",
      "html: the link http://b.example/ is not https", "html: the link http://c.example/ is not https",
    }, html(text, { url = "http://b.example/", more = "<a href='http://c.example/'>" }))
  end)

  it("compares the data with what the template uses", function()
    local warnings = check({
      subject = "{{a}}", text = "{{#if b}}\n{{#each items}}{{title}}{{#if isbn}}x{{/if}}{{/each}}{{/if}}",
    }, { a = "1", c = 1, items = { { title = "t", price = 1 }, { title = "u", price = 2 } } }).warnings
    local told = {}
    for i, warning in ipairs(warnings) do
      told[i] = { warning.code, warning.attribute, warning.line, warning.column }
    end
    assert.same({
      { "NotInSample", "b", 1, 1 }, { "NotInSample", "items[].isbn", 2, 25 },
      { "NotInTemplate", "c" }, { "NotInTemplate", "items[].price" },
    }, told)
    assert.equal("text: line 1, column 1: the data have no attribute 'b'", warnings[1].message)
    assert.equal("the template does not use the attribute 'c' of the data", warnings[3].message)
  end)

  it("refuses what cannot be rendered, by part and place", function()
    local err = refused({ subject = "s", text = "a\n {{first_name}}" }, {})
    assert.equal("missing attribute 'first_name'", err.message)
    assert.same({ "text", 2, 2, "first_name" }, { err.part, err.line, err.column, err.attribute })
    assert.equal("html: line 1, column 3: expected the name of an attribute", refused({ html = "{{" }).message)
    assert.equal("'htlm' is no part of a template; did you mean 'html'?", refused({ htlm = "x" }).message)
    assert.equal("a template has a subject, an html or a text part at least", refused({}).message)
    assert.equal("data must be an object, not a string", refused({ text = "x" }, "{}").message)
    assert.matches("is no option of a template", refused({ text = "x" }, nil, { html = true }).message)
  end)

  it("takes any text for HTML, and looks at each byte once", function()
    for _, unclosed in ipairs { "<a href='", "<!--", "<img ", "<", "{{! ", "<a {{x}}" } do
      local text = unclosed:rep(20000)
      if unclosed:find "{{!" then text = text .. "}}" end
      assert.is_table(check({ html = text, text = "t" }, { x = unclosed }).warnings)
    end
  end)
end)
