--- Amazon SQS's JSON protocol, as far as a consumer of events needs it.
--
-- CreateQueue (with the attributes VisibilityTimeout and RedrivePolicy), GetQueueUrl, SendMessage, ReceiveMessage,
-- DeleteMessage, DeleteMessageBatch, ChangeMessageVisibility. A queue is named by the last part of its URL.
--
-- Source: "Amazon SQS API Reference".
-- @module ses.emulator.sqs
local arn = require "ses.emulator.arn"
local auth = require "ses.emulator.auth"
local errors = require "ses.emulator.errors"
local faults = require "ses.emulator.faults"
local json = require "ses.model.json"
local queues = require "ses.emulator.queues"
local response = require "ses.emulator.response"

local sqs = {}

-- Seconds between two looks at a queue that somebody waits for.
local LOOK_AGAIN = 0.02

local MAX_BODY = 1024 * 1024

-- SQS's older protocol has other words for some errors, which travel beside.
local QUERY_CODES = {
  QueueDoesNotExist = "AWS.SimpleQueueService.NonExistentQueue",
  EmptyBatchRequest = "AWS.SimpleQueueService.EmptyBatchRequest",
  TooManyEntriesInBatchRequest = "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
  MessageNotInflight = "AWS.SimpleQueueService.MessageNotInflight",
}

local operations = {}

local function url_of(queue, settings) return ("%s/%s/%s"):format(settings.url, arn.ACCOUNT, queue.name) end

local function missing() return errors.fail("QueueDoesNotExist", "The specified queue does not exist.") end

local function queue_of(params)
  local url = params.QueueUrl
  if type(url) ~= "string" then return errors.fail("MissingParameter", "The request must contain QueueUrl.") end
  local queue = queues.get(url:match("([^/]*)/?$"))
  if queue then return queue end
  return missing()
end

-- → the number, or nil, err
local function integer_of(value, name, low, high, default)
  if value == nil then return default end
  value = tonumber(value)
  if value and value >= low and value <= high and value % 1 == 0 then return value end
  return errors.fail("InvalidParameterValue", "Value for parameter %s is invalid. Reason: Must be between %d and %d.",
    name, low, high)
end

local function redrive_of(text)
  if text == nil then return {} end
  local policy = json.decode(tostring(text))
  local target = type(policy) == "table" and policy.deadLetterTargetArn
  local most = type(policy) == "table" and tonumber(policy.maxReceiveCount)
  if type(target) ~= "string" or not most then
    return errors.fail("InvalidAttributeValue", "Invalid value for the parameter RedrivePolicy.")
  end
  return { dead_letter_queue = target:match("([^:]*)$"), max_receive_count = most }
end

function operations.CreateQueue(params, context)
  local name, attributes = params.QueueName, params.Attributes or {}
  if type(name) ~= "string" or #name > 80 or not name:find("^[%w_-]+$") then
    return errors.fail("InvalidParameterValue", "Can only include alphanumeric characters, hyphens, or underscores. "
      .. "1 to 80 in length")
  end
  local options, err = redrive_of(attributes.RedrivePolicy)
  if not options then return nil, err end
  options.visibility_timeout, err = integer_of(attributes.VisibilityTimeout, "VisibilityTimeout", 0, 43200,
    queues.VISIBILITY_TIMEOUT)
  if not options.visibility_timeout then return nil, err end
  local queue = queues.make(name, options)
  if not queue then return errors.fail("OverLimit", "The emulator has %d queues.", queues.MAX_QUEUES) end
  return { QueueUrl = url_of(queue, context.settings) }
end

function operations.GetQueueUrl(params, context)
  local queue = type(params.QueueName) == "string" and queues.get(params.QueueName)
  if not queue then return missing() end
  return { QueueUrl = url_of(queue, context.settings) }
end

function operations.SendMessage(params, context)
  local queue, err = queue_of(params)
  if not queue then return nil, err end
  local body = params.MessageBody
  if type(body) ~= "string" or body == "" or #body > MAX_BODY then
    return errors.fail("InvalidParameterValue", "MessageBody must be a text of 1 to %d bytes.", MAX_BODY)
  end
  return { MessageId = queue:send(body, context.now), MD5OfMessageBody = ngx.md5(body) }
end

-- Waits until there is a message, or the time is over.
local function receive(queue, max, visibility, wait)
  local ends = ngx.now() + wait
  while true do
    local messages = queue:receive(max, visibility, ngx.now())
    if #messages > 0 or ngx.now() >= ends or ngx.worker.exiting() then return messages end
    ngx.sleep(LOOK_AGAIN)
  end
end

