--- The start tags of HTML with their attributes, as far as a look at links and images needs it. Comments are passed
-- over, and in a template its own tags, wherever they stand.
-- @module ses.template.html_tags
local lpeg = require "lpeg"
local P, S, R, C, Cg, Cp, Ct = lpeg.P, lpeg.S, lpeg.R, lpeg.C, lpeg.Cg, lpeg.Cp, lpeg.Ct

local html_tags = {}

-- What is not closed goes to the end: each byte is looked at once.
local function up_to(text)
  return (P(1) - P(text)) ^ 0 * (P(text) + -1)
end

local space = S " \t\r\n\f"

local function grammar(mustache)
  local any = mustache + P(1)
  local function quoted(mark)
    return P(mark) * C((any - P(mark)) ^ 0) * (P(mark) + -1)
  end
  local bare = C((any - space - P ">") ^ 1)
  local name = C((P(1) - mustache - space - S "\"'<>/=") ^ 1)
  local attribute = Ct(Cg(Cp(), "position") * Cg(name, "name")
    * (space ^ 0 * P "=" * space ^ 0 * Cg(quoted '"' + quoted "'" + bare, "value")) ^ -1)
  local tag = Ct(Cg(Cp(), "position") * P "<" * Cg(C(R("az", "AZ") * R("az", "AZ", "09") ^ 0), "name")
    * (attribute + mustache + P(1) - P ">") ^ 0)
  return Ct((P "<!--" * up_to "-->" + tag + any) ^ 0)
end

local of_template = grammar(P "{{" * up_to "}}" * P "}" ^ -1)
local of_html = grammar(P(false))

local function by_name(tag)
  local made = { name = tag.name:lower(), position = tag.position, attributes = {} }
  for _, attribute in ipairs(tag) do
    local name = attribute.name:lower()
    made.attributes[name] = made.attributes[name] or { value = attribute.value or "", position = attribute.position }
  end
  return made
end

--- Finds them.
-- @tparam string text
-- @tparam boolean is_template whether `{{…}}` are tags of a template
-- @treturn table a list, each { name = (lower case), position = (a byte offset),
--   attributes = { name → { value =, position = } } }
function html_tags.find(text, is_template)
  local found = (is_template and of_template or of_html):match(text)
  for i, tag in ipairs(found) do found[i] = by_name(tag) end
  return found
end

return html_tags
