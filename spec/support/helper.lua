-- What every spec run begins with: a seed for whatever is random in it, printed so that a failure
-- can be repeated with SPEC_SEED=….
local seed = tonumber(os.getenv("SPEC_SEED") or "") or os.time()
math.randomseed(seed)
io.stderr:write("SPEC_SEED=", tostring(seed), "\n")
