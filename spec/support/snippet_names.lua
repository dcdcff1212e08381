-- What the pieces of Lua in a guide take as known, such as `client`: functions that make it.
local names = {}

local function client()
  return assert(require("ses").client())
end

local function mail()
  return { from = "letters@lantern.example", to = "siobhan@example.com", subject = "Hello", text = "It is here." }
end

local function testing_client()
  local mock = assert(require("ses.testing").client())
  mock:answer("GetEmailTemplate", {
    template_name = "welcome", template_content = { subject = "Welcome {{first_name}}", text = "Hello" },
  })
  return mock
end

local function event()
  return assert(require("ses.events").read [[{"eventType": "Bounce", "mail": {"messageId": "0100-a"},
    "bounce": {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": "gone@example.com"}]}}]])
end

local function nothing()
  return function() end
end

local EVERYWHERE = {
  ses = function() return require "ses" end, client = client, mail = mail, event = event,
  ngx = function() return { var = {} } end, remember = nothing, later = nothing, log = nothing,
}

local OF_GUIDE = {
  ["docs/testing.md"] = {
    testing = function() return require "ses.testing" end, client = testing_client,
    assert = function() return require "luassert" end, match = function() return require "luassert.match" end,
  },
  ["docs/templates.md"] = { client = testing_client },
  ["README.md"] = {
    shop = function() return dofile(os.getenv "REPOSITORY" .. "/examples/testing/shop.lua") end,
    order = function() return { number = 1042, email = "ada@example.com", books = { "The Lantern" } } end,
    -- Where none of luassert's own is asked for it behaves as Lua's.
    assert = function() return require "luassert" end,
  },
  ["docs/campaigns.md"] = {
    secret = function() return ("a secret"):rep(4) end, last_years_secret = function() return ("older"):rep(8) end,
    token = function() return "forged" end,
  },
}

--- The maker of a name in the snippet `where`, such as "docs/testing.md:12"; nil where it is not known.
function names.find(where, name)
  local own = OF_GUIDE[where:match "^(.-):"]
  return own and own[name] or EVERYWHERE[name]
end

return names
