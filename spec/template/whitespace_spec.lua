local template = require "ses.template"

-- Each text with what npm's handlebars 4.7 makes of it, with a = "A", l = ["x", "y"], f = false.
local CASES = {
  { "{{#if a}}\n  one\n{{/if}}\n", "  one\n" },
  { "  {{#if a}}  \n  one\n  {{/if}}  \ntwo", "  one\ntwo" },
  { "{{#if a}}one\n{{/if}}\n", "one\n" },
  { "{{#if f}}\n1\n{{else if a}}\n2\n{{else}}\n3\n{{/if}}\nend", "2\nend" },
  { "{{#each l}}\n{{#if a}}\nyes\n{{else}}\nno\n{{/if}}\n{{/each}}\n", "no\nno\n" },
  { "a\n\n{{! c }}\n\nb", "a\n\n\nb" },
  { "{{! c }}", "" },
  { "{{! c }}\n", "" },
  { "  {{! c }}  ", "" },
  { "x {{#if a}} y {{/if}} z", "x  y  z" },
  { "x {{~#if a~}} y {{~/if~}} z", "xyz" },
  { "x\n{{a}}\ny", "x\nA\ny" },
  { "{{#if a}}\n\n1\n\n{{/if}}", "\n1\n\n" },
  { "{{#each l}}\n  <li>{{this}}</li>\n{{~/each}}", "  <li>x</li>  <li>y</li>" },
}

describe("ses.template.whitespace", function()
  it("leaves the lines that Handlebars leaves", function()
    for _, case in ipairs(CASES) do
      assert.equal(case[2], assert(template.compile(case[1])):render { a = "A", l = { "x", "y" }, f = false })
    end
  end)
end)
