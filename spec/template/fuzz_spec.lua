local fuzz = require "fuzz.template"
local process = require "spec.support.process"
local template = require "ses.template"

local OTHER = jit and "lua5.4" or "luajit"

-- What the fuzzer says of an engine.
local function why(compile)
  local finding = fuzz.run({ seed = 20260101, count = 3000, compile = compile }).finding
  return finding and finding.why or "nothing"
end

-- An engine whose renderings go through fn(text, data, template) → text or nil, err.
local function with_render(fn)
  return function(text, options)
    local compiled, err = template.compile(text, options)
    if not compiled then return nil, err end
    return {
      variables = function() return {} end,
      render = function(_, data)
        local made, failure = compiled:render(data)
        if not made then return nil, failure end
        return fn(made, data, text)
      end,
    }
  end
end

describe("the template engine", function()
  it("takes whatever it is given, within its limits and without a call of what runs code", function()
    local result = fuzz.run { seed = 20260101, count = 2000 }
    local finding = result.finding
    assert.is_nil(finding, finding and ("data %d: %s\n%q"):format(finding.data, finding.why, finding.text))
    assert.equal(2000, result.tried)
    -- Much of what can be said against a template has been said.
    assert.is_true(result.kinds >= 30, result.kinds)
  end)

  it("gives the same on both Luas", function()
    local other = process.run({ OTHER, "-e", [[
      io.write(require("fuzz.template").run({ seed = 7, count = 300 }).outcomes)
    ]] }, { env = { LUA_PATH = os.getenv "LUA_PATH", LUA_CPATH = "build/" .. OTHER .. "/?.so;;" } })
    assert.equal("", other.err)
    assert.equal(64, #other.out)
    assert.equal(fuzz.run({ seed = 7, count = 300 }).outcomes, other.out)
  end)
end)

describe("the fuzzer of the template engine", function()
  it("sees what raises, gives no ses.Error, goes beyond a limit or is not the same twice", function()
    assert.matches("broken", why(with_render(function() error "broken" end)))
    assert.matches("another error: why", why(with_render(function() return nil, "why" end)))
    assert.matches("more output than the limit", why(with_render(function(made) return made .. ("x"):rep(70000) end)))
    local calls = 0
    assert.matches("two renderings differ", why(with_render(function(made)
      calls = calls + 1
      return made .. calls
    end)))
  end)

  it("sees data that are taken for a template or not escaped, and text that becomes code", function()
    assert.matches("data taken for a template", why(with_render(function(made, data)
      local again = template.compile(made)
      if again then again:render(data) end
      return made
    end)))
    assert.matches("data that are not escaped", why(function(text, options)
      local all = { html = options.html, escape = false }
      for name in pairs(template.LIMITS) do all[name] = options[name] end
      return template.compile(text, all)
    end))
    assert.matches("calls load", why(with_render(function(made, _, text)
      (loadstring or load)("return " .. text)
      return made
    end)))
  end)
end)
