local clock = require "ses.adapters.clock"
local engines = require "spec.support.campaign_engine"
local journals = require "ses.campaign.journal"
local loop = require "ses.adapters.loop"
local quotas = require "ses.campaign.quota"
local schedules = require "ses.campaign.schedule"
local simulated_time = require "spec.support.simulated_time"

local failure = engines.failure
-- 2026-12-01 00:00 UTC, a Tuesday.
local MIDNIGHT = 1796083200

describe("ses.campaign.engine, where mail may not always leave", function()
  local lab, sent
  before_each(function() sent = {} end)
  after_each(function()
    if lab then lab:close() end
    lab = nil
  end)

  local function send(mail)
    sent[#sent + 1] = { id = mail.id, at = clock.monotonic() }
    loop.sleep(0.002)
    return { message_id = "m-" .. mail.id }
  end

  -- A clock that shows another time.
  local function clock_at(unix)
    local offset = unix - clock.now()
    return { monotonic = clock.monotonic, now = function() return clock.now() + offset end, sleep = clock.sleep }
  end

  -- Calls `fn` when so many mails have been sent, once, at a tick of the progress.
  local function when(n, fn)
    local done = false
    return function(tally)
      if not done and #sent >= n then
        done = true
        fn(tally)
      end
    end
  end

  local function other(fn)
    local control = assert(journals.open(lab.path, { campaign = "x", control = true }))
    fn(control)
    control:close()
  end

  local function kinds()
    local list = {}
    for i, line in ipairs(assert(lab.journal:logged())) do list[i] = line.kind .. ": " .. line.text end
    return list
  end

  describe("when it is paused", function()
    it("sends nothing more within a second, says so, and goes on when it is resumed", function()
      lab = engines.new(200)
      local paused_at, resumed_at, notes = nil, nil, {}
      local pause = when(30, function()
        other(function(control) assert(control:set_control { paused = true }) end)
        paused_at = clock.monotonic()
      end)
      local done = lab:run({ send = send }, { rate = 100, on_progress = function(tally)
        pause()
        if tally.note then notes[tally.note] = tally.paused end
        if paused_at and not resumed_at and clock.monotonic() > paused_at + 1.5 then
          -- Whatever was in hand is back.
          assert(lab:states().sending == nil and next(lab.journal.held) == nil)
          other(function(control) assert(control:set_control { paused = false }) end)
          resumed_at = clock.monotonic()
        end
      end })
      assert.same({ sent = 200 }, lab:states())
      assert.is_nil(done.stopped_by)
      local before = 0
      for _, mail in ipairs(sent) do
        assert.is_false(mail.at > paused_at + 1 and mail.at < resumed_at)
        before = before + (mail.at < resumed_at and 1 or 0)
      end
      assert.is_true(before >= 30 and before < 180, before)
      assert.equal(200, #sent)
      assert.same({ ["paused; ses campaign resume goes on"] = true }, notes)
    end)

    -- A pace that gives all rows of a list to tasks, and lets them wait for their slots until it is told.
    local function slow_pace()
      local pace = { far = 30 }
      function pace.ahead() return 0 end
      function pace.reserve() return pace.far end
      function pace.taken() end
      return pace
    end

    it("forgets nobody who was in the hands of its tasks when there was nobody else to claim", function()
      lab = engines.new(6)
      local pace, paused_at = slow_pace(), nil
      lab:run({ send = send, pace = pace }, { on_progress = function()
        if not paused_at and lab.journal.in_hand == 6 then
          paused_at = clock.monotonic()
          assert(lab.journal:set_control { paused = true })
        elseif paused_at and clock.monotonic() > paused_at + 1 then
          pace.far = 0
          assert(lab.journal:set_control { paused = false })
        end
      end })
      assert.same({ sent = 6 }, lab:states())
      assert.equal(6, #sent)
    end)

    it("forgets nobody who is given back while it goes on already", function()
      lab = engines.new(6)
      local pace, looks = slow_pace(), 0
      lab:run({ send = send, pace = pace, journal = lab:journal_with {
        control = function()
          looks = looks + 1
          if looks >= 3 then pace.far = 0 end
          return { paused = looks == 2 }
        end,
        commit = function(_, sending, results, claims)
          if results[1] and results[1].release then loop.sleep(1) end
          return lab.journal:commit(sending, results, claims)
        end,
      } })
      assert.same({ sent = 6 }, lab:states())
      assert.equal(6, #sent)
    end)

    it("waits from the start, and Ctrl-C ends it at once", function()
      lab = engines.new(20)
      assert(lab.journal:set_control { paused = true })
      local began = clock.monotonic()
      local done = lab:run({ send = send }, { interrupted = function()
        return clock.monotonic() > began + 0.6 and 1 or 0
      end })
      assert.is_true(done.interrupted)
      assert.is_true(done.seconds < 2)
      assert.same({ pending = 20 }, lab:states())
      assert.equal(0, #sent)
    end)

    it("does not wait where nobody is left to write to", function()
      lab = engines.new(3)
      lab:run { send = send }
      assert(lab.journal:set_control { paused = true })
      assert.is_true(lab:run({ send = send }).seconds < 5)
      assert.same({ sent = 3 }, lab:states())
    end)
  end)

  it("follows another rate, and goes back to its own", function()
    lab = engines.new(130)
    local asked = {}
    local function terms(ordered)
      asked[ordered or 0] = true
      return { rate = ordered or 20, bulk = false, batch = 1, text = (ordered or 20) .. "/s" }
    end
    local faster = when(10, function() other(function(control) assert(control:set_control { rate = 200 }) end) end)
    local back = when(100, function() other(function(control) assert(control:set_control { rate = false }) end) end)
    local done = lab:run({ send = send, terms = terms }, { rate = 20, on_progress = function()
      faster()
      back()
    end })
    assert.same({ sent = 130 }, lab:states())
    -- 10 or more at 20 a second, about 100 at 200, the rest at 20.
    assert.is_true(done.seconds < 5, done.seconds)
    assert.is_true(sent[10].at - sent[1].at >= 0.39)
    assert.is_true(asked[200] and asked[0])
    -- Who orders a rate logs that.
    assert.same({}, kinds())
  end)

  it("follows the account's rate, and logs that", function()
    lab = engines.new(40)
    local rate = 20
    local done = lab:run({ send = send, terms = function()
      return { rate = rate, bulk = false, batch = 1, text = rate .. "/s" }
    end }, { rate = 20, on_progress = when(5, function() rate = 1000 end) })
    assert.same({ sent = 40 }, lab:states())
    assert.is_true(done.seconds < 1.6, done.seconds)
    assert.same({ "rate: the account's limits have changed: 1000/s" }, kinds())
  end)

  it("does not wait for slots of a rate that holds no more", function()
    lab = engines.new(30)
    local function terms(ordered)
      return { rate = ordered or 0.01, bulk = false, batch = 1, text = "x" }
    end
    local done = lab:run({ send = send, terms = terms }, { rate = 0.01, on_progress = when(1, function()
      other(function(control) assert(control:set_control { rate = 100 }) end)
    end) })
    assert.same({ sent = 30 }, lab:states())
    assert.is_true(done.seconds < 5, done.seconds)
  end)

  it("does not keep a slot of a rate that holds no more", function()
    lab = engines.new(10)
    local changed
    -- As of a rate that others share: the next slot may be far, and nobody knows before it is taken.
    local pace = {
      ahead = function() return 0 end, reserve = function() return changed and 0 or 30 end, taken = function() end,
      change = function() changed = true end,
    }
    local began = clock.monotonic()
    lab:run({ send = send, pace = pace, terms = function()
      return { rate = clock.monotonic() > began + 0.2 and 100 or 1, bulk = false, batch = 1, text = "x" }
    end }, { rate = 1 })
    assert.same({ sent = 10 }, lab:states())
    assert.is_true(clock.monotonic() - began < 10)
  end)

  it("changes from one call to the other with the rate", function()
    lab = engines.new(120)
    local bulks = 0
    local function terms(ordered)
      local bulk = ordered ~= nil
      return { rate = ordered or 30, bulk = bulk, batch = bulk and 10 or 1, text = "x" }
    end
    lab:run({
      send = send, terms = terms,
      send_bulk = function(request)
        bulks = bulks + 1
        local answers = {}
        for i, entry in ipairs(request.entries) do answers[i] = send(entry) end
        return answers
      end,
    }, { rate = 30, on_progress = when(5, function()
      other(function(control) assert(control:set_control { rate = 100 }) end)
    end) })
    assert.same({ sent = 120 }, lab:states())
    assert.is_true(bulks >= 5 and bulks <= 15, bulks)
  end)

  describe("by its schedule", function()
    it("starts when it is time, with the lists of that time", function()
      lab = engines.new(10)
      local refreshed, notes = 0, {}
      local port = clock_at(MIDNIGHT + 9 * 3600 - 1.2)
      lab:run({
        send = send, clock = port, schedule = assert(schedules.new { start = "2026-12-01 09:00" }),
        refresh = function()
          refreshed = refreshed + 1
          return true
        end,
      }, { zoned = true, on_progress = function(tally)
        if tally.note then notes[tally.note] = tally.waits_until end
      end })
      assert.same({ sent = 10 }, lab:states())
      assert.same({ ["the campaign starts at 2026-12-01 09:00 UTC"] = MIDNIGHT + 9 * 3600 }, notes)
      local now = port.now()
      assert.is_true(now >= MIDNIGHT + 9 * 3600 and now < MIDNIGHT + 9 * 3600 + 5)
      -- It has not waited for an hour.
      assert.equal(0, refreshed)
    end)

    it("writes to those who are awake, and to the others when they are", function()
      -- 08:00 comes to +01:00 in two seconds, to UTC in an hour.
      lab = engines.new(40, function(recipient, i) recipient.zone = ({ "+01:00", "+05:00", "UTC" })[i % 3 + 1] end)
      local port = clock_at(MIDNIGHT + 7 * 3600 - 2)
      local woken, early, notes = false, 0, {}
      lab:run({
        send = function(mail)
          local zone = mail.id % 3
          -- UTC is not to be written to at all while it is before 08:00.
          assert(zone ~= 2 or woken)
          if zone == 0 and port.now() < MIDNIGHT + 7 * 3600 then early = early + 1 end
          return send(mail)
        end,
        clock = setmetatable({ now = function() return port.now() + (woken and 3600 or 0) end }, { __index = port }),
        schedule = assert(schedules.new { quiet_hours = { from = "21:00", to = "08:00" } }),
      }, { zoned = true, on_progress = function(tally)
        if tally.note then notes[tally.note] = true end
        if #sent == 27 and tally.note and tally.waits_until == MIDNIGHT + 8 * 3600 then woken = true end
      end })
      assert.same({ sent = 40 }, lab:states())
      assert.equal(0, early)
      assert.is_true(notes["quiet hours until 2026-12-01 08:00 UTC"])
    end)

    it("writes to nobody whose time zone it does not know, which another machine may have read, and stops", function()
      lab = engines.new(6, function(recipient, i) recipient.zone = i == 4 and "Atlantis/Capital" or "UTC" end)
      local schedule = assert(schedules.new { quiet_hours = { from = "21:00", to = "06:00" } })
      local done = lab:run({ send = send, schedule = schedule, clock = clock_at(MIDNIGHT + 12 * 3600) },
        { zoned = true, rate = 200, concurrency = 1 })
      assert.equal("TimeZoneNotFound", done.stopped_by.code)
      assert.matches("'Atlantis/Capital'.*looked for /.+/Atlantis/Capital", done.stopped_by.message)
      assert.same({ sent = 3, pending = 3 }, lab:states())
    end)

    it("gives back whose quiet hours begin while it waits for its slot", function()
      lab = engines.new(40, function(recipient, i) recipient.zone = i % 2 == 0 and "UTC" or "+09:00" end)
      local port = clock_at(MIDNIGHT + 21 * 3600 - 1)
      local pressed, waits_since = 0, nil
      local done = lab:run({
        send = function(mail)
          if mail.id % 2 == 0 then assert(port.now() < MIDNIGHT + 21 * 3600) end
          return send(mail)
        end,
        clock = port, schedule = assert(schedules.new { quiet_hours = { from = "21:00", to = "06:00" } }),
      }, { zoned = true, rate = 15, interrupted = function() return pressed end, on_progress = function(tally)
        waits_since = tally.waits_until and (waits_since or clock.monotonic())
        if waits_since and clock.monotonic() > waits_since + 2 then pressed = 1 end
      end })
      local states = lab:states()
      assert.is_true(done.interrupted)
      assert.same({ 40, nil }, { states.sent + states.pending, states.sending })
      assert.is_true(states.sent >= 20 and states.pending >= 5, states.sent)
      local odd = 0
      assert(lab.journal:each("pending", function(row) odd = odd + row.id % 2 end))
      assert.equal(0, odd)
    end)

    it("writes to so many on a day and to the others on the next, with the lists of that day", function()
      lab = engines.new(35)
      local port, shift = clock_at(MIDNIGHT + 12 * 3600), 0
      local days, notes, refreshed = {}, {}, 0
      local schedule = assert(schedules.new(nil, { warm_up = { first_day = 10, growth = 2 } }))
      local done = lab:run({
        send = function(mail)
          local day = 1 + shift / 86400
          days[day] = (days[day] or 0) + 1
          if mail.id == 2 then return nil, failure { kind = "client", code = "BadRequestException" } end
          if mail.id == 3 then return nil, failure { kind = "network", code = "Reset", in_doubt = true } end
          return send(mail)
        end,
        clock = setmetatable({ now = function() return port.now() + shift end }, { __index = port }),
        schedule = schedule, refresh = function()
          refreshed = refreshed + 1
          return true
        end,
      }, { on_progress = function(tally)
        if tally.waits_until and port.now() + shift < tally.waits_until then
          notes[#notes + 1] = tally.note
          shift = shift + 86400
        end
      end })
      assert.is_nil(done.stopped_by)
      assert.same({ sent = 33, failed = 1, in_doubt = 1 }, lab:states())
      -- What SES refuses does not count; what it may have taken does.
      assert.same({ 11, 20, 4 }, days)
      assert.equal("10 mails a day: goes on at 2026-12-02 00:00 UTC", notes[1])
      assert.equal("2026-12-01", lab.journal:meta "first_day")
      assert.equal(2, refreshed)
    end)
  end)

  describe("by the daily quota", function()
    local daily, used, refused

    -- An account, and a server that keeps to its quota.
    local function account()
      return { send_quota = { max_24_hour_send = daily, sent_last_24_hours = used, max_send_rate = 1000 } }
    end
    local function limited(mail)
      if used >= daily then
        refused = refused + 1
        return nil, failure { kind = "throttling", code = "TooManyRequestsException",
          message = "Daily message quota exceeded." }
      end
      used = used + 1
      return send(mail)
    end
    local function quota(waits, ask)
      return quotas.new { ask = ask or account, account = account(), clock = clock, waits = waits, every = 0.6,
        pause = 0.3, oldest = function(since) return lab.journal:oldest_sent(since) end }
    end
    before_each(function() daily, used, refused = 25, 5, 0 end)

    it("stops when it is used up, and says about when it goes on", function()
      lab = engines.new(60)
      local done = lab:run({ send = limited, quota = quota(false) }, { rate = 200 })
      assert.same({ sent = 20, pending = 40 }, lab:states())
      assert.equal(0, refused)
      assert.equal("DailyQuotaExceeded", done.stopped_by.code)
      assert.matches("^the account's quota of 25 mails in 24 hours is used up, some of it comes back about 20",
        done.stopped_by.message)
    end)

    it("does not stop where the last mail used it up", function()
      lab = engines.new(20)
      local done = lab:run({ send = limited, quota = quota(false) })
      assert.same({ sent = 20 }, lab:states())
      assert.is_nil(done.stopped_by)
      assert.is_nil(lab:run({ send = limited, quota = quota(false) }).stopped_by)
    end)

    it("does not stop where others have taken care of who was left, once its own last mail is done with", function()
      lab = engines.new(2)
      local time, asked = simulated_time.new(), 0
      local own = quotas.new {
        account = account(), clock = time.clock, waits = false, oldest = function() end,
        ask = function()
          asked = asked + 1
          loop.sleep(0.25)
          return account()
        end,
      }
      local journal = lab:journal_with { zones = function() return {} end }
      -- The one is refused; the other is done with when the gate looks at the quota next, and at all else later.
      local done = lab:run({
        loop = time.loop, clock = time.clock, quota = own, journal = journal, send = function(mail)
          loop.sleep(0.1)
          if mail.id == 1 then
            return nil, failure { kind = "throttling", code = "TooManyRequestsException",
              message = "Daily message quota exceeded." }
          end
          loop.sleep(1.5)
          return nil, failure { kind = "client", code = "MessageRejected" }
        end,
      })
      assert.same({ failed = 1, pending = 1 }, lab:states())
      assert.same({ 1 }, { asked, done.stopped_by })
    end)

    it("does not stop while the campaign is paused, but when it is resumed", function()
      lab = engines.new(20)
      used = daily
      assert(lab.journal:set_control { paused = true })
      local began = clock.monotonic()
      local done = lab:run({ send = limited, quota = quota(false) }, { interrupted = function()
        return clock.monotonic() > began + 1.5 and 1 or 0
      end })
      assert.same({ true }, { done.interrupted, done.stopped_by })
      assert(lab.journal:set_control { paused = false })
      assert.equal("DailyQuotaExceeded", lab:run({ send = limited, quota = quota(false) }).stopped_by.code)
      assert.same({ pending = 20 }, lab:states())
    end)

    it("waits for it, and goes on by itself", function()
      lab = engines.new(60)
      local notes = {}
      local done = lab:run({ send = limited, quota = quota(true) }, { on_progress = function(tally)
        if tally.note then
          notes[tally.note:match "^[^,]*"] = true
          daily = 100
        end
      end })
      assert.same({ sent = 60 }, lab:states())
      assert.equal(0, refused)
      assert.is_nil(done.stopped_by)
      assert.same({ ["the account's quota of 25 mails in 24 hours is used up"] = true }, notes)
      assert.equal("quota: goes on", kinds()[#kinds()])
    end)

    it("takes SES's word where others have used it up: nobody fails, nobody is forgotten", function()
      for _, may_ask in ipairs { true, false } do
        lab = engines.new(60)
        daily, used, refused, sent = 25, 5, 0, {}
        local own = quota(true)
        if not may_ask then own.ask_account, own.daily = nil, nil end
        used = 15
        local done = lab:run({ send = limited, quota = own }, { on_progress = function(tally)
          if tally.note then daily = 100 end
        end })
        assert.same({ sent = 60 }, lab:states())
        assert.is_true(refused >= 1)
        assert.is_nil(done.stopped_by)
        lab:close()
      end
      lab = nil
    end)

    it("fills a call only as far as it goes", function()
      lab = engines.new(60)
      local sizes = {}
      lab:run({ quota = quota(false), send_bulk = function(request)
        sizes[#sizes + 1] = #request.entries
        local answers = {}
        for i, entry in ipairs(request.entries) do answers[i] = assert(limited(entry)) end
        return answers
      end }, { bulk = true, batch = 8 })
      assert.same({ sent = 20, pending = 40 }, lab:states())
      assert.equal(0, refused)
      table.sort(sizes)
      assert.same({ 4, 8, 8 }, sizes)
    end)
  end)
end)
