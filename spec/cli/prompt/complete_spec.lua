local complete = require "ses.cli.prompt.complete"
local config = require "ses.config"
local model = require "ses.model"
local operations = require "ses.services.operations"
local service = require "ses.services.service"
local support = require "spec.types.support"
local testing = require "ses.testing"

describe("ses.cli.prompt.complete", function()
  local env

  setup(function()
    env = { client = testing.client(), ses = require "ses", mine = { first = 1, second = { third = 1 } } }
  end)
  teardown(function() env.client:close() end)

  local function texts(text)
    local list = {}
    for i, candidate in ipairs((complete.candidates(text, env))) do list[i] = candidate.text end
    return list
  end

  local function completed(text)
    local insert = complete.at(text, env)
    return text .. (insert or "")
  end

  it("has the services, and every method of each", function()
    for name in pairs(operations) do
      assert.equal("client." .. name .. ":", completed("client." .. name))
      assert.same(support.sorted(support.methods("ses.services." .. name)), texts("client." .. name .. ":"))
    end
    assert.same(support.sorted(support.methods "ses.Client"), texts "client:")
    assert.equal("x = client.templates:", completed "x = client.templa")
  end)

  it("has the fields of every operation's input, where they stand", function()
    for name, methods in pairs(operations) do
      for method, operation in pairs(methods) do
        local input = model.operation(operation).input
        local shape = input and model.shape(input)
        if shape and #shape.members > 0 and name ~= "emails" then
          assert.same(support.sorted(shape.by_snake), texts(("client.%s:%s { "):format(name, method)), operation)
          local each = model.operation(operation).pagination and service.iterator_names(method)
          if each then assert.same(support.sorted(shape.by_snake), texts(("client.%s:%s {"):format(name, each))) end
          assert.same(support.sorted(shape.by_name), texts(('client:call("%s", { '):format(operation)), operation)
        end
      end
    end
  end)

  it("has the fields of a mail, of one to many and of its entries", function()
    assert.same(support.sorted(support.fields "ses.Mail"), texts "client.emails:send { ")
    assert.same(support.sorted(support.fields "ses.BulkMail"), texts "client.emails:send_bulk {")
    assert.same(support.sorted(support.fields "ses.BulkEntry"), texts "client.emails:send_bulk { entries = { { ")
    assert.same(support.sorted(support.fields "ses.Attachment"), texts "client.emails:send{attachments={{")
    assert.same(support.sorted(support.fields "ses.CallOptions"), texts "client.emails:send({}, { ")
  end)

  it("leaves out the fields that are given, and goes into tables", function()
    assert.same({ "destination" }, texts 'client.emails:send { data = { a = 1 }, from = "x", dest')
    assert.same({ "bcc_addresses", "cc_addresses", "to_addresses" }, texts "client.emails:send { destination = { ")
    assert.same({ "bcc_addresses", "cc_addresses" },
      texts "client.emails:send { destination = { to_addresses = { 'a' }, ")
    assert.same({ "key", "value" }, texts "client.identities:create { tags = { { key = 'a', value = 'b' }, { ")
  end)

  it("has the values of enumerations and booleans", function()
    assert.same({ '"BOUNCE"', '"COMPLAINT"' }, texts "client.suppression:put { reason = ")
    assert.equal('client.suppression:put { reason = "BOUNCE"', completed 'client.suppression:put { reason = "B')
    assert.same({ "BOUNCE", "COMPLAINT" }, texts "client.suppression:list { reasons = { 'BOUNCE', '")
    assert.same({ "false", "true" }, texts "client.account:put_sending_attributes { sending_enabled = ")
    assert.same({ "attachment", "inline" }, texts "client.emails:send { attachments = { { disposition = '")
  end)

  it("has the names of the operations, and the options of a client", function()
    assert.same(model.operations(), texts "client:call '")
    assert.same(model.operations(), texts 'client:call("')
    assert.same({ "GetAccount" }, texts 'client:call("GetAc')
    assert.same(config.names(), texts "ses.client { ")
  end)

  it("has what was defined, and the names of Lua", function()
    assert.same({ "mine" }, texts "print(min")
    assert.same({ "first", "second" }, texts "mine.")
    assert.same({ "third" }, texts "x = mine.second.")
    assert.same({ "string" }, texts "strin")
    assert.same({ "gmatch", "gsub" }, texts "string.g")
  end)

  it("follows what was typed over several lines", function()
    local typed = { "client.emails:send {", "  from = 'a', -- the shop {", "  text = [[ { ]],", "  sub" }
    assert.same({ "subject" }, texts(table.concat(typed, "\n")))
  end)

  it("has nothing in comments, texts and unknown places, and never fails", function()
    for _, text in ipairs {
      "-- client.", "x = 'client.", "[[ client.", "f().", "client.nothing:", "mine.first.", "}}} ]) .", "client..",
      "'\\", "client:call('Nothing', { ", "a.b.c.d", "=", "client.emails:send { from = 'a", "(((((",
      "x = { { { ",
    } do
      assert.equal("table", type(texts(text)), text)
    end
    for _, text in ipairs { "-- client.", "x = 'client.", "[[ client.", "f().", "client.nothing:", "mine.first." } do
      assert.same({}, texts(text), text)
    end
  end)

  it("puts in what all have in common, then shows them in columns", function()
    assert.equal("client.identities:put_", completed "client.identities:put")
    local insert, shown = complete.at("client.contacts:", env)
    assert.is_nil(insert)
    assert.truthy(shown:find("create%s+delete%s+each"))
  end)
end)
