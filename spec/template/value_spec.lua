local value = require "ses.template.value"

describe("ses.template.value", function()
  it("writes numbers as ECMAScript does", function()
    local texts = {
      [0] = "0", [1] = "1", [-1] = "-1", [0.1] = "0.1", [1 / 3] = "0.3333333333333333", [1.5e-6] = "0.0000015",
      [1e-7] = "1e-7", [1e20] = "100000000000000000000", [123456789012345680000] = "123456789012345680000",
      [1e21] = "1e+21", [1.25e22] = "1.25e+22", [2 ^ 53 + 2] = "9007199254740994", [5e-324] = "5e-324",
      [1.7976931348623157e308] = "1.7976931348623157e+308", [math.huge] = "Infinity", [-math.huge] = "-Infinity",
      [0.1 + 0.2] = "0.30000000000000004", [19.99] = "19.99",
    }
    for number, text in pairs(texts) do assert.equal(text, value.to_text(number)) end
    assert.equal("NaN", value.to_text(0 / 0))
  end)

  it("reads back every number that it writes", function()
    for _ = 1, 2000 do
      local number = (math.random() - 0.5) * 10 ^ math.random(-300, 300)
      assert.is_true(number == tonumber((value.to_text(number))) + 0.0)
    end
  end)

  it("knows what is null, a list, and true", function()
    assert.is_true(value.is_null(nil))
    assert.is_true(value.is_null(require("cjson").null))
    assert.is_false(value.is_null(false))
    assert.is_true(value.is_list({}))
    assert.is_true(value.is_list({ 1 }))
    assert.is_false(value.is_list({ a = 1 }))
    assert.is_false(value.is_true(0))
    assert.is_true(value.is_true(0, true))
    assert.is_false(value.is_true(0 / 0))
    assert.is_true(value.is_true({ a = 1 }))
  end)
end)
