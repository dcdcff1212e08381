-- The types of the operations against the model that they are made from.
local model = require "ses.model"
local operations = require "ses.services.operations"
local process = require "spec.support.process"
local service = require "ses.services.service"
local support = require "spec.types.support"

local FOLDER = "types/library/ses/generated"

local function each_operation(visit)
  for name, methods in pairs(operations) do
    for method, operation in pairs(methods) do visit(name, method, model.operation(operation)) end
  end
end

local function visit_shapes(shape, seen, visit)
  if seen[shape.name] then return end
  seen[shape.name] = true
  visit(shape)
  for _, member in ipairs(shape.members or {}) do visit_shapes(member.shape, seen, visit) end
  for _, inner in pairs { shape.member, shape.key, shape.value } do visit_shapes(inner, seen, visit) end
end

local function each_shape(visit)
  local seen = {}
  each_operation(function(_, _, op)
    for _, name in pairs { op.input, op.output } do visit_shapes(model.shape(name), seen, visit) end
  end)
  return seen
end

describe("the types of SES's operations", function()
  it("are what the generator makes of the model", function()
    local folder = process.folder()
    local result = process.run { "lua5.4", "tools/gen_types.lua", folder }
    assert.equal("", result.err)
    for _, file in ipairs { "shapes.lua", "services.lua" } do
      assert.is_true(process.read(folder .. "/" .. file) == process.read(FOLDER .. "/" .. file),
        file .. " is not current: make types")
    end
    process.remove(folder)
  end)

  it("have a method for every operation, and its iterators where it has pages", function()
    local count = 0
    each_operation(function(name, method, op)
      local declared = support.methods("ses.services." .. name)
      assert.is_true(declared[method], op.name)
      local each, pages = service.iterator_names(method)
      if op.pagination and each then assert.is_true(declared[each] and declared[pages], op.name) end
      count = count + 1
    end)
    assert.equal(#model.operations(), count)
    assert.same(model.operations(), support.read().aliases["ses.OperationName"])
  end)

  it("have every field of every structure, required where SES requires it", function()
    local classes = support.read().classes
    each_shape(function(shape)
      if shape.type ~= "structure" then return end
      local class = assert(classes["ses.types." .. shape.name], shape.name)
      local expected, found = {}, {}
      for _, member in ipairs(shape.members) do expected[member.snake] = member.required end
      for name, field in pairs(class.fields) do found[name] = not field.optional end
      assert.same(expected, found, shape.name)
    end)
  end)

  it("have every value of every enumeration, and no other types than the model", function()
    local aliases, types = support.read().aliases, {}
    each_shape(function(shape)
      if shape.enum then assert.same(shape.enum, aliases["ses.types." .. shape.name], shape.name) end
      if shape.enum or shape.type == "structure" then types["ses.types." .. shape.name] = true end
    end)
    local found = {}
    for _, set in ipairs { support.read().classes, aliases } do
      for name in pairs(set) do
        if name:find "^ses%.types%." then found[name] = true end
      end
    end
    assert.same(types, found)
  end)
end)
