local store = require "ses.emulator.store"

describe("ses.emulator.store", function()
  local path

  before_each(function()
    path = os.tmpname()
    store.open(path)
    store.run("CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)")
  end)
  after_each(function()
    store.close()
    for _, suffix in ipairs { "", "-wal", "-shm" } do os.remove(path .. suffix) end
  end)

  it("gives back any value that it was given", function()
    local all = {}
    for i = 0, 255 do all[#all + 1] = string.char(i) end
    local values = {
      "it's", "''", "? ?", "'); DROP TABLE t; --", "\0", "a\0b", table.concat(all), "", "é🎉", 1.5, 12, -3,
    }
    for _, value in ipairs(values) do
      store.run("INSERT INTO t (a, b) VALUES (?, ?)", value, nil)
      local row = store.row("SELECT a, b FROM t WHERE id = ?", store.last_id())
      assert.equal(value, row.a)
      assert.is_nil(row.b)
    end
    assert.equal(#values, store.row("SELECT COUNT(*) AS n FROM t").n)
  end)

  it("does all of a transaction or nothing", function()
    assert.has_error(function()
      store.transaction(function()
        store.run("INSERT INTO t (a) VALUES (?)", 1)
        error "no"
      end)
    end)
    assert.equal(0, store.row("SELECT COUNT(*) AS n FROM t").n)
    assert.equal("done", store.transaction(function()
      store.run("INSERT INTO t (a) VALUES (?)", 1)
      return "done"
    end))
    assert.equal(1, store.row("SELECT COUNT(*) AS n FROM t").n)
  end)

  it("commits in groups, within which what is written is read at once", function()
    local calls = 0
    store.group(function() calls = calls + 1 end)
    for i = 1, 3 do store.run("INSERT INTO t (a) VALUES (?)", i) end
    pcall(store.transaction, function()
      store.run("INSERT INTO t (a) VALUES (4)")
      error "no"
    end)
    assert.equal(3, store.row("SELECT COUNT(*) AS n FROM t").n)
    assert.equal(1, calls)
    store.commit()
    store.run("INSERT INTO t (a) VALUES (5)")
    assert.equal(2, calls)
    store.close()
    store.open(path)
    assert.equal(4, store.row("SELECT COUNT(*) AS n FROM t").n)
  end)

  it("finds text by what it holds, wildcards and all", function()
    for _, text in ipairs { "50%_off", "50xxoff", "a\\b" } do store.run("INSERT INTO t (a) VALUES (?)", text) end
    local function count(text)
      return store.row([[SELECT COUNT(*) AS n FROM t WHERE a LIKE ? ESCAPE '\']], store.containing(text)).n
    end
    assert.equal(1, count("%_"))
    assert.equal(1, count("\\"))
    assert.equal(2, count("OFF"))
  end)

  it("raises what SQLite says", function()
    assert.has_error(function() store.run("DELETE FROM none") end, "SQLite: LuaSQL: no such table: none")
    assert.has_error(function() store.run("INSERT INTO t (a) VALUES (?)") end)
  end)
end)
