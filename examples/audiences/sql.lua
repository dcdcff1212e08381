-- To whom an SQL query finds.
--
--   ses campaign run examples/audiences/sql.lua --dry-run
--
-- A database that is there already is named by `database`, an SQLite file or "postgres://user@host/name". This one
-- is made of people.sql on the spot, so it is handed over as a connection of LuaSQL.
local folder = ...

local connection = assert(require("luasql.sqlite3").sqlite3():connect ":memory:")
local file = assert(io.open(folder .. "/people.sql", "rb"))
for statement in file:read("*a"):gmatch "[^;]+" do
  if statement:find "%S" then assert(connection:execute(statement)) end
end
file:close()

return {
  name = "points-sql",
  audience = {
    sql = "SELECT email, name, points FROM readers WHERE wants_mail = 1 ORDER BY email",
    connection = connection, name = "name",
  },
  message = {
    from = "letters@lantern.example",
    subject = "Your points, {{name}}",
    text = "Dear {{name}},\n\n{{#if points}}you have {{points}} points.{{else}}you have no points yet.{{/if}}\n",
  },
}
