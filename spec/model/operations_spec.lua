-- Every operation of SES v2, from input to request and from answer to result.
local json = require "ses.model.json"
local model = require "ses.model"
local parse = require "ses.model.parse"
local serialise = require "ses.model.serialise"
local timestamp = require "ses.model.timestamp"
local validate = require "ses.model.validate"
local values = require "spec.support.model_values"

local function percent_decode(text)
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

-- An independent reading of a path by the operation's template.
local function labels_of(template, path)
  local pattern = template:gsub("[%-.]", "%%%0"):gsub("{[^}]+}", "([^/]+)")
  local found, labels, i = { path:match("^" .. pattern .. "$") }, {}, 0
  assert.is_true(#found > 0, path .. " is not of the form " .. template)
  for label in template:gmatch("{([^}]+)}") do
    i = i + 1
    labels[label] = percent_decode(found[i])
  end
  return labels
end

local function query_of(text)
  local found = {}
  for name, value in text:gmatch("([^&=]+)=([^&]*)") do
    found[name] = found[name] or {}
    table.insert(found[name], percent_decode(value))
  end
  return found
end

local function as_text(shape, value)
  if shape.type == "timestamp" then return timestamp.iso8601(value) end
  if shape.type == "string" then return value end
  return json.encode(value)
end

local function as_texts(shape, value)
  if shape.type ~= "list" then return { as_text(shape, value) } end
  local list = {}
  for i, item in ipairs(value) do list[i] = as_text(shape.member, item) end
  return list
end

-- Where each member of the input has to be found again.
local function expected_request(op, input)
  local members = model.shape(op.input).members
  local body_given, body_possible = false, false
  for _, member in ipairs(members) do
    if not member.location then
      body_possible, body_given = true, body_given or input[member.name] ~= nil
    end
  end
  local all_in_body = body_given and op.with_body
  local expected = { method = op.method, uri = op.uri, labels = {}, query = {} }
  if all_in_body then expected.method, expected.uri = op.with_body.method, op.with_body.uri end
  if body_given or (body_possible and op.method ~= "GET") then expected.body = {} end
  for _, member in ipairs(members) do
    local value = input[member.name]
    if member.location == "uri" then
      expected.labels[member.wire] = value
    elseif value ~= nil and (all_in_body or not member.location) then
      expected.body[member.name] = values.as_json(member.shape, value)
    elseif value ~= nil and #as_texts(member.shape, value) > 0 then
      expected.query[member.wire] = as_texts(member.shape, value)
    end
  end
  return expected
end

local function check_request(name, input)
  local op = model.operation(name)
  assert.is_true(validate.input(op, input))
  local request = assert(serialise.request(op, input))
  local expected = expected_request(op, input)
  assert.equal(expected.method, request.method)
  if expected.uri:find("{", 1, true) then
    assert.same(expected.labels, labels_of(expected.uri, request.path))
  else
    assert.equal(expected.uri, request.path)
  end
  assert.same(expected.query, query_of(request.query))
  if expected.body then
    assert.same(expected.body, json.decode(request.body))
    assert.same({ { "Content-Type", "application/json" } }, request.headers)
  else
    assert.is_nil(request.body)
    assert.same({}, request.headers)
  end
end

describe("every operation", function()
  it("is there", function()
    assert.equal(117, #model.operations())
  end)

  for _, name in ipairs(model.operations()) do
    local op = model.operation(name)

    it(name .. " makes the request that its input says", function()
      local shape = model.shape(op.input)
      check_request(name, values.minimal(shape))
      check_request(name, values.full(shape))
      for _ = 1, 5 do check_request(name, values.random(shape)) end
    end)

    it(name .. " reads the answer that its output says", function()
      local shape = model.shape(op.output)
      for _, value in ipairs { values.minimal(shape), values.full(shape), values.random(shape) } do
        local body = assert(serialise.json(shape, value))
        assert.same(value, parse.response(op, { status = 200, headers = {}, body = body }))
      end
      assert.same({}, parse.response(op, { status = 200, headers = {}, body = "" }))
    end)

    it(name .. " names each member that is missing", function()
      local _, err = validate.input(op, {})
      local missing = {}
      for _, member in ipairs(model.shape(op.input).members) do
        if member.required then missing[#missing + 1] = { path = member.name, message = "is required" } end
      end
      if #missing == 0 then return assert.is_nil(err) end
      assert.same(missing, err.faults)
    end)

    it(name .. " knows its errors", function()
      for _, code in ipairs(op.errors) do
        local shape = model.shape(code)
        local err = parse.error(op, {
          status = shape.status, headers = { ["x-amzn-errortype"] = code }, body = '{"message":"because"}',
        })
        assert.equal(code, err.code)
        assert.equal("because", err.message)
        assert.equal(name, err.operation)
      end
    end)
  end
end)
