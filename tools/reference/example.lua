-- A short call of each operation, made from its shape and from what the words add.
local model = require "ses.model"
local names = require "ses.model.names"

local example = {}

local SAMPLE = {
  AmazonResourceName = "arn:aws:ses:eu-west-1:123456789012:identity/lantern.example",
  CampaignId = "4f0c2d7a", CertificateArn = "arn:aws:acm:eu-west-1:123456789012:certificate/4f0c2d7a",
  ConfigurationSetName = "newsletter", ContactListName = "readers", DestinationPoolName = "letters",
  DisplayName = "News of the shop", EmailAddress = "siobhan@example.com", EmailIdentity = "lantern.example",
  EndpointName = "two-regions", EventDestinationName = "to-sns",
  FailureRedirectionURL = "https://lantern.example/failed", FromEmailAddress = "letters@lantern.example",
  Ip = "192.0.2.10", JobId = "7a1f3c52", MessageId = "0102018f6e1c4a2b-example", PolicyName = "partner",
  Policy = '{"Version":"2012-10-17","Statement":[]}', PoolName = "letters", Reason = "COMPLAINT",
  ReportId = "2b9d64e1", ReputationEntityPolicy = "arn:aws:ses:eu-west-1:aws:reputation-policy/standard",
  ReputationEntityReference = "arn:aws:ses:eu-west-1:123456789012:tenant/ada/tn-1", ReputationEntityType = "RESOURCE",
  ResourceArn = "arn:aws:ses:eu-west-1:123456789012:configuration-set/newsletter",
  SuccessRedirectionURL = "https://lantern.example/verified", TemplateName = "welcome",
  TemplateSubject = "Please confirm your address", TenantName = "ada", VdmEnabled = "ENABLED",
}

local value_of

local function structure(shape)
  local value = {}
  for _, member in ipairs(shape.members) do
    if member.required then value[member.snake] = value_of(member) end
  end
  return value
end

function value_of(member)
  local shape = member.shape
  if SAMPLE[member.name] ~= nil then return SAMPLE[member.name] end
  if shape.enum then return shape.enum[1] end
  if shape.type == "structure" then return structure(shape) end
  return nil
end

--- The input of the example, in snake_case.
-- @tparam table entry of tools.reference.catalogue
-- @treturn table
function example.input(entry)
  local words = entry.words
  -- A form of our own is all there is to it: AWS's shape beside it would say the same twice.
  if words.forms then return words.example end
  local input = structure(model.shape(entry.op.input))
  for name, value in pairs(words.example or {}) do input[name] = value end
  return input
end

local function quote(text)
  local quoted = text:find('"', 1, true) and not text:find("'", 1, true) and "'" .. text .. "'"
  return quoted or '"' .. text:gsub('[\\"]', "\\%0"):gsub("\n", "\\n") .. '"'
end

local function is_list(value)
  return value[1] ~= nil
end

local WIDTH = 76

local constructor

local function parts_of(value, indent, order)
  local parts = {}
  if is_list(value) then
    for i, item in ipairs(value) do parts[i] = constructor(item, indent) end
    return parts
  end
  local keys = {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b)
    local before, after = order and order[a] or math.huge, order and order[b] or math.huge
    if before ~= after then return before < after end
    return a < b
  end)
  for i, key in ipairs(keys) do parts[i] = key .. " = " .. constructor(value[key], indent) end
  return parts
end

function constructor(value, indent, order)
  if type(value) == "string" then return quote(value) end
  if type(value) ~= "table" then return tostring(value) end
  if next(value) == nil then return "{}" end
  local flat = "{ " .. table.concat(parts_of(value, indent, order), ", ") .. " }"
  if #flat + #indent <= WIDTH and not flat:find("\n") then return flat end
  local inner = indent .. "  "
  return "{\n" .. inner .. table.concat(parts_of(value, inner, order), ",\n" .. inner) .. ",\n" .. indent .. "}"
end

-- The order in which a mail is read.
local ORDER = {}
for i, name in ipairs { "from", "to", "template", "subject", "text", "data", "email_identity", "template_name" } do
  ORDER[name] = i
end

local PRINTABLE = { string = true, integer = true, long = true, double = true, boolean = true, timestamp = true }

-- The first member of a structure that says something when it is printed.
local function printable(shape)
  for _, member in ipairs(shape and shape.members or {}) do
    if PRINTABLE[member.shape.type] and member.name ~= "NextToken" then return member.snake end
  end
  return nil
end

local function iteration(entry, call)
  local output = model.shape(entry.op.output)
  local items = output.by_name[entry.op.pagination.result_key].shape
  local field = items.type == "list" and printable(items.member)
  return table.concat({
    ("for item, err in client.%s:%s %s do"):format(entry.service, entry.each, call),
    "  if not item then return print(err) end",
    ("  print(item%s)"):format(field and "." .. field or ""),
    "end",
  }, "\n")
end

--- The example as Lua, ready to run.
-- @tparam table entry of tools.reference.catalogue
-- @treturn string
function example.code(entry)
  local input = example.input(entry)
  local call = constructor(input, "", ORDER)
  local lines = { 'local client = assert(require("ses").client { region = "eu-west-1" })', "" }
  if entry.each then
    lines[#lines + 1] = iteration(entry, call)
    return table.concat(lines, "\n")
  end
  local field = entry.words.prints or printable(model.shape(entry.op.output))
  lines[#lines + 1] = ("local result, err = client.%s:%s %s"):format(entry.service, entry.method,
    next(input) and call or "{}")
  lines[#lines + 1] = "if not result then return print(err) end"
  if field then lines[#lines + 1] = "print(result." .. field .. ")" end
  return table.concat(lines, "\n")
end

--- The input of the example in AWS's names, where it has AWS's shape.
-- @treturn ?table
function example.request(entry)
  if entry.words.forms then return nil end
  return names.to_aws(entry.op.input, example.input(entry))
end

return example
