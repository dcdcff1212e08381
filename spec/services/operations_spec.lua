local model = require "ses.model"
local operations = require "ses.services.operations"

describe("ses.services.operations", function()
  it("makes every operation a method of exactly one service", function()
    local places = {}
    for service, methods in pairs(operations) do
      for method, operation in pairs(methods) do
        assert.is_nil(places[operation], operation .. " stands twice")
        places[operation] = service .. ":" .. method
      end
    end
    for _, name in ipairs(model.operations()) do
      assert.is_string(places[name], name .. " is no method of any service")
      places[name] = nil
    end
    assert.same({}, places)
  end)

  it("names services and methods in snake_case", function()
    for service, methods in pairs(operations) do
      assert.matches("^%l[%l_]*%l$", service)
      for method in pairs(methods) do assert.matches("^%l[%l_]*%l$", method) end
    end
  end)

  it("calls what comes in pages a list, so that it has an iterator", function()
    for service, methods in pairs(operations) do
      for method, operation in pairs(methods) do
        if model.operation(operation).pagination then
          assert.matches("^list", method, 1, false, service .. ":" .. method)
        end
      end
    end
  end)
end)
