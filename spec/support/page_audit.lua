-- What a machine can say of a page in a browser: its contrast, the names of what can be reached, how wide it is.
local page_audit = {}

-- The contrast of each text with what lies behind it, by WCAG 2: those below what level AA asks for, as texts.
local CONTRAST = [[
(() => {
  const parse = (text) => {
    const parts = text.match(/[\d.]+/g).map(Number);
    return { rgb: parts.slice(0, 3), alpha: parts.length > 3 ? parts[3] : 1 };
  };
  const over = (top, under) => top.rgb.map((c, i) => c * top.alpha + under[i] * (1 - top.alpha));
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) layers.unshift(parse(getComputedStyle(e).backgroundColor));
    return layers.reduce((under, layer) => over(layer, under), [255, 255, 255]);
  };
  const faults = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    const decoration = element.closest("[aria-disabled], .dot, title, desc, style, script");
    if (!text || decoration || !element.checkVisibility({ visibilityProperty: true })) continue;
    const style = getComputedStyle(element);
    const ground = behind(element);
    const ink = over(parse(element.closest("svg") ? style.fill : style.color), ground);
    const [light, dark] = [luminance(ink), luminance(ground)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) faults.push(`${ratio.toFixed(2)}: ${text.slice(0, 40)}`);
  }
  return faults;
})()
]]

function page_audit.faint(browser) return browser:eval(CONTRAST) end

-- What can be reached by the keyboard and has no name.
function page_audit.nameless(browser)
  local nodes, nameless = browser:call("Accessibility.getFullAXTree", {}).nodes, {}
  for _, node in ipairs(nodes) do
    local focusable = false
    for _, property in ipairs(node.properties or {}) do
      focusable = focusable or property.name == "focusable" and property.value.value
    end
    local role = node.role and node.role.value
    if focusable and role ~= "RootWebArea" and not (node.name and node.name.value ~= "") then
      nameless[#nameless + 1] = role
    end
  end
  return nameless
end

-- Links, buttons and fields that stick out of the window to the right, and how far the page itself does.
function page_audit.sticking_out(browser)
  return browser:eval [[
    [...document.querySelectorAll("a, input, summary, th, td")]
      .filter((e) => e.checkVisibility() && !e.matches(".skip") && e.getBoundingClientRect().right > innerWidth)
      .map((e) => e.textContent.trim().slice(0, 40))
      .concat(document.documentElement.scrollWidth > innerWidth ? ["the page"] : [])
  ]]
end

-- What has the focus is to be seen: in the window, under nothing, and marked.
function page_audit.focus(browser)
  return browser:eval [[
    (() => {
      const e = document.activeElement;
      const box = e.getBoundingClientRect();
      const at = document.elementFromPoint(box.left + Math.min(box.width / 2, 40), box.top + box.height / 2);
      const style = getComputedStyle(e.matches("input") ? e.closest("form") : e);
      return {
        text: e.textContent.trim().replace(/\s+/g, " "), id: e.id, href: e.getAttribute("href") || "",
        seen: !!at && (e === at || e.contains(at)),
        marked: style.outlineStyle !== "none" || style.boxShadow.includes("3px"),
      };
    })()
  ]]
end

return page_audit
