-- One rock for Lua 5.4 and for LuaJIT. For LuaJIT LuaRocks must be told whose headers to take:
-- `luarocks --lua-version 5.1 make … LUA_INCDIR=…/luajit-2.1`. Plain Lua 5.1, which LuaRocks cannot tell from LuaJIT,
-- is refused by the compiler.
rockspec_format = "3.0"
package = "ses"
version = "scm-1"
source = {
  -- This repository is in no public place, so that there is nothing to name here for `luarocks install`. Call
  -- `luarocks make` in a clone, which builds what is checked out and reads no URL.
  url = "git+file://.",
}
description = {
  summary = "Amazon SES v2 for Lua on a C core: sending, campaigns, a local emulator",
  detailed = [[
    A client of every SES v2 operation with retries, rate limits and a circuit breaker; campaigns with a
    journal that never writes to anybody twice unnoticed; an emulator of SES with a web inbox. A campaign's
    journal needs luasql-sqlite3 (or luasql-postgres) beside it.
  ]],
  license = "MIT",
  labels = { "aws", "ses", "email" },
}
dependencies = {
  "lua >= 5.1, < 5.5, ~= 5.2, ~= 5.3",
  "lua-cjson >= 2.1",
  "lpeg >= 1.0",
}
external_dependencies = {
  BEARSSL = { header = "bearssl.h" },
  CURL = { library = "curl" },
  IDN2 = { header = "idn2.h" },
}
build = {
  type = "make",
  build_target = "rock",
  install_target = "rock-install",
  build_variables = {
    CC = "$(CC)",
    ROCK_CFLAGS = "-I$(LUA_INCDIR) -I$(BEARSSL_INCDIR) -I$(CURL_INCDIR) -I$(IDN2_INCDIR)",
    ROCK_LDFLAGS = "-L$(BEARSSL_LIBDIR) -L$(CURL_LIBDIR) -L$(IDN2_LIBDIR)",
  },
  install_variables = {
    ROCK_LUADIR = "$(LUADIR)",
    ROCK_LIBDIR = "$(LIBDIR)",
  },
}
