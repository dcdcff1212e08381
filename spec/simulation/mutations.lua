-- Mistakes made on purpose: each must be found, or the simulation looks at nothing.
local mutations = {}

-- A try that may have been taken is repeated and not told of.
mutations.silent_resend = {
  pipeline = function(pipeline)
    local perform = pipeline.transport.perform
    function pipeline.transport:perform(...)
      local response, err = perform(self, ...)
      if err then err.in_doubt = false end
      return response, err
    end
  end,
}

local function over(object, changed)
  return setmetatable(changed, { __index = function(_, name)
    return function(_, ...) return object[name](object, ...) end
  end })
end

-- The journal hears of a mail after it has left.
mutations.late_commit = {
  journal = function(journal)
    return over(journal, { commit = function(_, _, results) return journal:commit({}, results) end })
  end,
}

-- What was in flight when the process died is sent again, unasked.
mutations.careless_recovery = {
  journal = function(journal)
    return over(journal, { recover = function() return journal:requeue "sending" end })
  end,
}

-- The limiter lets go too early.
mutations.hasty_limiter = {
  limiter = function(limiter)
    return over(limiter, { reserve = function(_, cost, now)
      local wait, ticket = limiter:reserve(cost, now)
      return wait and wait / 2, ticket
    end })
  end,
}

-- The breaker hears of no failure.
mutations.deaf_breaker = {
  breaker = function(breaker) return over(breaker, { failure = function() end }) end,
}

-- A success gives back more than its retry took.
mutations.generous_quota = {
  retry = function(retry)
    return over(retry, { succeed = function(_, cost) retry:succeed((cost or 0) + 3) end })
  end,
}

-- A doubtful send is called sent.
mutations.optimist = {
  pipeline = function(pipeline)
    local call = pipeline.call
    function pipeline:call(op, ...)
      local result, err, info = call(self, op, ...)
      if not result and err.in_doubt and op.name == "SendEmail" then return { MessageId = "m" }, nil, info end
      return result, err, info
    end
  end,
}

-- The transport takes twice the time that it is given.
mutations.slow_timeout = {
  network = function(network)
    local perform = network.perform
    function network:perform(request, options)
      return perform(self, request, {
        connect_timeout_ms = options.connect_timeout_ms, timeout_ms = options.timeout_ms * 2,
      })
    end
  end,
}

-- A task that is woken by nobody.
mutations.forgotten_task = {
  network = function(network)
    local perform, n = network.perform, 0
    function network:perform(...)
      n = n + 1
      if n % 7 == 0 then
        local loop = require "ses.adapters.loop"
        return loop.suspend(loop.current_task(), function() end)
      end
      return perform(self, ...)
    end
  end,
}

-- ---- of a journal that several programs share: `shared(journal, host)` breaks it, `sql(text, host)` what it asks;
-- `world(machines)` makes likely what brings it to light ----

local function stalls(machines) machines.stall_chance, machines.lease = 0.004, 1 end

local function lost_answers(machines)
  machines.database_weather.loses_answer, machines.handful = 0.04, 2
end

local function deaths(machines) machines.database_weather.dies_after = 0.01 end

-- What is no longer this program's is sent all the same.
mutations.no_fencing = {
  world = stalls,
  shared = function(journal)
    local commit = journal.commit
    function journal:commit(...)
      local done, lost = commit(self, ...)
      return done, done and {} or lost
    end
  end,
}

-- What a dead program had in flight goes back to the queue.
mutations.forgiving_takeover = {
  world = deaths,
  shared = function(journal)
    local recover = journal.recover
    function journal:recover(...)
      local done, err = self.db:exec [[UPDATE ses_recipients SET state = 'pending', worker = NULL
        FROM ses_workers w WHERE state = 'sending' AND w.id = worker AND w.lease_until < clock_timestamp()]]
      if not done then return nil, err end
      return recover(self, ...)
    end
  end,
}

-- Nobody takes over from the dead.
mutations.no_takeover = {
  world = deaths,
  shared = function(journal)
    function journal:recover() return 0 end -- luacheck: ignore
  end,
}

-- A lease is never renewed.
mutations.short_lease = {
  sql = function(text)
    return (text:gsub("(ses_workers SET lease_until = )clock_timestamp%(%) %+ interval '[^']*'", "%1lease_until"))
  end,
}

-- What is in another's hands is claimed as well.
mutations.greedy_claim = {
  sql = function(text) return (text:gsub("(state = 'pending' AND )worker IS NULL", "%1true")) end,
}

-- A program that was declared gone claims on.
mutations.claims_of_the_gone = {
  world = stalls,
  sql = function(text)
    return (text:gsub("EXISTS %(SELECT 1 FROM ses_workers WHERE id = %d+ AND NOT gone%)", "true"))
  end,
}

-- What a claim took whose answer was lost is not asked for.
mutations.unheard_claim = {
  world = lost_answers,
  shared = function(journal)
    function journal:_claimed_unheard()
      self.unsure = false
      return {}
    end
  end,
}

-- Each has the whole rate for itself.
mutations.own_rate = {
  shared = function(journal, host)
    local lease_slots = journal.lease_slots
    function journal:lease_slots(limits, ...)
      local own = {}
      for i, limit in ipairs(limits) do own[i] = { key = limit.key .. host.name, rate = limit.rate } end
      return lease_slots(self, own, ...)
    end
  end,
}

