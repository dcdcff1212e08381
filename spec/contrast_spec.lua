-- Colours of the pages by WCAG 2, level AA: 4.5 for text, 3 for what marks a field or the focus. `make pages` looks at
-- every text of both in a browser.

local function channel(hex)
  local value = tonumber(hex, 16) / 255
  return value <= 0.04045 and value / 12.92 or ((value + 0.055) / 1.055) ^ 2.4
end

local function luminance(colour)
  local red, green, blue = colour:match "^#(%x%x)(%x%x)(%x%x)$"
  return 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue)
end

local function contrast(a, b)
  local one, other = luminance(a), luminance(b)
  return (math.max(one, other) + 0.05) / (math.min(one, other) + 0.05)
end

-- The variables of a style sheet by light and in the dark, which changes some of them.
local function colours(style)
  local themes = { light = {}, dark = {} }
  local light = style:match ":root {(.-)}"
  local dark = style:match "prefers%-color%-scheme: dark%) {%s*:root {(.-)}"
  for name, colour in light:gmatch "%-%-([%w-]+): (#%x+);" do themes.light[name], themes.dark[name] = colour, colour end
  for name, colour in dark:gmatch "%-%-([%w-]+): (#%x+);" do themes.dark[name] = colour end
  return themes
end

-- { what is in front, what is behind, the least contrast }
local PAIRS = {
  ["ses.emulator.inbox.style"] = {
    { "text", "page", 4.5 }, { "text", "card", 4.5 }, { "text", "raised", 4.5 }, { "muted", "page", 4.5 },
    { "muted", "card", 4.5 }, { "muted", "raised", 4.5 }, { "good", "good-bg", 4.5 }, { "held", "held-bg", 4.5 },
    { "spam", "spam-bg", 4.5 }, { "bad", "bad-bg", 4.5 }, { "broken", "broken-bg", 4.5 }, { "focus", "page", 3 },
    { "focus", "card", 3 }, { "field-line", "page", 3 }, { "field-line", "card", 3 }, { "accent", "raised", 3 },
  },
  ["ses.campaign.page.style"] = {
    { "text", "page", 4.5 }, { "muted", "page", 4.5 }, { "sent", "page", 3 }, { "failed", "page", 3 },
    { "limit", "page", 3 }, { "limit", "pause", 3 },
  },
}

describe("the colours of the pages", function()
  it("are measured as WCAG says", function()
    assert.equal("21.00", ("%.2f"):format(contrast("#000000", "#ffffff")))
    assert.equal("4.54", ("%.2f"):format(contrast("#767676", "#ffffff")))
  end)

  for module, pairs_of in pairs(PAIRS) do
    for _, theme in ipairs { "light", "dark" } do
      it(("can be told apart in %s, %s"):format(module, theme), function()
        local of = colours(require(module))[theme]
        for _, pair in ipairs(pairs_of) do
          local found = contrast(of[pair[1]], of[pair[2]])
          assert.is_true(found >= pair[3], ("%s on %s: %.2f"):format(pair[1], pair[2], found))
        end
      end)
    end
  end
end)
