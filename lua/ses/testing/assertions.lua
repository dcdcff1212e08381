--- Assertions for busted: `require "ses.testing.assertions"` adds `assert.sent` and `assert.not_sent` to luassert.
--
--     assert.sent { to = "ada@example.com", subject = "Your order" }
--     assert.not_sent { to = "bob@example.com" }
--     assert.not_sent()                                     -- no mail at all
--     assert.sent(client, { to = "ada@example.com", times = 1 })
--
-- They are about the mock client that was made last, or the one that is given. A mail is as expected where every field
-- is:
--
-- - `from`: an address. `to`, `cc`, `bcc`, `reply_to`: an address that is one of the mail's, or a list that is all of
--   them in any order. The domain's letter case is no matter; a name is looked at where one is expected.
-- - `subject`, `text`, `html`, `template`, `config_set`, `raw`, `message_id`: a string, equal.
-- - `data`, `tags`, `headers`: a table, of which each member is there; `attachments`: a list, each of which is there.
-- - Everywhere a function(value), or a matcher of luassert such as `match.matches "^Re: "`, says whether it fits.
-- - `times`: how many mails are as expected; without it, one or more.
-- @module ses.testing.assertions
local luassert = require "luassert"
local client = require "ses.testing.client"
local match = require "ses.testing.match"
local say = require "say"
local show = require "ses.testing.show"

local assertions = {}

local function counted(count)
  return count == 0 and "none was" or count == 1 and "1 was" or count .. " were"
end

-- → which client, what is expected of it
local function arguments_of(arguments, level)
  local given, expected = arguments[1], arguments[2]
  if not (type(given) == "table" and type(rawget(given, "sent")) == "function") then
    given, expected = client.last, given
  end
  if not given then error("assert.sent: no mock client was made; see ses.testing.client", level + 1) end
  expected = expected or {}
  if type(expected) ~= "table" then
    error("assert.sent needs a table of fields, not a " .. type(expected), level + 1)
  end
  match.check(expected, level + 1)
  return given, expected
end

local function failed(calls)
  local lines = {}
  for _, call in ipairs(calls) do
    local err = call.err
    if err then lines[#lines + 1] = ("     %s: %s (%s)"):format(call.operation, err.message, err.code) end
  end
  return #lines > 0 and "\nand these calls failed:\n" .. table.concat(lines, "\n") or ""
end

local function report(of, is_denied, expected, mails)
  local text = {
    is_denied and "No mail should have been sent with" or "A mail should have been sent with",
    show.mail(expected, "     "),
    "but " .. counted(#mails) .. " sent" .. (#mails > 0 and ":" or "."),
  }
  if #mails > 0 then
    text[#text + 1] = show.list(mails, function(mail) return match.differences(expected, mail) end)
  end
  return table.concat(text, "\n") .. failed(of:calls())
end

local function sent(state, arguments, level)
  local of, expected = arguments_of(arguments, (level or 1) + 1)
  local mails, found = of:sent(), 0
  for _, mail in ipairs(mails) do
    if #match.differences(expected, mail) == 0 then found = found + 1 end
  end
  local is_true = found > 0
  if expected.times then is_true = found == expected.times end
  if is_true ~= state.mod then
    -- What the message is made of.
    arguments[1], arguments.n, arguments.nofmt = report(of, not state.mod, expected, mails), 1, { true }
  end
  return is_true
end

say:set("ses.sent", "%s")
luassert:register("assertion", "sent", sent, "ses.sent", "ses.sent")

return assertions
