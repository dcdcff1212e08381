local emulator = require "spec.support.emulator"
local json = require "ses.model.json"
local process = require "spec.support.process"

local HTML = [[
<p>Dear {{first_name}},</p>
{{#if city}}<p>See you in {{city}}.</p>{{/if}}
<img src="https://shop.example/logo.png" alt="The shop">
]]

-- The processes are the same, whichever Lua this is.
if jit then return end

describe("ses template", function()
  local control, env, folder, dir

  setup(function()
    control = emulator.start {}
    env = {
      AWS_ENDPOINT_URL_SESV2 = control.url, AWS_REGION = "us-east-1", HOME = "/nonexistent",
      AWS_ACCESS_KEY_ID = "AKIAEMULATOR00000000", AWS_SECRET_ACCESS_KEY = "emulator-secret-key",
    }
  end)
  teardown(function() control:stop() end)

  local function write(name, text) process.write(dir .. "/" .. name, text) end
  local function read(name) return process.read(dir .. "/" .. name) end

  before_each(function()
    folder = process.folder()
    dir = folder .. "/welcome"
    process.shell("mkdir " .. dir)
    write("subject.txt", "Welcome, {{first_name}}\n")
    write("body.html", HTML)
    write("body.txt", "Dear {{first_name}}\n{{#if city}}See you in {{city}}.\n{{/if}}")
    write("sample.json", '{ "first_name": "Siobhán", "city": "Cork" }\n')
  end)
  after_each(function()
    control:control("POST", "/reset")
    process.remove(folder)
  end)

  local function run(command, ...)
    return process.run({ "build/ses", "template", command, ... }, { env = env })
  end

  local function prints(status, out, command, ...)
    local result = run(command, ...)
    assert.same({ err = "", out = out, status = status }, result)
  end

  local function fails(status, line, command, ...)
    local result = run(command, ...)
    assert.same({ err = ("ses template %s: %s\n"):format(command, line), out = "", status = status }, result)
  end

  local function data(status, command, ...)
    local result = run(command, "--json", ...)
    assert.equal("", result.err)
    assert.equal(status, result.status)
    return assert(json.decode(result.out))
  end

  local function stored(name)
    return control:ok("GetEmailTemplate", { TemplateName = name or "welcome" }).TemplateContent
  end

  describe("push", function()
    it("creates a template, updates it, and knows when there is nothing to do", function()
      prints(0, "welcome: would be created\n", "push", dir, "--dry-run")
      prints(0, "welcome: created\n", "push", dir)
      assert.same({ Subject = "Welcome, {{first_name}}", Html = HTML, Text = read "body.txt" }, stored())
      prints(0, "welcome: unchanged\n", "push", dir .. "/")
      write("subject.txt", "Hello, {{first_name}}")
      prints(0, "welcome: would be updated\n", "push", dir, "--dry-run")
      assert.equal("Welcome, {{first_name}}", stored().Subject)
      prints(0, "welcome: updated\n", "push", dir)
      assert.equal("Hello, {{first_name}}", stored().Subject)
      prints(0, "other: created\n", "push", dir, "--name", "other")
      assert.equal("Hello, {{first_name}}", stored("other").Subject)
    end)

    it("updates a template that somebody else has created meanwhile", function()
      control:ok("CreateEmailTemplate", { TemplateName = "welcome", TemplateContent = { Subject = "Theirs" } })
      assert(control:control("POST", "/faults", {
        operation = "GetEmailTemplate", status = 404, code = "NotFoundException", count = 1,
      }).id)
      prints(0, "welcome: updated\n", "push", dir)
      assert.equal("Welcome, {{first_name}}", stored().Subject)
    end)

    it("takes the folder that it is in by its name", function()
      local result = process.run({ process.shell "pwd" .. "/build/ses", "template", "push", "." },
        { env = env, cwd = dir })
      assert.same({ err = "", out = "welcome: created\n", status = 0 }, result)
      fails(2, "the folder has no name to call the template by; say --name; see 'ses template push --help'", "push",
        dir .. "/..")
    end)

    it("stores nothing that does not compile or cannot be rendered, and says where", function()
      write("body.html", "<p>\n  {{#if city}}")
      fails(1, dir .. "/body.html: line 2, column 3: the block 'if' is not closed (InvalidTemplate)", "push", dir)
      write("body.html", HTML)
      write("body.txt", "Dear {{first_name}},\n  {{greeting.long}}")
      fails(1, dir .. "/body.txt: line 2, column 3: missing attribute 'greeting.long' (MissingRenderingAttribute)",
        "push", dir)
      write("sample.json", '{ "first_name": "A" ')
      local result = run("push", dir)
      assert.equal(2, result.status)
      assert.matches("^ses template push: " .. dir .. "/sample.json is no JSON: ", result.err)
      write("sample.json", "[]")
      fails(2, dir .. "/sample.json must be a JSON object: { … }; see 'ses template push --help'", "push", dir)
      assert.same({}, data(0, "list"))
    end)

    it("warns, and stores all the same", function()
      os.remove(dir .. "/body.txt")
      os.remove(dir .. "/sample.json")
      write("body.html", '<img src="/logo.png">{{first_name}}')
      local at = dir .. "/body.html: line 1, column "
      prints(0, table.concat({
        "warning: there is no " .. dir .. "/sample.json: nothing was rendered",
        "warning: " .. at .. "1: an image has no alt: a text for those who do not see it, or alt=\"\" where it says "
          .. "nothing",
        "warning: " .. at .. "6: the image /logo.png has no https:// in front: in a mail there is no page that it "
          .. "could be relative to",
        "warning: there is no text part: those who read no HTML see nothing", "welcome: created", "",
      }, "\n"), "push", dir)
      assert.is_nil(stored().Text)
      local told = data(0, "push", dir)
      assert.same({ "welcome", "unchanged", false }, { told.name, told.action, told.dry_run })
      assert.same({ "NoAlt", "body.html", 1, 1 }, {
        told.warnings[2].code, told.warnings[2].file, told.warnings[2].line, told.warnings[2].column,
      })
      write("sample.json", '{ "first_name": "A", "age": 3 }')
      local codes = {}
      for i, warning in ipairs(data(0, "push", dir).warnings) do codes[i] = warning.code end
      assert.same({ "NoAlt", "InsecureLink", "NoText", "NotInTemplate" }, codes)
    end)

    it("takes sample data from elsewhere", function()
      os.remove(dir .. "/sample.json")
      local result = process.run({ "build/ses", "template", "push", dir, "--sample", "-" },
        { env = env, stdin = '{ "city": "Cork" }' })
      assert.equal("ses template push: " .. dir .. "/subject.txt: line 1, column 10: missing attribute 'first_name' "
        .. "(MissingRenderingAttribute)\n", result.err)
    end)

    it("answers a misuse in one line, with status 2", function()
      fails(2, "DIR is missing; see 'ses template push --help'", "push")
      fails(2, ("cannot open %s/nowhere: No such file or directory; see 'ses template push --help'"):format(folder),
        "push", folder .. "/nowhere")
      fails(2, folder .. " has none of the files subject.txt, body.html and body.txt; see 'ses template push --help'",
        "push", folder)
      fails(2, "there is no option '--dry-rum'; did you mean '--dry-run'?", "push", dir, "--dry-rum")
    end)
  end)

  describe("pull", function()
    before_each(function() run("push", dir) end)

    it("writes the folder, with sample data to begin with", function()
      local other = folder .. "/new/welcome"
      prints(0, ("%s/subject.txt: written\n%s/body.html: written\n%s/body.txt: written\n%s/sample.json: written\n")
        :format(other, other, other, other), "pull", other)
      for _, name in ipairs { "subject.txt", "body.html", "body.txt" } do
        assert.equal(read(name), process.read(other .. "/" .. name))
      end
      assert.same({ first_name = "first_name", city = "city" }, json.decode(process.read(other .. "/sample.json")))
      prints(0, "welcome: unchanged\n", "push", other)
    end)

    it("changes no file that differs, unless it is told to", function()
      local content = { Subject = "New", Html = HTML }
      control:ok("UpdateEmailTemplate", { TemplateName = "welcome", TemplateContent = content })
      fails(1, dir .. "/subject.txt is not what SES has; 'ses template diff' shows how it differs, --force "
        .. "replaces it (FileChanged)", "pull", dir)
      assert.equal("Welcome, {{first_name}}\n", read "subject.txt")
      prints(0, ("%s/subject.txt: written\n%s/body.txt: removed\n%s/body.html: unchanged\n"):format(dir, dir, dir),
        "pull", dir, "--force")
      assert.equal("New\n", read "subject.txt")
      assert.is_nil(io.open(dir .. "/body.txt"))
      assert.equal('{ "first_name": "Siobhán", "city": "Cork" }\n', read "sample.json")
      assert.same({ name = "welcome", written = {}, removed = {}, unchanged = { "subject.txt", "body.html" } },
        data(0, "pull", dir))
    end)

    it("says what is not there, and what cannot be written", function()
      fails(1, "SES has no template 'none' (NotFoundException)", "pull", dir, "--name", "none")
      process.write(folder .. "/file", "")
      fails(2, ("cannot open %s/file/subject.txt: Not a directory; see 'ses template pull --help'"):format(folder),
        "pull", folder .. "/file", "--name", "welcome")
      fails(1, "cannot write /proc/welcome: it is no folder, and none can be made there (CannotWrite)",
        "pull", "/proc/welcome")
    end)
  end)

  describe("diff", function()
    it("prints what push would change, with status 1 where there is something", function()
      run("push", dir)
      prints(0, "", "diff", dir)
      write("body.html", (HTML:gsub("See you", "We meet")))
      local expected = ([[
--- ses:welcome/body.html
+++ %s/body.html
@@ -1,3 +1,3 @@
 <p>Dear {{first_name}},</p>
-{{#if city}}<p>See you in {{city}}.</p>{{/if}}
+{{#if city}}<p>We meet in {{city}}.</p>{{/if}}
 <img src="https://shop.example/logo.png" alt="The shop">
]]):format(dir)
      prints(1, expected, "diff", dir)
      assert.same({ name = "welcome", stored = true, same = false, differing = { "body.html" }, diff = expected },
        data(1, "diff", dir))
    end)

    it("shows a template that SES does not have as new", function()
      local result = run("diff", dir)
      assert.equal(1, result.status)
      local subject = "^%-%-%- /dev/null\n%+%+%+ .-/subject.txt\n@@ %-0,0 %+1 @@\n%+Welcome, {{first_name}}\n"
      assert.matches(subject, result.out)
    end)

    it("fails where SES cannot be asked", function()
      local result = run("diff", dir, "--endpoint", "http://127.0.0.1:1")
      assert.equal(1, result.status)
      assert.equal("", result.out)
      assert.matches("^ses template diff: ", result.err)
    end)
  end)

  it("lists the templates, by name, over all pages", function()
    prints(0, "", "list")
    for i = 1, 101 do
      local name = ("t%03d"):format(102 - i)
      control:ok("CreateEmailTemplate", { TemplateName = name, TemplateContent = { Subject = "x" } })
    end
    local lines, names = {}, {}
    for line in run("list").out:gmatch "[^\n]+" do lines[#lines + 1] = line end
    assert.equal(101, #lines)
    assert.matches("^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ  t001$", lines[1])
    for i, item in ipairs(data(0, "list")) do names[i] = item.name end
    assert.equal("t101", names[101])
  end)

  describe("preview", function()
    it("writes a page with the subject, the HTML in a sandbox, the text, and what is to be known", function()
      write("body.html", '<p title="a">{{first_name}}</p><script>alert(1)</script>')
      write("sample.json", '{ "first_name": "A & <b>", "city": "Cork", "age": 3 }')
      prints(0, "warning: the template does not use the attribute 'age' of the data\n"
        .. dir .. "/preview.html: written\n", "preview", dir)
      local page = read "preview.html"
      assert.truthy(page:find('<p class="subject">Welcome, A &amp; &lt;b&gt;</p>', 1, true))
      assert.truthy(page:find('<iframe sandbox="" srcdoc="&lt;p title=&quot;a&quot;&gt;A &amp;amp; &amp;lt;b&amp;gt;'
        .. '&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;"', 1, true))
      assert.truthy(page:find("<pre>Dear A &amp; &lt;b&gt;\nSee you in Cork.\n</pre>", 1, true))
      assert.truthy(page:find("<li>the template does not use the attribute &#39;age&#39; of the data</li>", 1, true))
      assert.is_nil(page:find("<script", 1, true))
      local told = data(0, "preview", dir, "-o", folder .. "/page.html")
      assert.same({ "welcome", folder .. "/page.html", "Welcome, A & <b>", 1 },
        { told.name, told.file, told.subject, #told.warnings })
      assert.equal(page, process.read(folder .. "/page.html"))
      assert.same({ err = "", out = page, status = 0 }, run("preview", dir, "--output", "-"))
    end)

    it("asks no service", function()
      local result = process.run({ "build/ses", "template", "preview", dir }, { env = { HOME = "/nonexistent" } })
      assert.same({ err = "", out = dir .. "/preview.html: written\n", status = 0 }, result)
    end)

    it("opens the page where that is asked for", function()
      process.write(folder .. "/xdg-open", ('#!/bin/sh\nprintf "%%s" "$*" >%s/opened\n'):format(folder))
      process.shell("chmod +x " .. folder .. "/xdg-open")
      local own = { PATH = folder .. ":" .. os.getenv "PATH" }
      local path = folder .. "/it's mine.html"
      local result = process.run({ "build/ses", "template", "preview", dir, "--open", "-o", path }, { env = own })
      assert.same({ err = "", out = path .. ": written\n", status = 0 }, result)
      assert.equal(path, process.read(folder .. "/opened"))
      process.write(folder .. "/xdg-open", "#!/bin/sh\nexit 3\n")
      result = process.run({ "build/ses", "template", "preview", dir, "--open" }, { env = own })
      assert.equal("ses template preview: xdg-open cannot open " .. dir
        .. "/preview.html; it is written all the same (CannotOpen)\n", result.err)
      assert.equal(1, result.status)
    end)

    it("says what is missing", function()
      os.remove(dir .. "/sample.json")
      fails(2, ("there is no %s/sample.json to render the template with; say --sample; see 'ses template preview "
        .. "--help'"):format(dir), "preview", dir)
      fails(2, "--output - excludes --open and --json; see 'ses template preview --help'", "preview", dir, "-o", "-",
        "--open")
    end)
  end)

  describe("test-render", function()
    it("compares SES's rendering with the one made here", function()
      run("push", dir)
      prints(0, "welcome: rendered by SES as here\n", "test-render", dir)
      assert.same({ name = "welcome", same = true, differing = {}, diff = "", is_stored = true },
        data(0, "test-render", dir))
      write("subject.txt", "Hello, {{first_name}}")
      local told = data(1, "test-render", dir)
      assert.same({ false, { "subject" }, false }, { told.same, told.differing, told.is_stored })
      prints(1, "warning: the template that SES has is not the folder's; 'ses template diff' shows how it differs\n"
        .. "--- SES: subject\n+++ here: subject\n@@ -1 +1 @@\n-Welcome, Siobhán\n+Hello, Siobhán\n", "test-render", dir)
    end)

    it("gives SES the link to unsubscribe by, in whose place SES puts its own", function()
      write("body.txt", "{{amazonSESUnsubscribeUrl}}")
      run("push", dir)
      prints(0, "welcome: rendered by SES as here\n", "test-render", dir)
    end)

    it("fails where SES has no such template", function()
      local result = run("test-render", dir)
      assert.equal(1, result.status)
      assert.matches("NotFoundException", result.err)
    end)
  end)

  it("has help with examples for each command", function()
    for _, name in ipairs { "push", "pull", "diff", "list", "preview", "test-render" } do
      local result = run(name, "--help")
      assert.equal(0, result.status)
      assert.matches("\n  ses template " .. name:gsub("%-", "%%-"), result.out)
      assert.matches("%-%-json", result.out)
    end
    assert.equal("ses template: there is no command 'pussh'; did you mean 'push'?\n", run("pussh").err)
  end)
end)