-- The journal hears of a mail after it has left.
mutations.late_mark = {
  shared = function(journal)
    local commit = journal.commit
    function journal:commit(_, results) return commit(self, {}, results, {}), {} end
  end,
}

-- A commit whose answer was lost counts twice.
mutations.double_count = {
  world = lost_answers,
  sql = function(text) return (text:gsub("CASE WHEN commits < %d+ THEN (%d+) ELSE 0 END", "%1")) end,
}

-- ---- of single kinds of events (spec/simulation/kinds): `kind` is the one; `late_world(machines)` changes what it has
-- drawn ----

local function pauses(machines) machines.orders = { "pause", "pause", "resume" } end

-- At the beginning it is quiet in some zones, and not in others.
local function sleepers(machines)
  machines.starts_at, machines.spec.schedule.start = nil, nil
  machines.spec.schedule.quiet_hours = { from = "18:00", to = "09:00" }
end

local function short_of_quota(machines)
  machines.weather.daily, machines.daily, machines.weather.day_seconds = 8, 8, 15
  machines.spec.pace.warm_up = nil
end

-- A run is told of no pause.
mutations.deaf_to_pause = {
  kind = "steering",
  late_world = pauses,
  shared = function(journal)
    local control = journal.control
    function journal:control()
      local found, err = control(self)
      return found and { paused = false, rate = found.rate }, err
    end
  end,
}

-- Orders are asked for when it suits.
mutations.seldom_asked = {
  kind = "steering",
  shared = function(journal)
    local control, n, last = journal.control, 0, nil
    function journal:control()
      n = n + 1
      if n % 10 ~= 1 then return last end
      local err
      last, err = control(self)
      return last, err
    end
  end,
}

local function calm(machines)
  local sky = machines.database_weather
  for _, name in ipairs { "dies", "dies_after", "loses", "loses_answer", "belated" } do sky[name] = 0 end
  sky.outages, machines.stall_chance = {}, 0
end

-- The slots stay those of the rate before.
mutations.stubborn_pace = {
  kind = "steering",
  world = calm,
  pace = function(pace) function pace:change() end end, -- luacheck: ignore
}

-- Whoever was in hand at a pause is not given back.
mutations.kept_at_pause = {
  kind = "steering",
  late_world = pauses,
  shared = function(journal)
    local commit = journal.commit
    function journal:commit(sending, results, claims)
      local kept = {}
      for _, result in ipairs(results) do
        if not result.release then kept[#kept + 1] = result end
      end
      return commit(self, sending, kept, claims)
    end
  end,
}

-- Who sleeps is not claimed, but who falls asleep in hand is written to.
mutations.wakes_people = {
  kind = "quiet_hours",
  late_world = sleepers,
  schedule = function(schedule) function schedule:may() return true end end, -- luacheck: ignore
}

-- Everybody's clock is the campaign's.
mutations.one_clock = {
  kind = "quiet_hours",
  late_world = sleepers,
  schedule = function(schedule)
    local awake = schedule.awake
    function schedule:awake(_, now) return awake(self, nil, now) end
  end,
}

-- A claim does not count what others have in hand.
mutations.days_of_ones_own = {
  kind = "rations",
  sql = function(text) return (text:gsub("%- %(SELECT count%(%*%) FROM ses_workers w JOIN .-%)%)", "")) end,
}

-- A mail that left is not counted on its day.
mutations.uncounted_day = {
  kind = "rations",
  sql = function(text) return (text:gsub("INSERT INTO ses_days .-excluded%.n;", "")) end,
}

-- Mails leave for which the quota has no room.
mutations.generous_account = {
  kind = "rations",
  late_world = short_of_quota,
  quota = function(quota)
    local grant = quota.grant
    function quota:grant(n)
      grant(self, n)
      return n
    end
    function quota:left() return self.refused and 0 or 100 end
  end,
}

-- A batch that may have been taken is sent again.
mutations.silent_batch = {
  kind = "batches",
  pipeline = function(pipeline)
    local call = pipeline.call
    function pipeline:call(op, ...)
      local result, err, info = call(self, op, ...)
      if err and op.name == "SendBulkEmail" then err.in_doubt = false end
      return result, err, info
    end
  end,
}

-- Who failed alone in a batch is called sent.
mutations.whole_batch = {
  kind = "batches",
  ports = function(ports)
    local send_bulk = ports.send_bulk
    function ports.send_bulk(mail)
      local answers, err = send_bulk(mail)
      for i, answer in ipairs(answers or {}) do answers[i] = { message_id = answer.message_id or "m" } end
      return answers, err
    end
  end,
}

-- Recipients are settled whatever state they are in.
mutations.settles_anybody = {
  kind = "settling",
  late_world = function(machines) machines.tasks, machines.decisions = { "decide" }, { "resend" } end,
  sql = function(text) return (text:gsub("AND state = 'in_doubt' AND ", "AND ")) end,
}

-- A settlement is told of that was never written.
mutations.lost_settlement = {
  kind = "settling",
  sql = function(text)
    return (text:gsub("(SET [^;]-state = 'sent'[^;]- AND) id = (%d+)", "%1 id = %2 AND id %% 2 = 0"))
  end,
}

return mutations
