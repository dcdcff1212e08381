-- Regular expressions of AWS's models as Lua patterns, where that can be done exactly and safely.
--
-- A Lua pattern has no alternation and no quantified group. Alternatives are multiplied out into
-- several patterns, groups without a quantifier are dissolved, and small counts are written out; what
-- then remains (a quantified group, a wide count, whose written-out form could take exponential time)
-- is refused. A pattern without anchors is meant for the whole text, as AWS's services apply it.
local lua_pattern = {}

local MAX_PATTERNS = 32
-- Each optional repetition doubles the paths that a failing match tries.
local MAX_OPTIONAL = 4
local MAX_COUNT = 8

local CLASSES = { d = "0-9", w = "A-Za-z0-9_", s = " \t\n\r\f\v" }

local Parser = {}
Parser.__index = Parser

local function refuse(reason) error({ reason = reason }, 0) end

function Parser:peek(n) return self.text:sub(self.at, self.at + (n or 1) - 1) end

function Parser:take()
  local char = self:peek()
  self.at = self.at + 1
  return char
end

local function escape_in_set(char)
  return char:find("[%^%]%-%%]") and "%" .. char or char
end

-- The inside of [...], after the bracket.
function Parser:set()
  local out = { "[" }
  if self:peek() == "^" then
    out[2] = "^"
    self:take()
  end
  local first = true
  while self:peek() ~= "]" or first do
    local char = self:take()
    if char == "" then refuse("an open set") end
    if char:byte() > 127 then refuse("a set beyond ASCII") end
    if char == "\\" then
      char = self:take()
      out[#out + 1] = CLASSES[char] or escape_in_set(char)
      if not CLASSES[char] and char:find("%w") then refuse("the escape \\" .. char) end
    elseif self:peek() == "-" and self.text:sub(self.at + 1, self.at + 1) ~= "]" then
      self:take()
      local last = self:take()
      if last == "\\" or char:find("[%^%]%%]") or last:find("[%^%]%%]") then refuse("an odd range") end
      out[#out + 1] = char .. "-" .. last
    else
      out[#out + 1] = escape_in_set(char)
    end
    first = false
  end
  self:take()
  out[#out + 1] = "]"
  return table.concat(out)
end

-- One character: a literal, a class or a set, as a Lua pattern item.
function Parser:item()
  local char = self:take()
  if char == "[" then return self:set() end
  if char == "." then return "[^\n\r]" end
  if char == "\\" then
    char = self:take()
    if CLASSES[char] then return "[" .. CLASSES[char] .. "]" end
    if char:find("%w") then refuse("the escape \\" .. char) end
  end
  if char:byte() > 127 then refuse("a character beyond ASCII") end
  return char:find("%w") and char or "%" .. char
end

local function counted(item, low, high)
  -- Lua counts bytes where a regular expression counts characters.
  if item:sub(1, 2) == "[^" then refuse("a count of any characters") end
  low = tonumber(low)
  if high == "" then
    if low > MAX_COUNT then refuse("a wide count") end
    return item:rep(low) .. item .. "*"
  end
  high = tonumber(high)
  if high > MAX_COUNT or high - low > MAX_OPTIONAL then refuse("a wide count") end
  return item:rep(low) .. (item .. "?"):rep(high - low)
end

function Parser:quantified(item)
  local char = self:peek()
  if char == "{" then
    local low, comma, high, after = self.text:match("^{(%d+)(,?)(%d*)}()", self.at)
    if not low then refuse("an odd count") end
    self.at = after
    return counted(item, low, comma == "" and low or high)
  end
  if char ~= "*" and char ~= "+" and char ~= "?" then return item end
  self:take()
  if self:peek() == "?" then
    self:take()
    if char == "*" then return item .. "-" end
    if char == "+" then return item .. item .. "-" end
    return item .. "?"
  end
  return item .. char
end

local function append_each(list, tails)
  local out = {}
  for _, head in ipairs(list) do
    for _, tail in ipairs(tails) do out[#out + 1] = head .. tail end
  end
  if #out > MAX_PATTERNS then refuse("too many alternatives") end
  return out
end

-- Every way through an alternation, up to `)` or the end.
function Parser:alternatives()
  local all, current = {}, { "" }
  while true do
    local char = self:peek()
    if char == "" or char == ")" then break end
    if char == "|" then
      self:take()
      for _, way in ipairs(current) do all[#all + 1] = way end
      current = { "" }
    elseif char == "(" then
      self:take()
      if self:peek(2) == "?:" then self.at = self.at + 2 end
      if self:peek() == "?" then refuse("a look-around") end
      local ways = self:alternatives()
      if self:take() ~= ")" then refuse("an open group") end
      if self:peek():find("[*+?{]") then refuse("a quantified group") end
      current = append_each(current, ways)
    elseif char == "^" or char == "$" then
      refuse("an anchor inside")
    else
      current = append_each(current, { self:quantified(self:item()) })
    end
  end
  for _, way in ipairs(current) do all[#all + 1] = way end
  return all
end

local function parse(regex)
  local text, anchored_start = regex:gsub("^%^", "")
  local body, anchored_end = text:gsub("%$$", "")
  if (anchored_start == 0) ~= (anchored_end == 0) then refuse("one anchor only") end
  local parser = setmetatable({ text = body, at = 1 }, Parser)
  local ways = parser:alternatives()
  if parser.at <= #body then refuse("a closing bracket too many") end
  for i, way in ipairs(ways) do ways[i] = "^" .. way .. "$" end
  return ways
end

-- A list of Lua patterns of which one must match, or nil and why there is none.
function lua_pattern.translate(regex)
  local ok, result = pcall(parse, regex)
  if ok then return result end
  if type(result) ~= "table" then error(result, 0) end
  return nil, result.reason
end

return lua_pattern
