local sqlite = require "ses.adapters.sqlite"
local tmp_dir = require "spec.support.tmp_dir"

describe("ses.adapters.sqlite", function()
  local db, path

  before_each(function()
    path = tmp_dir.new() .. "/x.sqlite3"
    db = assert(sqlite.open(path))
    assert(db:exec "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)")
  end)
  after_each(function()
    db:close()
    tmp_dir.remove_all()
  end)

  it("brings back any text as it was", function()
    for _, text in ipairs { "plain", "it's", "''", "漢字 😀", "a\r\nb", "%s;--", "" } do
      assert(db:exec("DELETE FROM t"))
      assert.equal(1, db:exec("INSERT INTO t (a) VALUES (" .. sqlite.quote(text) .. ")"))
      assert.equal(text, db:value "SELECT a AS value FROM t")
    end
  end)

  it("refuses a NUL byte, which would cut the statement", function()
    assert.has_error(function() sqlite.quote "a\0b" end)
  end)

  it("writes numbers so that SQLite reads the same", function()
    assert.equal("3", sqlite.quote(3.0))
    assert.equal("1700000000", sqlite.quote(1700000000))
    assert.equal("0.5", sqlite.quote(0.5))
    assert.equal("NULL", sqlite.quote(nil))
  end)

  it("says what SQLite said, and of which file", function()
    local rows, err = db:rows "SELECT nope FROM t"
    assert.is_nil(rows)
    assert.equal(path .. ": no such column: nope", err.message)
    local made, reason = sqlite.open("/nonexistent/x.sqlite3")
    assert.is_nil(made)
    assert.matches("^/nonexistent/x.sqlite3: ", reason.message)
    tmp_dir.write(path .. ".txt", ("no database "):rep(500))
    local other = assert(sqlite.open(path .. ".txt"))
    local _, why = other:rows "SELECT * FROM sqlite_master"
    assert.matches("not a database", why.message)
    other:close()
  end)

  it("rolls a transaction back where its function fails or raises", function()
    local done, err = db:transaction(function()
      db:exec "INSERT INTO t (a) VALUES ('x')"
      return nil, "why"
    end)
    assert.is_nil(done)
    assert.equal("why", err)
    assert.has_error(function()
      db:transaction(function()
        db:exec "INSERT INTO t (a) VALUES ('x')"
        error "boom"
      end)
    end)
    assert.equal(0, db:value "SELECT count(*) AS value FROM t")
    assert.is_true(db:transaction(function()
      return db:exec "INSERT INTO t (a) VALUES ('x')" == 1
    end))
    assert.equal(1, db:value "SELECT count(*) AS value FROM t")
  end)

  it("tells a lock of another by its code", function()
    local other = assert(sqlite.open(path, { wait_ms = 0 }))
    assert(db:exec "BEGIN EXCLUSIVE")
    local done, err = other:exec "BEGIN EXCLUSIVE"
    assert.is_nil(done)
    assert.equal("DatabaseLocked", err.code)
    other:close()
  end)

  it("names the package that is missing where the driver is", function()
    local loaded = package.loaded["luasql.sqlite3"]
    package.loaded["luasql.sqlite3"] = nil
    package.preload["luasql.sqlite3"] = function() error "module 'luasql.sqlite3' not found" end
    local made, err = sqlite.open(path)
    package.preload["luasql.sqlite3"] = nil
    package.loaded["luasql.sqlite3"] = loaded
    assert.is_nil(made)
    assert.equal("LuaSQL's SQLite driver is not installed; install it with: apt-get install lua-sql-sqlite3",
      err.message)
  end)

  it("answers with an error once closed", function()
    db:close()
    db:close()
    local done, err = db:exec "SELECT 1"
    assert.is_nil(done)
    assert.matches("is closed", err.message)
  end)
end)
