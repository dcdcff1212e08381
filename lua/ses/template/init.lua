--- Templates of Amazon SES, rendered and checked without Amazon SES.
--
-- The language is the subset of Handlebars that SES documents: `{{a.b}}`, `{{{raw}}}`, `{{&raw}}`,
-- comments, `#if` / `else` / `else if`, `#unless`, `#each` (`@index`, `@key`, `@first`, `@last`,
-- `this`, `../`), `#with`, inline partials (`{{#*inline "name"}}`, `{{> name}}`), `@root`,
-- white-space control (`~` and tags alone on their line), `\{{`.
--
-- Where SES differs from Handlebars, or Lua from JavaScript:
--
-- * An attribute that is missing or null where `{{…}}` would print it fails the rendering, as in SES.
--   `#if`, `#unless`, `#each` and `#with` take it for empty.
-- * An object where text is needed fails too, instead of printing `[object Object]`.
-- * An empty Lua table counts as an empty list, whether it was `[]` or `{}`; `#each` over an object
--   goes by sorted keys.
-- * Text is escaped in the HTML part alone. SES's guide says that it does not escape there at all;
--   `escape = false` renders so.
-- @module ses.template
local charset = require "ses.mail.charset"
local compiler = require "ses.template.compiler"
local errors = require "ses.errors"
local grammar = require "ses.template.grammar"
local header = require "ses.mail.header"
local place = require "ses.template.place"
local suggest = require "ses.suggest"

local template = {}

--- Limits, each of which an option of the same name changes.
template.LIMITS = {
  max_size = 500 * 1024,             -- bytes of a template's text, as in SES
  max_depth = 100,                   -- how deep blocks nest, chained {{else if}} included
  max_output = 10 * 1024 * 1024,     -- bytes of rendered text
  max_steps = 5 * 1000 * 1000,       -- nodes run in one rendering
  max_partial_depth = 32,            -- how deep partials call each other
}

--- The attribute in whose place SES puts a link to unsubscribe by, where ListManagementOptions are given. Source:
-- "Using subscription management", Amazon SES Developer Guide.
template.UNSUBSCRIBE_URL = "amazonSESUnsubscribeUrl"

