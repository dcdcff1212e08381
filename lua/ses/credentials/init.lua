--- The sources of credentials, each to be used alone, as the option `credentials` of a client:
--
--     local credentials = require "ses.credentials"
--     local client = ses.client { region = "eu-west-1", credentials = credentials.container() }
--
-- Without that option a client goes through all of them, in the order of the AWS SDKs: environment, web
-- identity, IAM Identity Center, profile, container, instance metadata. A source does nothing before a
-- client asks it. What it gives is kept by the client, which fetches it anew in time.
-- @module ses.credentials
local suggest = require "ses.suggest"

local credentials = {}

local Source = { __name = "ses.CredentialsSource" }
Source.__index = Source

function Source:__tostring()
  return "ses.CredentialsSource (" .. table.concat(self.search.sources or { "all" }, ", ") .. ")"
end

local OPTIONS = {
  profile = "string", config_file = "string", credentials_file = "string", role_session_name = "string",
  role_duration_s = "number", max_attempts = "number",
}

local function source(sources, options)
  local search = { sources = sources }
  for name, value in pairs(options or {}) do
    if not OPTIONS[name] then
      error(("%s is no option of a source of credentials%s"):format(tostring(name),
        suggest.hint(tostring(name), OPTIONS)), 3)
    end
    if type(value) ~= OPTIONS[name] then
      error(("%s must be a %s, not a %s"):format(name, OPTIONS[name], type(value)), 3)
    end
    search[name] = value
  end
  return setmetatable({ search = search }, Source)
end

-- Every function takes a table of options, in place of the client's own and the environment's:
-- `profile`, `config_file`, `credentials_file`; for roles `role_session_name`, `role_duration_s` (900 to
-- 43200); `max_attempts` of an exchange. An unknown option raises an error.

--- AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN.
function credentials.environment(options) return source({ "environment" }, options) end

--- A role by the token file that AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN name, as in EKS.
function credentials.web_identity(options) return source({ "web_identity" }, options) end

--- A login of IAM Identity Center, by the profile's SSO settings and the cached token.
function credentials.sso(options) return source({ "sso" }, options) end

--- All that a profile can say: keys, a role, a login, a program.
function credentials.profile(options)
  return source({ "profile", "assume_role", "process", "sso" }, options)
end

--- The program of the profile's `credential_process`.
function credentials.process(options) return source({ "process" }, options) end

--- The endpoint of a container: ECS, EKS Pod Identity.
function credentials.container(options) return source({ "container" }, options) end

--- The role of the EC2 instance, by its metadata service (version 2).
function credentials.imds(options) return source({ "imds" }, options) end

--- All of them, in order; for options that are not the client's.
function credentials.chain(options) return source(nil, options) end

--- Whether `value` is a source of this module.
function credentials.is_source(value)
  return getmetatable(value) == Source
end

return credentials
