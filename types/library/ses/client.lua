---@meta ses.client

---What is not given is looked for in the environment, then in the profile; docs/configuration.md tells of each.
---@class ses.ClientOptions
---@field region? string "us-east-1" where nothing says otherwise
---@field endpoint? string an http or https URL in place of AWS's own
---@field credentials? ses.StaticCredentials|ses.CredentialSource|fun(): ses.StaticCredentials?, any
---@field profile? string of the shared files
---@field config_file? string path of the shared config file
---@field credentials_file? string path of the shared credentials file
---@field use_imds? boolean whether the instance's metadata service is asked (true)
---@field use_fips? boolean (false)
---@field use_dualstack? boolean (false)
---@field mfa_token? fun(serial: string): string the code that the MFA device shows
---@field connect_timeout_ms? integer 1 to 600,000 (5,000)
---@field read_timeout_ms? integer 1 to 3,600,000 (30,000)
---@field operation_timeout_ms? integer of a call with all its tries, 1 to 86,400,000 (60,000)
---@field max_retries? integer tries after the first, 0 to 100 (3)
---@field retry_mode? "standard"|"adaptive"|"legacy" ("standard")
---@field retry_in_doubt? boolean whether a send that may have reached SES is tried again (true)
---@field initial_backoff_ms? number 0 to 600,000 (100)
---@field max_backoff_ms? number 0 to 3,600,000 (20,000)
---@field backoff_multiplier? number 1 to 100 (2)
---@field circuit_failure_threshold? integer failures in a row that open the circuit (5)
---@field circuit_reset_timeout_ms? integer 1 to 86,400,000 (30,000)
---@field circuit_half_open_requests? integer 1 to 1,000 (3)
---@field on_circuit_change? fun(change: ses.CircuitChange)
---@field max_concurrent_requests? integer 1 to 100,000 (no limit)
---@field rate_limit? "account" as GetAccount says
---@field rate_limit_rps? number recipients a second
---@field rate_limit_burst? number recipients at once
---@field max_connections? integer 1 to 10,000 (100)
---@field idle_timeout_ms? integer of a kept connection (90,000)
---@field max_lifetime_ms? integer of a connection (300,000)
---@field max_response_bytes? integer (67,108,864)
---@field default_config_set? string of each send that names none
---@field default_from_address? string of each send that names none
---@field sandbox_mode? boolean true: only the mailbox simulator's addresses are written to (false)
---@field max_message_bytes? integer of a mail with its attachments (10,485,760)
---@field verify_ssl? boolean (true)
---@field ca_bundle? string path of a PEM file
---@field cache_dict? string in nginx: the shared dictionary of caches ("ses_cache")
---@field metrics_dict? string in nginx: the shared dictionary of metrics ("ses_metrics")
---@field cache_ttl_ms? integer of a template or a verified identity (300,000)
---@field cache_negative_ttl_ms? integer of what is missing or not verified (30,000)
---@field validate_template? boolean whether a send looks first whether its template is there (false)
---@field validate_identity? boolean whether a send looks first whether its sender is verified (false)
---@field log? ses.LogLevel|ses.LogOptions|false
---@field metrics? boolean|ses.Metrics true: count in the process's registry
---@field traces? boolean|ses.Traces true: by OpenTelemetry's variables

---@alias ses.LogLevel
---| "error"
---| "warn"
---| "info"
---| "debug"
---| "trace"
---| "off"

---@class ses.LogOptions
---@field level? ses.LogLevel ("info")
---@field sink? "stderr"|"nginx"|{ file: string }|function|table
---@field slow_ms? number calls that take longer are warned of, 1 to 3,600,000 (5,000)

---@class ses.CircuitChange
---@field endpoint string
---@field from "closed"|"open"|"half_open"
---@field to "closed"|"open"|"half_open"
---@field time number seconds since 1970

---@class ses.StaticCredentials
---@field access_key_id string
---@field secret_access_key string
---@field session_token? string

