local trace_context = require "ses.observe.trace_context"

local TRACE_ID, PARENT_ID = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
local GOOD = ("00-%s-%s-01"):format(TRACE_ID, PARENT_ID)

describe("traceparent", function()
  it("names a trace, a span in it and whether it is sampled", function()
    assert.same({ trace_id = TRACE_ID, parent_id = PARENT_ID, sampled = true }, trace_context.parent(GOOD))
    assert.is_false(trace_context.parent((GOOD:gsub("01$", "00"))).sampled)
    assert.is_true(trace_context.parent((GOOD:gsub("01$", "ff"))).sampled)
  end)

  it("of a later version may be longer", function()
    assert.is_truthy(trace_context.parent((GOOD:gsub("^00", "cc"))))
    assert.is_truthy(trace_context.parent((GOOD:gsub("^00", "cc")) .. "-What-ever"))
    assert.is_nil(trace_context.parent((GOOD:gsub("^00", "cc")) .. ".what"))
  end)

  it("is ignored where it is none", function()
    for _, text in ipairs {
      "", "00", GOOD .. "-00", GOOD .. " ", " " .. GOOD, GOOD:upper(), (GOOD:gsub("^00", "ff")),
      (GOOD:gsub("0a", "0A")),
      ("00-%s-%s-01"):format(("0"):rep(32), PARENT_ID), ("00-%s-%s-01"):format(TRACE_ID, ("0"):rep(16)),
      ("00-%s-%s-01"):format(TRACE_ID .. "0", PARENT_ID), ("00-%s-%s-01"):format(TRACE_ID:sub(2), PARENT_ID),
      ("00-%s-%s-01"):format(TRACE_ID, PARENT_ID:sub(2)), ("00-%s-%s-1"):format(TRACE_ID, PARENT_ID),
      ("00-%s-%s"):format(TRACE_ID, PARENT_ID), ("0-%s-%s-01"):format(TRACE_ID, PARENT_ID),
      ("00-%s-%s-0g"):format(TRACE_ID, PARENT_ID), (GOOD:gsub("-", "_")),
    } do assert.is_nil(trace_context.parent(text), text) end
    for _, value in ipairs { 5, true, {} } do assert.is_nil(trace_context.parent(value)) end
    assert.is_nil(trace_context.parent(nil))
  end)
end)

describe("tracestate", function()
  it("is passed on, without empty members and spaces around them", function()
    for text, expected in pairs {
      ["a=1"] = "a=1", ["a=1,b=2"] = "a=1,b=2", [" a=1 ,\tb=2,, "] = "a=1,b=2", ["t0@v=x y"] = "t0@v=x y",
      ["a_-*/9=!~"] = "a_-*/9=!~", [("a"):rep(256) .. "=" .. ("b"):rep(256)] = ("a"):rep(256) .. "=" .. ("b"):rep(256),
    } do assert.equal(expected, trace_context.state(text)) end
  end)

  it("is ignored as a whole where a part of it is none", function()
    local many = {}
    for i = 1, 33 do many[i] = "k" .. i .. "=v" end
    for _, text in ipairs {
      "", "a", "a=", "=1", "A=1", "a=1,a=2", "a=1=2", "a=\1", "a=\128", "a=1,B=2", "a@b@c=1", "a@=1", "@a=1",
      ("a"):rep(257) .. "=1", "a=" .. ("b"):rep(257), table.concat(many, ","), "a b=1", "t@" .. ("v"):rep(15) .. "=1",
    } do assert.is_nil(trace_context.state(text), text) end
    table.remove(many)
    assert.is_truthy(trace_context.state(table.concat(many, ",")))
    assert.is_nil(trace_context.state(7))
    assert.is_nil(trace_context.state(nil))
  end)
end)
