local kept = require "ses.nginx.kept"

describe("ses.nginx.kept", function()
  local made, kind = 0, 0

  before_each(function()
    made, kind = 0, kind + 1
    rawset(_G, "ngx", { log = function() end, WARN = 1 })
  end)
  after_each(function() rawset(_G, "ngx", nil) end)

  local function by(options)
    return kept.by("kind " .. kind, options, function(own)
      made = made + 1
      return { options = own, number = made }
    end)
  end

  it("makes once what has the same content", function()
    local function options() return { a = 1, list = { "x", { y = true } } } end
    local first = by(options())
    assert.equal(first, by(options()))
    assert.equal(1, made)
    for _, other in ipairs {
      { a = 2, list = { "x", { y = true } } }, { a = 1, list = { "x", { y = false } } }, { a = 1, list = { "x" } },
      { a = 1 }, { a = 1, list = { "x", { y = true } }, b = 1 }, {},
    } do
      assert.are_not.equal(first, by(other))
    end
    assert.equal(7, made)
    assert.equal(first, by(options()))
  end)

  it("keeps kinds apart, and tells what there is of one", function()
    local one = by {}
    kind = kind + 1
    assert.are_not.equal(one, by {})
    assert.equal(1, #kept.all("kind " .. kind))
    assert.same({}, kept.all "no such kind")
  end)

  it("takes functions and objects for what they are", function()
    local function same() end
    local object = setmetatable({}, {})
    assert.equal(by { f = same, o = object }, by { f = same, o = object })
    assert.are_not.equal(by { f = function() end }, by { f = function() end })
    assert.are_not.equal(by { o = setmetatable({}, {}) }, by { o = setmetatable({}, {}) })
    assert.equal(object, by({ f = same, o = object }).options.o)
  end)

  it("is not changed by who changes the options afterwards", function()
    local options = { list = { 1 } }
    local first = by(options)
    options.list[1] = 2
    assert.same({ 1 }, first.options.list)
    assert.are_not.equal(first, by(options))
    assert.equal(first, by { list = { 1 } })
  end)

  it("does not keep what failed", function()
    local fail = function() return nil, "no" end
    local value, err = kept.by("kind " .. kind, {}, fail)
    assert.is_nil(value)
    assert.equal("no", err)
    assert.equal(1, by({}).number)
  end)

  it("keeps a bounded number, those used last", function()
    local first = by { n = 0 }
    for n = 1, 100 do
      by { n = n }
      assert.equal(first, by { n = 0 })
    end
    assert.is_true(#kept.all("kind " .. kind) <= 32)
    assert.equal(101, made)
    by { n = 1 }
    assert.equal(102, made)
  end)

  it("gives all who came meanwhile the same", function()
    local name = "kind " .. kind
    local inner
    local outer = kept.by(name, { a = 1 }, function()
      inner = kept.by(name, { a = 1 }, function() return "inner" end)
      return "outer"
    end)
    assert.equal("inner", inner)
    assert.equal("inner", outer)
  end)
end)
