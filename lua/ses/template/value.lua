--- Values of rendering data as Handlebars sees them: what is empty, what a value looks like in text.
-- @module ses.template.value
local core = require "ses.core"

local value = {}

--- Whether `v` stands for no value: nil, or the null of a JSON decoder (a userdata).
function value.is_null(v)
  return v == nil or type(v) == "userdata"
end

--- Whether a table is a list. A table without entries may be either: JSON's `[]` and `{}` look the
-- same once decoded, and it counts as an empty list.
function value.is_list(v)
  return #v > 0 or next(v) == nil
end

--- Whether `#if` takes `v` for true: not null, false, 0, NaN, "" or an empty list.
-- @param v
-- @tparam ?boolean include_zero 0 counts as true
-- @treturn boolean
function value.is_true(v, include_zero)
  if value.is_null(v) or v == false or v == "" or v ~= v then return false end
  if v == 0 then return include_zero == true end
  return type(v) ~= "table" or next(v) ~= nil
end

-- The shortest decimal digits that read back as `n` (finite, not 0), and the exponent of the first.
local function shortest_digits(n)
  -- Below the normal range a double holds fewer digits than 15.
  for precision = n < 2.3e-308 and 0 or 14, 16 do
    local text = ("%." .. precision .. "e"):format(n)
    if precision == 16 or tonumber(text) == n then
      local first, rest, exponent = text:match("^(%d)%.?(%d*)e([+-]%d+)$")
      return ((first .. rest):gsub("0+$", "")), tonumber(exponent)
    end
  end
end

-- A number as ECMAScript writes it (Number::toString), which is what Handlebars shows.
local function number_text(n)
  if n ~= n then return "NaN" end
  if n == 0 then return "0" end
  if n < 0 then return "-" .. number_text(-n) end
  if n == math.huge then return "Infinity" end
  if n < 2 ^ 53 and n % 1 == 0 then return ("%.0f"):format(n) end
  local digits, exponent = shortest_digits(n)
  local point = exponent + 1
  if #digits <= point and point <= 21 then return digits .. ("0"):rep(point - #digits) end
  if point > 0 and point <= 21 then return digits:sub(1, point) .. "." .. digits:sub(point + 1) end
  if point > -6 and point <= 0 then return "0." .. ("0"):rep(-point) .. digits end
  local mantissa = #digits > 1 and digits:sub(1, 1) .. "." .. digits:sub(2) or digits
  return ("%se%s%.0f"):format(mantissa, exponent < 0 and "-" or "+", math.abs(exponent))
end

local function list_text(list)
  local out = {}
  for i = 1, #list do
    local item = list[i]
    if value.is_null(item) then
      out[i] = ""
    elseif type(item) == "table" then
      return nil, "holds more than plain values"
    else
      local text, reason = value.to_text(item)
      if not text then return nil, reason end
      out[i] = text
    end
  end
  return table.concat(out, ",")
end

--- A value as text. Lists of plain values are joined with commas, as Handlebars does.
-- @param v not null
-- @treturn string|nil
-- @treturn ?string why it cannot be text, to be read after the attribute's name
function value.to_text(v)
  local kind = type(v)
  if kind == "string" then return v end
  if kind == "number" then
    if math.type and math.type(v) == "integer" then return tostring(v) end -- luacheck: ignore
    return number_text(v)
  end
  if kind == "boolean" then return tostring(v) end
  if kind == "table" then
    if value.is_list(v) then return list_text(v) end
    return nil, "is an object, which has no text"
  end
  return nil, "is a " .. kind .. ", which has no text"
end

--- Escapes text for HTML, exactly the characters that Handlebars escapes.
-- @function value.escape_html
-- @tparam string text
-- @treturn string|nil nil where the text is not UTF-8
value.escape_html = core.html.escape

return value
