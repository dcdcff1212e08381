-- What client.templates does with templates beside SES's own operations.
local emulator = require "spec.support.emulator"
local errors = require "ses.errors"
local ses = require "ses"
local settings = require "ses.emulator.settings"

describe("client.templates", function()
  local sandbox, client

  setup(function()
    sandbox = emulator.start {}
    client = assert(ses.client {
      region = "us-east-1", endpoint = sandbox.url,
      credentials = { access_key_id = settings.ACCESS_KEY_ID, secret_access_key = settings.SECRET_ACCESS_KEY },
    })
    assert(client.templates:create {
      template_name = "letter", template_content = { subject = "Hi {{name}}", html = "<p>{{name}} {{x.y}}</p>" },
    })
  end)
  teardown(function()
    client:close()
    sandbox:stop()
  end)

  local function refused(found, err)
    assert.is_nil(found)
    assert.is_true(errors.is(err))
    return err
  end

  it("renders a template of SES", function()
    local made = assert(client.templates:preview("letter", { name = "A&B", x = { y = 1 } }))
    assert.same({ "Hi A&B", "<p>A&amp;B 1</p>" }, { made.subject, made.html })
    assert.is_nil(made.text)
    assert.equal("NoText", made.warnings[1].code)
    made = assert(client.templates:preview("letter", { name = "A&B", x = { y = 1 } }, { escape = false }))
    assert.equal("<p>A&B 1</p>", made.html)
  end)

  it("renders, checks and reads texts without SES", function()
    local away = assert(ses.client {
      region = "us-east-1", endpoint = "http://127.0.0.1:1", max_retries = 0,
      credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret" },
    })
    assert.equal("Hello Ada & co", away.templates:preview("Hello {{name}}", { name = "Ada & co" }).text)
    assert.same({ subject = "Ada", warnings = {} }, away.templates:preview({ subject = "{{name}}" }, { name = "Ada" }))
    assert.same({}, away.templates:validate({ subject = "{{name}}", text = "x" }))
    assert.same({ "a", "b.c" }, away.templates:variables { subject = "{{a}}", text = "{{b.c}}{{#if d}}{{e}}{{/if}}" })
    assert.equal("network", refused(away.templates:variables "letter").kind)
    away:close()
  end)

  it("says what stands against a template", function()
    local err = refused(client.templates:validate("letter", { name = "Ada" }))
    assert.same({ "MissingRenderingAttribute", "x.y", "html", 1, 13 },
      { err.code, err.attribute, err.part, err.line, err.column })
    assert.equal("missing attribute 'name'", refused(client.templates:preview "letter").message)
    assert.same({ "name", "x.y" }, client.templates:variables "letter")
    assert.equal("text: line 1, column 4: expected the name of an attribute",
      refused(client.templates:preview "a{{").message)
    assert.equal("NotFoundException", refused(client.templates:variables "none").code)
    assert.equal("template must be a name, a text, or a table { subject =, html =, text = }, not a nil",
      refused(client.templates:variables()).message)
  end)

  it("still looks templates up in the cache", function()
    assert.equal("Hi {{name}}", client.templates:lookup { template_name = "letter" }.template_content.subject)
    assert.is_true(client.templates:cache_stats().hits > 0)
  end)
end)
