-- Writes a CSV of recipients of any length, the same for the same seed:
--
--   lua5.4 tools/make_csv.lua ROWS [SEED [fit]] > people.csv
--
-- Columns: email, name, first_name, town, plan. One row in fifty has an address that an earlier row had,
-- one in a thousand one that cannot be, unless all are to be fit; names have accents, CJK and emoji, commas and
-- quotes.
local rows = tonumber(arg[1])
if not rows or rows < 0 or rows % 1 ~= 0 then
  io.stderr:write("make_csv.lua: say how many rows: lua5.4 tools/make_csv.lua ROWS [SEED [fit]]\n")
  os.exit(2)
end

local all_fit = arg[3] == "fit"

-- The "minimal standard" generator of Park and Miller: the same numbers on every Lua.
local state = (tonumber(arg[2]) or 1) % 2147483646 + 1
local function random(n)
  state = state * 16807 % 2147483647
  return state % n + 1
end

local FIRST = { "Ana", "Björn", "Zoë", "李", "さくら", "Olga", "Łukasz", "Mary", "José", "Søren", "Nguyễn" }
local LAST = { "Sá", "O'Neill", "Müller", "Smith", "伟", "Šťastný", "García, hijo", 'Doe "Ace"', "Brontë", "🦊" }
local TOWNS = { "Lisboa", "Köln", "Washington, D.C.", "東京", "Zürich", "Cork", "A Coruña", "Łódź" }
local PLANS = { "free", "basic", "plus" }
local DOMAINS = { "example.com", "example.org", "mail.example.net", "readers.test" }

local function field(text)
  if text:find('[",\r\n]') then return '"' .. text:gsub('"', '""') .. '"' end
  return text
end

local function address(number)
  return ("reader.%d@%s"):format(number, DOMAINS[number % #DOMAINS + 1])
end

io.stdout:setvbuf("full", 65536)
io.write("email,name,first_name,town,plan\n")
for i = 1, rows do
  -- Scattered, as a list that was not sorted is: 7,368,787 is prime, so that no two are alike.
  local number = i * 1299709 % 7368787
  local email = address(number)
  local chance = all_fit and 1000 or random(1000)
  if chance == 1 then
    email = ("reader.%d.example.com"):format(number)
  elseif chance <= 21 and i > 1 then
    email = address(random(i - 1) * 1299709 % 7368787):upper()
  end
  local first = FIRST[random(#FIRST)]
  io.write(email, ",", field(first .. " " .. LAST[random(#LAST)]), ",", field(first), ",",
    field(TOWNS[random(#TOWNS)]), ",", PLANS[random(#PLANS)], "\n")
end
