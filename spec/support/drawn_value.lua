-- Values drawn from all that the model's shapes allow, the same for one seed on every Lua.
local json = require "ses.model.json"
local model_values = require "spec.support.model_values"

local LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
local WORD = LETTERS .. "0123456789"

-- Each character on its own.
local function characters(...)
  local list = {}
  for char in table.concat({ ... }):gmatch("[%z\1-\127\194-\244][\128-\191]*") do list[#list + 1] = char end
  return list
end

local TEXT = characters(" !\"#$%&'()*+,-./0129:;<=>?@[\\]^_`{|}~//%%++abcxyzABCXYZ", "üéßሴ日本😀",
  "\194\160\226\128\168\239\187\191\t\n\r\127")

local PRINTABLE, NAME = {}, {}
for byte = 32, 126 do
  local char = string.char(byte)
  PRINTABLE[#PRINTABLE + 1] = char
  if char ~= " " and char ~= ":" then NAME[#NAME + 1] = char end
end

-- Characters of a text, within the shape's limits, which are met now and then.
local function text_of(pick, shape)
  local least, most = shape.min or 0, shape.max or 60
  if most > 60 and not pick.chance(5) then most = math.max(least, 60) end
  local out = {}
  for i = 1, least + pick.below(math.min(most, 5000) - least + 1) do out[i] = pick.one(TEXT) end
  return table.concat(out)
end

local function address(pick)
  local place = pick.one { "@example.com", "@sub.example.org", "@bücher.example", "@xn--bcher-kva.example" }
  return pick.text(WORD .. "+-_/'=%&", 1, 12) .. pick.one { "", "é" } .. place
end

-- By the names of the shapes that are more than a text.
local drawn = {
  AdditionalContactEmailAddress = address,
  EmailAddress = address,
  InsightsEmailAddress = address,
}

function drawn.ArchiveArn(pick)
  return "arn:aws:ses:eu-west-1:" .. pick.text("0123456789", 12, 12) .. ":mailmanager-archive/a-"
    .. pick.text("abcdefghij0123456789", 24, 62)
end

function drawn.EmailTemplateData(pick)
  return json.encode { [pick.text(TEXT, 1, 8)] = pick.text(TEXT, 0, 20), number = pick.below(1000) / 8 }
end

function drawn.EndpointId(pick)
  return pick.text("abcdefghij0123456789", 1, 20) .. "." .. pick.text("abcdefghij0123456789", 1, 5)
end

function drawn.EndpointName(pick) return pick.text(WORD .. "_-", 1, 64) end

function drawn.ConfigurationSetName(pick) return pick.text(WORD .. "_-", 1, 64) end

function drawn.Identity(pick)
  return pick.chance(50) and address(pick) or pick.one { "example.com", "bücher.example", "a-b.sub.example.org" }
end

function drawn.MessageTagName(pick) return pick.text(WORD .. "_-", 1, 256) end

function drawn.MessageTagValue(pick) return pick.text(WORD .. "_-", 0, 256) end

function drawn.MessageHeaderName(pick) return pick.text(NAME, 1, 126) end

function drawn.MessageHeaderValue(pick) return pick.text(PRINTABLE, 1, 200) end

function drawn.NextTokenV2(pick)
  return pick.text(WORD .. "+/", 4, 4):rep(1 + pick.below(9)) .. pick.one { "", "QQ==", "aa8=" }
end

function drawn.PrivateKey(pick) return pick.text(WORD .. "+/", 1, 400) .. pick.one { "", "=", "==" } end

function drawn.S3Url(pick)
  return "s3://" .. pick.text(WORD .. "-.", 3, 20) .. "/" .. pick.text(characters(WORD, "/ é"), 0, 20) .. "x"
end

function drawn.Selector(pick) return pick.text(WORD, 1, 1) .. pick.text(WORD .. "-", 0, 61) .. pick.text(WORD, 1, 1) end

function drawn.WebsiteURL(pick)
  return "https://example.com/" .. pick.text(characters(WORD, "/+%é"), 0, 30) .. pick.one { "", "?a=b&c", "#part" }
end

local function drawing_style(pick)
  local style = { pick = pick.one }
  function style.optional() return pick.chance(50) end
  function style.count() return pick.below(4) end
  function style.string(shape)
    if drawn[shape.name] then return drawn[shape.name](pick) end
    -- A service that is newer than the model knows more of them.
    if shape.enum then return pick.chance(5) and "NEWER_THAN_THE_MODEL" or pick.one(shape.enum) end
    return text_of(pick, shape)
  end
  function style.integer(shape)
    if shape.max then return shape.min + pick.below(shape.max - shape.min + 1) end
    return pick.one { 0, 1, -1, 100, 2147483647, -2147483648, pick.below(65536) * 32768 }
  end
  function style.long(shape)
    if shape.max then return shape.min + pick.below(shape.max - shape.min + 1) end
    return pick.one { 0, 2 ^ 31, -2 ^ 31 - 1, 2 ^ 53 - 1, 1 - 2 ^ 53, pick.below(65536) * 2 ^ 36 + 1 }
  end
  function style.double()
    return pick.one { 0, 0.1, -1.5, 1e21, 1e-7, 100, 14, 1 / 3, pick.below(65536) / 1000, 123456789.125 }
  end
  function style.timestamp()
    local seconds = pick.below(65536) * 65536 + pick.below(65536) - 2 ^ 31
    return pick.chance(40) and seconds + pick.below(1000) / 1000 or seconds
  end
  function style.blob()
    local out = {}
    for i = 1, pick.chance(10) and 3000 or pick.below(40) do out[i] = string.char(pick.below(256)) end
    return table.concat(out)
  end
  return style
end

-- A valid value of `shape`, by a picker of spec.support.random.
return function(shape, pick)
  return model_values.make(shape, drawing_style(pick))
end
