-- Runs cases by botocore and by ses: the same files, environment and options, each peer with a folder
-- and a server of credentials of its own. One process a peer for botocore, one a case for ses.
local aws_metadata_server = require "spec.support.aws_metadata_server"
local cjson = require "cjson"
local process = require "spec.support.process"

local run = {}

local LUA = jit and "luajit" or "lua5.4"

-- What the servers give out, and what botocore_source_cases.lua counts on.
local GIVEN = {
  ["sts.AssumeRole"] = "AKIDROLE", ["sts.AssumeRoleWithWebIdentity"] = "AKIDWEB", ["sso.credentials"] = "AKIDSSO",
  container = "AKIDCONTAINER", ["imds.credentials"] = "AKIDIMDS",
}

local function start_server()
  local server = aws_metadata_server.start()
  for name, id in pairs(GIVEN) do
    server:set(name, {
      access_key_id = id, secret_access_key = "secret/of+" .. id, session_token = "token/of+" .. id,
    })
  end
  server:set("sso.token", { token = "refreshed" })
  return server
end

-- ---- the cases as a peer gets them ----

local function fill(value, words)
  return (value:gsub("%$(%l+)", function(name) return words[name] end))
end

local function environment_of(case, words)
  local env = {
    PATH = os.getenv("PATH"), HOME = words.dir, AWS_EC2_METADATA_DISABLED = "true",
    AWS_CONFIG_FILE = words.dir .. "/config", AWS_SHARED_CREDENTIALS_FILE = words.dir .. "/credentials",
  }
  for name, value in pairs(case.env or {}) do env[name] = value and fill(value, words) or nil end
  return env
end

local function write_files(case, words)
  local files = { config = case.config, credentials = case.credentials }
  for name, text in pairs(case.files or {}) do files[name] = text end
  for name, text in pairs(files) do process.write(words.dir .. "/" .. name, fill(text, words)) end
end

