--- One call by the real client, for the fault table: in this process, in one with an environment of its own,
-- or inside nginx (spec/faults).
local cjson = require "cjson"
local ses = require "ses"

local fault_call = {}

local PARAMS = {
  SendEmail = function(job)
    return {
      FromEmailAddress = "ada@example.com", Destination = { ToAddresses = { "bob@example.com" } },
      Content = { Raw = { Data = ("x"):rep(job.size or 10) } },
    }
  end,
  GetAccount = function() return {} end,
}

--- Makes the call. `job` = { operation =, options = of the client, size = of the mail, warm = how many calls
-- that must succeed come before }.
-- @treturn table { sent =, kind =, code =, status =, message =, in_doubt =, attempts =, doubts =, seconds = }
function fault_call.run(job)
  local client = assert(ses.client(job.options))
  local params = PARAMS[job.operation](job)
  for _ = 1, job.warm or 0 do
    assert(client:call(job.operation, params))
    -- A server that closes behind its answer has its time to do so.
    ses.sleep(0.2)
  end
  local from = ses.monotonic()
  local result, err, info = client:call(job.operation, params)
  local outcome = {
    sent = result ~= nil, attempts = info.attempts, doubts = info.in_doubt_attempts,
    seconds = ses.monotonic() - from,
  }
  for _, name in ipairs { "kind", "code", "status", "message", "in_doubt" } do
    outcome[name] = err and err[name] or nil
  end
  client:close()
  return outcome
end

--- In nginx: the job is the request's body as JSON, the answer the outcome.
function fault_call.serve()
  local ngx = rawget(_G, "ngx")
  ngx.req.read_body()
  ngx.print(cjson.encode(fault_call.run(cjson.decode(ngx.req.get_body_data()))))
end

--- In a process of its own: the job is what FAULT_JOB holds as JSON.
function fault_call.main()
  io.write(cjson.encode(fault_call.run(cjson.decode(os.getenv "FAULT_JOB"))))
end

return fault_call
