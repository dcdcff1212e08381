--- AWS's suites for its signature versions, where the checkout has them beside itself.
local cjson = require "cjson"

local signing_suite = {}

local function read(path)
  local file = io.open(path, "rb")
  local text = file and file:read("*a")
  if file then file:close() end
  return text
end

-- What core.sigv4.sign is given for a case, but for its region and time.
local function options_of(case, form)
  local path, query = case.request.target:match("^([^?]*)%??(.*)$")
  local context = case.context
  return {
    method = case.request.method, path = path, query = query, headers = case.request.headers,
    body = case.request.body, service = context.service, access_key_id = context.credentials.access_key_id,
    secret_access_key = context.credentials.secret_access_key, session_token = context.credentials.token,
    normalize_path = context.normalize, sign_body = context.sign_body,
    presign = form == "query", expires = context.expiration_in_seconds,
  }
end

--- The cases of a suite, each in both forms, "header" and "query".
-- @tparam string file below data/ in the folder beside the checkout
-- @treturn table of { name =, case = (as the file has it), form =, options = (for core.sigv4.sign, without region
--   and time) }; nil where there is no such file
function signing_suite.cases(file)
  local text = read((os.getenv("SES_SHARED") or "../shared") .. "/data/" .. file) or read("../shared/data/" .. file)
  if not text then return nil end
  local list = {}
  for _, case in ipairs(cjson.decode(text).cases) do
    for _, form in ipairs { "header", "query" } do
      list[#list + 1] = {
        name = case.name .. " by " .. form, case = case, form = form, options = options_of(case, form),
      }
    end
  end
  return list
end

return signing_suite
