--- What `client.templates` has besides SES's operations and its cache: templates checked and rendered here.
--
-- Each takes a template as
--
-- * its name at SES (letters, digits, `_` and `-`, 64 at most), which is asked for once within `cache_ttl_ms`;
-- * a table { subject =, html =, text = }, as far as it has them;
-- * any other string: a text alone, in which nothing is escaped.
--
-- For the last two nothing is sent anywhere.
-- @module ses.template.methods
local errors = require "ses.errors"
local lazy = require "ses.lazy"
local template_lookup = require "ses.services.template_lookup"

local lint = lazy "ses.template.lint"

local methods = {}
for name, fn in pairs(template_lookup) do methods[name] = fn end

local PARTS = { "subject", "html", "text" }
local MAX_NAME = 64

local function is_name(text)
  return #text <= MAX_NAME and text:find "^[%w_-]+$" ~= nil
end

local function stored(self, name)
  local found, err = self:lookup { template_name = name }
  if not found then return nil, err end
  local parts, content = {}, found.template_content or {}
  for _, part in ipairs(PARTS) do
    if type(content[part]) == "string" and content[part] ~= "" then parts[part] = content[part] end
  end
  return parts
end

local function parts_of(self, template)
  if type(template) == "table" then return template end
  if type(template) ~= "string" then
    return nil, errors.new {
      kind = "validation", code = "InvalidParameter", field = "template",
      message = "template must be a name, a text, or a table { subject =, html =, text = }, not a " .. type(template),
    }
  end
  if is_name(template) then return stored(self, template) end
  return { text = template }
end

local function check(self, template, data, options)
  local parts, err = parts_of(self, template)
  if not parts then return nil, err end
  return lint.check(parts, data, options)
end

--- Renders a template as SES would.
-- @tparam string|table template see the head of this module
-- @tparam ?table data decoded JSON or plain Lua tables
-- @tparam ?table options as for `ses.template.compile_message`: `escape` = false, and limits
-- @treturn table { subject =, html =, text =, warnings = }: the parts that the template has, and what is to be
--   known of it (see `ses.template.lint`)
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "validation" with `part`, `line`, `column` and `attribute`; or as of any call, where
--   the template is at SES
function methods:preview(template, data, options)
  local found, err = check(self, template, data == nil and {} or data, options)
  if not found then return nil, err end
  found.rendered.warnings = found.warnings
  return found.rendered
end

--- Whether a template compiles and, where there are data, can be rendered with them.
-- @tparam string|table template see the head of this module
-- @tparam ?table data
-- @tparam ?table options as for `preview`
-- @treturn table a list of warnings, empty where there is nothing to tell (see `ses.template.lint`)
-- @treturn[2] nil
-- @treturn[2] ses.Error as of `preview`
function methods:validate(template, data, options)
  local found, err = check(self, template, data, options)
  if not found then return nil, err end
  return found.warnings
end

--- The attributes that every rendering of a template needs, over all its parts; see `Template:variables`.
-- @tparam string|table template see the head of this module
-- @treturn table a list of dotted paths, in their order, each once
-- @treturn[2] nil
-- @treturn[2] ses.Error as of `preview`
function methods:variables(template)
  local found, err = check(self, template)
  if not found then return nil, err end
  return found.variables
end

return methods
