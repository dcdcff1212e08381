-- Runs in nginx: does the exchange that the request's JSON body asks for, and answers with what came
-- of it. `job` = { method =, url =, headers =, body =, options =, config =, times = }.
local cjson = require "cjson"
local core = require "ses.core"
local ngx = rawget(_G, "ngx")

return function()
  ngx.req.read_body()
  local job = cjson.decode(ngx.req.get_body_data())
  local host = require("ses.adapters.host").current()
  local transport = assert(host.transport(job.config))
  local request = assert(core.http.request(job.method, job.url))
  for _, header in ipairs(job.headers) do assert(request:add_header(header[1], header[2])) end
  assert(request:set_body(job.body))
  local response, err
  for _ = 1, job.times or 1 do response, err = transport:perform(request, job.options) end
  ngx.print(cjson.encode { response = response, err = err and setmetatable(err, nil), host = host.name })
end
