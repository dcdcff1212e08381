---@meta ses.credentials

---What a client asks for credentials
---@class ses.CredentialSource
---@field get? fun(self: any, ...: any): ses.StaticCredentials?, any

---@class ses.CredentialOptions
---@field profile? string
---@field config_file? string
---@field credentials_file? string
---@field role_session_name? string
---@field role_duration_s? integer 900 to 43,200
---@field max_attempts? integer of an exchange

---The sources of credentials, each to be used alone, as the option `credentials` of a client.
---@class ses.credentials
local credentials = {}

---AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN.
---@param options? ses.CredentialOptions
---@return ses.CredentialSource
function credentials.environment(options) end

---A role by a token file, as in EKS.
---@param options? ses.CredentialOptions
---@return ses.CredentialSource
function credentials.web_identity(options) end

---A login of IAM Identity Center.
---@param options? ses.CredentialOptions
---@return ses.CredentialSource
function credentials.sso(options) end

---All that a profile can say: keys, a role, a login, a program.
---@param options? ses.CredentialOptions
---@return ses.CredentialSource
function credentials.profile(options) end

---The program of the profile's `credential_process`.
---@param options? ses.CredentialOptions
---@return ses.CredentialSource
function credentials.process(options) end

---The endpoint of a container: ECS, EKS Pod Identity.
---@param options? ses.CredentialOptions
---@return ses.CredentialSource
function credentials.container(options) end

---The role of the EC2 instance.
---@param options? ses.CredentialOptions
---@return ses.CredentialSource
function credentials.imds(options) end

---All of them, in AWS's order.
---@param options? ses.CredentialOptions
---@return ses.CredentialSource
function credentials.chain(options) end

---@param value any
---@return boolean
function credentials.is_source(value) end

return credentials
