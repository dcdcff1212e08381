require "ses.testing.assertions"
local match = require "luassert.match"
local testing = require "ses.testing"

local MAIL = {
  from = "Lumen Bücher <shop@lantern.example>", to = { "ada@example.com", "Bob <bob@Example.com>" },
  subject = "Your order", text = "It is on its way.", tags = { order = "7", list = "a" },
  headers = { ["X-Order"] = "7" },
  attachments = { { filename = "a.txt", data = "a" }, { filename = "b.txt", data = "b" } },
}

describe("assert.sent", function()
  local client

  before_each(function()
    client = assert(testing.client())
    assert(client.emails:send(MAIL))
  end)
  after_each(function() client:close() end)

  -- Whether the mail fits, by both assertions.
  local function fits(expected)
    assert.sent(expected)
    assert.is_false(pcall(function() assert.not_sent(expected) end))
  end

  local function differs(expected)
    assert.not_sent(expected)
    assert.is_false(pcall(function() assert.sent(expected) end))
  end

  it("takes an address for one of the mail's", function()
    fits { to = "ada@example.com" }
    fits { to = "bob@EXAMPLE.com" }
    fits { from = "shop@lantern.example" }
    differs { to = "Ada@example.com" }
    differs { to = "carl@example.com" }
    differs { cc = "ada@example.com" }
  end)

  it("looks at a name where one is expected", function()
    fits { to = "Bob <bob@example.com>" }
    fits { from = { name = "Lumen Bücher", email = "shop@lantern.example" } }
    differs { to = "Robert <bob@example.com>" }
    differs { to = "Ada <ada@example.com>" }
  end)

  it("takes a list for all of the addresses, in any order", function()
    fits { to = { "bob@example.com", "ada@example.com" } }
    fits { cc = {} }
    differs { to = { "ada@example.com" } }
    differs { to = { "ada@example.com", "ada@example.com" } }
    differs { to = {} }
  end)

  it("takes strings as they are, and functions and matchers to judge by", function()
    fits { subject = "Your order", text = "It is on its way." }
    differs { subject = "your order" }
    differs { html = "x" }
    fits { subject = match.matches "^Your" }
    differs { subject = match.matches "^My" }
    fits { text = function(text) return text:find("way", 1, true) end, html = function(html) return html == nil end }
    fits { to = function(address) return address:find "^ada" end }
    differs { to = match.matches "^carl" }
  end)

  it("looks for what is expected in tables, and passes over the rest", function()
    fits { tags = { order = "7" }, headers = { ["x-order"] = "7" } }
    differs { tags = { order = "8" } }
    differs { headers = { ["x-order"] = "8" } }
    fits { attachments = { { filename = "b.txt" } } }
    differs { attachments = { { filename = "b.txt", data = "a" } } }
    fits { attachments = function(list) return #list == 2 end }
    assert(client.emails:send {
      from = "a@example.com", to = "b@example.com", template = "t", data = { a = { b = 1, c = 2 } },
    })
    fits { template = "t", data = { a = { b = 1 } } }
    differs { data = { a = { b = 2 } } }
  end)

  it("counts where it is told how many", function()
    fits { to = "ada@example.com", times = 1 }
    differs { to = "ada@example.com", times = 2 }
    assert(client.emails:send(MAIL))
    fits { to = "ada@example.com", times = 2 }
    fits { to = "carl@example.com", times = 0 }
  end)

  it("is about the client that was made last, or the one that is given", function()
    local other = assert(testing.client())
    assert.not_sent()
    assert.not_sent(other)
    assert.sent(client, { to = "ada@example.com" })
    other:close()
  end)

  it("says what was sent instead, and in what it differs", function()
    local _, err = pcall(function() assert.sent { to = "carl@example.com", subject = "Your order" } end)
    assert.equal([[
A mail should have been sent with
     to          carl@example.com
     subject     "Your order"
but 1 was sent:
  1. differs in to
     from        Lumen Bücher <shop@lantern.example>
     to          ada@example.com, Bob <bob@example.com>
     subject     "Your order"
     text        "It is on its way."
     headers     {"X-Order":"7"}
     attachments a.txt, b.txt
     tags        {"list":"a","order":"7"}]], (tostring(err):gsub("^[^\n]*: A mail", "A mail")))
  end)

  it("shows the mails that come closest first, and not all of many", function()
    for i = 1, 11 do
      local to = ("b%d@example.com"):format(i)
      assert(client.emails:send { from = "a@example.com", to = to, subject = "x", text = "y" })
    end
    assert(client.emails:send { from = "a@example.com", to = "carl@example.com", subject = "Your odrer", text = "y" })
    local _, err = pcall(function() assert.sent { to = "carl@example.com", subject = "Your order" } end)
    local numbers = {}
    for at, fields in tostring(err):gmatch "\n *(%d+)%. differs in ([^\n]+)" do
      numbers[#numbers + 1] = at .. " " .. fields
    end
    assert.same({ "1 to", "13 subject", "2 subject, to" }, { numbers[1], numbers[2], numbers[3] })
    assert.equal(10, #numbers)
    assert.matches("\nand 3 more", tostring(err), 1, true)
  end)

  it("says what should not have been sent, and what failed", function()
    local _, err = pcall(function() assert.not_sent() end)
    assert.matches("No mail should have been sent with\n     (anything)\nbut 1 was sent:\n  1. as expected\n",
      tostring(err), 1, true)
    client:reset()
    client:fail("SendEmail", { code = "MessageRejected", message = "this address is not verified" })
    client.emails:send(MAIL)
    _, err = pcall(function() assert.sent { to = match.is_string(), text = ("x"):rep(500) } end)
    assert.matches("but none was sent.\nand these calls failed:\n"
      .. "     SendEmail: this address is not verified (MessageRejected)", tostring(err), 1, true)
    assert.matches("(500 bytes)", tostring(err), 1, true)
    assert.matches("to          (matcher)", tostring(err), 1, true)
  end)

  it("raises where no mail has such a field", function()
    assert.error_matches(function() assert.sent { too = "ada@example.com" } end,
      "a mail has no field 'too'; did you mean 'to'?", 1, true)
    assert.error_matches(function() assert.sent { tags = "x" } end,
      "tags must be expected by a table or a function, not a string", 1, true)
    assert.error_matches(function() assert.sent "ada" end, "assert.sent needs a table of fields, not a string", 1, true)
  end)
end)
