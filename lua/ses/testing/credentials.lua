--- Sources of credentials for the option `credentials` of a client, which give what they are told to.
--
-- The client keeps and renews what they give as it does with any other source; `fetches` counts how often it asked.
-- @module ses.testing.credentials
local clock_of_machine = require "ses.adapters.clock"
local errors = require "ses.errors"

local credentials = {}

local Source = { __name = "ses.testing.Credentials" }
Source.__index = Source

function Source:__tostring()
  return ("ses.testing.Credentials (%s, %d fetches)"):format(self.kind, self.fetches)
end

-- Every set of keys has a key id of its own, so that a test sees which a request was signed by.
local function keys_of(self)
  return {
    access_key_id = ("AKIDTESTING%09d"):format(self.given), secret_access_key = "secret/of/testing",
    session_token = self.lifetime and "token-" .. self.given or nil,
    expiration = self.lifetime and self.clock.now() + self.lifetime or nil,
  }
end

--- Gives credentials, as a client asks for them.
-- @treturn ?table
-- @treturn ?ses.Error kind "credentials"
function Source:get()
  self.fetches = self.fetches + 1
  if self.failure then
    return nil, errors.new {
      kind = "credentials", code = "CredentialsError", source = "custom", message = self.failure,
    }
  end
  if self.given == 0 or self.renews then self.given = self.given + 1 end
  if not self.renews and self.lifetime then
    self.first = self.first or keys_of(self)
    return self.first
  end
  return keys_of(self)
end

--- Has every later fetch fail.
-- @tparam ?string message
function Source:fail(message) self.failure = message or "no credentials are to be had" end

--- Has later fetches give credentials again.
function Source:recover() self.failure = nil end

local function source(kind, fields)
  fields.kind, fields.fetches, fields.given = kind, 0, 0
  fields.clock = fields.clock or clock_of_machine
  return setmetatable(fields, Source)
end

local function lifetime_of(options, name)
  local seconds = options and options.lifetime or 3600
  if type(seconds) ~= "number" then error(name .. ": lifetime must be seconds", 3) end
  return seconds
end

--- Credentials that never expire.
-- @treturn table the source
function credentials.static() return source("static", {}) end

--- The same temporary credentials at every fetch, so that they expire and nothing new is to be had.
-- @tparam ?table options `lifetime`: seconds from the first fetch (3600), `clock`: what they expire by (the machine's)
-- @treturn table the source
function credentials.expiring(options)
  return source("expiring", {
    lifetime = lifetime_of(options, "expiring"), clock = options and options.clock,
  })
end

--- New temporary credentials at every fetch: AKIDTESTING000000001, …2, and so on.
-- @tparam ?table options `lifetime`: seconds from each fetch (3600), `clock`: what they expire by (the machine's)
-- @treturn table the source
function credentials.refreshing(options)
  return source("refreshing", {
    lifetime = lifetime_of(options, "refreshing"), clock = options and options.clock, renews = true,
  })
end

--- None: every fetch fails, until `recover` is called.
-- @tparam ?string message
-- @treturn table the source
function credentials.failing(message)
  local made = source("failing", {})
  made:fail(message)
  return made
end

return credentials
