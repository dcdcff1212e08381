local accept = require "ses.model.accept"
local drawn_value = require "spec.support.drawn_value"
local json = require "ses.model.json"
local model = require "ses.model"
local random = require "spec.support.random"
local rules = require "ses.pipeline.rules"
local serialise = require "ses.model.serialise"
local validate = require "ses.model.validate"

local ROUNDS = tonumber(os.getenv "SPEC_ACCEPT_ROUNDS") or 25

-- What is no longer valid, as a rule.
local ODD = {
  "", "x", ".", "..", "\255", "a\r\nb", "a@b@c", "A@EXAMPLE.COM", "a..b@example.com", "a@example", "a@-b.example",
  "é@example.com", ("y"):rep(70), ("y"):rep(3000), "NEWER_THAN_THE_MODEL", 0, -1, 5, 1.5, 2 ^ 40, -2 ^ 62, 1 / 0,
  0 / 0, true, false, {}, { 1 }, { "a@example.com" }, { x = "y" }, { [2] = "a" }, print,
}

-- A table is a new one each time: it may be changed in turn.
local function odd(pick)
  local value = pick.one(ODD)
  if type(value) ~= "table" then return value end
  local copy = {}
  for key, item in pairs(value) do copy[key] = item end
  return copy
end

local function containers(value, list)
  if type(value) ~= "table" then return list end
  list[#list + 1] = value
  local keys = {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for _, key in ipairs(keys) do containers(value[key], list) end
  return list
end

local function any_key(value, pick)
  local keys = {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  return #keys > 0 and pick.one(keys) or "Name"
end

-- Changes one thing in it.
local function spoil(value, pick)
  local place = pick.one(containers(value, {}))
  local how = pick.below(10)
  if how == 0 then
    place[any_key(place, pick)] = nil
  elseif how == 1 then
    place[pick.one { "Xyzzy", 1, 7, "Name", "FromEmailAddress" }] = odd(pick)
  elseif how == 2 then
    -- A list of more items than it may have, where there is a limit.
    for i = 2, place[1] ~= nil and 200 or 0 do place[i] = place[1] end
  else
    place[any_key(place, pick)] = odd(pick)
  end
end

local function in_words(op, value, by)
  local ok, _, warnings = validate.in_words(op, value, by)
  return ok == true and warnings == nil
end

-- Whether the core wrote the body; then it is the one that ses.model.writer writes.
local function is_written_alike(op, value, by)
  local body = accept.body(op, value, by)
  if body == true then return false end
  local parts, theirs = assert(serialise.request(op, value, body)), assert(serialise.request(op, value))
  if parts.body ~= theirs.body then error(("%s: %s is not %s"):format(op.name, parts.body, theirs.body)) end
  return true
end

describe("ses.model.accept", function()
  local by = rules.new()

  it("is sure of what the validator passes without a word, and of nothing else, for every operation", function()
    local seed = math.random(2 ^ 31 - 1)
    local pick = random.picker(seed)
    local sure, not_sure, written = 0, 0, 0
    for _, name in ipairs(model.operations()) do
      local op = model.operation(name)
      for round = 1, op.input and ROUNDS or 0 do
        local value = drawn_value(model.shape(op.input), pick)
        -- The first third stays as it was drawn.
        for _ = 1, round % 3 do spoil(value, pick) end
        for _, these in ipairs { by, false } do
          local expected = in_words(op, value, these or nil)
          if accept.input(op, value, these or nil) ~= expected then
            error(("seed %d, %s is %s valid: %s"):format(seed, name, expected and "" or "not",
              json.encode(value) or "(not JSON)"))
          end
          if expected then
            sure = sure + 1
            if is_written_alike(op, value, these or nil) then written = written + 1 end
          else
            not_sure = not_sure + 1
            assert.is_false(accept.body(op, value, these or nil))
          end
        end
      end
    end
    assert.is_true(sure > 1000 and not_sure > 1000, sure .. " sure, " .. not_sure .. " not")
    assert.is_true(written > sure / 2, written .. " written in the same pass")
  end)

  it("leaves to the validator what may not be what it looks like", function()
    local op = model.operation "PutAccountSendingAttributes"
    assert.is_true(accept.input(op, { SendingEnabled = true }))
    local inherited = setmetatable({}, { __index = { SendingEnabled = "yes" } })
    assert.is_false(accept.input(op, inherited))
    -- A metatable that says it is none.
    local hidden = setmetatable({}, { __index = { SendingEnabled = "yes" }, __metatable = false })
    assert.is_false(accept.input(op, hidden))
    local ok, err = validate.input(op, inherited)
    assert.is_nil(ok)
    assert.equal("SendingEnabled must be true or false, not string", err.message)
    assert.is_false(accept.input(model.operation "GetAccount", { Xyzzy = 1 }))
    assert.is_false(accept.input(op, 5))
    assert.is_false(accept.input(op, nil))
  end)

  it("asks every rule, and one alone is enough", function()
    local op = model.operation "PutAccountSendingAttributes"
    local asked = {}
    local function with(shapes, operations)
      return accept.input(op, { SendingEnabled = true }, { shapes = shapes, operations = operations })
    end
    assert.is_true(with({}, { [op.name] = function() asked[#asked + 1] = "operation" end }))
    assert.is_true(with({ [op.input] = function() asked[#asked + 1] = "shape" end }, {}))
    assert.same({ "operation", "shape" }, asked)
    assert.is_false(with({}, { [op.name] = function(_, walk, say) say.warn(walk, "is odd") end }))
    assert.is_false(with({ [op.input] = function(_, walk, say) say.fault_at("x", walk, "is odd") end }, {}))
    assert.is_false(with({ [op.input] = function(_, walk, say) say.fault(walk, "is odd") end }, {}))
  end)
end)