local function shown(message)
  return {
    MessageId = message.id, ReceiptHandle = message.receipt, Body = message.body, MD5OfBody = ngx.md5(message.body),
    Attributes = {
      SentTimestamp = ("%.0f"):format(message.sent * 1000), SenderId = arn.ACCOUNT,
      ApproximateReceiveCount = ("%d"):format(message.receives),
      ApproximateFirstReceiveTimestamp = ("%.0f"):format(message.first_received * 1000),
    },
  }
end

function operations.ReceiveMessage(params)
  local queue, err = queue_of(params)
  if not queue then return nil, err end
  local max, visibility, wait
  max, err = integer_of(params.MaxNumberOfMessages, "MaxNumberOfMessages", 1, 10, 1)
  if not max then return nil, err end
  visibility, err = integer_of(params.VisibilityTimeout, "VisibilityTimeout", 0, 43200, queue.visibility_timeout)
  if not visibility then return nil, err end
  wait, err = integer_of(params.WaitTimeSeconds, "WaitTimeSeconds", 0, 20, 0)
  if not wait then return nil, err end
  local list = json.list()
  for i, message in ipairs(receive(queue, max, visibility, wait)) do list[i] = shown(message) end
  return { Messages = #list > 0 and list or nil }
end

local function check_receipt(receipt)
  if type(receipt) == "string" and receipt:find("^[%x-]+%.[%x-]+$") then return true end
  return errors.fail("ReceiptHandleIsInvalid", "The input receipt handle is not a valid receipt handle.")
end

function operations.DeleteMessage(params)
  local queue, err = queue_of(params)
  local ok = queue
  if ok then ok, err = check_receipt(params.ReceiptHandle) end
  if not ok then return nil, err end
  queue:delete(params.ReceiptHandle)
  return {}
end

local function check_batch(entries)
  if type(entries) ~= "table" or #entries == 0 then
    return errors.fail("EmptyBatchRequest", "There should be at least one entry in the request.")
  end
  if #entries > 10 then
    return errors.fail("TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10. "
      .. "You have sent %d.", #entries)
  end
  return true
end

function operations.DeleteMessageBatch(params)
  local queue, err = queue_of(params)
  local ok = queue
  if ok then ok, err = check_batch(params.Entries) end
  if not ok then return nil, err end
  local successful, failed = json.list(), json.list()
  for _, entry in ipairs(params.Entries) do
    local valid, fault = check_receipt(entry.ReceiptHandle)
    if valid then
      queue:delete(entry.ReceiptHandle)
      successful[#successful + 1] = { Id = entry.Id }
    else
      failed[#failed + 1] = { Id = entry.Id, Code = fault.code, Message = fault.message, SenderFault = true }
    end
  end
  return { Successful = successful, Failed = failed }
end

function operations.ChangeMessageVisibility(params, context)
  local queue, err = queue_of(params)
  local ok = queue
  if ok then ok, err = check_receipt(params.ReceiptHandle) end
  if not ok then return nil, err end
  local visibility
  visibility, err = integer_of(params.VisibilityTimeout, "VisibilityTimeout", 0, 43200, 0)
  if not visibility then return nil, err end
  if queue:hide(params.ReceiptHandle, visibility, context.now) then return {} end
  return errors.fail("MessageNotInflight", "The specified message isn't in flight.")
end

local function refuse(fault)
  ngx.header["x-amzn-query-error"] = (QUERY_CODES[fault.code] or fault.code) .. ";Sender"
  return response.send(fault.status, "application/x-amz-json-1.0", assert(json.encode {
    __type = "com.amazonaws.sqs#" .. fault.code, message = fault.message,
  }))
end

local function perform(request, name, settings)
  if settings.verify then
    local ok, err = auth.check(request, settings, request.now, "sqs")
    if not ok then return nil, err end
  end
  local wanted = faults.take_of_queue(name, request.body)
  if wanted then
    return nil, {
      status = wanted.status, code = wanted.code or "InternalFailure", message = wanted.message or "An injected fault.",
    }
  end
  local operation = operations[name]
  if not operation then return errors.fail("InvalidAction", "The emulator does not emulate %s of SQS.", name) end
  local params = json.decode(request.body or "")
  if type(params) ~= "table" then return errors.fail("SerializationException", "The body must be a JSON object.") end
  return operation(params, { now = request.now, settings = settings })
end

--- Answers a request of SQS.
-- @tparam table request { headers =, body =, … }
-- @tparam string target its X-Amz-Target
-- @tparam table settings of the emulator
function sqs.handle(request, target, settings)
  local result, err = perform(request, target:match("^AmazonSQS%.(.*)$"), settings)
  if not result then return refuse(err) end
  return response.send(200, "application/x-amz-json-1.0", assert(json.encode(result)))
end

return sqs
