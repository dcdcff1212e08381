--- The operations of Amazon SQS that a consumer of events needs, in the form of ses.model.
--
-- They go through the pipeline as SES's own do (see `client:perform`), signed for `sqs`, to the origin of the queue's
-- URL. Source: "Amazon SQS API Reference", of the JSON protocol.
-- @module ses.model.sqs
local errors = require "ses.errors"
local model = require "ses.model"

local sqs = {}

local SHAPES = {
  SqsText = { type = "string", min = 1 },
  SqsFlag = { type = "boolean" },
  SqsSeconds = { type = "integer", min = 0, max = 43200 },
  SqsWaitTime = { type = "integer", min = 0, max = 20 },
  SqsBatchSize = { type = "integer", min = 1, max = 10 },
  SqsNames = { type = "list", member = "SqsText" },
  SqsAttributes = { type = "map", key = "SqsText", value = "SqsText" },
  SqsMessage = { type = "structure", members = {
    MessageId = "SqsText", ReceiptHandle = "SqsText", Body = "SqsText", MD5OfBody = "SqsText",
    Attributes = "SqsAttributes",
  } },
  SqsMessages = { type = "list", member = "SqsMessage" },
  SqsReceiveInput = { type = "structure", required = { "QueueUrl" }, members = {
    QueueUrl = "SqsText", MaxNumberOfMessages = "SqsBatchSize", WaitTimeSeconds = "SqsWaitTime",
    VisibilityTimeout = "SqsSeconds", MessageSystemAttributeNames = "SqsNames",
  } },
  SqsReceiveOutput = { type = "structure", members = { Messages = "SqsMessages" } },
  SqsDeleteEntry = { type = "structure", required = { "Id", "ReceiptHandle" }, members = {
    Id = "SqsText", ReceiptHandle = "SqsText",
  } },
  SqsDeleteEntries = { type = "list", member = "SqsDeleteEntry", min = 1, max = 10 },
  SqsDeleteInput = { type = "structure", required = { "QueueUrl", "Entries" }, members = {
    QueueUrl = "SqsText", Entries = "SqsDeleteEntries",
  } },
  SqsDeleted = { type = "structure", members = { Id = "SqsText" } },
  SqsDeletedList = { type = "list", member = "SqsDeleted" },
  SqsNotDeleted = { type = "structure", members = {
    Id = "SqsText", Code = "SqsText", Message = "SqsText", SenderFault = "SqsFlag",
  } },
  SqsNotDeletedList = { type = "list", member = "SqsNotDeleted" },
  SqsDeleteOutput = { type = "structure", members = {
    Successful = "SqsDeletedList", Failed = "SqsNotDeletedList",
  } },
}

-- The region that a host of SQS names: sqs.eu-west-1.amazonaws.com, eu-west-1.queue.amazonaws.com.
local function region_of(host)
  return host:match("^sqs%-?f?i?p?s?%.([%w-]+)%.") or host:match("^([%w-]+)%.queue%.")
end

--- Where a call goes: the origin of its queue, whose host names the region that it is signed for.
-- @tparam table params with QueueUrl
-- @tparam ?string region where the host names none
-- @treturn table as of ses.endpoint.resolve
-- @treturn[2] nil
-- @treturn[2] ses.Error
function sqs.endpoint(params, region)
  local origin, host = params.QueueUrl:match("^(https?://([^/?#@%s]+))/[^?#%s]+$")
  if not origin then
    return nil, errors.new {
      kind = "validation", code = "InvalidParameter", field = "QueueUrl",
      message = "QueueUrl must be the URL of a queue, such as https://sqs.eu-west-1.amazonaws.com/123456789012/events",
    }
  end
  region = region_of(host) or region
  if region then return { url = origin, signing = { name = "sigv4", service = "sqs", region = region } } end
  return nil, errors.new {
    kind = "validation", code = "InvalidConfiguration", field = "region", message = "no region to sign for is known",
  }
end

local function operation(name, input, output)
  return {
    method = "POST", uri = "/", input = input, output = output, errors = {}, service_id = "SQS",
    target = "AmazonSQS." .. name, content_type = "application/x-amz-json-1.0", endpoint = sqs.endpoint,
  }
end

--- ReceiveMessage and DeleteMessageBatch, by their names.
sqs.operations = model.define {
  shapes = SHAPES,
  operations = {
    ReceiveMessage = operation("ReceiveMessage", "SqsReceiveInput", "SqsReceiveOutput"),
    DeleteMessageBatch = operation("DeleteMessageBatch", "SqsDeleteInput", "SqsDeleteOutput"),
  },
}

return sqs
