-- Reads the annotations of lua-language-server, as far as types/ uses them: its classes, aliases and functions, what
-- types they name, and what is no annotation.
--
--   local read = lua_types.read { "types/library/ses/init.lua", … }
--   read.classes["ses.Mail"].fields.subject        → { type = "string", optional = true }
--   read.classes["ses.Client"].methods.call        → true
--   read.aliases["ses.ErrorKind"]                  → list of its literals
--   read.faults                                    → list of texts, empty where all is well
local lua_types = {}

local BUILT_IN = {}
for name in ("any nil boolean string number integer function table userdata thread true false"):gmatch "%a+" do
  BUILT_IN[name] = true
end

-- ---- types ----
-- A reader has the text, where it stands, and the names that it has met.

local Reader = {}
Reader.__index = Reader

function Reader:skip() self.at = self.text:match("^%s*()", self.at) end

-- Takes what the pattern finds here. → the text | nil
function Reader:take(pattern)
  local found, after = self.text:match("^(" .. pattern .. ")()", self.at)
  if found then self.at = after end
  return found
end

function Reader:need(pattern)
  self:skip()
  local found = self:take(pattern)
  if not found then error({ ("expects %s at '%s'"):format(pattern, self.text:sub(self.at)) }, 0) end
  return found
end

function Reader:list(close, item)
  self:skip()
  if self:take(close) then return end
  repeat
    item(self)
    self:skip()
  until not self:take ","
  self:need(close)
end

local function parameter(self)
  self:skip()
  self:need "[%w_.]+"
  self:take "%?"
  if self:take ":" then self:type() end
end

local function member(self)
  self:skip()
  if self:take "%[" then
    self:type()
    self:need "%]"
  else
    self:need "[%a_][%w_]*"
    self:take "%?"
  end
  self:need ":"
  self:type()
end

local function returned(self)
  self:skip()
  -- A result may have a name: `fun(): id: string`.
  self:take "[%a_][%w_]*%s*:%s*"
  self:type()
end

function Reader:fun()
  self:need "%("
  self:list("%)", parameter)
  if not self:take "%s*:" then return end
  returned(self)
  while self:take "%s*," do returned(self) end
end

