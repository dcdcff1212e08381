local core = require "ses.core"
local resources = require "ses.emulator.resources"
local store = require "ses.emulator.store"

describe("ses.emulator.resources", function()
  local path, things

  before_each(function()
    path = os.tmpname()
    store.open(path)
    things = resources.collection {
      kind = "thing", key = string.lower, missing = "Thing %s does not exist.", exists = "Thing %s already exists.",
      limit = 30, full = "Too many things.",
    }
  end)
  after_each(function()
    store.close()
    for _, suffix in ipairs { "", "-wal", "-shm" } do os.remove(path .. suffix) end
  end)

  local function add(name, parent) return assert(things:add(name, { number = #name }, 1, parent)) end

  it("adds, finds, saves and removes by the key of a name", function()
    add "One"
    local entry = assert(things:get "ONE")
    assert.same({ "One", "one", 1, 1, 3 }, { entry.name, entry.key, entry.created, entry.updated, entry.value.number })
    entry.value.number = 7
    things:save(entry, 2)
    entry = things:find "one"
    assert.same({ 1, 2, 7 }, { entry.created, entry.updated, entry.value.number })
    assert.equal("One", things:remove("oNe").name)
    assert.is_nil(things:find "One")
  end)

  it("answers as SES does what is missing, there already, or too much", function()
    local _, err = things:get "a%sb"
    assert.same({ "NotFoundException", "Thing a%sb does not exist." }, { err.code, err.message })
    _, err = things:remove "none"
    assert.equal("NotFoundException", err.code)
    add "one"
    _, err = things:add("ONE", {}, 1)
    assert.same({ "AlreadyExistsException", "Thing ONE already exists." }, { err.code, err.message })
    for i = 2, 30 do add("n" .. i) end
    _, err = things:add("last", {}, 1)
    assert.same({ "LimitExceededException", "Too many things." }, { err.code, err.message })
    assert.is_table(things:add("last", {}, 1, "elsewhere"))
  end)

  it("keeps those of one parent, and of another kind, apart", function()
    add("one", "p")
    add("one", "q")
    local others = resources.collection { kind = "other", missing = "%s" }
    others:add("one", {}, 1, "p")
    assert.equal(2, things:count())
    assert.equal(1, things:count "p")
    things:remove_below "p"
    assert.is_nil(things:find("one", "p"))
    assert.is_table(things:find("one", "q"))
    assert.is_table(others:find("one", "p"))
  end)

  local function walk(options, params)
    local names, sizes = {}, {}
    params = params or { PageSize = 2 }
    repeat
      local items, token = things:page(params, options)
      assert(items, token and token.message)
      sizes[#sizes + 1] = #items
      for _, item in ipairs(items) do names[#names + 1] = item end
      params.NextToken = token
    until not token
    return names, sizes
  end

  it("lists by pages, in both orders, and full ones where only some are wanted", function()
    for _, name in ipairs { "a", "bb", "c", "dd", "e", "ff", "gg" } do add(name) end
    local options = { default = 10, max = 10 }
    local names, sizes = walk(options)
    assert.same({ "a", "bb", "c", "dd", "e", "ff", "gg" }, names)
    assert.same({ 2, 2, 2, 1 }, sizes)
    things.newest_first = true
    assert.same({ "gg", "ff", "e", "dd", "c", "bb", "a" }, (walk(options)))
    options.wanted = function(entry) return entry.value.number == 2 end
    options.show = function(entry) return entry.name:upper() end
    names, sizes = walk(options)
    assert.same({ "GG", "FF", "DD", "BB" }, names)
    assert.same({ 2, 2 }, sizes)
  end)

  it("goes on behind a row that was removed meanwhile", function()
    for _, name in ipairs { "a", "b", "c" } do add(name) end
    local _, token = things:page({ PageSize = 2 }, { default = 10, max = 10 })
    things:remove "b"
    things:remove "c"
    add "d"
    local items = things:page({ PageSize = 2, NextToken = token }, { default = 10, max = 10 })
    assert.same({ "d" }, items)
  end)

  it("refuses a page size out of bounds and a token of another list", function()
    local other = core.base64.encode "other:1"
    for _, params in ipairs { { PageSize = 0 }, { PageSize = 11 }, { NextToken = "x" }, { NextToken = other } } do
      local items, err = things:page(params, { default = 10, max = 10 })
      assert.is_nil(items)
      assert.equal("BadRequestException", err.code)
    end
  end)
end)
