---@meta ses.testing

---@class ses.testing.Call
---@field operation ses.OperationName
---@field params table in snake_case
---@field attempts integer how many requests it had
---@field time number seconds since 1970
---@field answer? table in snake_case
---@field err? ses.Error
---@field requests ses.testing.Request[]

---@class ses.testing.Request
---@field method string
---@field url string
---@field path string still percent-encoded
---@field query string "" where there is none
---@field headers table<string, string> by lower-case name, without secrets
---@field access_key_id? string
---@field body string
---@field options { connect_timeout_ms?: number, timeout_ms?: number }
---@field time number seconds since 1970
---@field response? table
---@field err? ses.Error

---@class ses.testing.Mail
---@field from string
---@field to string[]
---@field cc string[]
---@field bcc string[]
---@field reply_to string[]
---@field subject? string
---@field text? string
---@field html? string
---@field template? string
---@field data? table
---@field headers table<string, string>
---@field attachments ses.Attachment[]
---@field tags table<string, string>
---@field config_set? string
---@field raw? string
---@field message_id? string
---@field time number seconds since 1970

---@class ses.testing.FailureOptions
---@field code string AWS's, or one of the transport port's
---@field status? integer the HTTP status (that of the code)
---@field message? string
---@field retry_after? number seconds
---@field times? integer of `client:fail`: how many requests (all)

---@class ses.testing.Clock
---@field now fun(): number
---@field monotonic fun(): number
---@field sleep fun(seconds: number): true?, ses.Error?
---@field advance fun(seconds: number)
---@field set fun(now: number)
---@field slept fun(): number[]
---@field run fun(fn: function): any
---@field in_task fun(): boolean

---@class ses.testing.Transport
local Transport = {}

---@param answer any a value, a list, or a function of the request
function Transport:answer(answer) end

---@param seconds number that an answer takes
function Transport:latency(seconds) end

---@return ses.testing.Request[]
function Transport:requests() end

function Transport:reset() end

---A real client to which nothing but the network is missing
---@class ses.testing.Client: ses.Client
---@field clock ses.testing.Clock
---@field transport ses.testing.Transport
local Client = {}

---The calls so far.
---@param operation? ses.OperationName
---@return ses.testing.Call[]
function Client:calls(operation) end

---The mails that were sent.
---@return ses.testing.Mail[]
function Client:sent() end

---Says what later requests of an operation are answered.
---@param operation ses.OperationName
---@param answer any a value, a list of answers, or a function of the params
function Client:answer(operation, answer) end

---Has later requests of an operation fail.
---@param operation ses.OperationName
---@param failure ses.testing.FailureOptions
function Client:fail(operation, failure) end

---Forgets the calls and all that was said.
function Client:reset() end

---@class ses.testing.CredentialSource: ses.CredentialSource
local Source = {}

---@param message? string
function Source:fail(message) end

function Source:recover() end

---@class ses.testing.credentials
local credentials = {}

---@return ses.testing.CredentialSource
function credentials.static() end

---@param options? { lifetime?: number, clock?: ses.testing.Clock }
---@return ses.testing.CredentialSource
function credentials.expiring(options) end

---@param options? { lifetime?: number, clock?: ses.testing.Clock }
---@return ses.testing.CredentialSource
function credentials.refreshing(options) end

---@param message? string
---@return ses.testing.CredentialSource
function credentials.failing(message) end

---Test doubles for specs of programs that send mail.
---@class ses.testing
---@field credentials ses.testing.credentials
local testing = {}

---@param options? ses.ClientOptions
---@param ports? { clock?: ses.testing.Clock, random?: table }
---@return ses.testing.Client? client
---@return ses.Error? err
function testing.client(options, ports) end

---@param options ses.testing.FailureOptions
---@return table
function testing.failure(options) end

---@param options? { now?: number }
---@return ses.testing.Clock
function testing.clock(options) end

---@param options? { seed?: integer, values?: number[] }
---@return table
function testing.random(options) end

---@param options? { answer?: any, clock?: ses.testing.Clock }
---@return ses.testing.Transport
function testing.transport(options) end

---@param options? { clock?: ses.testing.Clock, random?: table, transport?: ses.testing.Transport }
---@return table
function testing.place(options) end

return testing
