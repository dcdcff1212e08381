--- The template operations, and the compiled templates that sending uses.
-- @module ses.emulator.templates
local compose = require "ses.emulator.compose"
local crud = require "ses.emulator.crud"
local errors = require "ses.emulator.errors"
local json = require "ses.model.json"
local resources = require "ses.emulator.resources"
local template = require "ses.template"

local templates = {}

templates.collection = resources.collection {
  kind = "template", newest_first = true, missing = "Template %s does not exist.",
  exists = "Template %s already exists.", limit = 20000, full = "Maximum number of templates reached.",
}

-- Compiled messages by template name, and by the text of inline templates.
local by_name, by_text, texts = {}, {}, 0
local MAX_TEXTS = 200

local function compile(content)
  local message, err = template.compile_message {
    subject = content.Subject, html = content.Html, text = content.Text,
  }
  if message then return message end
  return errors.fail("BadRequestException", "Template is invalid: %s", err.message)
end

local function check_content(content)
  if not content.Subject and not content.Text and not content.Html then
    return errors.fail("BadRequestException", "Template must have at least a subject, text, or html part.")
  end
  return compile(content)
end

--- Compiles an inline template.
-- @tparam table content { Subject =, Html =, Text = }
-- @treturn ?table a compiled message
-- @treturn ?table the error that SES answers
function templates.inline(content)
  local key = table.concat({ content.Subject or "", content.Html or "", content.Text or "" }, "\0")
  if by_text[key] then return by_text[key] end
  local message, err = check_content(content)
  if not message then return nil, err end
  if texts >= MAX_TEXTS then by_text, texts = {}, 0 end
  by_text[key], texts = message, texts + 1
  return message
end

--- The compiled message of a stored template.
-- @tparam string name
-- @treturn ?table a compiled message
-- @treturn ?table the error that SES answers
function templates.stored(name)
  if by_name[name] then return by_name[name] end
  local entry, missing = templates.collection:get(name)
  if not entry then return nil, missing end
  local message, err = compile(entry.value.TemplateContent)
  if not message then return nil, err end
  by_name[name] = message
  return message
end

--- What a Template member of an input refers to.
-- @tparam table source { TemplateName = | TemplateArn = | TemplateContent = }
-- @treturn ?table a compiled message
-- @treturn ?table|string the error that SES answers; else the template's name, nil for an inline one
function templates.find(source)
  local name = source.TemplateName or (source.TemplateArn and source.TemplateArn:match("template/(.+)$"))
  if (name and 1 or 0) + (source.TemplateContent and 1 or 0) ~= 1 then
    return errors.fail("BadRequestException",
      "Template must specify exactly one of TemplateName, TemplateArn, or TemplateContent.")
  end
  if not name then return templates.inline(source.TemplateContent) end
  local message, err = templates.stored(name)
  if not message then return nil, err end
  return message, name
end

--- The data of a template from its JSON.
-- @tparam ?string text none is an empty object
-- @treturn ?table
-- @treturn ?string what is wrong
function templates.data(text)
  if text == nil or text == "" then return {} end
  local data = json.decode(text)
  if type(data) ~= "table" or not text:find("^%s*{") then return nil, "Template data is not a valid JSON object." end
  return data
end

local operations = crud.operations(templates.collection, {
  name = "TemplateName", check = function(value) return check_content(value.TemplateContent) end,
})

-- An operation that makes what is compiled of a template stale.
local function changing(operation)
  return function(params, context)
    by_name[params.TemplateName] = nil
    return operation(params, context)
  end
end

--- CreateEmailTemplate.
templates.create = changing(operations.create)

--- GetEmailTemplate.
templates.get = operations.get

--- UpdateEmailTemplate.
templates.update = changing(operations.update)

--- DeleteEmailTemplate.
templates.delete = changing(operations.delete)

--- ListEmailTemplates: the newest first.
function templates.list(params)
  return templates.collection:list("TemplatesMetadata", params, { default = 10, max = 100, show = function(entry)
    return { TemplateName = entry.name, CreatedTimestamp = entry.created }
  end })
end

--- TestRenderEmailTemplate.
function templates.test_render(params, context)
  local message, err = templates.stored(params.TemplateName)
  if not message then return nil, err end
  local data, reason = templates.data(params.TemplateData)
  if not data then return errors.fail("BadRequestException", reason) end
  local rendered
  rendered, err = message:render(data)
  if not rendered then return errors.fail("BadRequestException", "%s", err.message) end
  local source
  source, err = compose.preview(rendered, context.now)
  if not source then return nil, err end
  return { RenderedTemplate = source }
end

--- Forgets what is compiled.
function templates.reset() by_name, by_text, texts = {}, {}, 0 end

return templates
