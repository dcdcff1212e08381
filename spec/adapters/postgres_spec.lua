local adapter = require "ses.adapters.postgres"
local postgres = require "spec.support.postgres"
local postgres_url = require "ses.adapters.postgres_url"

describe("ses.adapters.postgres", function()
  if postgres.missing() then
    pending("not tried: " .. postgres.missing())
    return
  end

  local server, address, db
  setup(function()
    server = postgres.start()
    address = assert(postgres_url.parse(server.url(server.database())))
    db = assert(adapter.open(address))
    assert(db:exec "CREATE TABLE t (id integer PRIMARY KEY, a text)")
  end)
  teardown(function()
    db:close()
    server.stop()
  end)
  -- Ends every connection but the one that does so.
  local function cut_off()
    server.psql [[SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE usename = 'ses' AND pid <> pg_backend_pid()]]
  end
  before_each(function() assert(db:exec "TRUNCATE t") end)

  it("brings back any text as it was", function()
    local texts = { "plain", "it's", "''", "漢字 😀", "a\r\nb", "%s;--", "", "\\", "\\'; DROP TABLE t; --", "$$" }
    for i, text in ipairs(texts) do
      assert.equal(1, db:exec(("INSERT INTO t VALUES (%d, %s)"):format(i, adapter.quote(text))))
      assert.equal(text, db:row("SELECT a FROM t WHERE id = " .. i).a)
    end
  end)

  it("refuses a NUL byte, which would cut the statement", function()
    assert.has_error(function() adapter.quote "a\0b" end)
  end)

  it("writes numbers, truths and nothing as SQL does", function()
    assert.equal("3", adapter.quote(3.0))
    assert.equal("0.5", adapter.quote(0.5))
    assert.equal("true", adapter.quote(true))
    assert.equal("NULL", adapter.quote(nil))
  end)

  it("runs several statements as one transaction, and gives the rows of the last", function()
    local rows = assert(db:rows "INSERT INTO t VALUES (1, 'x'); UPDATE t SET a = 'y' RETURNING a")
    assert.same({ { a = "y" } }, rows)
    local done, err = db:exec "UPDATE t SET a = 'z'; SELECT nope FROM t"
    assert.is_nil(done)
    assert.equal("DatabaseError", err.code)
    assert.equal("y", db:row("SELECT a FROM t").a)
    assert.same({}, db:rows "UPDATE t SET a = 'z'")
  end)

  it("says what PostgreSQL said, and of which database, without the values of the statement", function()
    local _, err = db:exec "INSERT INTO t VALUES (1, 'ann@example.com'), (1, 'ben@example.com')"
    assert.equal(db.shown .. ': duplicate key value violates unique constraint "t_pkey"', err.message)
    _, err = db:exec "INSERT INTO t VALUES ('ann@example.com', 'x')"
    assert.is_nil(err.message:find("LINE", 1, true))
  end)

  it("commits what was begun, or rolls it back, and is of use after a failure", function()
    assert(db:begin())
    assert(db:exec "INSERT INTO t VALUES (1, 'x')")
    assert(db:commit())
    assert(db:begin())
    assert(db:exec "INSERT INTO t VALUES (2, 'x')")
    db:rollback()
    assert(db:begin())
    assert.is_nil((db:exec "INSERT INTO t VALUES (1, 'x')"))
    local done = db:commit()
    assert.is_nil(done)
    assert.equal("1", db:row("SELECT count(*) AS n FROM t").n)
  end)

  it("has reached the disk with what it commits, where the database does not by itself", function()
    local name = server.database()
    server.psql(("ALTER DATABASE %s SET synchronous_commit = off"):format(name))
    local other = assert(adapter.open(postgres_url.parse(server.url(name))))
    assert.equal("on", other:row("SHOW synchronous_commit").synchronous_commit)
    other:close()
  end)

  it("connects again where the connection was lost, and tells that it was", function()
    assert(db:exec "INSERT INTO t VALUES (1, 'x')")
    cut_off()
    local row, err = db:row "SELECT a FROM t"
    assert.is_nil(row)
    assert.equal("DatabaseGone", err.code)
    assert.is_true(err.retryable)
    assert.equal("x", db:row("SELECT a FROM t").a)
    assert.equal(2, db.connections)
  end)

  it("ends the session that it had, with its locks and with what it was about to do", function()
    local before = db.connection
    assert(before:execute "CREATE TABLE late (n int)")
    assert(before:execute "SELECT pg_advisory_lock(7)"):close()
    assert(before:execute "BEGIN; LOCK TABLE late")
    -- As when nothing comes through any more, and the server has not noticed.
    db.connection = nil
    assert.equal("t", assert(db:row "SELECT pg_try_advisory_lock(7) AS got").got)
    assert.equal(0, assert(db:exec "INSERT INTO late SELECT 1 WHERE false"))
    assert.is_nil((before:execute "INSERT INTO late VALUES (1)"))
    before:close()
    assert.equal("0", assert(db:row "SELECT count(*) AS n FROM late").n)
  end)

  it("leaves the sessions of others alone", function()
    local other = assert(adapter.open(address))
    db.connection:close()
    db.connection = nil
    assert.equal("1", assert(db:row "SELECT 1 AS n").n)
    assert.equal(1, other.connections)
    assert.equal("2", assert(other:row "SELECT 2 AS n").n)
    assert.equal(1, other.connections)
    other:close()
  end)

  it("does not go on with a transaction that was lost with its connection", function()
    assert(db:begin())
    assert(db:exec "INSERT INTO t VALUES (1, 'x')")
    cut_off()
    assert.is_nil((db:exec "INSERT INTO t VALUES (2, 'x')"))
    assert.is_nil((db:commit()))
    assert.equal("0", db:row("SELECT count(*) AS n FROM t").n)
  end)

  it("tells a password to nobody", function()
    for _, text in ipairs {
      "postgres://ses:hunter2@127.0.0.1:1/x", "postgres://ses:hunter2@/x?host=/nonexistent",
      "postgres://ses:hunter2@/x?host=" .. server.folder,
    } do
      local opened, err = adapter.open(postgres_url.parse(text))
      assert.is_nil(opened)
      assert.equal("DatabaseGone", err.code)
      assert.is_nil(err.message:find("hunter2", 1, true), err.message)
    end
    for _, value in pairs(db) do assert.are_not.equal("table", type(value)) end
  end)
end)
