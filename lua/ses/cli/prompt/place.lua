--- Where in a piece of Lua the cursor stands: what begins there, and within which call, table and field.
--
-- The text is read from its beginning as Lua's own scanner does, and no more of its grammar than brackets, names and
-- what a call or a table is an argument of.
-- @module ses.cli.prompt.place
local place = {}

local Scan = {}
Scan.__index = Scan

-- The tokens that a call's name may be made of, from the end: { "client", "templates", "create" }.
local function callee(tokens)
  local path, i = {}, #tokens
  while i >= 1 and tokens[i].kind == "name" do
    table.insert(path, 1, tokens[i].text)
    local before = tokens[i - 1]
    if not before or (before.text ~= "." and before.text ~= ":") then return path end
    i = i - 2
  end
  return nil
end

-- What a bracket, or a string, that opens here belongs to.
local function opened(self, bracket)
  local last, above = self.tokens[#self.tokens], self.frames[#self.frames]
  local frame = { bracket = bracket, above = above, given = {}, index = 1 }
  if last and last.kind == "name" then
    frame.call = callee(self.tokens)
  elseif above and above.bracket == "(" and last and (last.text == "(" or last.text == ",") then
    frame.argument = above
  elseif above and above.bracket == "{" and last and last.text == "=" then
    frame.of_key = above.key
  elseif above and above.bracket == "{" and last then
    frame.is_item = true
  end
  return frame
end

function Scan:push(kind, text) self.tokens[#self.tokens + 1] = { kind = kind, text = text } end

function Scan:open(bracket)
  self.frames[#self.frames + 1] = opened(self, bracket)
  self:push("symbol", bracket)
end

function Scan:close(bracket)
  table.remove(self.frames)
  self:push("symbol", bracket)
end

-- `=` after a name in a table: the field that follows is of that name. `,` ends it.
function Scan:symbol(text)
  local frame, last = self.frames[#self.frames], self.tokens[#self.tokens]
  if frame and text == "=" and last and last.kind == "name" then
    frame.key = last.text
    frame.given[last.text] = true
  elseif frame and (text == "," or text == ";") then
    frame.key = nil
    frame.index = frame.index + 1
  end
  self:push("symbol", text)
end

-- A string that ends; the first argument of a call is remembered with the call. → where it ends
function Scan:string(quote, at)
  local text, i = self.text, at + 1
  while i <= #text do
    local char = text:sub(i, i)
    if char == "\\" then
      i = i + 1
    elseif char == quote then
      local frame = self.frames[#self.frames]
      if frame and frame.bracket == "(" and frame.index == 1 then frame.first = text:sub(at + 1, i - 1) end
      self:push("string", text:sub(at, i))
      return i + 1
    end
    i = i + 1
  end
  self.string_frame = opened(self, quote)
  self.open_string, self.quote = text:sub(at + 1), quote
  return i
end

-- Long strings and comments. → where it ends, or nil where nothing of that kind begins here
function Scan:long(at)
  local level, start = self.text:match("^%[(=*)%[()", at)
  if not level then return nil end
  local _, last = self.text:find("]" .. level .. "]", start, true)
  if not last then self.is_lost = true end
  self:push("string", "")
  return (last or #self.text) + 1
end

function Scan:comment(at)
  local start = self.text:match("^%-%-()", at)
  if not start then return nil end
  local after = self:long(start)
  if after then return after end
  local stop = self.text:find("\n", start, true)
  if not stop then self.is_lost = true end
  return (stop or #self.text) + 1
end

local OPENS, CLOSES = { ["{"] = true, ["("] = true, ["["] = true }, { ["}"] = true, [")"] = true, ["]"] = true }

function Scan:step(at)
  local text = self.text
  local special = self:comment(at) or self:long(at)
  if special then return special end
  local name, after = text:match("^([%a_][%w_]*)()", at)
  if name then
    self:push("name", name)
    return after
  end
  after = text:match("^%s+()", at) or text:match("^%.?%d[%w.]*()", at)
  if after then
    if not text:find("^%s", at) then self:push("number", "") end
    return after
  end
  local char = text:sub(at, at)
  if char == '"' or char == "'" then return self:string(char, at) end
  if OPENS[char] then
    self:open(char)
  elseif CLOSES[char] then
    self:close(char)
  else
    self:symbol(char)
  end
  return at + 1
end

--- Reads a text up to the cursor.
-- @tparam string text
-- @treturn ?table nil within a comment or a long string; else `word` that has begun, `quote` where it stands in quotes,
--    `path` of names before the word (`client`, `templates`), `frame` that it stands in, `at_value` where the
--   word is a field's value; a frame has `bracket`, `call` (names), `argument` (the frame of the call's bracket),
--   `of_key` (the field of `above` that it is the value of), `is_item`, `key` (the field that stands here), `given`
--   (the fields so far), `index`, `first` and `above`
function place.of(text)
  local self = setmetatable({ text = text, tokens = {}, frames = {} }, Scan)
  local at = 1
  while at <= #text and not self.is_lost do at = self:step(at) end
  if self.is_lost then return nil end
  if self.open_string then
    return { word = self.open_string, quote = self.quote, frame = self.string_frame, path = {} }
  end
  local word = text:match "[%a_][%w_]*$" or ""
  local tokens = self.tokens
  if word ~= "" then tokens[#tokens] = nil end
  local last = tokens[#tokens]
  local path = {}
  if last and (last.text == "." or last.text == ":") then
    tokens[#tokens] = nil
    path = callee(tokens)
  end
  return {
    word = word, path = path, frame = self.frames[#self.frames], at_value = last and last.text == "=" or false,
    separator = last and last.text or nil,
  }
end

return place