local OPTIONS = { "html", "escape" }
for name in pairs(template.LIMITS) do OPTIONS[#OPTIONS + 1] = name end

local function compile_error(text, fault, part)
  local where = part and part .. ": " or ""
  local line, column
  if fault.position then
    line, column = place(text, fault.position)
    where = ("%sline %d, column %d: "):format(where, line, column)
  end
  return errors.new {
    kind = "validation", code = "InvalidTemplate", message = where .. fault.message, line = line,
    column = column, part = part, field = part,
  }
end

local function render_error(text, fault, part)
  local line, column
  if fault.position then line, column = place(text, fault.position) end
  return errors.new {
    kind = "validation", code = fault.code or "InvalidRenderingParameter", message = fault.message,
    attribute = fault.attribute, field = fault.attribute, line = line, column = column, part = part,
  }
end

local function limits_of(options)
  local limits = {}
  for name, default in pairs(template.LIMITS) do limits[name] = options[name] or default end
  return limits
end

-- Adds the paths that a program prints whatever the data are. No rendering goes deeper into partials
-- than `calls` allows.
local function collect(program, found, seen, calls)
  for _, node in ipairs(program) do
    if node.type == "output" then
      local path = node.path
      local attribute = path.data and path[1] == "root" and path[2] or (not path.data and path[1])
      if attribute and path.up == 0 and not found[path.text] then
        found[path.text] = true
        found[#found + 1] = path.text
      end
    elseif node.type == "partial" and not node.param and not seen[node.target] and calls > 0 then
      seen[node.target] = true
      collect(node.target.program, found, seen, calls - 1)
    end
  end
end

local function check_options(options, known)
  for name in pairs(options) do
    if not known[name] and template.LIMITS[name] == nil then
      return errors.new {
        kind = "validation", code = "InvalidParameter", field = tostring(name),
        message = ("'%s' is no option of a template"):format(tostring(name))
          .. suggest.hint(tostring(name), OPTIONS),
      }
    end
  end
end

---@class ses.Template
local Template = { __name = "ses.Template" }
Template.__index = Template

function Template:__tostring()
  return ("ses.Template(%d bytes)"):format(#self._text)
end

--- Renders the template.
-- @tparam ?table data decoded JSON or plain Lua tables; the null of a JSON decoder counts as missing
-- @treturn string|nil
-- @treturn ?ses.Error kind "validation"; code "MissingRenderingAttribute" with `attribute`, the path
--   as the template has it, or "InvalidRenderingParameter"; `line` and `column` of the tag
function Template:render(data)
  if data == nil then data = {} end
  if type(data) ~= "table" then
    return nil, render_error(self._text, { message = "rendering data must be an object" }, self._part)
  end
  local text, fault = compiler.run(self._program, data, self._limits)
  if not text then return nil, render_error(self._text, fault, self._part) end
  return text
end

--- The attributes that every rendering needs: paths that a `{{…}}` outside of all blocks prints, in
-- their order, each once. What stands inside `#if`, `#unless`, `#each` or `#with` is not counted, for
-- it depends on the data; what an inline partial prints counts where the partial is called outside of
-- all blocks without a context of its own.
-- @treturn table a list of dotted paths
function Template:variables()
  local list = {}
  for i, name in ipairs(self._variables) do list[i] = name end
  return list
end

local function compile(text, options, part)
  if type(text) ~= "string" then
    return nil, compile_error("", { message = "a template must be a string" }, part)
  end
  local limits = limits_of(options)
  if #text > limits.max_size then
    return nil, compile_error(text, { message = ("is longer than %d bytes"):format(limits.max_size) }, part)
  end
  if not charset.is_utf8(text) then
    return nil, compile_error(text, { message = "must be UTF-8" }, part)
  end
  local tree, fault = grammar.parse(text, limits)
  if not tree then return nil, compile_error(text, fault, part) end
  local program
  program, fault = compiler.compile(tree, { html = options.html and options.escape ~= false })
  if not program then return nil, compile_error(text, fault, part) end
  local variables = {}
  collect(tree, variables, {}, limits.max_partial_depth)
  return setmetatable({
    _text = text, _tree = tree, _program = program, _limits = limits, _variables = variables, _part = part,
  }, Template)
end

--- Compiles a template.
-- @tparam string text UTF-8
-- @tparam ?table options `html` = true: escape what `{{…}}` prints, unless `escape` = false; limits
--   by the names of `template.LIMITS`
-- @treturn ses.Template|nil
-- @treturn ?ses.Error kind "validation", code "InvalidTemplate", with `line` and `column` (in
--   characters) where there is a place
function template.compile(text, options)
  options = options or {}
  local err = check_options(options, { html = true, escape = true })
  if err then return nil, err end
  return compile(text, options, nil)
end

local PARTS = { "subject", "html", "text" }

---@class ses.MessageTemplate
local Message = { __name = "ses.MessageTemplate" }
Message.__index = Message

function Message:__tostring()
  local names = {}
  for _, part in ipairs(PARTS) do
    if self._parts[part] then names[#names + 1] = part end
  end
  return "ses.MessageTemplate(" .. table.concat(names, ", ") .. ")"
end

--- Renders subject and bodies. A subject that data turn into more than one line is refused: it would
-- add header fields.
-- @tparam ?table data as for `Template:render`
-- @treturn table|nil { subject =, html =, text = }, as far as the message has them
-- @treturn ?ses.Error as for `Template:render`, with `part`
function Message:render(data)
  local result = {}
  for _, part in ipairs(PARTS) do
    local compiled = self._parts[part]
    if compiled then
      local text, err = compiled:render(data)
      if not text then return nil, err end
      result[part] = text
    end
  end
  if result.subject then
    local ok, reason = header.check_value(result.subject)
    if not ok then
      return nil, render_error("", { message = "subject " .. reason }, "subject")
    end
  end
  return result
end

--- The attributes that every rendering of the message needs, over all parts; see `Template:variables`.
-- @treturn table a list of dotted paths
function Message:variables()
  local list, seen = {}, {}
  for _, part in ipairs(PARTS) do
    for _, name in ipairs(self._parts[part] and self._parts[part]:variables() or {}) do
      if not seen[name] then
        seen[name] = true
        list[#list + 1] = name
      end
    end
  end
  return list
end

--- Compiles the parts of a message. Line breaks at the end of the subject's text (an editor leaves
-- one) are dropped.
-- @tparam table parts { subject =, html =, text = }, each text or nil
-- @tparam ?table options as for `compile`, without `html`
-- @treturn ses.MessageTemplate|nil
-- @treturn ?ses.Error as for `compile`, with `part` and the part's name in the message
function template.compile_message(parts, options)
  options = options or {}
  local err = check_options(options, { escape = true })
  if err then return nil, err end
  local compiled = {}
  for _, part in ipairs(PARTS) do
    local text = parts[part]
    if text ~= nil then
      if part == "subject" and type(text) == "string" then text = text:gsub("[\r\n]+$", "") end
      local part_options = setmetatable({ html = part == "html" }, { __index = options })
      compiled[part], err = compile(text, part_options, part)
      if not compiled[part] then return nil, err end
    end
  end
  return setmetatable({ _parts = compiled }, Message)
end

return template
