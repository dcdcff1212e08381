-- Values made from the model: for each shape one that is valid.
local json = require "ses.model.json"

local model_values = {}

-- What a pattern asks for; the patterns that the model could not take over are met as well.
local SAMPLES = {
  AdditionalContactEmailAddress = "ops@example.com",
  ArchiveArn = "arn:aws:ses:eu-west-1:123456789012:mailmanager-archive/a-0123456789abcdefghijklmnop",
  EndpointName = "two_regions-1",
  MessageHeaderName = "X-Campaign",
  MessageHeaderValue = "spring; 2024",
  NextTokenV2 = "TmV4dA==",
  PrivateKey = "TUlJRXBB",
  S3Url = "s3://bucket/folder/file.csv",
  Selector = "s2024",
  WebsiteURL = "https://example.com/",
}

local makers = {}

-- `style` is { optional = function() → bool, count = items of a list, pick = function(list) }.
local function make(shape, style)
  return makers[shape.type](shape, style)
end

function makers.structure(shape, style)
  local value = {}
  if shape.union then
    local member = style.pick(shape.members)
    return { [member.name] = make(member.shape, style) }
  end
  for _, member in ipairs(shape.members) do
    if member.required or style.optional() then value[member.name] = make(member.shape, style) end
  end
  return value
end

function makers.list(shape, style)
  local value = {}
  local count = math.min(math.max(shape.min or 0, style.count), shape.max or 100)
  for i = 1, count do value[i] = make(shape.member, style) end
  return value
end

function makers.map(shape, style)
  local value = {}
  local count = math.min(math.max(shape.min or 0, style.count), shape.max or 100)
  for i = 1, count do
    local key = shape.key.enum and shape.key.enum[i] or "Key " .. i .. " é"
    if key then value[key] = make(shape.value, style) end
  end
  return value
end

function makers.string(shape, style)
  if SAMPLES[shape.name] then return SAMPLES[shape.name] end
  if shape.enum then return style.pick(shape.enum) end
  local text = style.text
  while #text < (shape.min or 0) do text = text .. text end
  return text:sub(1, shape.max)
end

function makers.integer(shape) return shape.min or 7 end

function makers.long(shape) return shape.min or 2 ^ 40 end

function makers.double() return 0.1 end

function makers.boolean(_, style) return style.pick { true, false } end

function makers.timestamp() return 1709209800 end

function makers.blob() return "\0\255\254 bytes" end

-- Only what is required.
function model_values.minimal(shape)
  return make(shape, {
    optional = function() return false end, count = 0, pick = function(list) return list[1] end, text = "a",
  })
end

-- Every member, lists and maps with two items.
function model_values.full(shape)
  return make(shape, {
    optional = function() return true end, count = 2, pick = function(list) return list[#list] end,
    text = 'a/b "c"\\ \n+&=?# é',
  })
end

function model_values.random(shape)
  return make(shape, {
    optional = function() return math.random() < 0.5 end, count = math.random(0, 3),
    pick = function(list) return list[math.random(#list)] end, text = "t" .. math.random(1, 1e6),
  })
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

return model_values