function Reader:primary()
  self:skip()
  local quoted = self:take '"[^"]*"'
  if quoted then
    self.literals[#self.literals + 1] = quoted:sub(2, -2)
    return
  end
  if self:take "%-?%d+" then return end
  if self:take "%(" then
    self:type()
    self:need "%)"
  elseif self:take "{" then
    self:list("}", member)
  else
    local name = self:need "[%a_][%w_.]*"
    if name == "fun" then return self:fun() end
    self.names[#self.names + 1] = name
    if self:take "<" then self:list(">", self.type) end
  end
end

function Reader:type()
  repeat
    self:primary()
    while self:take "%[%]" do end
    self:take "%?"
    while self:take "%[%]" do end
  until not self:take "%s*|"
end

-- Reads one type. → { names =, literals =, rest = what follows } | nil, what is wrong
local function read_type(text)
  local reader = setmetatable({ text = text, at = 1, names = {}, literals = {} }, Reader)
  local ran, fault = pcall(reader.type, reader)
  if not ran then return nil, type(fault) == "table" and fault[1] or error(fault, 0) end
  local text_of_type, rest = text:sub(1, reader.at - 1), text:sub(reader.at)
  return { names = reader.names, literals = reader.literals, text = text_of_type, rest = rest }
end

-- ---- lines ----

local function fault(self, message)
  self.read.faults[#self.read.faults + 1] = ("%s:%d: %s"):format(self.path, self.line, message)
end

local function use(self, text)
  local found, reason = read_type(text)
  if not found then return fault(self, reason) end
  if found.rest ~= "" and not found.rest:find "^%s" then fault(self, "what follows the type: " .. found.rest) end
  for _, name in ipairs(found.names) do
    self.read.uses[#self.read.uses + 1] = { name = name, place = ("%s:%d"):format(self.path, self.line) }
  end
  return found
end

local tags = {}

function tags.meta() end

function tags.class(self, text)
  local name, parents = text:match "^([%w_.]+)(.*)$"
  if not name then return fault(self, "a class without a name") end
  local class = self.read.classes[name] or { fields = {}, methods = {}, parents = {} }
  self.read.classes[name], self.class, self.class_name, self.alias = class, class, name, nil
  parents = parents:match "^%s*:%s*(.*)$"
  for parent in (parents or ""):gmatch "[%w_.]+" do
    class.parents[#class.parents + 1] = parent
    use(self, parent)
  end
end

function tags.field(self, text)
  if not self.class then return fault(self, "a field of no class") end
  local name, optional, rest = text:match "^([%a_][%w_]*)(%??)%s+(.+)$"
  local key
  if not name then
    key, rest = text:match "^%[(%a+)%]%s+(.+)$"
    if not key then return fault(self, "no field: " .. text) end
    use(self, key)
  end
  local found = use(self, rest)
  if not (found and name) then return end
  if self.class.fields[name] then fault(self, "a second field " .. name) end
  self.class.fields[name] = { type = found.text, optional = optional == "?", literals = found.literals }
end

function tags.alias(self, text)
  local name, rest = text:match "^([%w_.]+)%s*(.*)$"
  if self.read.aliases[name] then fault(self, "a second alias " .. name) end
  self.alias, self.class = {}, nil
  self.read.aliases[name] = self.alias
  if rest ~= "" then self.alias.literals = (use(self, rest) or {}).literals end
end

function tags.param(self, text)
  local name, rest = text:match "^([%a_][%w_]*)%??%s+(.+)$"
  if not name then return fault(self, "no parameter: " .. text) end
  self.params[#self.params + 1] = name
  use(self, rest)
end

tags["return"] = use
tags.type = use

-- One more value of an alias.
local function value(self, text)
  if not self.alias then return fault(self, "a value of no alias") end
  local found = use(self, text)
  for _, literal in ipairs(found and found.literals or {}) do self.alias[#self.alias + 1] = literal end
end

local function annotation(self, line)
  local more = line:match "^%-%-%-|%s*(.*)$"
  if more then return value(self, more) end
  local tag, text = line:match "^%-%-%-@(%a+)%s*(.*)$"
  if not tag then return end
  if not tags[tag] then return fault(self, "@" .. tag .. " is not known here") end
  tags[tag](self, text)
end

-- The parameters that are annotated must be the function's, in their order.
local function check_params(self, params)
  local names = {}
  for name in params:gmatch "[%w_]+" do names[#names + 1] = name end
  if table.concat(names, ",") ~= table.concat(self.params, ",") then
    fault(self, ("has the parameters (%s), and tells of (%s)"):format(params, table.concat(self.params, ", ")))
  end
end

local function code(self, line)
  local variable = line:match "^local ([%w_]+) = {}$"
  if variable and self.class then self.variables[variable] = self.class end
  local owner, method, params = line:match "^function ([%w_]+)[.:]([%w_]+)%((.*)%) end$"
  if owner then
    local class = self.variables[owner]
    if not class then return fault(self, "a function of no class") end
    if class.methods[method] then fault(self, "a second function " .. method) end
    class.methods[method] = true
    check_params(self, params)
  elseif line:find "function" then
    fault(self, "no declaration: " .. line)
  end
  self.params, self.class, self.alias = {}, nil, nil
end

local function read_file(read, path)
  local self = { read = read, path = path, line = 0, params = {}, variables = {} }
  for line in io.lines(path) do
    self.line = self.line + 1
    if line:find "^%-%-%-" then
      annotation(self, line)
    elseif not line:find "^%-%-" then
      code(self, line)
    end
  end
  local chunk, reason = loadfile(path)
  if not chunk then fault(self, reason) end
end

local function check_names(read)
  for _, used in ipairs(read.uses) do
    local name = used.name
    if not (BUILT_IN[name] or read.classes[name] or read.aliases[name]) then
      read.faults[#read.faults + 1] = ("%s: no type %s"):format(used.place, name)
    end
  end
end

--- Reads files.
-- @tparam table paths
-- @treturn table { classes =, aliases =, uses =, faults = }
function lua_types.read(paths)
  local read = { classes = {}, aliases = {}, uses = {}, faults = {} }
  for _, path in ipairs(paths) do read_file(read, path) end
  check_names(read)
  return read
end

--- Looks whether the types that other Lua files name (`---@type ses.Campaign`) are there.
-- @tparam table read what `read` gave
-- @tparam table paths
-- @treturn table list of faults
function lua_types.check_uses(read, paths)
  local found = { classes = read.classes, aliases = read.aliases, uses = {}, faults = {} }
  for _, path in ipairs(paths) do
    local self = { read = found, path = path, line = 0 }
    for line in io.lines(path) do
      self.line = self.line + 1
      local text = line:match "^%s*%-%-%-@type%s+(.*)$"
      if text then use(self, text) end
    end
  end
  check_names(found)
  return found.faults
end

return lua_types
