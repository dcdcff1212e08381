local crud = require "ses.emulator.crud"
local errors = require "ses.emulator.errors"
local resources = require "ses.emulator.resources"
local store = require "ses.emulator.store"

describe("ses.emulator.crud", function()
  local path, boxes, things, context

  local function check(value)
    if value.Colour == "none" then return errors.fail("BadRequestException", "A thing has a colour.") end
    return true
  end

  before_each(function()
    path = os.tmpname()
    store.open(path)
    context = { now = 1 }
    local thing_collection = resources.collection { kind = "thing", missing = "No thing %s.", exists = "Thing %s." }
    boxes = crud.operations(resources.collection { kind = "box", missing = "No box %s.", exists = "Box %s." }, {
      name = "BoxName", inside = "Box", children = { thing_collection }, created = "Created", updated = "Updated",
    })
    things = crud.operations(thing_collection, {
      name = "ThingName", parent = { operations = boxes, name = "BoxName" }, check = check,
      defaults = { Colour = "red", Size = 1 },
    })
    assert.same({}, boxes.create({ BoxName = "b" }, context))
  end)
  after_each(function()
    store.close()
    for _, suffix in ipairs { "", "-wal", "-shm" } do os.remove(path .. suffix) end
  end)

  local function input(more)
    local params = { BoxName = "b", ThingName = "t" }
    for name, value in pairs(more or {}) do params[name] = value end
    return params
  end

  it("creates with defaults, gets with the names, and wraps where it must", function()
    assert.same({}, things.create(input { Size = 2 }, context))
    assert.same({ BoxName = "b", ThingName = "t", Colour = "red", Size = 2 }, things.get(input(), context))
    assert.same({ Box = { BoxName = "b", Created = 1, Updated = 1 } }, boxes.get({ BoxName = "b" }, context))
  end)

  it("replaces all but what is fixed, and a put one member alone", function()
    things.create(input { Size = 2, Tags = { "x" } }, context)
    context.now = 5
    assert.same({}, things.update(input { Colour = "blue" }, context))
    assert.same({ BoxName = "b", ThingName = "t", Colour = "blue", Size = 1, Tags = { "x" } }, things.get(input()))
    boxes:put "Lid"({ BoxName = "b", Open = true, Height = 3 }, context)
    boxes:put "Lock"({ BoxName = "b", Lock = "yes" }, context)
    assert.same({ BoxName = "b", Lid = { Open = true, Height = 3 }, Lock = "yes", Created = 1, Updated = 5 },
      boxes.get({ BoxName = "b" }).Box)
  end)

  it("writes nothing that was refused", function()
    local _, err = things.create(input { Colour = "none" }, context)
    assert.equal("BadRequestException", err.code)
    assert.is_nil(things.get(input()))
    things.create(input(), context)
    _, err = things.update(input { Colour = "none" }, context)
    assert.equal("BadRequestException", err.code)
    assert.equal("red", things.get(input()).Colour)
    _, err = things.create(input(), context)
    assert.same({ "AlreadyExistsException", "Thing t." }, { err.code, err.message })
  end)

  it("names what is missing: the resource, or what it belongs to", function()
    for _, name in ipairs { "create", "get", "update", "delete" } do
      local _, err = things[name](input { BoxName = "c" }, context)
      assert.same({ "NotFoundException", "No box c." }, { err.code, err.message }, name)
    end
    for _, name in ipairs { "get", "update", "delete" } do
      local _, err = things[name](input(), context)
      assert.equal("No thing t.", err.message, name)
    end
  end)

  it("lists below one parent, and deletes what belongs to one", function()
    boxes.create({ BoxName = "c" }, context)
    things.create(input(), context)
    things.create(input { BoxName = "c" }, context)
    local list = things:list("Things")
    assert.same({ Things = { "t" } }, list({ BoxName = "c" }, context))
    assert.same({}, boxes.delete({ BoxName = "c" }, context))
    boxes.create({ BoxName = "c" }, context)
    assert.same({ Things = {} }, list({ BoxName = "c" }, context))
    assert.same({ Things = { "t" } }, list({ BoxName = "b" }, context))
  end)
end)
