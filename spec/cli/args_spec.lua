local args = require "ses.cli.args"

local description = {
  { name = "port", short = "p", value = "N", type = "integer", min = 0, max = 65535, default = 0,
    help = "the port" },
  { name = "rate", value = "N", type = "number", help = "messages a second" },
  { name = "dry-run", type = "flag", help = "send nothing" },
  { name = "to", value = "ADDRESS", multiple = true, help = "a recipient" },
  { name = "format", value = "FORMAT", choices = { "text", "json" }, help = "what to print" },
  { positional = "file", value = "FILE", required = true, help = "the campaign file" },
  { positional = "rest", value = "ARG", multiple = true },
}

local function fault(...)
  local parsed, err = args.parse(description, { ... })
  assert.is_nil(parsed)
  assert.is_true(args.is_fault(err))
  return tostring(err)
end

describe("ses.cli.args", function()
  it("parses values, flags, lists and positional arguments", function()
    local parsed = assert(args.parse(description, {
      "--port", "8025", "--rate=2.5", "--dry-run", "--to", "a", "c.lua", "--to=b", "x", "--", "--y",
    }))
    assert.equal(8025, parsed.port)
    assert.equal(2.5, parsed.rate)
    assert.is_true(parsed.dry_run)
    assert.same({ "a", "b" }, parsed.to)
    assert.equal("c.lua", parsed.file)
    assert.same({ "x", "--y" }, parsed.rest)
    assert.equal("c.lua", parsed[1])
    assert.equal("--y", parsed[3])
  end)

  it("knows short forms and defaults", function()
    assert.equal(25, args.parse(description, { "-p", "25", "f" }).port)
    assert.equal(0, args.parse(description, { "f" }).port)
    assert.is_nil(args.parse(description, { "f" }).dry_run)
  end)

  it("takes a lone - as an argument and a negative number as a value", function()
    assert.equal("-", args.parse(description, { "-" }).file)
    assert.equal(-1.5, args.parse(description, { "--rate", "-1.5", "f" }).rate)
  end)

  it("answers an unknown option with the one that was meant", function()
    assert.equal("there is no option '--dryrun'; did you mean '--dry-run'?", fault("--dryrun", "f"))
    assert.equal("there is no option '-x'", fault("-x", "f"))
  end)

  it("says which argument is wrong, and why", function()
    assert.equal("--port needs a value: --port N", fault("f", "--port"))
    assert.equal("--port must be a whole number, not '1.5'", fault("--port", "1.5", "f"))
    assert.equal("--port must be a whole number, not '0x10'", fault("--port", "0x10", "f"))
    assert.equal("--port must be at most 65535", fault("--port", "65536", "f"))
    assert.equal("--port must be at least 0", fault("--port=-1", "f"))
    assert.equal("--rate must be a number, not 'fast'", fault("--rate", "fast", "f"))
    assert.equal("--rate is given twice", fault("--rate", "1", "--rate", "2", "f"))
    assert.equal("--dry-run takes no value", fault("--dry-run=yes", "f"))
    assert.equal("--format must be one of text, json, not 'xml'", fault("--format", "xml", "f"))
    assert.equal("FILE is missing", fault())
  end)

  it("refuses an argument too many", function()
    local parsed, err = args.parse({ { positional = "file" } }, { "a", "b" })
    assert.is_nil(parsed)
    assert.equal("'b' is one argument too many", tostring(err))
  end)

  it("lets --help win over every mistake that follows or precedes it as an argument", function()
    assert.is_true(args.parse(description, { "--help", "--nonsense" }).help)
    assert.is_true(args.parse(description, { "-h" }).help)
  end)

  it("names every option in the help text, with its default and its choices", function()
    local text = table.concat(args.help_lines(description), "\n")
    for _, option in ipairs(description) do
      if option.name then assert.truthy(text:find("--" .. option.name, 1, true)) end
    end
    assert.truthy(text:find("(default 0)", 1, true))
    assert.truthy(text:find("(one of text, json)", 1, true))
    assert.equal("ses campaign run [OPTIONS] FILE [ARG…]", args.usage_line("ses campaign run", description))
  end)

  it("carries the client's options", function()
    local parsed = assert(args.parse(args.with_client {}, { "--region", "eu-west-1", "--endpoint=http://x" }))
    assert.same({ region = "eu-west-1", endpoint = "http://x" }, args.client_options(parsed))
  end)
end)
