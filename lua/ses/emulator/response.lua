--- What goes back to the client, through nginx.
-- @module ses.emulator.response
local json = require "ses.model.json"

local response = {}

--- Sends a body.
-- @tparam integer status
-- @tparam string content_type
-- @tparam string body
function response.send(status, content_type, body)
  ngx.status = status
  ngx.header["Content-Type"] = content_type
  ngx.header["Content-Length"] = #body
  ngx.print(body)
  return ngx.eof()
end

--- Sends a value as JSON.
-- @tparam integer status
-- @param value
function response.json(status, value)
  return response.send(status, "application/json", assert(json.encode(value)))
end

--- Sends an error as SES does.
-- @tparam table fault from `ses.emulator.errors`
function response.fault(fault)
  ngx.header["x-amzn-ErrorType"] = fault.code
  return response.json(fault.status, { message = fault.message })
end

--- Sends the browser elsewhere, with GET.
-- @tparam string location a path
function response.see_other(location)
  ngx.header["Location"] = location
  return response.send(303, "text/plain", "")
end

--- Closes the connection without an answer.
function response.close() return ngx.exit(444) end

return response
