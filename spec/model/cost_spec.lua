-- What loading costs, by tools/model_cost.lua in a process of its own (`make cost` prints it).
local process = require "spec.support.process"

local lua = rawget(_G, "jit") and "luajit" or "lua5.4"

-- In a fresh process, without the environment of the spec.
local function run(...)
  local result = process.run({ lua, ... }, { env = {
    LUA_PATH = os.getenv "LUA_PATH", LUA_CPATH = os.getenv "LUA_CPATH",
  } })
  assert.equal("", result.err)
  return result.out
end

describe("loading", function()
  local steps = {}

  setup(function()
    for line in run("tools/model_cost.lua", "10"):gmatch "[^\n]+" do
      local name, _, best, kilobytes = line:match "^(.-)%s+([%d.]+)%s+([%d.]+)%s+(%d+)$"
      if name then steps[#steps + 1] = { name = name, ms = tonumber(best), kb = tonumber(kilobytes) } end
    end
    assert.equal(4, #steps)
  end)

  -- The bound is 5 ms; a machine that is busy with other things, or slow, gets four times that.
  it("ses and the first client takes no time to speak of, and little memory", function()
    assert.equal("the first client", steps[2].name)
    assert.is_true(steps[1].ms + steps[2].ms < 20, ("%.2f ms"):format(steps[1].ms + steps[2].ms))
    assert.is_true(steps[2].kb < 512, steps[2].kb .. " KB")
  end)

  it("what the first operation needs is cheap as well", function()
    assert.is_true(steps[3].ms < 30, ("%.2f ms"):format(steps[3].ms))
    assert.is_true(steps[3].kb < 1024, steps[3].kb .. " KB")
  end)

  it("the whole model stays within 3 MB", function()
    assert.is_true(steps[4].kb < 3072, steps[4].kb .. " KB")
  end)

  it("a client brings none of the model, and an operation what is about its resource", function()
    assert.equal("0\ninit outbound_emails shared\ninit outbound_emails shared templates\n", run("-e", [[
      local function loaded(prefix)
        local list = {}
        for name in pairs(package.loaded) do
          if name:find("^" .. prefix) then list[#list + 1] = name:match "generated%.(.*)" or "init" end
        end
        table.sort(list)
        return list
      end
      local client = assert(require("ses").client {
        credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key" } })
      print(#loaded "ses%.model")
      assert(client:presign("SendEmail", { FromEmailAddress = "a@example.com", Content = { Raw = { Data = "x" } } }))
      print(table.concat(loaded "ses%.model%.generated", " "))
      assert(client:presign("GetEmailTemplate", { TemplateName = "t" }))
      print(table.concat(loaded "ses%.model%.generated", " "))
    ]]))
  end)
end)