-- A peer's folder with the files of all cases; the list of what each case is given.
local function lay_out(folder, cases, server)
  os.execute(("seq -f %s/%%.0f/.aws/sso/cache %d | xargs mkdir -p"):format(folder, #cases))
  local given = {}
  for i, case in ipairs(cases) do
    local words = { dir = folder .. "/" .. i, fake = server.url, case = tostring(i) }
    write_files(case, words)
    given[i] = { env = environment_of(case, words), options = case.options, fake = server.url }
  end
  return given
end

-- ---- ses ----

local function ses_command(given)
  local words = { "env -i" }
  for name, value in pairs(given.env) do words[#words + 1] = process.quote(name .. "=" .. value) end
  for _, name in ipairs { "LUA_PATH", "LUA_CPATH" } do
    words[#words + 1] = process.quote(name .. "=" .. os.getenv(name))
  end
  local options = given.options and cjson.encode(given.options) or "{}"
  words[#words + 1] = LUA .. " spec/peers/ses_peer.lua " .. process.quote(options)
  return table.concat(words, " ")
end

local function ses_script(folder, given)
  local lines = {}
  for i, case in ipairs(given) do lines[i] = ses_command(case) end
  process.write(folder .. "/script", table.concat(lines, "\n") .. "\n")
  return "sh " .. folder .. "/script"
end

-- ---- botocore ----

local function version_of(python)
  local version = process.shell(python .. " -c 'import botocore; print(botocore.__version__)' 2>/dev/null")
  return version ~= "" and version or nil
end

--- Debian's botocore and, where the `python3` of the PATH has another version of it, that too.
-- @treturn table of { python =, version = }
function run.pythons()
  local found, seen = {}, {}
  for _, python in ipairs { "/usr/bin/python3", "python3" } do
    local version = version_of(python)
    if version and not seen[version] then
      seen[version] = true
      found[#found + 1] = { python = python, version = version }
    end
  end
  return found
end

local function botocore_script(python, folder, given, rules)
  local lines = {}
  for _, case in ipairs(given) do lines[#lines + 1] = cjson.encode(case) end
  for _, input in ipairs(rules) do lines[#lines + 1] = cjson.encode { rules = input.rules } end
  process.write(folder .. "/script", table.concat(lines, "\n") .. "\n")
  return python .. " spec/peers/botocore_peer.py <" .. folder .. "/script"
end

-- ---- what was asked for ----

local function json_of(text)
  local ok, value = pcall(cjson.decode, text)
  return ok and type(value) == "table" and value or {}
end

local shown = {}

shown["sts.AssumeRole"] = function(request)
  local form = request.form
  return {
    { "by", (request.headers.authorization or ""):match("Credential=([^/]+)/") }, { "arn", form.RoleArn },
    { "external", form.ExternalId },
    -- A name that was not set is each SDK's own.
    { "session", not form.RoleSessionName:find("%d%d%d%d%d") and form.RoleSessionName },
    { "seconds", form.DurationSeconds ~= "3600" and form.DurationSeconds },
  }
end
shown["sts.AssumeRoleWithWebIdentity"] = function(request)
  local form = request.form
  return {
    { "arn", form.RoleArn }, { "session", not form.RoleSessionName:find("%d%d%d%d%d") and form.RoleSessionName },
    { "token", form.WebIdentityToken },
  }
end
shown["sso.credentials"] = function(request)
  return {
    { "account", request.target:match("account_id=([^&]+)") }, { "role", request.target:match("role_name=([^&]+)") },
    { "bearer", request.headers["x-amz-sso_bearer_token"] },
  }
end
shown["sso.token"] = function(request)
  local body = json_of(request.body)
  return { { "refresh", body.refreshToken }, { "client", body.clientId } }
end
function shown.container(request)
  return { { "path", request.target }, { "auth", request.headers.authorization } }
end

local function line_of(request)
  local words = { request.name }
  for _, pair in ipairs(shown[request.name](request)) do
    if pair[2] then words[#words + 1] = pair[1] .. "=" .. pair[2] end
  end
  return table.concat(words, " ")
end

-- The lines of each case, in the order of the requests.
local function asked(server)
  local by_case = {}
  for _, request in ipairs(server:requests()) do
    if shown[request.name] then
      local line = line_of(request)
      local case = tonumber(line:match("case%-(%d+)") or line:match("client%-(%d+)") or line:match("container/(%d+)"))
      if case then
        by_case[case] = by_case[case] or {}
        table.insert(by_case[case], line)
      end
    end
  end
  return by_case
end

-- ---- all of it ----

local function answers_of(path)
  local text, list = process.read(path), {}
  for line in text:gmatch("[^\n]+") do
    local ok, value = pcall(cjson.decode, line)
    assert(ok, text)
    list[#list + 1] = value
  end
  return list, text
end

local function start(peer, folder, cases, rules)
  peer.server = start_server()
  local given = lay_out(folder, cases, peer.server)
  local command = peer.python and botocore_script(peer.python, folder, given, rules) or ses_script(folder, given)
  return command .. " >" .. folder .. "/out 2>&1 &"
end

local function finish(peer, folder, count)
  local answers, text = answers_of(folder .. "/out")
  if peer.python then table.remove(answers, 1) end
  assert(#answers == count, text)
  peer.answers, peer.asked = answers, asked(peer.server)
  peer.server.stop()
end

--- Runs all cases by ses and by every botocore, at once.
-- @tparam table cases
-- @tparam table rules inputs of the endpoint rules, { rules = }; for botocore alone
-- @treturn table ses: { answers =, asked = }, the answer and the requests of each case
-- @treturn table a list of the same for every botocore, with python and version; the rules' answers
--   come behind the cases'
function run.all(cases, rules)
  local folder = process.folder()
  local ses, peers = {}, run.pythons()
  local script = { start(ses, folder .. "/ses", cases, rules) }
  for i, peer in ipairs(peers) do script[#script + 1] = start(peer, folder .. "/" .. i, cases, rules) end
  process.shell(table.concat(script, "\n") .. "\nwait")
  finish(ses, folder .. "/ses", #cases)
  for i, peer in ipairs(peers) do finish(peer, folder .. "/" .. i, #cases + #rules) end
  process.remove(folder)
  return ses, peers
end

return run
