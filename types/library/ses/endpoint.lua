---@meta ses.endpoint

---@class ses.Endpoint
---@field url string without a slash at its end
---@field signing { name: "sigv4"|"sigv4a", service: string, region?: string, region_set?: string }

---Where requests go, by AWS's published rules.
---@class ses.endpoint
local endpoint = {}

---@param options { region?: string, use_fips?: boolean, use_dualstack?: boolean, endpoint_id?: string, endpoint?: string }
---@return ses.Endpoint? endpoint
---@return ses.Error? err
function endpoint.resolve(options) end

return endpoint
