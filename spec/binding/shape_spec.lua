local core = require "ses.core"

describe("ses.core.shape", function()
  -- A structure of one member of each kind that is given.
  local function plan_of(...)
    local nodes, members = { false }, {}
    for i, node in ipairs { ... } do
      nodes[i + 1] = node
      members[i] = {
        name = "M" .. i, json_key = ('"m%d":'):format(i), node = i + 1, is_body = true, required = node.required,
      }
    end
    nodes[1] = { kind = "structure", members = members }
    return core.shape.plan(nodes)
  end

  local function write(plan, value) return plan:write(value, { is_sure = true }, {}) end

  it("writes what it accepts, the members in their order", function()
    local plan = plan_of({ kind = "string", min = 1, max = 3 }, { kind = "boolean" }, { kind = "integer", max = 9 },
      { kind = "blob" }, { kind = "list", value = 2 })
    assert.equal("{}", write(plan, {}))
    assert.equal('{"m1":"\\u0001é\\"","m2":false,"m3":-3,"m4":"AP8=","m5":["a","b"]}', write(plan, {
      M5 = { "a", "b" }, M4 = "\0\255", M3 = -3, M2 = false, M1 = "\1é\"",
    }))
    assert.equal('{"m5":[]}', write(plan, { M5 = {} }))
  end)

  it("accepts nothing that it is not sure of", function()
    local plan = plan_of({ kind = "string", min = 1, max = 3 }, { kind = "boolean" }, { kind = "integer", max = 9 },
      { kind = "list", value = 2, max = 2 }, { kind = "never" })
    for _, value in ipairs {
      "no table", { M1 = "" }, { M1 = "abcd" }, { M1 = "\255" }, { M1 = 1 }, { M2 = 0 }, { M3 = 10 }, { M3 = 1.5 },
      { M3 = 0 / 0 }, { M3 = "1" }, { M4 = "a" }, { M4 = { "a", "a", "a" } }, { M4 = { [2] = "a" } },
      { M4 = { n = 1 } }, { M5 = "x" }, { M6 = "x" }, { "x" }, { [1.5] = "x" }, setmetatable({}, {}),
      { M4 = setmetatable({}, {}) },
    } do
      assert.is_false(write(plan, value))
      assert.is_false(plan:accepts(value, { is_sure = true }, {}))
    end
    assert.is_false(write(plan_of { kind = "string", required = true }, {}))
    assert.is_true(plan:accepts({ M1 = "abc", M3 = 9 }, {}, {}))
  end)

  it("says so where it accepts what it does not write", function()
    for _, case in ipairs {
      { { kind = "double" }, 1.5 }, { { kind = "timestamp" }, 1 }, { { kind = "blob" }, ("x"):rep(40000) },
      { { kind = "map", key = 2, value = 2 }, {} },
    } do
      assert.is_true(write(plan_of(case[1]), { M1 = case[2] }))
      assert.is_true(plan_of(case[1]):accepts({ M1 = case[2] }, {}, {}))
    end
  end)

  it("asks a rule of what it does not know at one look", function()
    local asked = {}
    local function rule(value, walk, say)
      asked[#asked + 1] = value
      say.note(walk)
    end
    local plan = plan_of({ kind = "string", quick = "address", rule = rule },
      { kind = "string", quick = "printable", rule = rule }, { kind = "string", rule = rule },
      { kind = "structure", members = {}, rule = rule, quick_bytes = 2 },
      { kind = "structure", members = {}, rule = rule, quick_bytes = 3 })
    local walk = {}
    local say = { note = function(of) of.noted = (of.noted or 0) + 1 end }
    assert.is_string(plan:write({ M1 = "ada@example.com", M2 = "Hello", M3 = "x", M5 = {} }, walk, say))
    assert.same({ "x" }, asked)
    assert.equal(1, walk.noted)
    local inner = {}
    assert.is_string(plan:write({ M1 = "Ada <ada@example.com>", M2 = "é", M4 = inner }, walk, say))
    assert.same({ "x", "Ada <ada@example.com>", "é", inner }, asked)
  end)

  it("passes on what a rule raises, and goes on", function()
    local plan = plan_of { kind = "string", rule = function() error("odd", 0) end }
    local ran, err = pcall(write, plan, { M1 = ("x"):rep(1000) })
    assert.is_false(ran)
    assert.equal("odd", err)
    assert.equal("{}", write(plan, {}))
  end)

  it("refuses a plan that leads nowhere", function()
    assert.has_error(function() core.shape.plan { { kind = "list", value = 5 } } end)
    assert.has_error(function() core.shape.plan { { kind = "odd" } } end)
    assert.has_error(function() core.shape.plan { { kind = "structure", members = { { name = "x" } } } } end)
    assert.has_error(function() core.shape.plan(nil) end)
  end)

  it("takes lists within lists within lists", function()
    local nodes, value, text = {}, "x", '"x"'
    for i = 1, 100 do
      nodes[i] = { kind = "list", value = i + 1 }
      value, text = { value }, "[" .. text .. "]"
    end
    nodes[101] = { kind = "string" }
    assert.equal(text, core.shape.plan(nodes):write(value, {}, {}))
  end)
end)
