local inbox = require "spec.support.inbox"
local limits = require "ses.campaign.limits"

describe("ses.campaign.limits", function()
  local emulator, clients
  setup(function() emulator = inbox.start { rate = 100, daily = 50 } end)
  teardown(function() emulator.stop() end)
  before_each(function() clients = {} end)
  after_each(function()
    for _, client in ipairs(clients) do client:close() end
  end)

  -- A run that has asked for the account's limits.
  local function run_of(credentials, pace)
    local client = assert(require("ses").client {
      endpoint = emulator.url, region = "eu-west-1", max_retries = 0,
      credentials = function()
        return {
          access_key_id = credentials.key or emulator.env.AWS_ACCESS_KEY_ID, account_id = credentials.account,
          secret_access_key = emulator.env.AWS_SECRET_ACCESS_KEY, session_token = credentials.token,
        }
      end,
    })
    clients[#clients + 1] = client
    local run = {
      client = client, spec = { name = "x", pace = pace or {} }, options = {}, notes = {},
      message = { call = function(_, rate) return rate >= 20 and "SendBulkEmail" or "SendEmail", "so", 1 end },
      note = function(self, text, ...) self.notes[#self.notes + 1] = text:format(...) end,
    }
    return run
  end

  local function asked(...)
    local run = run_of(...)
    assert(limits.ask(run))
    return run
  end

  local function keys(run, ordered)
    local list = {}
    for _, limit in ipairs(limits.terms(run, ordered).limits) do list[limit.key] = limit.rate end
    return list
  end

  it("lets the account set the rate, the file where that is less, and whoever gives another in its place", function()
    local run = asked {}
    local terms = limits.terms(run)
    assert.same({ 100, "SendBulkEmail", true }, { terms.rate, terms.call, terms.bulk })
    run = asked({}, { rate = 10 })
    assert.same({ 10, 30, 100 }, { limits.terms(run).rate, limits.terms(run, 30).rate, limits.terms(run, 3000).rate })
    assert.same({ "SendEmail", "10/s" }, { limits.terms(run).call, limits.terms(run).text })
    run.quota.rate = 5
    assert.equal(5, limits.terms(run, 30).rate)
  end)

  it("keeps in the journal what SES says, now and each time that it is asked", function()
    local kept = {}
    local run = asked {}
    run.journal = { set_meta = function(_, key, text) kept[#kept + 1] = key .. " " .. text:gsub('"at":%d+', "") end }
    limits.keep(run)
    run.quota:ask()
    assert.same({ 2, kept[1] }, { #kept, kept[2] })
    assert.matches('^account {.*"daily":50', kept[1])
    assert.matches('"rate":100', kept[1])
  end)

  it("knows what is left of the daily quota", function()
    assert.equal(50, asked({}).quota:left())
  end)

  it("shares the account's rate by its number, and the campaign's own where that is less", function()
    local account = "account 123456789012 eu-west-1 " .. emulator.url
    local run = asked({ account = "123456789012" }, { rate = 10 })
    assert.same({ [account] = 100, ["campaign x"] = 10 }, keys(run))
    assert.same({ [account] = 100, ["campaign x"] = 20 }, keys(run, 20))
    assert.same({ [account] = 100 }, keys(run, 100))
    run = asked({ account = "123456789012" }, { account = "the shop" })
    assert.same({ ["account the shop eu-west-1 " .. emulator.url] = 100 }, keys(run))
  end)

  it("tells accounts apart by a lasting key, of which nothing is shown, and not by a temporary one", function()
    local function name_of(credentials)
      local run = run_of(credentials)
      run.client.account = { get = function() return { send_quota = { max_send_rate = 7 } } end }
      assert(limits.ask(run))
      return next(keys(run)):match "^account (%S+) eu"
    end
    local first, second = name_of { key = "AKIAIOSFODNN7EXAMPLE" }, name_of { key = "AKIAIOSFODNN7EXAMPLF" }
    assert.matches("^%x+$", first)
    assert.equal(16, #first)
    assert.are_not.equal(first, second)
    assert.equal(first, name_of { key = "AKIAIOSFODNN7EXAMPLE" })
    -- Each process has another of these.
    assert.equal("-", name_of { key = "ASIAIOSFODNN7EXAMPLE", token = "x" })
  end)

  it("takes the file's rate where the credentials may not ask", function()
    emulator.fail { operation = "GetAccount", status = 403, code = "AccessDeniedException", message = "no", count = 2 }
    local run = asked({}, { rate = 10 })
    assert.equal("the credentials may not ask for the account's limits; pace.rate alone sets the pace", run.notes[1])
    assert.same({ ["campaign x"] = 10 }, keys(run))
    assert.same({ 30, math.huge }, { limits.terms(run, 30).rate, run.quota:left() })
    local _, err = limits.ask(run_of {})
    assert.equal("AccessDeniedException", err.code)
  end)
end)
