--- Answers of the handlers in JSON.
-- @module ses.nginx.answer
local json = require "ses.model.json"

local answer = {}

--- Seconds after which whoever is answered 503 may try again.
answer.RETRY_AFTER = 30

--- Answers the current request.
-- @tparam integer status
-- @tparam table fields
function answer.json(status, fields)
  ngx.status = status
  ngx.header["Content-Type"] = "application/json"
  ngx.header["Cache-Control"] = "no-store"
  if status == 503 then ngx.header["Retry-After"] = answer.RETRY_AFTER end
  ngx.print(json.encode(fields))
end

--- Answers with an error.
-- @tparam integer status
-- @tparam string code
-- @tparam string message
-- @tparam ?table more fields of the error
function answer.error(status, code, message, more)
  local fields = { code = code, message = message }
  for name, value in pairs(more or {}) do fields[name] = value end
  answer.json(status, { error = fields })
end

--- Whether the current request has one of these methods; where it has none, it is answered.
-- @tparam table methods list
-- @tparam string message what the methods are for
-- @treturn boolean
function answer.allows(methods, message)
  local method = ngx.req.get_method()
  for _, allowed in ipairs(methods) do
    if method == allowed then return true end
  end
  ngx.header["Allow"] = table.concat(methods, ", ")
  answer.error(405, "MethodNotAllowed", message)
  return false
end

--- Answers that the handler's options are wrong, which the log tells.
-- @tparam string handler its name
-- @tparam ses.Error err
function answer.wrong_options(handler, err)
  ngx.log(ngx.ERR, "ses ", handler, ": wrong options: ", err.message)
  answer.error(503, "Unavailable", "this endpoint is not set up")
end

return answer
