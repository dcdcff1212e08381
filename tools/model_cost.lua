-- What loading ses costs, in processor time and in memory of Lua: lua5.4|luajit tools/model_cost.lua [ROUNDS]
--
-- Each round loads everything anew. "first" is the first round, in which libcurl and OpenSSL set themselves up as
-- well, "best" the fastest, which other work on the machine disturbed least. Memory is what is kept after a
-- collection, from before ses on. `ses.core` stays loaded, since no program can unload it; what it costs, nearly
-- all of it libcurl and what that is linked to, stands on a line of its own.
local rounds = tonumber(arg and arg[1]) or 20

local function kilobytes()
  collectgarbage()
  collectgarbage()
  return collectgarbage "count"
end

local function unload()
  for name in pairs(package.loaded) do
    if name:find "^ses" and not name:find "^ses%.core" then package.loaded[name] = nil end
  end
end

local ses, client

local function new_client()
  client = assert(ses.client {
    region = "eu-west-1", use_imds = false,
    credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" },
  })
end

-- All of a call but its exchange.
local function prepare()
  assert(client:presign("SendEmail", {
    FromEmailAddress = "a@example.com", Destination = { ToAddresses = { "b@example.com" } },
    Content = { Simple = { Subject = { Data = "Hello" }, Body = { Text = { Data = "Hello" } } } },
  }))
end

local function load_all()
  local model = require "ses.model"
  for _, name in ipairs(model.operations()) do
    local op = model.operation(name)
    if op.input then model.shape(op.input) end
    if op.output then model.shape(op.output) end
    for _, err in ipairs(op.errors) do model.shape(err) end
  end
end

local STEPS = {
  { 'require "ses"', function() ses = require "ses" end },
  { "the first client", new_client },
  { "the first operation, SendEmail, but its exchange", prepare },
  { "all operations and shapes", load_all },
}

local function timed(fn)
  local start = os.clock()
  fn()
  return (os.clock() - start) * 1000
end

local libraries = timed(function() require "ses.core" end)

local first, best, memory = {}, {}, {}
for _ = 1, rounds do
  unload()
  ses, client = nil, nil
  local before = kilobytes()
  for i, step in ipairs(STEPS) do
    local ms = timed(step[2])
    first[i], best[i] = first[i] or ms, math.min(best[i] or ms, ms)
    memory[i] = memory[i] or kilobytes() - before
  end
  client:close()
end

local version = rawget(_G, "jit") and jit.version or _VERSION
print(("%-50s %10s %10s %10s"):format(version, "first, ms", "best, ms", "KB in all"))
print(("%-50s %10.2f"):format("the core with libcurl and its libraries", libraries))
for i, step in ipairs(STEPS) do
  print(("%-50s %10.2f %10.2f %10.0f"):format(step[1], first[i], best[i], memory[i]))
end
