local postgres_url = require "ses.adapters.postgres_url"

describe("ses.adapters.postgres_url", function()
  local function fields(text, own)
    local parsed, err = postgres_url.parse(text, own)
    assert(parsed, tostring(err))
    return parsed.fields, parsed.shown, parsed.settings
  end

  it("reads host, port, user, password and database", function()
    local got, shown = fields "postgres://ann:s%40crét@db.example:5433/mail?sslmode=verify-full"
    assert.same({
      host = "db.example", port = "5433", user = "ann", password = "s@crét", dbname = "mail", sslmode = "verify-full",
    }, got)
    assert.equal("postgres://ann@db.example:5433/mail", shown)
  end)

  it("reads sockets and IPv6 addresses", function()
    local got, shown = fields "postgresql://ann@/mail?host=/run/postgresql"
    assert.same({ host = "/run/postgresql", user = "ann", dbname = "mail" }, got)
    assert.equal("postgres://ann@/mail?host=/run/postgresql", shown)
    assert.equal("/run/postgresql", fields("postgres://%2Frun%2Fpostgresql/mail").host)
    got, shown = fields "postgres://[::1]:5433/mail"
    assert.same({ host = "::1", port = "5433", dbname = "mail" }, got)
    assert.equal("postgres://[::1]:5433/mail", shown)
  end)

  it("leaves to libpq what is not said", function()
    local got, shown = fields "postgres://"
    assert.same({}, got)
    assert.equal("postgres:///", shown)
  end)

  it("takes a password with an @ that was not encoded", function()
    local got = fields "postgres://ann:a@b@db/mail"
    assert.same({ host = "db", user = "ann", password = "a@b", dbname = "mail" }, got)
  end)

  it("gives the caller its own parameters, and refuses others", function()
    local got, _, settings = fields("postgres://db/mail?lease_seconds=2.5&user=ann", { lease_seconds = 1 })
    assert.same({ host = "db", dbname = "mail", user = "ann" }, got)
    assert.same({ lease_seconds = 2.5 }, settings)
    local _, err = postgres_url.parse("postgres://db/mail?lease_seconds=0", { lease_seconds = 1 })
    assert.equal("the address of the database needs a number of at least 1 for lease_seconds", err.message)
    _, err = postgres_url.parse("postgres://db/mail?sslmod=require", {})
    assert.matches("has a parameter 'sslmod' that is not known; did you mean 'sslmode'%?", err.message)
  end)

  it("shows no password, whatever the address is like", function()
    for _, text in ipairs {
      "postgres://ann:secret@db/mail", "postgres://ann:secret@db/mail?password=secret", "postgres://:secret@/x",
      "postgres://ann:secret@db:port/mail", "postgres://ann:secret@[::1/mail", "postgres://ann:x@secret@db",
      "postgres://db/mail?password=secret&lease_seconds=2", "postgres://ann:secret@db/mail?password%00=1",
    } do
      assert.is_nil(postgres_url.shown(text):find("secret", 1, true), text)
      local _, err = postgres_url.parse(text, {})
      if err then assert.is_nil(tostring(err):find("secret", 1, true), text) end
    end
    assert.equal("autumn.sqlite3", postgres_url.shown "autumn.sqlite3")
  end)

  it("refuses what cannot be passed on", function()
    local _, err = postgres_url.parse "mysql://db"
    assert.equal("the address of the database must begin with postgres://", err.message)
    _, err = postgres_url.parse "postgres://a%00b@db/mail"
    assert.equal("the address of the database has a NUL byte in its user", err.message)
  end)
end)
