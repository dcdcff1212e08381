--- "Did you mean": the nearest known name to one that is not known.
-- @module ses.suggest
local suggest = {}

-- Names longer than this are no slips of the pen, and the distance costs their product.
local MAX_LENGTH = 80

-- Edit distance by insertion, deletion, replacement and exchange of neighbours (Damerau-Levenshtein,
-- restricted form).
local function distance(a, b)
  local before, previous, current = {}, {}, {}
  for j = 0, #b do previous[j] = j end
  for i = 1, #a do
    current[0] = i
    for j = 1, #b do
      local cost = a:byte(i) == b:byte(j) and 0 or 1
      local best = math.min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost)
      if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
        best = math.min(best, before[j - 2] + 1)
      end
      current[j] = best
    end
    before, previous, current = previous, current, before
  end
  return previous[#b]
end

-- How a name is compared: FromEmailAddress, from_email_address and from-email-address are one.
local function fold(name)
  return (name:lower():gsub("[-_%s]", ""))
end

--- The candidate that is nearest to `word`.
-- @tparam string word
-- @tparam table candidates a list of names, or a table whose keys are the names
-- @treturn ?string nil where none is near enough to be meant
function suggest.nearest(word, candidates)
  if #word > MAX_LENGTH then return nil end
  local folded = fold(word)
  local names = {}
  for key, value in pairs(candidates) do
    names[#names + 1] = type(key) == "number" and value or key
  end
  table.sort(names)
  local best, best_distance = nil, math.max(1, math.floor(#folded / 3)) + 1
  for _, name in ipairs(names) do
    local far = distance(folded, fold(name))
    if far < best_distance then best, best_distance = name, far end
  end
  return best
end

--- The end of a sentence that complains of `word`: "; did you mean 'x'?", or "" where nothing is near.
-- @tparam string word
-- @tparam table candidates as for `suggest.nearest`
-- @tparam ?string prefix put before the name, such as "--"
-- @treturn string
function suggest.hint(word, candidates, prefix)
  local name = suggest.nearest(word, candidates)
  if not name then return "" end
  return "; did you mean '" .. (prefix or "") .. name .. "'?"
end

return suggest
