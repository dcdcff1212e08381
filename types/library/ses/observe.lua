---@meta ses.observe

---@class ses.Metrics
local Metrics = {}

---The metrics as text, for a scrape.
---@param format? "prometheus"|"openmetrics" ("prometheus")
---@return string
function Metrics:text(format) end

---Writes a file for node_exporter.
---@param path string it ends in `.prom`
---@return true? written
---@return ses.Error? err
function Metrics:write(path) end

---Writes the file that the registry was made with.
---@return true? written
---@return ses.Error? err
function Metrics:flush() end

---The metrics as they stand.
---@return { description: table, samples: table[] }[]
function Metrics:snapshot() end

---@class ses.MetricsOptions
---@field max_label_values? integer of each label whose values come from outside (100)
---@field warn? fun(text: string)
---@field textfile? string a path that ends in `.prom`

---@class ses.Traces
local Traces = {}

---Sends the spans that are still here.
---@param timeout_ms? number
---@return true? delivered
---@return ses.Error? err code "SpansNotDelivered", with `spans`
function Traces:flush(timeout_ms) end

---@return { queued: integer, sent: integer, dropped: integer }
function Traces:stats() end

---@class ses.TraceOptions
---@field exporter? "otlp"|"console"|"none" ("otlp")
---@field endpoint? string the whole URL
---@field headers? table<string, string>
---@field service_name? string
---@field resource_attributes? table<string, string>
---@field sampler? ses.TraceSampler
---@field sampler_ratio? number 0 to 1 (1)
---@field timeout_ms? integer of a request (10,000)
---@field delay_ms? integer until spans are sent (5,000)
---@field max_batch? integer spans in a request (512)
---@field max_queue? integer spans that wait (2,048)
---@field max_connections? integer (2)
---@field flush_timeout_ms? integer that `client:close()` waits (5,000)
---@field warn? fun(text: string)

---@alias ses.TraceSampler
---| "always_on"
---| "always_off"
---| "traceidratio"
---| "parentbased_always_on"
---| "parentbased_always_off"
---| "parentbased_traceidratio"

---Seeing what a client does: metrics, and traces.
---@class ses.observe
local observe = {}

---@param options? ses.MetricsOptions
---@return ses.Metrics? metrics
---@return ses.Error? err
function observe.metrics(options) end

---@param options? ses.TraceOptions
---@return ses.Traces? traces
---@return ses.Error? err
function observe.traces(options) end

return observe
