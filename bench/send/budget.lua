-- What a send of a plain mail may cost, with nothing switched on: steps of Lua's machine and bytes that it allocates
-- (bench/observe/run.lua counts them), and instructions of the processor, those of the C library left out
-- (bench/send/instructions.lua). `make bench-send` shows what it does cost. Who makes it cheaper lowers the numbers.
local budget = {}

budget.of = {
  ["lua5.4"] = { steps = 1660, bytes = 5430, instructions = 416000 },
  luajit = { steps = 1650, bytes = 5680 },
}

-- So much above it is another version of a library.
local TOLERANCE = 0.03

--- Whether a cost is within the budget.
function budget.is_kept(lua, name, cost)
  return cost <= budget.of[lua][name] * (1 + TOLERANCE)
end

return budget
