-- Values made from the model: for each shape one that is valid.
local json = require "ses.model.json"

local model_values = {}

-- What a pattern or a rule of ses.pipeline.rules asks for; the patterns that the model could not take over are
-- met as well.
local SAMPLES = {
  AdditionalContactEmailAddress = "ops@example.com",
  ArchiveArn = "arn:aws:ses:eu-west-1:123456789012:mailmanager-archive/a-0123456789abcdefghijklmnop",
  ConfigurationSetName = "set_1-a",
  EmailAddress = "ops/é+1@example.com",
  EmailTemplateData = '{"name":"é"}',
  EndpointId = "abcdef12.456",
  EndpointName = "two_regions-1",
  Identity = "ops/é+1@bücher.example",
  InsightsEmailAddress = "ops/é+1@example.com",
  MessageHeaderName = "X-Campaign",
  MessageHeaderValue = "spring; 2024",
  MessageTagName = "campaign",
  MessageTagValue = "spring_2024-a",
  NextTokenV2 = "TmV4dA==",
  PrivateKey = "TUlJRXBB",
  S3Url = "s3://bucket/folder/file.csv",
  Selector = "s2024",
  WebsiteURL = "https://example.com/",
}

-- What becomes a part of a mail's head has no control characters.
local ONE_LINE = {
  AttachmentContentDescription = true, AttachmentContentId = true, AttachmentContentType = true,
  AttachmentFileName = true, EmailTemplateSubject = true,
}

local function one_line(text) return (text:gsub("%c", " ")) end

local makers = {}

-- How values are made: by a style, which is
--   { optional = function() → whether a member that may be absent is there,
--     count = function() → items of a list or map, pick = function(list) → an item,
--     string =, integer =, long =, double =, timestamp =, blob = (each a function(shape) → a value) }
local function make(shape, style)
  return makers[shape.type](shape, style)
end

model_values.make = make

local function member_value(member, style)
  local value = make(member.shape, style)
  -- What is a part of the path is there, and no step of it.
  if member.location == "uri" and (value == "" or value == "." or value == "..") then return value .. "x" end
  return value
end

function makers.structure(shape, style)
  local value = {}
  if shape.union then
    local member = style.pick(shape.members)
    return { [member.name] = make(member.shape, style) }
  end
  for _, member in ipairs(shape.members) do
    if member.required or style.optional() then value[member.name] = member_value(member, style) end
  end
  if shape.name == "Message" then value.Subject.Data = one_line(value.Subject.Data) end
  return value
end

local function count_of(shape, style)
  return math.min(math.max(shape.min or 0, style.count()), shape.max or 100)
end

function makers.list(shape, style)
  local value = {}
  for i = 1, count_of(shape, style) do value[i] = make(shape.member, style) end
  return value
end

function makers.map(shape, style)
  local value = {}
  for i = 1, count_of(shape, style) do
    local key = shape.key.enum and shape.key.enum[i] or "Key " .. i .. " é"
    if key then value[key] = make(shape.value, style) end
  end
  return value
end

function makers.string(shape, style)
  local value = style.string(shape)
  return ONE_LINE[shape.name] and one_line(value) or value
end

for _, kind in ipairs { "integer", "long", "double", "timestamp", "blob" } do
  makers[kind] = function(shape, style) return style[kind](shape) end
end

function makers.boolean(_, style) return style.pick { true, false } end

local function first(list) return list[1] end

local function last(list) return list[#list] end

-- A style whose strings are `text`, and whose other values are always the same.
local function fixed(text, style)
  function style.string(shape)
    if SAMPLES[shape.name] then return SAMPLES[shape.name] end
    if shape.enum then return style.pick(shape.enum) end
    local long = text
    while #long < (shape.min or 0) do long = long .. long end
    return long:sub(1, shape.max)
  end
  function style.integer(shape) return shape.min or 7 end
  function style.long(shape) return shape.min or 2 ^ 40 end
  function style.double() return 0.1 end
  function style.timestamp() return 1709209800 end
  function style.blob() return "\0\255\254 bytes" end
  return style
end

local function never() return false end

local function always() return true end

-- Only what is required.
function model_values.minimal(shape)
  return make(shape, fixed("a", { optional = never, count = function() return 0 end, pick = first }))
end

-- Every member, lists and maps with two items.
function model_values.full(shape)
  return make(shape, fixed('a/b "c"\\ \n+&=?# é', {
    optional = always, count = function() return 2 end, pick = last,
  }))
end

function model_values.random(shape)
  local count = math.random(0, 3)
  return make(shape, fixed("t" .. math.random(1, 1e6), {
    optional = function() return math.random() < 0.5 end, count = function() return count end,
    pick = function(list) return list[math.random(#list)] end,
  }))
end

-- The JSON value that stands for `value`: what a reader of the body must find.
function model_values.as_json(shape, value)
  local kind = shape.type
  if kind == "blob" then return require("ses.core").base64.encode(value) end
  if kind == "long" or kind == "timestamp" then return json.decode(json.number(value)) end
  if type(value) ~= "table" then return value end
  local out = {}
  for key, item in pairs(value) do
    local inner = kind == "structure" and shape.by_name[key].shape or shape.member or shape.value
    out[key] = model_values.as_json(inner, item)
  end
  return out
end

-- The same for a reader who does not know the model: a time is { $time = seconds }, bytes are
-- { $blob = base64 }, and lists are marked as such. Members that the shape does not know stay as they are.
function model_values.tagged(shape, value)
  local kind = shape and shape.type
  if kind == "blob" then return { ["$blob"] = require("ses.core").base64.encode(value) } end
  if kind == "timestamp" then return { ["$time"] = value } end
  if type(value) ~= "table" then return value end
  local out = kind == "list" and json.list() or {}
  for key, item in pairs(value) do
    local member = kind == "structure" and shape.by_name[key]
    local inner = kind == "list" and shape.member or kind == "map" and shape.value or member and member.shape
    out[key] = model_values.tagged(inner, item)
  end
  return out
end

return model_values
