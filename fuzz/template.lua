-- A fuzzer of the template engine: templates of fuzz/corpus/template, changed at random and rendered with odd data.
--
-- What must hold of any bytes: a template compiles or is refused by a ses.Error that names a place within it, and is
-- rendered, or is refused, within its limits, the same every time and on every Lua; nothing is raised, nothing takes
-- long, nothing that turns text into code or runs a program is called, no data are taken for a template, and none stand
-- unescaped in HTML.
local core = require "ses.core"
local random = require "spec.support.random"
local errors = require "ses.errors"
local lint = require "ses.template.lint"
local template = require "ses.template"

local fuzz = {}

local CORPUS = "fuzz/corpus/template"
-- Each limit in sizes that are reached, and one that seldom is.
local LIMITS = {
  { "max_size", { 60, 16384 } }, { "max_depth", { 2, 40 } }, { "max_output", { 20, 1000, 65536 } },
  { "max_steps", { 20, 20000 } }, { "max_partial_depth", { 1, 8 } },
}
local MAX_BYTES = 8192
local MAX_KEPT = 2000

-- Instructions of Lua's machine, and seconds of processor, that no input may take.
local MAX_INSTRUCTIONS, MAX_SECONDS = 200 * 1000 * 1000, 20
local HOOK_EVERY = 100 * 1000

local PIECES = {
  "{{", "}}", "{{{", "}}}", "{{~", "~}}", "{{#if a}}", "{{/if}}", "{{else}}", "{{^}}", "{{else if a}}", "{{#each l}}",
  "{{/each}}", "{{#with o}}", "{{/with}}", "{{#unless a}}", "{{/unless}}", '{{#*inline "p"}}',
  "{{/inline}}", "{{> p}}",
  "{{> p o}}", "{{this}}", "{{../a}}", "{{@root.a}}", "{{@index}}", "{{@../key}}", "{{!-- ", " --}}",
  "{{! ", "\\", "\\\\",
  ".", "/", "../", "[", "]", "@", '"', "'", "=", "|", "(", ")", " as ", "includeZero=true", "\n",
  "\r\n", " ", "\t", "\0",
  "\194\160", "\239\187\191", "\226\128\168", "\240\159\152\128", "\195", "\255", "9999999999999999999",
  "-1", "null", "%s", "%1",
  "]]", "os.exit()", '" .. error() .. "', "return", "a", "o", "l", "length", "0", "__index", "constructor",
}

local cyclic = { a = "x" }
cyclic.o, cyclic.l = cyclic, { cyclic, cyclic, cyclic }

-- No template names it: who asks the data for it has taken data for a template.
local UNNAMED = "canary"

local was_asked = false

local function watched(made)
  return setmetatable(made, { __index = function(_, key)
    if key == UNNAMED then was_asked = true end
  end })
end

local DATA = {
  watched { a = "{{canary}} <canary>", l = { "{{#each canary}}x{{/each}}", watched { a = "{{{canary}}}" } },
    o = watched { a = "\\{{canary", b = watched { c = '{{#*inline "p"}}{{canary}}{{/inline}}{{> p}}' } },
    length = "{{#if canary}}<canary>{{/if}}" },
  {}, { a = "<canary>&", l = { 1, 2, 3 }, o = { a = 1, b = { c = "d" } }, length = 1 },
  { a = 0, l = {}, o = { ["10"] = 1, ["9"] = "x" } }, { a = false, l = "text", o = 1 },
  { a = ("x"):rep(5000), l = { ("="):rep(3000), ("\n"):rep(3000) }, o = { a = "\255" } }, cyclic,
  { a = print, l = { print, {}, { 1 } }, o = setmetatable({}, { __index = { a = "meta" } }) },
  { a = 0 / 0, l = { 1e308 * 10, -1e308 * 10, 1e-320, 2 ^ 63 }, o = { [1] = "a", x = "b", [2.5] = "c",
  [true] = "d" } },
}

