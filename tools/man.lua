-- The manual pages of `ses`: build/ses tools/man.lua FOLDER
--
-- ses.1 and, for each command, ses-COMMAND.1, in man(7); all that they say of commands and options comes from where
-- the help texts come from. SOURCE_DATE_EPOCH dates them, where it is set.
local args = require "ses.cli.args"
local tree = require "ses.cli.tree"

local EXIT_STATUS = {
  { "0", "All is done." },
  { "1", "It failed; a line on standard error says why." },
  { "2", "The command line, or a file that it names, is wrong; nothing was done." },
  { "130", "Ctrl-C ended it." },
}

local CREDENTIALS = { "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN" }

-- Variables that do not say what their setting says.
local OTHERWISE = {
  AWS_EC2_METADATA_DISABLED = "says the opposite", AWS_MAX_ATTEMPTS = "counts the first try as well",
}

-- What roff would take for its own.
local function escape(text)
  text = text:gsub("\\", "\\e"):gsub("%-", "\\-"):gsub("…", "..."):gsub("'", "\\(aq"):gsub("`", "\\(ga")
    :gsub("%^", "\\(ha"):gsub("~", "\\(ti")
  text = text:gsub(utf8.charpattern, function(char)
    return #char > 1 and ("\\[u%04X]"):format(utf8.codepoint(char)) or nil
  end)
  return (text:gsub("^%.", "\\&."):gsub("\n%.", "\n\\&."))
end

local function bold(text) return "\\fB" .. escape(text) .. "\\fP" end
local function italic(text) return "\\fI" .. escape(text) .. "\\fP" end

local function sentence(text)
  return escape((text:gsub("^%l", string.upper))) .. "."
end

local Page = {}
Page.__index = Page

