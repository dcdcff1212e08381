-- Counts the instructions of the processor that one more mail takes, by valgrind's callgrind.
--
-- Those of the C library are left out: how it copies memory is for the processor to choose. What is left (ses, Lua,
-- libcurl, BearSSL) is the same on every machine that has the same packages.
local process = require "spec.support.process"

local instructions = {}

local FEW, MANY = 50, 150

--- Whether there is a valgrind to count by.
function instructions.can_count() return os.execute "command -v valgrind >/dev/null" == true end

local function is_left_out(object)
  return object:find("/libc[.-]") or object:find("/ld%-linux") or object:find("vgpreload", 1, true)
end

-- What the objects of a process are called here.
local function part_of(object)
  if object:find("libcurl", 1, true) then return "libcurl" end
  if object:find("libbearssl", 1, true) then return "BearSSL" end
  if object:find("/ses/core.so", 1, true) then return "ses" end
  if object:find("/lua5.4", 1, true) or object:find("liblua5.4.so", 1, true) then return "Lua" end
  return "other"
end

-- The sums of a file of callgrind's, by part. A line after `calls=` is the cost of what was called, which stands at its
-- own place as well.
local function sums(path)
  local names, left_out, is_call, of, part = {}, false, false, {}, "other"
  for line in io.lines(path) do
    local id, name = line:match "^ob=(%b())%s*(.*)$"
    if id then
      if name ~= "" then names[id] = name end
      left_out, part = is_left_out(names[id] or ""), part_of(names[id] or "")
    elseif line:find "^calls=" then
      is_call = true
    elseif line:find "^[%d+*-]" then
      if not is_call and not left_out then of[part] = (of[part] or 0) + tonumber(line:match "(%d+)$") end
      is_call = false
    else
      -- The objects of called functions have names as well, which are used for others later.
      id, name = line:match "^cob=(%b())%s+(.+)$"
      if id then names[id] = name end
    end
  end
  return of
end

local function of_sends(mails, env, folder)
  local out = folder .. "/callgrind." .. mails
  local done = process.run({
    "valgrind", "--quiet", "--tool=callgrind", "--callgrind-out-file=" .. out, "lua5.4", "bench/send/run.lua",
    tostring(mails),
  }, { env = env, patience = 600 })
  if done.status ~= 0 then error(done.err, 0) end
  return sums(out)
end

--- Instructions of a send. `env` is a process's that is to send, with the paths of Lua; files go into `folder`.
-- → all of them, and those of each part: { Lua =, ses =, libcurl =, BearSSL =, other = }
function instructions.of_a_send(env, folder)
  local many, few = of_sends(MANY, env, folder), of_sends(FEW, env, folder)
  local of, total = {}, 0
  for part, count in pairs(many) do
    of[part] = (count - (few[part] or 0)) / (MANY - FEW)
    total = total + of[part]
  end
  return total, of
end

return instructions
