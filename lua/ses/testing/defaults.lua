--- What the mock client is answered where its spec says nothing.
--
-- Operations that answer nothing get an empty answer, those that send get ids, lists are empty, and GetAccount says
-- that the account is well. Any other must be given an answer, for what it would be nobody can know.
-- @module ses.testing.defaults
local json = require "ses.model.json"
local model = require "ses.model"

local defaults = {}

-- As SES's ids look: 60 characters, each different.
local function message_id(state)
  state.ids = state.ids + 1
  return ("0100019b00000000-%08x-0000-4000-8000-%012x-000000"):format(state.ids, state.ids)
end

local ANSWERS = {}

function ANSWERS.SendBulkEmail(params, state)
  local results = {}
  for i in ipairs(params.BulkEmailEntries or {}) do
    results[i] = { Status = "SUCCESS", MessageId = message_id(state) }
  end
  return { BulkEmailEntryResults = results }
end

function ANSWERS.GetAccount()
  return {
    SendingEnabled = true, ProductionAccessEnabled = true, EnforcementStatus = "HEALTHY",
    DedicatedIpAutoWarmupEnabled = false,
    SendQuota = { Max24HourSend = 50000, MaxSendRate = 14, SentLast24Hours = 0 },
  }
end

-- An output of nothing but an id.
local function only_id(shape)
  local member = shape.members[1]
  if #shape.members == 1 and (member.name == "MessageId" or member.name == "JobId") then return member.name end
end

local function empty_lists(shape)
  local answer = {}
  for _, member in ipairs(shape.members) do
    if member.shape.type == "list" then answer[member.name] = json.list {} end
  end
  return answer
end

--- The answer to a call.
-- @tparam ses.Operation op
-- @tparam table params in AWS's names
-- @tparam table state `ids`: how many there were
-- @treturn ?table in AWS's names; nil where the spec has to say what it is
function defaults.answer(op, params, state)
  if ANSWERS[op.name] then return ANSWERS[op.name](params, state) end
  local shape = op.output and model.shape(op.output)
  if not shape or #shape.members == 0 then return {} end
  local id = only_id(shape)
  if id then return { [id] = message_id(state) } end
  if op.pagination or op.name:find "^List" then return empty_lists(shape) end
end

return defaults