local function corpus()
  local list, listing = {}, assert(io.popen("ls " .. CORPUS, "r"))
  for name in listing:lines() do
    local file = assert(io.open(CORPUS .. "/" .. name, "rb"))
    list[#list + 1] = file:read "*a"
    file:close()
  end
  listing:close()
  assert(#list > 0, "there is no corpus in " .. CORPUS)
  return list
end

-- ---- mutations ----

local function place_in(pick, text)
  return pick.below(math.min(#text, 65535) + 1)
end

local MUTATIONS = {
  function(pick, text)
    local at = place_in(pick, text)
    return text:sub(1, at) .. string.char(pick.below(256)) .. text:sub(at + 2)
  end,
  function(pick, text)
    local at = place_in(pick, text)
    return text:sub(1, at) .. text:sub(at + 1 + pick.below(20))
  end,
  function(pick, text)
    local at = place_in(pick, text)
    return text:sub(1, at) .. pick.one(PIECES) .. text:sub(at + 1)
  end,
  function(pick, text)
    local from, to = place_in(pick, text), place_in(pick, text)
    local at = place_in(pick, text)
    return text:sub(1, at) .. text:sub(from, math.min(to, from + 400)) .. text:sub(at + 1)
  end,
  function(pick, text)
    local at = place_in(pick, text)
    return text:sub(1, at) .. pick.one(PIECES):rep(1 + pick.below(200)) .. text:sub(at + 1)
  end,
  function(pick, text, kept)
    local other = pick.one(kept)
    return text:sub(1, place_in(pick, text)) .. other:sub(place_in(pick, other) + 1)
  end,
  function(pick, text)
    local opening, closing = "{{#if a}}", "{{/if}}"
    if pick.chance(50) then opening, closing = "{{#each l}}", "{{/each}}" end
    local times = 1 + pick.below(60)
    return opening:rep(times) .. text .. closing:rep(times)
  end,
}

local function mutated(pick, kept)
  local text = pick.one(kept)
  for _ = 1, 1 + pick.below(4) do text = pick.one(MUTATIONS)(pick, text, kept) end
  return text:sub(1, MAX_BYTES)
end

-- ---- what must not be called ----

local GUARDED = {
  { _G, "load" }, { _G, "loadstring" }, { _G, "loadfile" }, { _G, "dofile" }, { _G, "setfenv" }, { _G, "print" },
  { os, "execute" }, { os, "remove" }, { os, "exit" }, { os, "getenv" }, { io, "open" }, { io, "popen" },
}

-- Runs `f` with all of them failing, and with what a call may take bounded.
local function guarded(f, ...)
  local kept, left, start = {}, MAX_INSTRUCTIONS, os.clock()
  for i, entry in ipairs(GUARDED) do
    kept[i] = entry[1][entry[2]]
    if kept[i] then entry[1][entry[2]] = function() error("calls " .. entry[2], 0) end end
  end
  debug.sethook(function()
    left = left - HOOK_EVERY
    if left < 0 or os.clock() - start > MAX_SECONDS then error("takes too long", 0) end
  end, "", HOOK_EVERY)
  local ok, result = xpcall(f, debug.traceback, ...)
  debug.sethook()
  for i, entry in ipairs(GUARDED) do entry[1][entry[2]] = kept[i] end
  return ok, result
end

-- ---- one input ----

local function require_that(condition, what)
  if not condition then error(what, 0) end
end

-- Digits and names out of a message, so that one kind of error is one.
local function kind_of(err)
  return (err.message:gsub("'.*'", "''"):gsub("[#@]%S+", "#"):gsub("%d+", "0"):gsub("{{.*", ""):sub(1, 50))
end

local function check_error(err, text)
  require_that(errors.is(err) and err.kind == "validation", "another error: " .. tostring(err))
  if err.line then
    local _, breaks = text:gsub("\n", "")
    require_that(err.line >= 1 and err.line <= breaks + 1 and err.column >= 1 and err.column <= #text + 1,
      "a place outside of the template")
  end
end

local function has_raw(program)
  for _, node in ipairs(program or {}) do
    if node.raw or has_raw(node.program) or has_raw(node.inverse) then return true end
  end
  return false
end

local function check_rendered(rendered, compiled, options)
  require_that(type(rendered) == "string", "no text")
  require_that(#rendered <= options.max_output, "more output than the limit")
  if options.html and rendered:find("<canary", 1, true) then
    require_that(has_raw(compiled._tree), "data that are not escaped")
  end
end

-- What became of an input, for the choice of what is worth keeping, and in full.
local function try(compile, text, options, data)
  was_asked = false
  local compiled, err = compile(text, options)
  if not compiled then
    check_error(err, text)
    return { kind_of(err), err.message }
  end
  require_that(#text <= options.max_size, "a longer template than the limit")
  require_that(type(compiled:variables()) == "table", "no list of variables")
  local rendered, failure = compiled:render(data)
  local again = compiled:render(data)
  require_that(rendered == again, "two renderings differ")
  require_that(not was_asked, "data taken for a template")
  if not rendered then
    check_error(failure, text)
    return { kind_of(failure), failure.message }
  end
  check_rendered(rendered, compiled, options)
  return { "rendered " .. math.min(#rendered, 3), rendered }
end

local function check_message(text, options, data)
  local own = {}
  for _, limit in ipairs(LIMITS) do own[limit[1]] = options[limit[1]] end
  local found, err = lint.check({ subject = "x", html = text, text = text }, data, own)
  if not found then return check_error(err, text) end
  require_that(type(found.warnings) == "table" and type(found.sample) == "table", "no warnings or sample")
end

local function options_for(pick)
  local options = { html = pick.chance(50) }
  for _, limit in ipairs(LIMITS) do
    local sizes = limit[2]
    options[limit[1]] = pick.chance(10) and pick.one(sizes) or sizes[#sizes]
  end
  return options
end

--- Tries inputs until `count` of them, or `seconds` of processor, are through.
-- @tparam table options { seed =, count =, seconds =, compile = (in the place of template.compile) }
-- @treturn table { tried =, kinds =, outcomes = (a hash of them all), finding = { text =, data =, why = } | nil }
function fuzz.run(options)
  local pick, kept, seen = random.picker(options.seed), corpus(), {}
  local result, start = { tried = 0, kinds = 0, outcomes = "" }, os.clock()
  local compile = options.compile or template.compile
  -- The hook is not called in what LuaJIT has compiled.
  local has_jit = jit and jit.status()
  if has_jit then jit.off() end
  while result.tried < (options.count or math.huge) and os.clock() - start < (options.seconds or math.huge) do
    local first = result.tried < #kept and kept[result.tried + 1]
    local text, limits, row = first or mutated(pick, kept), options_for(pick), 1 + pick.below(#DATA)
    result.tried = result.tried + 1
    local ok, outcome = guarded(try, compile, text, limits, DATA[row])
    local kind = ok and outcome[1] or outcome
    if ok then result.outcomes = core.digest.sha256(result.outcomes .. outcome[2]) end
    if ok and pick.chance(10) and #text < 2000 then
      ok, kind = guarded(check_message, text, limits, DATA[row])
    end
    if not ok then
      result.finding = { text = text, data = row, why = kind }
      break
    end
    if kind and not seen[kind] then
      seen[kind], result.kinds = true, result.kinds + 1
      if #kept < MAX_KEPT then kept[#kept + 1] = text end
    end
  end
  if has_jit then jit.on() end
  return result
end

return fuzz
