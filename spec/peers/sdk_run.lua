-- Runs cases by AWS's SDK for JavaScript and by ses against one recording server, a real process each.
local http = require "socket.http"
local json = require "ses.model.json"
local model = require "ses.model"
local model_values = require "spec.support.model_values"
local process = require "spec.support.process"
local ses = require "ses"

local sdk_run = {}

local FOLDER = "build/peers"

-- Why the SDK cannot run here, or nil.
function sdk_run.missing()
  if process.run({ "node", "--version" }).status ~= 0 then return "there is no node" end
  local file = io.open(FOLDER .. "/installed", "rb")
  if not file then return "its packages are not installed (tools/peers.sh)" end
  file:close()
end

local function lines_of(text)
  local list = {}
  for line in text:gmatch("[^\n]+") do list[#list + 1] = assert(json.decode(line)) end
  return list
end

local function start_server()
  local job = process.start({ "node", "spec/peers/recording_server.js" })
  local port = process.eventually(function() return job.out():match("^(%d+)\n") end, 20)
  local server = { url = "http://127.0.0.1:" .. port }
  function server.control(path, body)
    local answer, status = http.request(server.url .. path, body or "")
    assert(status == 200, status)
    return answer
  end
  function server.records()
    local records = {}
    for _, record in ipairs(lines_of(server.control "/_records")) do records[record.call] = record end
    return records
  end
  function server.stop()
    http.request(server.url .. "/_quit", "")
    job.wait()
    job.remove()
  end
  return server
end

-- ---- AWS's SDK ----

local function call_of(case)
  local input = model_values.tagged(model.shape(model.operation(case.operation).input), case.input)
  return json.encode { operation = case.operation, input = input }
end

local function run_sdk(cases, server)
  local calls = {}
  for i, case in ipairs(cases) do calls[i] = call_of(case) end
  local result = process.run({ "node", "spec/peers/sdk_peer.js", FOLDER, server.url },
    { stdin = table.concat(calls, "\n") .. "\n" })
  assert(result.status == 0, result.err)
  return lines_of(result.out)
end

-- ---- ses ----

local function outcome_of(case, result, err, info)
  if result then
    local shape = model.shape(model.operation(case.operation).output)
    return { id = info.request_id, output = model_values.tagged(shape, result) }
  end
  return { id = err.request_id, error = { name = err.code, message = err.message, status = err.status } }
end

local function run_ses(cases, server)
  local client = assert(ses.client {
    region = "eu-west-1", endpoint = server.url, max_retries = 0, circuit_failure_threshold = 1000000,
    credentials = {
      access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/of+AKIDEXAMPLE", session_token = "tok/en+==",
    },
  })
  local outcomes, number = {}, nil
  -- Says behind the signature's back which call a request is of.
  local perform = client.transport.perform
  function client.transport.perform(self, request, options)
    assert(request:add_header("x-call", tostring(number)))
    return perform(self, request, options)
  end
  for i, case in ipairs(cases) do
    number = i
    local result, err, info = client:call(case.operation, case.input)
    outcomes[i] = outcome_of(case, result, err, info)
  end
  client:close()
  return outcomes
end

-- Two lists, of the SDK and of ses: for each case its outcome { id =, output = | error = { name =, message =,
-- status = } }, and the request as it arrived in `request`.
function sdk_run.both(cases)
  local server = start_server()
  local answers = json.list()
  for i, case in ipairs(cases) do answers[i] = case.answer end
  local lists = {}
  local ok, err = pcall(function()
    server.control("/_answers", json.encode(answers))
    for i, run in ipairs { run_sdk, run_ses } do
      lists[i] = run(cases, server)
      local records = server.records()
      for call, outcome in ipairs(lists[i]) do outcome.request = records[call] end
    end
  end)
  server.stop()
  if not ok then error(err, 0) end
  return lists[1], lists[2]
end

return sdk_run
