local json = require "ses.model.json"
local pretty = require "ses.cli.pretty"

describe("ses.cli.pretty", function()
  it("indents, with the keys in order", function()
    assert.equal([[
{
  "A": [
    1,
    {
      "b": "two"
    }
  ],
  "B": false
}]], pretty.json { B = false, A = { 1, { b = "two" } } })
  end)

  it("tells an empty list from an empty object", function()
    assert.equal('{\n  "list": [],\n  "map": {}\n}', pretty.json { list = json.list(), map = {} })
    assert.equal("{}", pretty.json {})
  end)

  it("knows lists and bytes by their shape", function()
    local model = require "ses.model"
    local send = model.shape(model.operation("SendEmail").input)
    assert.equal('{\n  "Content": {\n    "Raw": {\n      "Data": "aGk="\n    }\n  },\n  "ReplyToAddresses": []\n}',
      pretty.json({ ReplyToAddresses = {}, Content = { Raw = { Data = "hi" } } }, send))
  end)

  it("writes what JSON reads back", function()
    local value = { text = 'a "quoted"\nline \\ 日本', number = 1.5, null = json.null }
    assert.same(value, json.decode(pretty.json(value)))
  end)
end)
