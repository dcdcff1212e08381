--- What may stand in the table of a call: the fields of its operation, of the plain forms of a mail, of the client.
--
-- A description has `fields`, name → function that gives the description of its value; `item`, a function that gives
-- that of the items of a list; and `values`, a list of texts.
-- @module ses.cli.prompt.fields
local bulk_message = require "ses.services.bulk_message"
local config = require "ses.config"
local message = require "ses.services.message"
local model = require "ses.model"
local operations = require "ses.services.operations"
local service = require "ses.services.service"

local fields = {}

local SPELLINGS = { snake = "by_snake", aws = "by_name" }

local function nothing() return nil end

local of_shape

local function member_fields(shape, spelling)
  local found = {}
  for name, member in pairs(shape[SPELLINGS[spelling]]) do
    found[name] = function() return of_shape(member.shape, spelling) end
  end
  return found
end

function of_shape(shape, spelling)
  if shape.enum then return { values = shape.enum } end
  if shape.type == "boolean" then return { words = { "true", "false" } } end
  if shape.type == "structure" then return { fields = member_fields(shape, spelling) } end
  if shape.type == "list" then return { item = function() return of_shape(shape.member, spelling) end } end
  if shape.type == "map" then return { any_field = function() return of_shape(shape.value, spelling) end } end
  return nil
end

local function of_input(operation, spelling)
  local op = model.operation(operation)
  return op and op.input and of_shape(model.shape(op.input), spelling) or nil
end

local function set_of(names)
  local found = {}
  for _, name in ipairs(names) do found[name] = nothing end
  return { fields = found }
end

-- The plain fields beside AWS's own.
local function plain_and(shape, plain)
  local found = member_fields(model.shape(shape), "snake")
  for name in pairs(plain) do found[name] = nothing end
  return { fields = found }
end

local function attachment()
  local found = {}
  for name in pairs(message.ATTACHMENT_FIELDS) do found[name] = nothing end
  found.disposition = function() return { values = { "attachment", "inline" } } end
  return { fields = found }
end

local function attachments() return { item = attachment } end

local BY_HAND = {
  ["emails.send"] = function()
    local mail = plain_and("SendEmailRequest", message.FIELDS)
    mail.fields.attachments = attachments
    return mail
  end,
  ["emails.send_bulk"] = function()
    local mail = plain_and("SendBulkEmailRequest", bulk_message.FIELDS)
    mail.fields.attachments = attachments
    mail.fields.entries = function()
      return { item = function() return plain_and("BulkEmailEntry", bulk_message.ENTRY_FIELDS) end }
    end
    return mail
  end,
}
BY_HAND["emails.send_bulk_parallel"] = BY_HAND["emails.send_bulk"]

local CALL_OPTIONS = { "operation_timeout_ms", "retry_in_doubt", "traceparent", "tracestate" }

local function is_iterator(method, known, operation)
  if not model.operation(operation).pagination then return false end
  local each, pages = service.iterator_names(known)
  return method == each or method == pages
end

-- The operation of a method, be it one of its iterators.
local function operation_of(name, method)
  for known, operation in pairs(operations[name] or {}) do
    if known == method or is_iterator(method, known, operation) then return operation end
  end
end

local function of_method(name, method, index)
  if index == 2 then return set_of(CALL_OPTIONS) end
  local by_hand = BY_HAND[name .. "." .. method]
  if by_hand then return by_hand() end
  local operation = operation_of(name, method)
  return operation and of_input(operation, "snake")
end

local NAMES_OPERATION = { call = true, presign = true, pages = true }

local function operation_names() return { values = model.operations() } end

--- The description of an argument.
-- @tparam table path the names that the function is called by
-- @tparam integer index which argument
-- @tparam ?string first the first argument, where it is a text
-- @treturn ?table
function fields.of_argument(path, index, first)
  if #path == 2 and path[1] == "ses" and path[2] == "client" then return set_of(config.names()) end
  if path[1] ~= "client" then return nil end
  if #path == 2 and NAMES_OPERATION[path[2]] then
    if index == 1 then return operation_names() end
    if index == 2 and first then return of_input(first, "aws") end
    return index == 3 and path[2] == "call" and set_of(CALL_OPTIONS) or nil
  end
  return #path == 3 and of_method(path[2], path[3], index) or nil
end

--- The description of what is in a frame of ses.cli.prompt.place.
-- @tparam ?table frame
-- @treturn ?table
function fields.of_frame(frame)
  if not frame then return nil end
  if frame.call then return fields.of_argument(frame.call, 1) end
  if frame.argument then
    local call = frame.argument.call
    return call and fields.of_argument(call, frame.argument.index, frame.argument.first)
  end
  local above = fields.of_frame(frame.above)
  if not above then return nil end
  if frame.is_item then return above.item and above.item() end
  return frame.of_key and fields.of_field(above, frame.of_key)
end

--- The description of a field's value.
-- @tparam table description
-- @tparam string name
-- @treturn ?table
function fields.of_field(description, name)
  local field = description.fields and description.fields[name] or description.any_field
  return field and field()
end

return fields
