---@meta ses.config

---@class ses.Setting
---@field name string
---@field type string
---@field default? any
---@field min? number
---@field max? number
---@field env string[] variables
---@field profile string[] properties
---@field outside boolean whether no profile can have it

---The configuration of a client: what may be set, and where it is looked for.
---@class ses.config
local config = {}

---Finds every setting.
---@param options? ses.ClientOptions
---@return table? settings by name, with `sources` and `origins`
---@return ses.Error? err
function config.resolve(options) end

---@param settings table of `config.resolve`
---@return table
function config.credentials_chain(settings) end

---What each setting is and where it came from, without a secret.
---@param settings table of `config.resolve`
---@return table<string, { value: any, source?: string, origin?: string }>
function config.describe(settings) end

---What may be set in a variable or a file.
---@return ses.Setting[]
function config.schema() end

---@return string[] names of all options
function config.names() end

return config
