-- Random choices that are the same for one seed on every Lua.
local random = {}

-- A linear congruential generator, whose products stay below 2^53 on every Lua; the upper bits are
-- the good ones.
local function generator(seed)
  local state = seed
  local function below(n)
    state = (state * 1664525 + 1013904223) % 4294967296
    return math.floor(state / 65536) % n
  end
  return below
end

-- What chooses: `below(n)` gives 0 … n - 1 (n at most 65536), `chance(percent)` true or false, `one(list)`
-- an item, `text(alphabet, least, most)` characters of a string or items of a list.
function random.picker(seed)
  local below = generator(seed)
  local pick = { below = below }

  function pick.chance(percent) return below(100) < percent end

  function pick.one(list) return list[below(#list) + 1] end

  function pick.text(alphabet, least, most)
    local out = {}
    for i = 1, least + below(most - least + 1) do
      local at = below(#alphabet) + 1
      out[i] = type(alphabet) == "table" and alphabet[at] or alphabet:sub(at, at)
    end
    return table.concat(out)
  end

  return pick
end

return random
