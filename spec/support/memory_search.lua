--- Looks for secrets in the process's own memory, without holding them.
--
-- `memory_search.patterns(bytes)`, which runs in another process, cuts a secret into pieces of 16 bytes and
-- turns each round, last byte first. `memory_search.count(patterns)` reads every mapping that the process can
-- write to (/proc/self/mem), turns what it has read round, and looks for the pieces. So neither the patterns
-- nor what the search itself leaves in memory is the secret, and a part of a secret is found as well.
--
-- It passes over the environment that the process was started with, and where the process has moved it
-- (nginx does, to the heap): that is the system's, and whoever sets it has put the secret there.
local memory_search = {}

local WIDTH = 16
local CHUNK = 256 * 1024

local function xor(a, b)
  local result, bit = 0, 1
  while a > 0 or b > 0 do
    if a % 2 ~= b % 2 then result = result + bit end
    a, b, bit = math.floor(a / 2), math.floor(b / 2), bit * 2
  end
  return result
end

local function masked(bytes, mask)
  return (bytes:gsub(".", function(char) return string.char(xor(char:byte(), mask)) end))
end

-- Each word of four bytes the other way round, as SHA-256 reads its input into numbers.
local function swapped(bytes)
  return (bytes:gsub("....", string.reverse))
end

local function bits_of(byte)
  local bits = {}
  for at = 8, 1, -1 do
    bits[at] = byte % 2
    byte = math.floor(byte / 2)
  end
  return table.concat(bits)
end

-- A big-endian number as BearSSL computes with it: words of four bytes, the last one's 31 bits first.
local function in_words(bytes)
  local bits, words = bytes:gsub(".", function(char) return bits_of(char:byte()) end), {}
  while bits ~= "" do
    local word = tonumber(bits:sub(-31), 2)
    for _ = 1, 4 do
      words[#words + 1] = string.char(word % 256)
      word = math.floor(word / 256)
    end
    bits = bits:sub(1, -32)
  end
  return table.concat(words)
end

--- The patterns of a secret of at least 16 bytes: a piece at every 8 bytes for its plain form, and the forms
-- that computing with it gives it.
-- @tparam string bytes
-- @tparam[opt] string use "hmac": of a key of HMAC the first piece in its forms; "ecdsa": of a private key all
--   pieces of the number that it is
function memory_search.patterns(bytes, use)
  assert(#bytes >= WIDTH, "too short to be looked for")
  local list = {}
  local function add(piece) list[#list + 1] = piece:reverse() end
  local function add_all(text)
    for from = 1, #text - WIDTH + 1, 8 do add(text:sub(from, from + WIDTH - 1)) end
  end
  add_all(bytes)
  if use == "ecdsa" then add_all(in_words(bytes)) end
  if use == "hmac" then
    local head = bytes:sub(1, WIDTH)
    add(swapped(head))
    for _, pad in ipairs { 0x36, 0x5c } do
      add(masked(head, pad))
      add(swapped(masked(head, pad)))
    end
  end
  return list
end

-- The stack's part that execve put the environment into (proc(5): env_start and env_end).
local function environment_at_start()
  local file = assert(io.open("/proc/self/stat", "rb"))
  local text = file:read "*a"
  file:close()
  local fields, n = {}, 2
  for field in text:match("^.*%) (.*)$"):gmatch "%S+" do
    n = n + 1
    fields[n] = tonumber(field)
  end
  return { from = fields[50], to = fields[51] }
end

-- Where the variables are now, if this Lua can tell.
local function environment_now(ranges)
  local found, ffi = pcall(require, "ffi")
  if not found then return end
  pcall(ffi.cdef, "extern char **environ; size_t strlen(const char *);")
  local at = 0
  while ffi.C.environ ~= nil and ffi.C.environ[at] ~= nil do
    local variable = ffi.C.environ[at]
    local from = tonumber(ffi.cast("uintptr_t", variable))
    ranges[#ranges + 1] = { from = from, to = from + tonumber(ffi.C.strlen(variable)) }
    at = at + 1
  end
end

local function environment()
  local ranges = { environment_at_start() }
  environment_now(ranges)
  table.sort(ranges, function(a, b) return a.from < b.from end)
  return ranges
end

-- The parts of [from, to) that none of `ranges`, which are sorted, covers.
local function outside(from, to, ranges, visit)
  for _, range in ipairs(ranges) do
    if range.to > from and range.from < to then
      if range.from > from then visit(from, range.from) end
      from = math.max(from, range.to)
    end
  end
  if from < to then visit(from, to) end
end

-- Those of a name alone, or all.
local function writable_mappings(name)
  local list = {}
  for line in io.lines "/proc/self/maps" do
    local from, to, access, rest = line:match "^(%x+)%-(%x+) (%S+)(.*)$"
    if access:find "^rw" and not rest:find("[v", 1, true) and rest:find(name or "", 1, true) then
      list[#list + 1] = { from = tonumber(from, 16), to = tonumber(to, 16) }
    end
  end
  return list
end

local function count_in(chunk, pattern)
  local count, at = 0, 1
  while true do
    local from = chunk:find(pattern, at, true)
    if not from then return count end
    count, at = count + 1, from + 1
  end
end

--- How often what the lists of patterns stand for is in memory: { [name] = number }, and how many bytes were
-- looked at. `where`: in the mappings alone whose line in /proc/self/maps has it, "/dev/zero" for what nginx shares.
function memory_search.count(lists, where)
  local counts, total = {}, 0
  for name in pairs(lists) do counts[name] = 0 end
  local mem = assert(io.open("/proc/self/mem", "rb"))
  mem:setvbuf "no"
  local excluded = environment()
  local function search(from, to)
    while from < to do
      mem:seek("set", from)
      local chunk = mem:read(math.min(CHUNK, to - from))
      if not chunk then return end -- nothing there: a mapping that ended meanwhile
      local size = #chunk
      total = total + size
      chunk = chunk:reverse()
      for name, patterns in pairs(lists) do
        for _, pattern in ipairs(patterns) do counts[name] = counts[name] + count_in(chunk, pattern) end
      end
      if from + size >= to then return end
      from = from + math.max(1, size - WIDTH + 1)
    end
  end
  for _, mapping in ipairs(writable_mappings(where)) do outside(mapping.from, mapping.to, excluded, search) end
  mem:close()
  return counts, total
end

return memory_search
