---@meta ses.model

---@class ses.Operation
---@field name ses.OperationName
---@field method string
---@field uri string with its labels in braces
---@field input? string name of the input's shape
---@field output? string name of the output's shape
---@field errors string[]
---@field pagination? { input_token: string, output_token: string, limit_key?: string, result_key: string }
---@field endpoint_id? string
---@field idempotent? boolean
---@field deprecated? boolean

---@class ses.Shape
---@field name string
---@field type string
---@field min? number
---@field max? number
---@field enum? string[]
---@field patterns? string[]
---@field members? ses.Member[]
---@field by_name? table<string, ses.Member>
---@field by_snake? table<string, ses.Member>
---@field member? ses.Shape of a list
---@field key? ses.Shape of a map
---@field value? ses.Shape of a map

---@class ses.Member
---@field name string AWS's
---@field snake string
---@field shape ses.Shape
---@field required boolean
---@field location? string

---SES v2 as data: its operations and shapes.
---@class ses.model
local model = {}

function model.load_all() end

---@param name string
---@return ses.Shape
function model.shape(name) end

---@param name ses.OperationName|string
---@return ses.Operation? operation
---@return ses.Error? err
function model.operation(name) end

---@param part { operations: table<string, table>, shapes: table<string, table> } of another service
---@return table<string, ses.Operation>
function model.define(part) end

---@return string[] names
function model.operations() end

---@return { api_version: string, service_id: string, signing_name: string, endpoint_prefix: string }
function model.service() end

return model
