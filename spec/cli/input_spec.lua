local args = require "ses.cli.args"
local input = require "ses.cli.input"
local process = require "spec.support.process"

describe("ses.cli.input", function()
  local folder
  setup(function() folder = process.folder() end)
  teardown(function() process.remove(folder) end)

  local function fault(value, err)
    assert.is_nil(value)
    assert.is_true(args.is_fault(err))
    return tostring(err)
  end

  it("takes a text as itself and @FILE as the file's bytes", function()
    process.write(folder .. "/text", "from\0a file\n")
    assert.equal("as it stands", input.text "as it stands")
    assert.equal("from\0a file\n", input.text("@" .. folder .. "/text"))
  end)

  it("names the file that cannot be read", function()
    assert.equal("cannot open " .. folder .. "/absent: No such file or directory",
      fault(input.text("@" .. folder .. "/absent")))
    assert.truthy(fault(input.read(folder)):find("cannot read " .. folder, 1, true))
  end)

  it("reads a JSON object", function()
    assert.same({ a = 1, b = { "x" } }, input.json_object('{"a": 1, "b": ["x"]}', "--data"))
  end)

  it("says what is no JSON object", function()
    assert.truthy(fault(input.json_object("{", "--data")):find("^%-%-data is no JSON: "))
    assert.equal("--data must be a JSON object: { … }", fault(input.json_object("[]", "--data")))
    assert.equal("--data must be a JSON object: { … }", fault(input.json_object("null", "--data")))
    assert.equal("--data must be a JSON object: { … }", fault(input.json_object('"x"', "--data")))
  end)
end)
