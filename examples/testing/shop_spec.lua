-- The spec of a shop that sends mail, without a network:  busted examples/testing/shop_spec.lua
require "ses.testing.assertions"
local shop = require "examples.testing.shop"
local testing = require "ses.testing"

describe("the shop", function()
  local order = { number = 1042, email = "ada@example.com", books = { "Ulysses", "Dubliners" } }
  local client

  before_each(function() client = assert(testing.client { retry_in_doubt = false }) end)
  after_each(function() client:close() end)

  it("confirms an order", function()
    assert.equal("sent", shop.confirm(client, order))
    assert.sent { to = "ada@example.com", subject = "Your order 1042", tags = { order = "1042" }, times = 1 }
    assert.not_sent { to = "bob@example.com" }
  end)

  it("writes to nobody without an address that can be one", function()
    local outcome, err = shop.confirm(client, { number = 1043, email = "ada", books = {} })
    assert.equal("failed", outcome)
    assert.equal("to", err.field)
    assert.not_sent()
  end)

  it("gets through where SES throttles, without waiting in the spec", function()
    client:fail("SendEmail", { code = "TooManyRequestsException", times = 2 })
    assert.equal("sent", shop.confirm(client, order))
    assert.equal(3, client:calls()[1].attempts)
  end)

  it("does not know what became of a mail when the connection ends", function()
    client:fail("SendEmail", { code = "ConnectionReset" })
    assert.equal("in doubt", shop.confirm(client, order))
  end)
end)
