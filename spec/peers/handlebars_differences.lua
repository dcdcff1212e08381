-- Where handlebars and ses differ, and what SES documents or Lua makes of it. handlebars_spec.lua fails on a difference
-- to which none of these rules applies, and on a rule to which nothing in its pairs answers.
--
-- A rule: { name =, sample = a pair that it applies to, why =, applies = function(ours, theirs, pair) → boolean };
-- `ours` is { text =, err = }, `theirs` an answer of handlebars_peer.js. A pair that fails in ses is compared with what
-- the tags of handlebars are given: the first that prints what has no text must be the tag that ses names.

local function same_tag(ours, theirs, kind)
  local strict = theirs.strict
  return strict ~= nil and strict.kind == kind and strict.line == ours.err.line and strict.column == ours.err.column
end

return {
  {
    name = "missing attribute",
    sample = { template = 'Hi {{name}}', data = '{}' },
    why = "SES does not send a mail whose template prints an attribute that the data have not (the event is a "
      .. "Rendering Failure); handlebars prints nothing",
    applies = function(ours, theirs)
      return ours.err and ours.err.code == "MissingRenderingAttribute" and same_tag(ours, theirs, "missing")
    end,
  },
  {
    name = "printed object",
    sample = { template = '{{o}}', data = '{"o":{"a":1}}' },
    why = "an object has no text; handlebars prints [object Object]",
    applies = function(ours, theirs)
      return ours.err and ours.err.code == "InvalidRenderingParameter" and same_tag(ours, theirs, "object")
    end,
  },
  {
    name = "null as context",
    sample = { template = '{{#each l}}{{#if @first}}{{this}}{{/if}}{{/each}}', data = '{"l":[null]}' },
    why = "null prints nothing in ses, and is missing; in an #if handlebars makes an empty object of it",
    applies = function(ours, theirs)
      return ours.err and ours.err.code == "MissingRenderingAttribute" and same_tag(ours, theirs, "object")
    end,
  },
  {
    name = "order of an object",
    sample = { template = '{{#each o}}{{@key}}{{/each}}', data = '{"o":{"b":1,"a":2}}' },
    why = "a Lua table keeps no order: #each goes by the names; handlebars goes by the order in the JSON",
    applies = function(ours, theirs) return ours.text ~= nil and ours.text == theirs.sorted end,
  },
  {
    name = "empty object",
    sample = { template = '{{#if o}}x{{/if}}', data = '{"o":{}}' },
    why = "{} and [] are the same Lua table: both are an empty list; handlebars takes {} for true",
    applies = function(ours, theirs) return ours.text ~= nil and ours.text == theirs.listed end,
  },
  {
    name = "sum of numbers",
    sample = { template = '{{{n}}}{{{n}}}', data = '{"n":1}' },
    why = "numbers and booleans of {{{…}}} side by side are added up by handlebars, by a slip of its compiled code",
    applies = function(ours, theirs) return ours.text ~= nil and ours.text == theirs.apart end,
  },
  {
    name = "contexts of another type",
    sample = {
      template = '{{#each l}}{{#each ../m}}{{../../n}}{{/each}}{{/each}}',
      data = '{"l":[" "],"m":[false],"n":1}',
    },
    why = "a context that is there already adds no level for ../; handlebars compares by !=, to which \" \" is false",
    applies = function(ours, theirs) return ours.text ~= nil and ours.text == theirs.distinct end,
  },
  {
    name = "attribute of a text",
    sample = { template = '{{name.length}}', data = '{"name":"Ada"}' },
    why = "a text has no attributes; in JavaScript it has a length, and its characters under their numbers",
    applies = function(ours, theirs)
      local attribute = ours.err and ours.err.code == "MissingRenderingAttribute" and ours.err.attribute
      return attribute and theirs.distinct ~= nil and (attribute:find "%.length$" or attribute:find "%.%d+$") ~= nil
    end,
  },
  {
    name = "attribute with the name of a helper",
    sample = { template = '{{lookup}}', data = '{"lookup":1}' },
    why = "a tag without arguments is an attribute; handlebars calls its helper of that name, which SES does not have",
    applies = function(ours, theirs, pair)
      return ours.text ~= nil and theirs.error ~= nil and pair.template:find("{{lookup}}", 1, true) ~= nil
    end,
  },
}
