local json = require "ses.model.json"
local people = require "spec.support.people"
local postgres = require "spec.support.postgres"
local tmp_dir = require "spec.support.tmp_dir"

describe("ses.campaign.sources.sql", function()
  local function reason(...)
    local list, err = people.all(...)
    assert.is_nil(list)
    assert.is_nil(err.message:find("\n", 1, true))
    return err.message, err
  end

  describe("from SQLite", function()
    local folder, environment, connection

    before_each(function()
      folder = tmp_dir.new()
      environment = require("luasql.sqlite3").sqlite3()
      connection = environment:connect(folder .. "/people.sqlite3")
      assert(connection:execute "CREATE TABLE people (email TEXT, name TEXT, n INTEGER, price REAL)")
      assert(connection:execute [[INSERT INTO people VALUES ('Ann@example.com', 'Ann', 3, 19.5),
        ('bob@example.com', NULL, 9007199254740991, 2.0)]])
    end)
    after_each(function()
      connection:close()
      environment:close()
      tmp_dir.remove_all()
    end)

    local function audience(sql, fields)
      local made = { sql = sql, database = "people.sqlite3" }
      for key, value in pairs(fields or {}) do made[key] = value or nil end
      return made
    end

    local function all(sql, fields, mail) return people.all(audience(sql, fields), mail, { folder = folder }) end
    local function fault(sql, fields, mail) return reason(audience(sql, fields), mail, { folder = folder }) end

    it("gives the rows of a query, numbers as numbers and NULL as an empty text", function()
      local list = assert(all("SELECT * FROM people ORDER BY n;\n", { name = "name" }, { text = "{{name}} {{n}}" }))
      assert.equal(2, #list)
      assert.same({ "ann@example.com", "Ann", 1 }, { list[1].address, list[1].name, list[1].row })
      assert.equal('{"email":"Ann@example.com","name":"Ann","n":3,"price":19.5}', list[1].data)
      assert.equal('{"email":"bob@example.com","name":"","n":9007199254740991,"price":2}', list[2].data)
    end)

    it("picks and renames columns, or has a function build the data", function()
      local list = assert(all("SELECT email, n AS number FROM people", nil, { data = { count = "number" } }))
      assert.equal('{"count":3}', list[1].data)
      list = assert(all("SELECT email, n FROM people", nil, { data = function(row) return { twice = row.n * 2 } end }))
      assert.same({ twice = 6 }, json.decode(list[1].data))
    end)

    it("holds the data of each row against the message, whatever they are", function()
      assert(connection:execute "INSERT INTO people VALUES ('c@example.com', 'C', 0, 0)")
      local mail = { text = "{{#if n}}{{nobody}}{{/if}}" }
      local list = assert(all("SELECT email, n FROM people WHERE n = 0", nil, mail))
      assert.equal(1, #list)
      assert.matches("row 2, field 'nobody': missing attribute",
        (fault("SELECT email, n FROM people ORDER BY n", nil, mail)))
    end)

    it("takes a connection of LuaSQL, and leaves it open", function()
      local list = assert(all("SELECT email FROM people", { connection = connection, database = false }))
      assert.equal(2, #list)
      assert(connection:execute "SELECT 1"):close()
    end)

    it("names a column that is missing, or there twice", function()
      assert.equal("the query of people.sqlite3: has no column 'email'; did you mean 'e_mail'?",
        fault "SELECT email AS e_mail FROM people")
      assert.equal("the query of people.sqlite3: has no column 'town' (message.data)",
        fault("SELECT email FROM people", nil, { data = { "town" } }))
      assert.equal("the query of people.sqlite3: names the column 'email' twice",
        fault "SELECT email, email FROM people")
    end)

    it("says what the database says, and shows nobody's address", function()
      local text, err = fault "SELECT nope FROM people WHERE email = 'ann@example.com'"
      assert.matches("^audience.sql: .*people.sqlite3: no such column: nope$", text)
      assert.equal("audience.sql", err.field)
      assert.matches("gives no rows$", (fault "SAVEPOINT a"))
      assert.matches("^audience.database: nobody.sqlite3 cannot be opened: No such file",
        (fault("SELECT 1", { database = "nobody.sqlite3" })))
      assert.is_nil(io.open(folder .. "/nobody.sqlite3"))
    end)

    it("changes nothing in what it reads", function()
      assert.matches("readonly", (fault "DELETE FROM people"))
      assert.equal(2, #assert(all "SELECT email FROM people"))
    end)

    it("names row and column of a value that no mail could carry", function()
      assert(connection:execute "INSERT INTO people VALUES ('c@example.com', CAST(x'ff' AS TEXT), 1, 1)")
      assert.equal("the query of people.sqlite3, row 3, field 'name': is not valid UTF-8",
        (fault "SELECT email, name FROM people ORDER BY rowid"))
    end)
  end)

  describe("from PostgreSQL", function()
    local server, url

    setup(function()
      local missing = postgres.missing()
      if missing then error(missing) end
      server = postgres.start()
      local database = server.database()
      url = server.url(database)
      server.psql([[CREATE TABLE people (email text, name text, n int, big bigint, price numeric(10,2), vip boolean,
        extra jsonb);
        INSERT INTO people VALUES
          ('Ann@example.com', 'Ann', 3, 9007199254740993, 19.90, false, '{"tags": [], "n": 1.5}'),
          ('bob@example.com', NULL, NULL, NULL, NULL, NULL, NULL)]], database)
      server.psql([[CREATE TABLE many AS SELECT 'reader.' || g || '@example.com' AS email, repeat('x', 200) AS filler
        FROM generate_series(1, 1234) g]], database)
    end)
    teardown(function() if server then server.stop() end end)

    local function all(sql, fields, mail)
      local made = { sql = sql, database = url }
      for key, value in pairs(fields or {}) do made[key] = value end
      return people.all(made, mail)
    end

    it("gives rows with numbers, booleans and JSON as what they are, and decimals as they are written", function()
      local list = assert(all("SELECT * FROM people ORDER BY email ;", nil, { text = "{{#if vip}}{{n}}{{/if}}" }))
      local data = json.decode(list[1].data)
      assert.same({ 3, "19.90", false, 1.5 }, { data.n, data.price, data.vip, data.extra.n })
      assert.matches('"tags":%[%]', list[1].data)
      assert.matches("9007199254740993", list[1].data)
      assert.equal('{"email":"bob@example.com","name":"","n":"","big":"","price":"","vip":"","extra":""}', list[2].data)
    end)

    it("fetches block by block, to the last row", function()
      local list = assert(all "SELECT email FROM many")
      assert.equal(1234, #list)
      assert.equal(1234, list[1234].row)
      assert.equal(500, #assert(all "SELECT email FROM many LIMIT 500"))
      assert.same({}, all "SELECT email FROM many WHERE false")
    end)

    it("changes nothing in what it reads", function()
      local text = reason { database = url, sql = "WITH x AS (DELETE FROM many RETURNING *) SELECT * FROM x" }
      assert.matches("^audience.sql: ", text)
      assert.equal("1234", server.psql("SELECT count(*) FROM many", url:match "@/(%w+)%?"))
      server.psql("CREATE SEQUENCE s", url:match "@/(%w+)%?")
      assert.matches("read%-only transaction",
        (reason { database = url, sql = "SELECT email, nextval('s') FROM many" }))
    end)

    it("says what the database says, without the data", function()
      assert.matches('^audience.sql: .*column "nope" does not exist$',
        (reason { database = url, sql = "SELECT nope FROM many" }))
      local text = reason { database = url, sql = "SELECT email, email::int AS n FROM many" }
      assert.matches("invalid input syntax for type integer", text)
      assert.is_nil(text:find("reader", 1, true))
      text = reason { database = url, sql = "SELECT email, name::int AS n FROM people ORDER BY name" }
      assert.matches('invalid input syntax for type integer: "…"$', text)
    end)

    it("shows no password", function()
      local text = reason { database = "postgres://ses:geheim@127.0.0.1:1/people", sql = "SELECT 1" }
      assert.is_nil(text:find("geheim", 1, true))
      assert.matches("postgres://ses@127.0.0.1:1/people", text)
      text = reason { database = "postgres://ses:geheim@h/people?colour=x", sql = "SELECT 1" }
      assert.matches("^audience.database: .*'colour'", text)
      assert.is_nil(text:find("geheim", 1, true))
    end)

    it("reads PostgreSQL's types over a connection that it was given, too", function()
      local environment = require("luasql.postgres").postgres()
      local connection = assert(environment:connect(("host='%s' dbname='%s' user='ses'"):format(server.folder,
        url:match "@/(%w+)%?")))
      local list = assert(people.all {
        sql = "SELECT email, n, vip FROM people ORDER BY email", connection = connection,
      })
      assert.equal('{"email":"Ann@example.com","n":3,"vip":false}', list[1].data)
      assert.equal(0, connection:execute "CREATE TABLE still_open (a int)")
      connection:close()
      environment:close()
    end)
  end)
end)
