---@meta ses.errors

---@alias ses.ErrorKind
---| "validation" the input is wrong; `field` and `faults` say where
---| "credentials" none were found, or they were refused
---| "signing" the signature was refused
---| "network" no connection, or it broke
---| "timeout" a limit of time was reached
---| "throttling" SES asks for fewer requests
---| "service" SES failed, or refused for a reason of its own
---| "client" this library or its use is at fault
---| "circuit_open" too many calls failed; none is made for a while
---| "rate_limited" the client's own limit
---| "cancelled" the task or the client was ended
---| "parse" an answer that cannot be read

---@class ses.Fault
---@field path string of the input, in AWS's names
---@field message string

---What every function gives behind a nil; `tostring(err)` is one line.
---@class ses.Error
---@field kind ses.ErrorKind
---@field code string AWS's code where AWS gave one
---@field message string fit for a user, without a secret or a full mail address
---@field retryable boolean whether the same call may succeed later
---@field status? integer the HTTP status
---@field request_id? string AWS's
---@field operation? string AWS's name of the operation
---@field field? string the path of the input at fault
---@field faults? ses.Fault[] all of them, for kind "validation"
---@field in_doubt? boolean true where the mail may have left all the same
---@field retry_after? number seconds that the service asked to wait
---@field retry_quota_exhausted? boolean only the client's retry quota stood against another try
---@field attempts? integer how many requests were sent
---@field others? ses.Error[] of `client:close()`: what else could not be delivered
---@field part? "subject"|"html"|"text" of a template
---@field line? integer of a template
---@field column? integer of a template, in characters
---@field attribute? string of a template
---@field failure_info? ses.types.FailureInfo of a job that failed
---@field job? ses.types.GetImportJobResponse|ses.types.GetExportJobResponse of a job that failed
---@field identity? ses.types.GetEmailIdentityResponse of an identity that failed

---@class ses.errors
---@field kinds table<ses.ErrorKind, true>
local errors = {}

---@param fields { kind: ses.ErrorKind, message: string, code?: string, field?: string, retryable?: boolean }
---@return ses.Error
function errors.new(fields) end

---@param faults ses.Fault[]
---@param operation? string
---@return ses.Error
function errors.validation(faults, operation) end

---@param failure { status: string, message: string, field?: string } of ses.core
---@param fields? table laid over what the failure says
---@return ses.Error
function errors.from_core(failure, fields) end

---@param value any
---@return boolean
function errors.is(value) end

return errors
