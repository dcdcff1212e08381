--- Completion at the prompt: services, methods, operations, fields and their values, and the names of Lua.
-- @module ses.cli.prompt.complete
local fields = require "ses.cli.prompt.fields"
local operations = require "ses.services.operations"
local place_of = require "ses.cli.prompt.place"
local terminal = require "ses.cli.terminal"

local complete = {}

--- The methods of a client, in their order.
complete.CLIENT_METHODS = {
  "call", "circuit_state", "circuit_states", "close", "describe_config", "health", "pages", "perform", "presign",
  "resilience",
}

local WORDS = { "exit", "help" }

local function keys_of(map)
  local list = {}
  for key in pairs(map) do
    if type(key) == "string" and key:find "^[%a][%w_]*$" then list[#list + 1] = key end
  end
  return list
end

local function add(candidates, names, suffix)
  for _, name in ipairs(names) do candidates[#candidates + 1] = { text = name, suffix = suffix or "" } end
  return candidates
end

-- ---- what may stand in a place ----

-- A client that is none yet is made: that reads a file, and no network.
local function client_of(env)
  local made, client = pcall(function() return env.client end)
  return made and client or nil
end

local function methods_of(env, name)
  local client = client_of(env)
  local class = client and getmetatable(client[name])
  local methods = class and keys_of(class.__index) or keys_of(operations[name])
  return methods
end

local function of_client(env, path, separator)
  if #path == 2 and operations[path[2]] then return add({}, methods_of(env, path[2])) end
  if #path > 1 then return {} end
  local candidates = add({}, complete.CLIENT_METHODS)
  return separator == ":" and candidates or add(candidates, keys_of(operations), ":")
end

-- Follows names through tables, and calls nothing.
local function of_value(env, path)
  local value = env
  for i, name in ipairs(path) do
    local within = rawget(value, name)
    if within == nil and i == 1 then within = rawget(_G, name) end
    value = within
    if type(value) ~= "table" then return {} end
  end
  return add({}, keys_of(value))
end

local function of_globals(env)
  local names = { client = true }
  for _, map in ipairs { env, _G } do
    for _, name in ipairs(keys_of(map)) do names[name] = true end
  end
  for _, name in ipairs(WORDS) do names[name] = true end
  return add({}, keys_of(names))
end

local function of_path(env, path, separator)
  if path[1] == "client" then return of_client(env, path, separator) end
  return of_value(env, path)
end

-- `quote`: what begins the text that the cursor stands in.
local function of_values(description, quote)
  if quote then return add({}, description.values or {}, quote) end
  local candidates = {}
  for _, value in ipairs(description.values or {}) do add(candidates, { ("%q"):format(value) }) end
  return add(candidates, description.words or {})
end

local function of_fields(description, given)
  local candidates = {}
  for name in pairs(description.fields or {}) do
    if not given[name] then candidates[#candidates + 1] = { text = name, suffix = " = " } end
  end
  return candidates
end

local function in_string(place)
  local description = fields.of_frame(place.frame)
  return description and of_values(description, place.quote) or {}
end

local function in_table(place)
  local frame = place.frame
  local description = fields.of_frame(frame)
  if not description then return nil end
  if place.at_value then
    local value = frame.key and fields.of_field(description, frame.key)
    return value and of_values(value) or nil
  end
  if description.item then
    local item = description.item()
    return item and of_values(item) or {}
  end
  return of_fields(description, frame.given)
end

local function candidates_at(place, env)
  if place.quote then return in_string(place) end
  if not place.path then return {} end
  if #place.path > 0 then return of_path(env, place.path, place.separator) end
  local frame = place.frame
  if frame and frame.bracket == "{" then
    local found = in_table(place)
    if found and #found > 0 then return found end
  end
  if frame and frame.bracket == "(" and frame.call then
    local description = fields.of_argument(frame.call, frame.index, frame.first)
    if description and description.values then return of_values(description) end
  end
  return of_globals(env)
end

-- ---- what is done about it ----

local function beginning_with(word, candidates)
  local found, seen = {}, {}
  for _, candidate in ipairs(candidates) do
    if candidate.text:sub(1, #word) == word and not seen[candidate.text] then
      seen[candidate.text] = true
      found[#found + 1] = candidate
    end
  end
  table.sort(found, function(a, b) return a.text < b.text end)
  return found
end

local function common(candidates)
  local text = candidates[1].text
  for _, candidate in ipairs(candidates) do
    while candidate.text:sub(1, #text) ~= text do text = text:sub(1, -2) end
  end
  return text
end

local function columns(candidates)
  local widest = 0
  for _, candidate in ipairs(candidates) do widest = math.max(widest, #candidate.text + 2) end
  local per_line = math.max(1, math.floor(terminal.width() / widest))
  local lines, line = {}, {}
  for i, candidate in ipairs(candidates) do
    line[#line + 1] = candidate.text .. (" "):rep(widest - #candidate.text)
    if i % per_line == 0 or i == #candidates then
      lines[#lines + 1] = (table.concat(line):gsub(" +$", ""))
      line = {}
    end
  end
  return table.concat(lines, "\n")
end

--- Everything that may stand at the end of a text.
-- @tparam string text from the beginning of what is typed up to the cursor
-- @tparam table env the globals
-- @treturn table list of { text =, suffix = what follows it where nothing else may be meant }, in order
-- @treturn string the word that has begun
function complete.candidates(text, env)
  local place = place_of.of(text)
  if not place then return {}, "" end
  return beginning_with(place.word, candidates_at(place, env)), place.word
end

--- Completes a text.
-- @tparam string text
-- @tparam table env
-- @treturn ?string what to put in at the cursor
-- @treturn ?string what to show below the line
function complete.at(text, env)
  local found, word = complete.candidates(text, env)
  if #found == 0 then return nil end
  if #found == 1 then return found[1].text:sub(#word + 1) .. found[1].suffix end
  local more = common(found):sub(#word + 1)
  if more ~= "" then return more end
  return nil, columns(found)
end

return complete
