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

return mutations
