local lazy = require "ses.lazy"

describe("ses.lazy", function()
  after_each(function()
    package.loaded["spec.lazy_made"], package.preload["spec.lazy_made"] = nil, nil
  end)

  it("loads a module when something of it is used, and once", function()
    local loads = 0
    package.preload["spec.lazy_made"] = function()
      loads = loads + 1
      return { double = function(n) return 2 * n end, name = "made" }
    end
    local made = lazy "spec.lazy_made"
    assert.equal(0, loads)
    assert.equal(4, made.double(2))
    assert.equal("made", made.name)
    assert.is_nil(made.nothing)
    assert.equal(1, loads)
  end)

  it("reads what the module has now", function()
    local module = { answer = 1 }
    package.loaded["spec.lazy_made"] = module
    local made = lazy "spec.lazy_made"
    assert.equal(1, made.answer)
    module.answer = 2
    assert.equal(2, made.answer)
  end)

  it("loads on demand all that was named so far, and what that names", function()
    local order = {}
    package.preload["spec.lazy_inner"] = function()
      order[#order + 1] = "inner"
      return {}
    end
    package.preload["spec.lazy_made"] = function()
      order[#order + 1] = "made"
      lazy "spec.lazy_inner"
      return {}
    end
    lazy "spec.lazy_made"
    assert.same({}, order)
    lazy.load_all()
    assert.same({ "made", "inner" }, order)
    package.loaded["spec.lazy_inner"], package.preload["spec.lazy_inner"] = nil, nil
  end)

  it("says of a module that is not there that it is not there", function()
    local missing = lazy "spec.lazy_missing"
    assert.has_error(function() return missing.anything end)
  end)
end)
