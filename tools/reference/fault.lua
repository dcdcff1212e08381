-- What ses makes of an error that SES answers with: asked of the code that answers are classified by.
local classify = require "ses.pipeline.classify"
local model = require "ses.model"

local fault = {}

--- @tparam string code AWS's code
-- @treturn table { code =, status =, kind =, retryable = }
function fault.of(code)
  local status = model.shape(code).status or 400
  local err = classify.error({ name = "", errors = {} }, {
    status = status, body = '{"message":""}', headers = { ["x-amzn-errortype"] = code },
  })
  assert(err.code == code, "an answer with " .. code .. " is read as " .. tostring(err.code))
  return { code = code, status = status, kind = err.kind, retryable = err.retryable }
end

return fault
