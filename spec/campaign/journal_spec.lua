local journal = require "ses.campaign.journal"
local tmp_dir = require "spec.support.tmp_dir"

describe("ses.campaign.journal", function()
  after_each(tmp_dir.remove_all)

  it("opens an SQLite file by its path", function()
    local opened = assert(journal.open(tmp_dir.new() .. "/x.sqlite3", { campaign = "x" }))
    assert.equal(0, opened:counts().total)
    opened:close()
  end)

  it("names those who opted out by the code that it tells", function()
    local opened = assert(journal.open(tmp_dir.new() .. "/x.sqlite3", { campaign = "x" }))
    local load = assert(opened:load())
    assert(load:add { address = "a@b.example", row = 2, email = "a@b.example", state = "suppressed" })
    assert(load:finish())
    assert.same({ [journal.OPTED_OUT] = 1 }, opened:counts().suppressed_by)
    opened:close()
  end)

  it("makes no journal to control one", function()
    local path = tmp_dir.new() .. "/x.sqlite3"
    local opened, err = journal.open(path, { campaign = "x", control = true })
    assert.is_nil(opened)
    assert.equal("NotFound", err.code)
    assert.is_nil(tmp_dir.read(path))
  end)

  it("names a kind of journal that it does not know", function()
    local opened, err = journal.open("oracle://db", { campaign = "x" })
    assert.is_nil(opened)
    assert.equal("journal: 'oracle://' is not known; give the path of an SQLite file, or postgres://…", err.message)
  end)
end)
