-- How measurements are shown.
local text = {}

--- 1234567.8 → "1,234,568"
function text.thousands(n)
  return (("%.0f"):format(n):reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", ""))
end

--- Prints the head of a Markdown table; all columns but the first are numbers.
function text.head(columns)
  print("| " .. table.concat(columns, " | ") .. " |")
  print("|---|" .. ("--:|"):rep(#columns - 1))
end

function text.row(cells)
  print("| " .. table.concat(cells, " | ") .. " |")
  io.stdout:flush()
end

--- A list of words with commas between them.
function text.list(words)
  local list = {}
  for word in words:gmatch "[^,%s]+" do list[#list + 1] = word end
  return list
end

--- The value below which a part of a list's values are.
function text.quantile(values, part)
  local sorted = {}
  for i, value in ipairs(values) do sorted[i] = value end
  table.sort(sorted)
  return sorted[math.max(1, math.ceil(part * #sorted))] or 0
end

return text
