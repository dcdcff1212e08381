-- Draws what a program wrote to a terminal as an HTML page: one screen, with colours.
--
--   lua5.4 tools/terminal_html.lua [--title TITLE] [--until PATTERN] [--rows N] < typescript > page.html
--
-- `--until` stops at the first moment at which a line of the screen matches the Lua pattern, so that a
-- progress bar can be caught half way. Understands what the programs of this repository write: text in
-- UTF-8, CR, LF, cursor movement, erasure and the colours of ANSI.
local options = { title = "ses", rows = 200 }
do
  local i = 1
  while arg[i] do
    local name = arg[i]:match("^%-%-(%a+)$")
    assert(name and arg[i + 1], "usage: terminal_html.lua [--title T] [--until PATTERN] [--rows N]")
    options[name] = arg[i + 1]
    i = i + 2
  end
end

local COLOURS = {
  [30] = "#3b4252", [31] = "#ff7b72", [32] = "#7ee787", [33] = "#f2cc60", [34] = "#79c0ff", [35] = "#d2a8ff",
  [36] = "#76e3ea", [37] = "#e6edf3", [90] = "#8b949e", [91] = "#ffa198", [92] = "#56d364", [93] = "#e3b341",
  [94] = "#a5d6ff", [95] = "#e2c5ff", [96] = "#b3f0ff", [97] = "#ffffff",
}

local screen, row, column, style = { {} }, 1, 1, {}

local function line_text(number)
  local cells = {}
  for i = 1, #screen[number] do cells[i] = screen[number][i].text end
  return table.concat(cells)
end

local function goto_row(number)
  row = math.max(1, number)
  while #screen < row do screen[#screen + 1] = {} end
end

local function put(text)
  local line = screen[row]
  while #line < column - 1 do line[#line + 1] = { text = " ", style = {} } end
  line[column] = { text = text, style = style }
  column = column + 1
end

local function erase_line(mode)
  local line = screen[row]
  if mode == 2 then
    screen[row] = {}
  elseif mode == 1 then
    for i = 1, math.min(column, #line) do line[i] = { text = " ", style = {} } end
  else
    for i = #line, column, -1 do line[i] = nil end
  end
end

local function set_style(codes)
  local new = {}
  for key, value in pairs(style) do new[key] = value end
  for _, code in ipairs(#codes > 0 and codes or { 0 }) do
    if code == 0 then new = {}
    elseif code == 1 then new.bold = true
    elseif code == 2 then new.dim = true
    elseif code == 22 then new.bold, new.dim = nil, nil
    elseif code == 39 then new.colour = nil
    elseif COLOURS[code] then new.colour = COLOURS[code]
    end
  end
  style = new
end

local function control(parameters, final)
  local codes = {}
  for number in parameters:gmatch("%d+") do codes[#codes + 1] = tonumber(number) end
  local n = codes[1] or 1
  if final == "m" then set_style(codes)
  elseif final == "K" then erase_line(codes[1] or 0)
  elseif final == "A" then goto_row(row - n)
  elseif final == "B" then goto_row(row + n)
  elseif final == "C" then column = column + n
  elseif final == "D" then column = math.max(1, column - n)
  elseif final == "G" then column = n
  elseif final == "J" then
    erase_line(codes[1] or 0)
    for i = #screen, row + 1, -1 do screen[i] = nil end
  end
end

local function caught()
  if not options["until"] then return false end
  for i = 1, #screen do
    if line_text(i):find(options["until"]) then return true end
  end
  return false
end

local function feed(text)
  local at = 1
  while at <= #text do
    local byte = text:sub(at, at)
    if byte == "\27" then
      local parameters, final, past = text:match("^\27%[([%d;?]*)(%a)()", at)
      if final then control(parameters, final) end
      at = past or at + 2
    elseif byte == "\r" or byte == "\n" then
      -- The moment before a line is left or drawn anew is the moment that a reader sees.
      if caught() then return end
      column = 1
      if byte == "\n" then goto_row(row + 1) end
      at = at + 1
    elseif byte < " " then
      at = at + 1
    else
      local character = text:match("^[%z\1-\127\194-\244][\128-\191]*", at) or "?"
      put(character)
      at = at + math.max(1, #character)
    end
  end
end

local function escape(text)
  return (text:gsub("[&<>]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" }))
end

local function span(text, look)
  local css = {}
  if look.colour then css[#css + 1] = "color:" .. look.colour end
  if look.bold then css[#css + 1] = "font-weight:700" end
  if look.dim then css[#css + 1] = "opacity:.62" end
  if #css == 0 then return escape(text) end
  return ('<span style="%s">%s</span>'):format(table.concat(css, ";"), escape(text))
end

local function html_line(line)
  local out, run, look = {}, {}, nil
  for i = 1, #line do
    local cell = line[i]
    if look and cell.style ~= look then
      out[#out + 1] = span(table.concat(run), look)
      run = {}
    end
    look = cell.style
    run[#run + 1] = cell.text
  end
  if look then out[#out + 1] = span(table.concat(run), look) end
  return table.concat(out)
end

feed((io.read "a"))
while #screen > 1 and line_text(#screen):find("^%s*$") do screen[#screen] = nil end

local lines = {}
for i = math.max(1, #screen - tonumber(options.rows) + 1), #screen do
  lines[#lines + 1] = html_line(screen[i])
end
io.write(([[
<!doctype html><meta charset="utf-8"><title>%s</title>
<style>
  html { background: #dfe4ea; }
  body { margin: 0; padding: 28px; display: inline-block; }
  .window { border-radius: 10px; background: #10151c; overflow: hidden;
    box-shadow: 0 8px 22px rgba(10,20,40,.28); }
  .bar { background: #1c232d; color: #97a3b3; padding: 9px 14px; text-align: center;
    font: 13px/18px Arial, sans-serif; }
  .bar i { float: left; width: 11px; height: 11px; margin: 3px 7px 0 0; border-radius: 50%%;
    background: #ff5f57; }
  .bar i + i { background: #febc2e; } .bar i + i + i { background: #28c840; }
  pre { margin: 0; padding: 18px 22px 22px; min-width: 106ch; color: #e6edf3;
    font: 15px/22px "DejaVu Sans Mono", "Noto Sans Mono", "Noto Color Emoji", monospace; }
</style>
<div class="window"><div class="bar"><i></i><i></i><i></i>%s</div><pre>%s</pre></div>
]]):format(escape(options.title), escape(options.title), table.concat(lines, "\n")))
