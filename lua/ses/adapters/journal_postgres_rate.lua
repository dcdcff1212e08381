--- The part of a PostgreSQL journal that shares a rate of sending: slices of it are leased.
--
-- A rate is a line of time with one slot every 1/rate seconds. A slice is the next few slots, from the
-- database's clock on; whoever takes it moves the line on past it. No two workers have one slot, and no slot
-- that nobody used is made up for.
-- @module ses.adapters.journal_postgres_rate
local postgres = require "ses.adapters.postgres"

local rate = {}

local quote = postgres.quote

-- Where SES throttles, everybody's pace halves, to no less than a part of it; it comes back with so many
-- mails that are taken.
local SLOWEST = 1 / 32
local RECOVERY = 200

local function statement(limit, n, taken)
  local a_second, whole = limit.rate, limit.whole or limit.rate
  local factor = ("least(1, ses_rates.factor + %.17g)"):format(taken / RECOVERY)
  -- Where the rate was raised, the slots that are taken lie closer.
  local first = ([[clock_timestamp() + greatest(interval '0', ses_rates.next_at - clock_timestamp())
    * least(1, ses_rates.rate / %.17g)]]):format(whole)
  return ([[INSERT INTO ses_rates (key, granted, next_at, spacing, rate)
    VALUES (%s, clock_timestamp(), clock_timestamp() + interval '1 second' * %.17g, %.17g, %.17g)
    ON CONFLICT (key) DO UPDATE SET factor = %s, spacing = %.17g / %s, rate = excluded.rate,
      granted = %s, next_at = %s + interval '1 second' * (%.17g / %s)]]):format(
    quote(limit.key), n / a_second, 1 / a_second, whole, factor, 1 / a_second, factor, first, first, n / a_second,
    factor)
end

local function keys_of(limits)
  local keys = {}
  for i, limit in ipairs(limits) do keys[i] = quote(limit.key) end
  return table.concat(keys, ",")
end

--- Leases the next slice of each of some rates, which is one slice: that of the slowest.
-- @tparam table limits list of { key = name of the rate, rate = recipients a second, whole = where calls carry several
--   and `rate` is what they can keep to, the rate itself }
-- @tparam integer n how many slots
-- @tparam integer taken how many mails SES took since the last slice
-- @treturn table|nil { ahead = seconds from now to the first slot, spacing = seconds between two }
-- @treturn ?ses.Error
function rate:lease_slots(limits, n, taken)
  -- A crash of the database may lose the last slice: that is over before the database is back.
  local statements = { "SELECT set_config('synchronous_commit', 'off', true)" }
  for i, limit in ipairs(limits) do statements[i + 1] = statement(limit, n, taken) end
  statements[#statements + 1] = ([[SELECT extract(epoch FROM max(granted) - clock_timestamp()) AS ahead,
    max(spacing) AS spacing FROM ses_rates WHERE key IN (%s)]]):format(keys_of(limits))
  local sql = table.concat(statements, ";\n")
  local row, err = self:_persist("rate", function() return self.db:row(sql) end)
  if not row then return nil, err end
  return { ahead = tonumber(row.ahead), spacing = tonumber(row.spacing) }
end

--- Halves the pace of all, at most once a second.
function rate:throttle(limits)
  return self.db:exec(([[UPDATE ses_rates SET factor = greatest(factor / 2, %.17g), throttled_at = clock_timestamp()
    WHERE key IN (%s) AND throttled_at < clock_timestamp() - interval '1 second']]):format(SLOWEST, keys_of(limits)))
end

return rate
