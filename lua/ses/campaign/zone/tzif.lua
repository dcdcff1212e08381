--- Reads TZif, the files of the IANA time zone database (RFC 8536; versions 1 to 4).
-- @module ses.campaign.zone.tzif
local tzif = {}

local HEADER = 44
-- The counts of a header, in their order.
local COUNTS = { "isut", "isstd", "leap", "time", "type", "char" }

local function uint32(text, at)
  local a, b, c, d = text:byte(at, at + 3)
  return ((a * 256 + b) * 256 + c) * 256 + d
end

local function int32(text, at)
  local value = uint32(text, at)
  return value < 2147483648 and value or value - 4294967296
end

local function int64(text, at)
  return int32(text, at) * 4294967296 + uint32(text, at + 4)
end

-- The header at `at`, or nil. `stop` is where its data end, when times take `width` bytes.
local function header(text, at, width)
  if #text < at + HEADER - 1 or text:sub(at, at + 3) ~= "TZif" then return nil end
  local counts = { version = text:byte(at + 4), data = at + HEADER }
  for i, name in ipairs(COUNTS) do counts[name] = uint32(text, at + 16 + 4 * i) end
  counts.stop = counts.data + counts.time * (width + 1) + counts.type * 6 + counts.char
    + counts.leap * (width + 4) + counts.isstd + counts.isut
  return counts.stop <= #text + 1 and counts or nil
end

local function types(text, at, n)
  local offsets = {}
  for i = 0, n - 1 do offsets[i] = int32(text, at + 6 * i) end
  return offsets
end

local function transitions(text, counts, width)
  local integer = width == 8 and int64 or int32
  local indices = counts.data + counts.time * width
  local offset_of = types(text, indices + counts.time, counts.type)
  local times, offsets = {}, {}
  for i = 1, counts.time do
    times[i] = integer(text, counts.data + (i - 1) * width)
    offsets[i] = offset_of[text:byte(indices + i - 1)]
    if not offsets[i] or i > 1 and times[i] <= times[i - 1] then return nil end
  end
  return { times = times, offsets = offsets, before = offset_of[0] }
end

--- Reads a file's bytes.
-- @tparam string text
-- @treturn table|nil `times` (unix seconds, ascending), `offsets` (seconds east of UTC from each of them on),
--   `before` (the offset before the first), `footer` (the POSIX TZ string that goes on after the last, or nil)
-- @treturn ?string what is wrong
function tzif.parse(text)
  local counts, width = header(text, 1, 4), 4
  if counts and counts.version >= 50 then
    -- From version 2 ('2') on the whole stands there again, in 64 bits.
    counts, width = header(text, counts.stop, 8), 8
  end
  if not counts or counts.type == 0 then return nil, "is no TZif file" end
  if counts.leap > 0 then return nil, "counts leap seconds, which unix time does not" end
  local found = transitions(text, counts, width)
  if not found then return nil, "is a damaged TZif file" end
  local footer = width == 8 and text:match("^\n([^\n]*)\n", counts.stop)
  if footer and footer ~= "" then found.footer = footer end
  return found
end

return tzif
