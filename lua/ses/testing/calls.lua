--- The calls that a mock transport's requests are of.
-- @module ses.testing.calls
local input = require "ses.emulator.input"
local names = require "ses.model.names"
local parse = require "ses.model.parse"
local router = require "ses.emulator.router"

local calls = {}

---@class ses.testing.Call
---@field operation string AWS's name
---@field params table in snake_case, as the services take them
---@field attempts integer how many requests it had
---@field time number seconds since 1970 of the first of them
---@field answer table|nil in snake_case, where the last request had one that is no error
---@field err ses.Error|nil what the last request failed by
---@field requests ses.testing.Request[]

--- The operation that a request is of.
-- @tparam ses.testing.Request request
-- @treturn ?ses.Operation nil where it is none of SES v2
-- @treturn ?table the params in AWS's names
function calls.read(request)
  local op, labels = router.find(request.method, request.path)
  if not op then return nil end
  local params, reason = input.read(op, labels, request.query, request.body)
  if not params then error("the body of " .. op.name .. " cannot be read: " .. reason) end
  return op, params
end

local function outcome(call, op, request)
  call.answer, call.err = nil, request.err
  local response = request.response
  if not response then return end
  if response.status < 200 or response.status > 299 then
    call.err = parse.error(op, response)
    return
  end
  local answer
  answer, call.err = parse.response(op, response)
  call.answer = answer and (op.output and names.to_lua(op.output, answer) or answer)
end

local function new_call(op, params, request)
  return {
    operation = op.name, params = op.input and names.to_lua(op.input, params) or params, attempts = 0,
    time = request.time, requests = {},
  }
end

--- The calls, in the order of their first requests. Tries of one call are one.
-- @tparam {ses.testing.Request,...} requests
-- @treturn {ses.testing.Call,...}
function calls.of(requests)
  local list, by_id = {}, {}
  for _, request in ipairs(requests) do
    local op, params = calls.read(request)
    if op then
      local id = request.headers["amz-sdk-invocation-id"] or request
      local call = by_id[id]
      if not call then
        call = new_call(op, params, request)
        by_id[id], list[#list + 1] = call, call
      end
      call.attempts = call.attempts + 1
      call.requests[call.attempts] = request
      outcome(call, op, request)
    end
  end
  return list
end

return calls
