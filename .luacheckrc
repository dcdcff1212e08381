std = "lua54+luajit"
max_line_length = 120
unused_args = false
files["spec"] = { std = "+busted" }
files["examples/testing"] = { std = "+busted" }
files["lua/ses/model/generated"] = { max_line_length = false }
files["lua/ses/model/endpoints.lua"] = { max_line_length = false }
files["lua/ses/emulator"] = { std = "ngx_lua+lua54" }
files["lua/ses/nginx"] = {
  std = "ngx_lua+lua54", read_globals = { ngx = { fields = { "run_worker_thread" } } },
}
files["examples/nginx"] = { std = "ngx_lua+lua54" }
files["examples/openresty"] = {
  std = "ngx_lua+lua54", read_globals = { ngx = { fields = { "run_worker_thread" } } },
}
files["lua/ses/adapters/nginx*.lua"] = { std = "ngx_lua+lua54" }
files["lua/ses/adapters/store_nginx.lua"] = { std = "ngx_lua+lua54" }
files["types"] = { ignore = { "211", "241" }, max_line_length = false }
exclude_files = { "build" }
