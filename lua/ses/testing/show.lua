--- Mails as text, for whoever reads why a spec failed.
-- @module ses.testing.show
local json = require "ses.model.json"

local show = {}

local ORDER = {
  "from", "to", "cc", "bcc", "reply_to", "subject", "template", "data", "text", "html", "headers", "attachments",
  "tags", "config_set", "raw", "message_id", "times",
}

local LONGEST = 200

local function cut(text, write)
  if #text <= LONGEST then return write(text) end
  -- Between characters.
  local head = text:sub(1, LONGEST):gsub("[\194-\244][\128-\191]*$", "")
  return write(head) .. ("… (%d bytes)"):format(#text)
end

local function name_of(attachment)
  return type(attachment) == "table" and attachment.filename or tostring(attachment)
end

local function list_of(value)
  local out = {}
  for i, item in ipairs(value) do
    out[i] = type(item) == "table" and item.email or name_of(item)
  end
  return table.concat(out, ", ")
end

local function text_of(name, value)
  if type(value) == "string" then
    local is_prose = name == "subject" or name == "text" or name == "html" or name == "raw"
    return cut(value, is_prose and json.quote or tostring)
  end
  if type(value) ~= "table" then return type(value) == "function" and "(function)" or tostring(value) end
  local meta = getmetatable(value)
  if meta and meta.__call then return "(matcher)" end
  if value.email then return value.email end
  if value[1] ~= nil then return cut(list_of(value), tostring) end
  local ok, text = pcall(json.encode, value)
  return cut(ok and text or tostring(value), tostring)
end

local function worth(name, value)
  if value == nil or name == "message_id" or name == "raw" then return false end
  return type(value) ~= "table" or next(value) ~= nil
end

--- The fields of a mail, or of what is expected of one, each a line.
-- @tparam table mail
-- @tparam string indent
-- @treturn string
function show.mail(mail, indent)
  local lines = {}
  for _, name in ipairs(ORDER) do
    local value = mail[name]
    if worth(name, value) then lines[#lines + 1] = ("%s%-12s%s"):format(indent, name, text_of(name, value)) end
  end
  return #lines > 0 and table.concat(lines, "\n") or indent .. "(anything)"
end

local MOST = 10

--- Mails, those with the fewest differences first, each by its number in the order of sending; the first ten.
-- @tparam {ses.testing.Mail,...} list
-- @tparam function differences function(mail) → list of names of fields
-- @treturn string
function show.list(list, differences)
  local rows = {}
  for i, mail in ipairs(list) do rows[i] = { at = i, mail = mail, differences = differences(mail) } end
  table.sort(rows, function(a, b)
    if #a.differences ~= #b.differences then return #a.differences < #b.differences end
    return a.at < b.at
  end)
  local blocks = {}
  for i = 1, math.min(#rows, MOST) do
    local row = rows[i]
    local said = #row.differences == 0 and "as expected" or "differs in " .. table.concat(row.differences, ", ")
    blocks[i] = ("%3d. %s\n%s"):format(row.at, said, show.mail(row.mail, "     "))
  end
  if #rows > MOST then blocks[#blocks + 1] = ("and %d more"):format(#rows - MOST) end
  return table.concat(blocks, "\n")
end

return show