---Options of one call
---@class ses.CallOptions
---@field retry_in_doubt? boolean (the client's)
---@field operation_timeout_ms? number (the client's)
---@field traceparent? string W3C's Trace Context
---@field tracestate? string W3C's Trace Context

---@class ses.CallInfo
---@field attempts integer how many requests were sent
---@field in_doubt_attempts integer how many of them may have been carried out though nobody answered
---@field request_id? string AWS's
---@field warnings? ses.Fault[] what SES may refuse

---@class ses.PresignedRequest
---@field method string
---@field url string
---@field headers string[][] each a name and a value
---@field body? string

---@class ses.Health
---@field status "healthy"|"degraded"|"unhealthy"
---@field latency_ms number
---@field last_check number seconds since 1970
---@field details ses.HealthDetails

---@class ses.HealthDetails
---@field credentials_ok boolean
---@field connectivity_ok boolean
---@field circuit_breaker_state "closed"|"open"|"half_open"
---@field sending_quota? { max_24_hour: number, sent_24_hour: number, max_send_rate: number }
---@field sandbox_mode? boolean
---@field error_message? string

---@class ses.Resilience
---@field retry_quota number tokens left
---@field circuits table<string, "closed"|"open"|"half_open"> by URL
---@field clock_skew number seconds that SES's clock is ahead
---@field rate_limit? { rate: number, full_rate: number, available: number }
---@field send_rate? { rate: number, measured: number } in the retry mode "adaptive"

---One account, one region, one pool of connections; the services are its fields.
---@class ses.Client
---@field metrics? ses.Metrics where the client counts
---@field traces? ses.Traces where the client traces
local Client = {}

---Calls an operation by AWS's own names, for arguments and results alike.
---@param name ses.OperationName
---@param params? table<string, any> in AWS's names
---@param options? ses.CallOptions
---@return table<string, any>? result in AWS's names
---@return ses.Error? err
---@return ses.CallInfo? info
function Client:call(name, params, options) end

---Calls an operation of another service, such as those of ses.model.sqs, by the same stages.
---@param op table of ses.model
---@param params table<string, any> in AWS's names
---@param options? ses.CallOptions
---@return table<string, any>? result
---@return ses.Error? err
---@return ses.CallInfo? info
function Client:perform(op, params, options) end

---Makes a request that whoever has it may send, until it expires. Keep it as a password.
---@param name ses.OperationName
---@param params? table<string, any> in AWS's names
---@param options? { expires?: number } 1 to 604,800 seconds (3,600)
---@return ses.PresignedRequest? request
---@return ses.Error? err
function Client:presign(name, params, options) end

---Iterates over the pages of an operation, by AWS's own names; `false` and an error where a page fails.
---@param name ses.OperationName
---@param params? table<string, any> in AWS's names
---@return (fun(): table<string, any>|false|nil, ses.Error?)? pages
---@return ses.Error? err
function Client:pages(name, params) end

---What each setting is and where it came from, secrets left out.
---@return table<string, { value: any, source?: string, origin?: string }>
function Client:describe_config() end

---@return table<string, "closed"|"open"|"half_open"> states by URL
function Client:circuit_states() end

---@return "closed"|"open"|"half_open"
function Client:circuit_state() end

---How retries and limits stand.
---@return ses.Resilience
function Client:resilience() end

---Whether mail can be sent: SES is asked, and its answer kept for a while.
---@param options? { max_age_ms?: integer, timeout_ms?: integer } (10,000 and 5,000)
---@return ses.Health? health
---@return ses.Error? err for the options alone
function Client:health(options) end

---Ends the client's connections and wipes its secrets.
---@return true? closed
---@return ses.Error? err what could not be delivered; the client is closed
function Client:close() end

---@class ses.client
local client = {}

---Makes a client in a place of one's own, as specs do; see `ses.client`.
---@param options? ses.ClientOptions
---@param place? table the adapters to work with, such as `ses.testing.place()`
---@return ses.Client? client
---@return ses.Error? err
function client.new(options, place) end

return client
