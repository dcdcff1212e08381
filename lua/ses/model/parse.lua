--- Answers of SES as values, by AWS's rest-json protocol.
-- @module ses.model.parse
local errors = require "ses.errors"
local json = require "ses.model.json"
local model = require "ses.model"
local timestamp = require "ses.model.timestamp"

local parse = {}

local readers = {}

local function read(shape, value)
  local reader = readers[shape.type]
  if not reader then return value end
  return reader(shape, value)
end

-- A member that the shape does not know: SES is newer than the model. Kept, without its nulls.
local function without_nulls(value)
  if type(value) ~= "table" then return value end
  for key, item in pairs(value) do
    if item == json.null then
      value[key] = nil
    else
      without_nulls(item)
    end
  end
  return value
end

function readers.structure(shape, value)
  if type(value) ~= "table" then return value end
  local out = {}
  for key, item in pairs(value) do
    if item ~= json.null then
      local member = shape.by_wire[key]
      if member and not member.location then
        out[member.name] = read(member.shape, item)
      else
        out[key] = without_nulls(item)
      end
    end
  end
  return out
end

function readers.list(shape, value)
  if type(value) ~= "table" then return value end
  local out = {}
  for _, item in ipairs(value) do
    if item ~= json.null then out[#out + 1] = read(shape.member, item) end
  end
  return out
end

function readers.map(shape, value)
  if type(value) ~= "table" then return value end
  local out = {}
  for key, item in pairs(value) do
    if item ~= json.null then out[key] = read(shape.value, item) end
  end
  return out
end

function readers.timestamp(_, value)
  -- SES writes seconds; some servers that speak its protocol write ISO 8601.
  if type(value) == "string" then return timestamp.parse(value) or tonumber(value) or value end
  return value
end

function readers.blob(_, value)
  if type(value) ~= "string" then return value end
  -- What is no base64 is kept as it came.
  return require("ses.core").base64.decode(value) or value
end

--- AWS's id of the request that an answer is to.
-- @tparam table headers lower-case names
-- @treturn ?string
function parse.request_id(headers)
  return headers["x-amzn-requestid"] or headers["x-amzn-request-id"] or headers["x-amz-request-id"]
end

local function unreadable(op, response, reason)
  return errors.new {
    kind = "parse", code = "UnreadableResponse", operation = op and op.name, status = response.status,
    request_id = parse.request_id(response.headers or {}), message = "the answer cannot be read: " .. reason,
  }
end

-- `trace`, where there is one, is told when JSON is read.
local function decode(text, trace)
  if not trace then return json.decode(text) end
  trace:enter "ses.json_parse"
  local value, reason = json.decode(text)
  trace:leave(value == nil and { code = "ParseError" } or nil)
  return value, reason
end

local function header_value(member, headers)
  local value = headers[member.wire:lower()]
  if not value then return nil end
  local kind = member.shape.type
  if kind == "boolean" then return value == "true" end
  if kind == "timestamp" then return timestamp.parse(value) or tonumber(value) end
  if kind == "string" then return value end
  return tonumber(value)
end

local function add_outside_body(result, shape, response)
  for _, member in ipairs(shape.members) do
    if member.location == "headers" then
      result[member.name] = header_value(member, response.headers or {})
    elseif member.location == "status_code" then
      result[member.name] = response.status
    end
  end
end

--- The result of an operation from its answer.
-- null is dropped; members that the model does not know are kept.
-- @tparam ses.Operation op
-- @tparam table response { status =, headers = (lower-case names), body = }
-- @tparam ?table trace of the call: `enter(name)` and `leave(err)` tell it of the reading of the JSON
-- @treturn table|nil the result in AWS's names; empty where the operation answers nothing
-- @treturn ?ses.Error kind "parse"
function parse.response(op, response, trace)
  local shape = op.output and model.shape(op.output)
  local result = {}
  if response.body and response.body:find("%S") then
    local value, reason = decode(response.body, trace)
    if type(value) ~= "table" then return nil, unreadable(op, response, reason or "it is no JSON object") end
    result = shape and readers.structure(shape, value) or without_nulls(value)
  end
  if shape then add_outside_body(result, shape, response) end
  return result
end

--- A value from JSON by its shape, such as a request's body on the server's side.
-- @param shape name of a shape, or the shape
-- @tparam string text
-- @return value in AWS's names, or nil
-- @treturn ?string what is wrong with the text
function parse.json(shape, text)
  if type(shape) == "string" then shape = model.shape(shape) end
  local value, reason = json.decode(text)
  if value == nil then return nil, reason end
  return read(shape, value)
end

local CODE_OF_STATUS = {
  [301] = "UnexpectedRedirect", [302] = "UnexpectedRedirect", [303] = "UnexpectedRedirect",
  [307] = "UnexpectedRedirect", [308] = "UnexpectedRedirect",
  [400] = "BadRequest", [401] = "Unauthorized", [403] = "Forbidden", [404] = "NotFound",
  [407] = "ProxyAuthenticationRequired", [408] = "RequestTimeout", [413] = "RequestEntityTooLarge",
  [429] = "TooManyRequests", [500] = "InternalServerError", [502] = "BadGateway",
  [503] = "ServiceUnavailable", [504] = "GatewayTimeout",
}

-- "aws.ses#NotFoundException:http://…" → "NotFoundException"
local function error_code(text)
  if type(text) ~= "string" then return nil end
  local code = text:gsub(":.*$", ""):gsub("^.*#", ""):match("^%s*([%w._-]+)%s*$")
  return code
end

-- Addresses in the service's own words: enough is left to recognise them, too little to leak them.
local function mask_addresses(text)
  return (text:gsub("([%w\128-\255!#$%%&'*+/=?^_`{|}~.-]+)@([%w\128-\255-]+%.[%w\128-\255.-]+)",
    function(localpart, domain)
      local first = localpart:match("^[%z\1-\127\194-\244][\128-\191]*") or ""
      return first .. "***@" .. domain
    end))
end

local function first_string(...)
  for i = 1, select("#", ...) do
    local value = select(i, ...)
    if type(value) == "string" and value ~= "" then return value end
  end
end

local MAX_MESSAGE = 2000

-- What a proxy or load balancer says in HTML or plain text: its title, or its first words.
local function foreign_message(response)
  local body = response.body or ""
  if not body:find("%S") then return nil end
  local text = body:match("<[tT][iI][tT][lL][eE][^>]*>(.-)</") or body:gsub("<[^>]*>", " ")
  text = text:gsub("[%c%s]+", " "):gsub("^ ", ""):gsub(" $", "")
  -- Cut between characters.
  if #text > 200 then text = text:sub(1, 200):gsub("[\194-\244][\128-\191]*$", "") end
  if text == "" then return nil end
  return "the answer is not from SES: " .. text
end

--- The error of an answer whose status is none of success.
-- Its kind is "throttling" for status 429, else "service"; who retries decides by `status` and `code`.
-- Mail addresses in the message are masked.
-- @tparam ?ses.Operation op
-- @tparam table response { status =, headers = (lower-case names), body = }
-- @tparam ?table trace as of `response`
-- @treturn ses.Error with code, message, status, request_id, operation
function parse.error(op, response, trace)
  local headers = response.headers or {}
  local body = decode(response.body or "", trace)
  if type(body) ~= "table" then body = nil end
  local fields = body or {}
  local code = error_code(headers["x-amzn-errortype"]) or error_code(fields.__type) or error_code(fields.code)
    or error_code(fields.Code)
  local message = first_string(fields.message, fields.Message, fields.errorMessage)
    or (not body and foreign_message(response)) or ("HTTP status " .. tostring(response.status))
  return errors.new {
    kind = response.status == 429 and "throttling" or "service",
    code = code or CODE_OF_STATUS[response.status] or "UnknownError",
    message = mask_addresses(message:sub(1, MAX_MESSAGE)), status = response.status,
    request_id = parse.request_id(headers), operation = op and op.name,
  }
end

return parse