function Page:add(...)
  for _, line in ipairs { ... } do self[#self + 1] = line end
end

function Page:entry(term, text) self:add(".TP", term, text) end

function Page:example(lines)
  self:add(".EX", escape(lines), ".EE")
end

-- A usage line: commands and options bold, what the user puts in their place italic.
local function synopsis(title, description)
  local rest = args.usage_line("", description)
  local marked = escape(rest):gsub("\\%-\\%-[%w\\-]+", "\\fB%0\\fP"):gsub("%f[%u]%u[%u:=]+%f[^%u:=]", "\\fI%0\\fP")
  return bold(title) .. marked
end

local COMMAND = { { positional = "command", value = "COMMAND", required = true, multiple = true } }
local SCRIPT = {
  { positional = "script", value = "SCRIPT.lua", required = true },
  { positional = "arg", value = "ARG", multiple = true },
}

local function synopsis_of(node)
  if #node.nodes > 0 then return synopsis(node.title, COMMAND) end
  return synopsis(node.title, node.command.options or {})
end

-- The paragraphs of a usage text; what is indented is an example, of the command where it begins with "ses".
local function paragraphs_of(command)
  local paragraphs = {}
  for text in ((command.usage or ""):gsub("%s+$", "") .. "\n\n"):gmatch "(.-)\n\n+" do
    local is_example = text:find "^  " ~= nil
    if text ~= "" then
      paragraphs[#paragraphs + 1] = {
        text = ("\n" .. text):gsub("\n  ", "\n"):sub(2), is_literal = is_example,
        is_example = is_example and text:find "^  ses " ~= nil,
      }
    end
  end
  return paragraphs
end

function Page:told(command)
  self:add(sentence(command.summary))
  for _, paragraph in ipairs(paragraphs_of(command)) do
    if not paragraph.is_example then
      self:add ".PP"
      if paragraph.is_literal then self:example(paragraph.text) else self:add(escape(paragraph.text)) end
    end
  end
end

function Page:options(node)
  for _, positional in ipairs { true, false } do
    for _, option in ipairs(node.options) do
      if (option.positional ~= nil) == positional then
        local term = positional and italic(args.label(option)) or bold("--" .. option.name)
        if option.short then term = bold("-" .. option.short) .. ", " .. term end
        if not positional and option.type ~= "flag" then term = term .. " " .. italic(option.value or "VALUE") end
        self:entry(term, escape(args.told(option)))
      end
    end
  end
end

function Page:examples(node)
  local found = {}
  tree.walk(node, function(below)
    for _, paragraph in ipairs(paragraphs_of(below.command)) do
      if paragraph.is_example then found[#found + 1] = paragraph.text end
    end
  end)
  if #found == 0 then return end
  self:add ".SH EXAMPLES"
  for i, text in ipairs(found) do
    if i > 1 then self:add ".PP" end
    self:example(text)
  end
end

function Page:exit_status()
  self:add ".SH EXIT STATUS"
  for _, row in ipairs(EXIT_STATUS) do self:entry(bold(row[1]), escape(row[2])) end
end

local function talks_to_ses(node)
  local talks = false
  tree.walk(node, function(below)
    for _, option in ipairs(below.options) do talks = talks or option == args.client[1] end
  end)
  return talks
end

-- The settings of the client that a variable may give: all for ses(1), for a command those that it has options for.
function Page:settings(node)
  local wanted = {}
  for _, option in ipairs(args.client) do wanted[option.name] = true end
  for _, setting in ipairs(require("ses.config").schema()) do
    if #setting.env > 0 and (#node.words == 0 or wanted[setting.name]) then
      local names, told = {}, { "The setting ", setting.name, " of the client" }
      if setting.default ~= nil then told[#told + 1] = (" (default %s)"):format(tostring(setting.default)) end
      for i, name in ipairs(setting.env) do
        names[i] = bold(name)
        if OTHERWISE[name] then told[#told + 1] = ("; %s %s"):format(name, OTHERWISE[name]) end
      end
      self:entry(table.concat(names, ", "), escape(table.concat(told) .. "."))
    end
  end
end

function Page:environment(node)
  self:add ".SH ENVIRONMENT"
  if talks_to_ses(node) then
    local names = {}
    for i, name in ipairs(CREDENTIALS) do names[i] = bold(name) end
    self:entry(table.concat(names, ", "), "Credentials, before those of a profile or of the machine.")
    self:settings(node)
  end
  self:entry(bold "NO_COLOR", "Where it is set and not empty, nothing is coloured.")
  self:entry(bold "SES_TRACEBACK", "Where it is set, an error is shown with where it came from.")
end

function Page:see_also(root, node)
  local names = {}
  if node ~= root then names[1] = "\\fBses\\fP(1)" end
  for _, other in ipairs(root.nodes) do
    if other ~= node then names[#names + 1] = bold("ses-" .. other.command.name) .. "(1)" end
  end
  self:add(".SH SEE ALSO", table.concat(names, ",\n"))
end

function Page:commands(root, node)
  if #node.nodes == 0 then return end
  self:add ".SH COMMANDS"
  for _, below in ipairs(node.nodes) do
    if node == root then
      self:entry(bold("ses-" .. below.command.name) .. "(1)", sentence(below.command.summary))
    else
      self:add((".SS %s"):format(escape(below.title)))
      self:told(below.command)
      self:options(below)
    end
  end
end

function Page:synopsis(root, node)
  self:add(".SH SYNOPSIS", synopsis_of(node))
  for _, below in ipairs(node ~= root and node.nodes or {}) do self:add(".br", synopsis_of(below)) end
  if node == root then self:add(".br", synopsis("ses", SCRIPT)) end
end

local function page_of(root, node)
  local page = setmetatable({}, Page)
  local name = table.concat({ "ses", node.words[1] }, "-")
  local day = os.date("!%Y-%m-%d", tonumber(os.getenv "SOURCE_DATE_EPOCH" or "") or os.time())
  page:add((".TH %s 1 %s \"ses %s\" \"ses\""):format(escape(name:upper()), day, require("ses.core").version))
  page:add(".SH NAME", ("%s \\- %s"):format(escape(name), escape(node.command.summary)))
  page:synopsis(root, node)
  page:add ".SH DESCRIPTION"
  page:told(node.command)
  page:commands(root, node)
  page:add ".SH OPTIONS"
  page:options(node)
  page:exit_status()
  page:environment(node)
  page:examples(node)
  page:see_also(root, node)
  return name, table.concat(page, "\n") .. "\n"
end

local function write(folder, name, text)
  local file = assert(io.open(("%s/%s.1"):format(folder, name), "wb"))
  assert(file:write(text))
  assert(file:close())
end

local folder = assert(arg[1], "say where to: tools/man.lua FOLDER")
local root = tree.root()
write(folder, page_of(root, root))
for _, node in ipairs(root.nodes) do write(folder, page_of(root, node)) end
