--- A sink that writes the lines of the log into nginx's error log, by `ngx.log`. nginx.conf's `error_log` has a level
-- of its own, below which nginx leaves lines out.
-- @module ses.adapters.nginx_log
local nginx_log = {
  -- nginx cuts what is longer than 2,048 bytes, its own words among them.
  max_line_bytes = 1500,
}

local LEVELS = { error = "ERR", warn = "WARN", info = "INFO", debug = "DEBUG", trace = "DEBUG" }

--- Writes a line. A sink's function: see ses.ports.
function nginx_log:log(level, line) -- luacheck: no self
  ngx.log(ngx[LEVELS[level]], "ses: ", line)
end

return nginx_log
