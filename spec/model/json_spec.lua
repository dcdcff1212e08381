local json = require "ses.model.json"

local has_integers = math.type ~= nil

describe("ses.model.json", function()
  it("writes objects with sorted keys, and lists", function()
    assert.equal('{"a":[1,2],"b":{"c":true},"d":null}',
      json.encode { b = { c = true }, a = { 1, 2 }, d = json.null })
    assert.equal("null", json.encode(nil))
    assert.equal('"x"', json.encode("x"))
  end)

  it("tells an empty list from an empty object", function()
    assert.equal("{}", json.encode {})
    assert.equal("[]", json.encode(json.list()))
    assert.equal('{"a":[]}', json.encode { a = json.list {} })
  end)

  it("escapes what JSON asks for and nothing else", function()
    assert.equal([["\"\\\n\r\t\u0000\u001f/é"]], json.encode('"\\\n\r\t\0\31/é'))
  end)

  it("writes numbers so that they read back the same", function()
    for text, number in pairs {
      ["1"] = 1, ["-7"] = -7, ["0"] = -0.0, ["0.1"] = 0.1, ["2.5"] = 2.5, ["9007199254740992"] = 2 ^ 53,
      ["1e+300"] = 1e300, ["0.3333333333333333"] = 1 / 3, ["1000000000000000"] = 1e15, ["1e-07"] = 1e-7,
    } do
      assert.equal(text, json.encode(number))
    end
    for _ = 1, 1000 do
      local number = (math.random() - 0.5) * 10 ^ math.random(-20, 20)
      assert.equal(number, tonumber(json.number(number)))
    end
  end)

  it("refuses what JSON cannot say", function()
    for _, value in ipairs { 1 / 0, 0 / 0, print, { 1, 2, a = 3 }, { [1] = 1, [3] = 3 }, { [true] = 1 } } do
      local text, reason = json.encode(value)
      assert.is_nil(text)
      assert.is_string(reason)
    end
    local loop = {}
    loop.loop = loop
    assert.is_nil((json.encode(loop)))
  end)

  it("reads whole numbers as integers", function()
    local value = assert(json.decode '{"a":1,"b":[200.0,{"c":1e3}],"d":1.5}')
    assert.equal("1 200 1000 1.5", table.concat({ value.a, value.b[1], value.b[2].c, value.d }, " "))
    assert.equal("7", tostring(json.decode "7"))
  end)

  it("keeps integers that a double would round", function()
    local value = assert(json.decode
      '{"a":9007199254740993,"b":[-9007199254740993],"c":12345678901234567890,"d":1234567890123456}')
    assert.equal("9007199254740993", ("%s"):format(value.a))
    assert.equal("-9007199254740993", ("%s"):format(value.b[1]))
    assert.equal(has_integers and "number" or "string", type(value.a))
    assert.equal("12345678901234567890", value.c)
    assert.equal(1234567890123456, value.d)
  end)

  -- The reader for long integers is our own: it must agree with cjson on everything else.
  it("reads alike whether or not there are long integers in the text", function()
    for _, text in ipairs {
      '{"a":"x","b":[true,false,null],"c":{"d":[]}}', '{"e":"\\u00e9\\ud83d\\ude00\\n\\/\\"\\\\"}', "{}", "[]",
      ' { "n" : -1.5e-3 , "m" : [ 1 , 2 ] } ', '["\127\1"]',
    } do
      local long = assert(json.decode("[1234567890123456," .. text .. "]"), text)
      assert.same(json.decode(text), long[2])
    end
  end)

  it("refuses bad text by either reader", function()
    for _, text in ipairs {
      "", "{", "[1,]", '{"a"}', '{"a":1,}', "[1 2]", "nul", "0x10", "NaN", "01", '"\\x"', '"a', '{1:2}',
      '"\\ud800"', "[1] x", "'a'", "-", "[Infinity]",
    } do
      assert.is_nil((json.decode(text)), text)
      local value, reason = json.decode("[1234567890123456," .. text .. "]")
      assert.is_nil(value, text)
      assert.is_string(reason)
    end
    assert.is_nil((json.decode(nil)))
  end)

  it("does not follow a bomb of brackets", function()
    assert.is_nil((json.decode(("["):rep(100000))))
    assert.is_nil((json.decode("[1234567890123456," .. ("["):rep(100000))))
  end)
end)
