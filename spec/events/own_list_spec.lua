local own_list = require "ses.events.own_list"
local postgres = require "spec.support.postgres"
local process = require "spec.support.process"
local sources = require "ses.campaign.sources"
local tmp_dir = require "spec.support.tmp_dir"

-- What a list keeps, wherever it is; `where()` names a new one.
local function define(where)
  local list
  after_each(function()
    if list then list:close() end
    list = nil
  end)

  it("has an address once, in whatever spelling, and keeps it", function()
    local place = where()
    list = assert(own_list.open(place))
    assert.is_true(list:add("Ann@Example.com", "BOUNCE"))
    assert.is_false(list:add("ann@EXAMPLE.com", "COMPLAINT"))
    assert.is_true(list:add("o'neil@example.com", "it's asked", 1790000000))
    local added, err = list:add("nobody", "BOUNCE")
    assert.is_nil(added)
    assert.same({ "validation", "email" }, { err.kind, err.field })
    assert.is_nil(err.message:find("nobody", 1, true))
    list:close()
    list = assert(own_list.open(place))
    assert.equal(2, list:count())
    assert.is_true(list:remove "ANN@example.com")
    assert.is_false(list:remove "ann@example.com")
    assert.equal(1, list:count())
  end)

  it("takes hard bounces and complaints, and nothing else", function()
    list = assert(own_list.open(where()))
    local recipients = { { address = "a@example.com" }, { address = "b@example.com" } }
    local hard = { type = "bounce", bounce = { type = "Permanent", recipients = recipients } }
    assert.equal(0, list:take { type = "bounce", bounce = { type = "Transient", recipients = recipients } })
    assert.equal(0, list:take { type = "delivery" })
    assert.equal(2, list:take(hard))
    assert.equal(0, list:take(hard))
    assert.equal(1, list:take { type = "complaint", time = 1790000000.5, complaint = {
      recipients = { { address = "c@example.com" } },
    } })
    assert.equal(3, list:count())
  end)

  it("is what a campaign reads", function()
    local place = where()
    list = assert(own_list.open(place))
    assert(list:add("Ann@example.com", "BOUNCE"))
    local source = assert(sources.open(own_list.source(place), {}))
    assert.equal(1, assert(source:locate "email"))
    assert.same({ "ann@example.com" }, source:next())
    source:close()
  end)

  it("makes nothing where it is to be looked at alone", function()
    local none, err = own_list.open(where(), { read_only = true })
    assert.is_nil(none)
    assert.equal("NotFound", err.code)
  end)

  it("may be added to by several processes at one moment, from the first on", function()
    local place = where()
    local code = ([[
      local list = assert(require("ses.events.own_list").open(%q))
      for i = 1, 12 do assert(list:add(("p%%d@example.com"):format(i), "BOUNCE") ~= nil) end
      list:close()
    ]]):format(place)
    local path = tmp_dir.write(tmp_dir.new() .. "/add.lua", code)
    local commands = {}
    for i = 1, 4 do commands[i] = (jit and "luajit " or "lua5.4 ") .. path .. " & p" .. i .. "=$!" end
    commands[5] = "for p in $p1 $p2 $p3 $p4; do wait $p || exit 1; done"
    local ran = process.run { "sh", "-c", table.concat(commands, "\n") }
    assert.same({ "", 0 }, { ran.err, ran.status })
    list = assert(own_list.open(place))
    assert.equal(12, list:count())
  end)
end

describe("ses.events.own_list", function()
  after_each(tmp_dir.remove_all)

  describe("in a file", function()
    define(function() return tmp_dir.new() .. "/never.sqlite3" end)
  end)

  describe("in a database", function()
    if postgres.missing() then
      pending("not tried: " .. postgres.missing())
      return
    end
    local server
    setup(function() server = postgres.start() end)
    teardown(function() server.stop() end)
    define(function() return server.url(server.database()) end)
  end)
end)
