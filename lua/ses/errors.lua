--- Errors as values: what every function of ses returns behind a nil.
-- @module ses.errors
local errors = {}

---@class ses.Error
---@field kind string one of `errors.kinds`
---@field code string AWS's code where AWS gave one, else one of ours, in CamelCase as AWS writes them
---@field message string what went wrong, fit for a user, without a secret or a full mail address
---@field retryable boolean whether the same call may succeed later
---@field status integer|nil the HTTP status, where there was an answer
---@field request_id string|nil AWS's request id, where there was an answer
---@field operation string|nil AWS's name of the operation
---@field field string|nil the path of the input at fault, for kind "validation"
---@field faults table|nil for kind "validation": every fault, each { path =, message = }
---@field in_doubt boolean|nil true where the request may have reached the service to its last byte
---@field retry_after number|nil seconds after which the service asked to be tried again
---@field retry_quota_exhausted boolean|nil true where only the client's retry quota stood against another try
---@field attempts integer|nil how many requests were sent

local Error = { __name = "ses.Error" }
Error.__index = Error

--- The kinds, each of which `err.kind` may be.
errors.kinds = {
  validation = true, credentials = true, signing = true, network = true, timeout = true,
  throttling = true, service = true, client = true, circuit_open = true, rate_limited = true,
  cancelled = true, parse = true,
}

function Error:__tostring()
  local text = {}
  if self.operation then text[#text + 1] = self.operation .. ": " end
  text[#text + 1] = self.message
  local detail = {}
  detail[#detail + 1] = self.code
  if self.status then detail[#detail + 1] = "HTTP " .. self.status end
  if self.request_id then detail[#detail + 1] = "request id " .. self.request_id end
  if #detail > 0 then text[#text + 1] = " (" .. table.concat(detail, ", ") .. ")" end
  return table.concat(text)
end

--- Makes an error.
-- @tparam table fields `kind` and `message` at least; the others of `ses.Error` as they are known.
--   `retryable` is false unless given.
-- @treturn ses.Error
function errors.new(fields)
  if not errors.kinds[fields.kind] then
    error("errors.new: unknown kind " .. tostring(fields.kind), 2)
  end
  fields.retryable = fields.retryable == true
  return setmetatable(fields, Error)
end

--- Makes an error of kind "validation" from a list of faults.
-- @tparam table faults each { path = "Content.Simple.Subject.Data", message = "is required" }
-- @tparam ?string operation
-- @treturn ses.Error whose message lists every fault with its path
function errors.validation(faults, operation)
  local lines = {}
  for i, fault in ipairs(faults) do
    lines[i] = (fault.path and fault.path ~= "" and fault.path .. " " or "") .. fault.message
  end
  return errors.new {
    kind = "validation", code = "ValidationException", message = table.concat(lines, "; "),
    operation = operation, field = faults[1] and faults[1].path, faults = faults,
  }
end

local KIND_OF_STATUS = {
  invalid = "validation", range = "validation", parse = "parse", credentials = "credentials",
  signature = "signing", expired = "signing", network = "network", tls = "network",
  timeout = "timeout", cancelled = "cancelled",
}

local CODE_OF_STATUS = {
  nomem = "OutOfMemory", invalid = "InvalidParameter", range = "InvalidParameter", parse = "ParseError",
  credentials = "CredentialsError", signature = "SignatureDoesNotMatch", expired = "RequestExpired",
  network = "NetworkError", tls = "TLSError", timeout = "RequestTimeout", cancelled = "Cancelled",
  not_found = "NotFound", io = "IOError", state = "InvalidState", internal = "InternalError",
}

--- Turns a failure of ses.core ({ status =, field =, message = }) into an error.
-- @tparam table failure
-- @tparam ?table fields laid over what the failure says
-- @treturn ses.Error
function errors.from_core(failure, fields)
  local message = failure.message
  if failure.field then message = failure.field .. " " .. message end
  local err = {
    kind = KIND_OF_STATUS[failure.status] or "client",
    code = CODE_OF_STATUS[failure.status] or "ClientError",
    message = message, field = failure.field,
  }
  for name, value in pairs(fields or {}) do err[name] = value end
  return errors.new(err)
end

--- Whether `value` is an error of ses.
function errors.is(value)
  return getmetatable(value) == Error
end

return errors
