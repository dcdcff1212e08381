--- Who sends the mails of an outbox: one at a time, who has the lease. It holds for some seconds and is renewed by the
-- work itself; that of a process that is gone ends at once. What it had in hand then stands in doubt.
--
-- Whoever loses the lease while it lives (its disk stood still, say) takes nothing more, but may still write what
-- became of what it had in hand.
-- @module ses.adapters.outbox_lease
local core = require "ses.core"
local quote = require("ses.adapters.sqlite").quote

local lease = { methods = {} }

local SECONDS = 10
-- A mail that was put off for longer than anybody puts it off: the clock was set back.
local STRANGE_SECONDS = 3600

lease.TABLE = [[CREATE TABLE IF NOT EXISTS lease (
  one INTEGER PRIMARY KEY CHECK (one = 1), owner TEXT, process TEXT, expires REAL NOT NULL)]]
lease.ROW = "INSERT OR IGNORE INTO lease VALUES (1, NULL, NULL, 0)"

-- ---- processes ----

-- When a process began, in ticks since the machine did: a number may come again, the two together do not.
local function start_of(pid)
  local file = io.open("/proc/" .. pid .. "/stat", "rb")
  if not file then return nil end
  local text = file:read "*a" or ""
  file:close()
  local fields, n = text:match "^.*%)%s(.*)$" or "", 0
  for field in fields:gmatch "%S+" do
    n = n + 1
    if n == 20 then return field end
  end
end

-- A process by name: "START-OF-INIT/PID/START". In another container there is another init, and its numbers mean
-- other processes.
local function process_of(pid)
  local init, start = start_of(1), start_of(pid)
  return init and start and ("%s/%s/%s"):format(init, pid, start) or nil
end

-- Whether a process is known to be gone.
local function is_gone(process)
  local init, pid, start = (process or ""):match "^(%d+)/(%d+)/(%d+)$"
  if not init or init ~= start_of(1) then return false end
  return start_of(pid) ~= start
end

-- ---- the lease ----

local function read(db)
  local rows, err = db:rows "SELECT owner, process, expires FROM lease"
  return rows and rows[1], err
end

local function is_free(row, now)
  return row.owner == nil or row.expires < now or row.expires > now + 2 * SECONDS or is_gone(row.process)
end

-- What the one before had in hand.
local function doubt(db, now)
  local ids = {}
  local done, err = db:each("SELECT id FROM mails WHERE state = 'sending'", function(row) ids[#ids + 1] = row.id end)
  if done and #ids > 0 then
    done, err = db:exec(("UPDATE mails SET state = 'in_doubt', code = 'Interrupted', updated = %s "
      .. "WHERE state = 'sending'"):format(quote(now)))
  end
  if done then
    done, err = db:exec(("UPDATE mails SET due = %s WHERE state = 'queued' AND due > %s"):format(quote(now),
      quote(now + STRANGE_SECONDS)))
  end
  return done and ids, err
end

--- Takes the lease where it is free.
-- @tparam string owner a name of its own for whoever takes it
-- @tparam integer pid of its process
-- @treturn table|false|nil the ids of the mails that stand in doubt now; false where another one has the lease
-- @treturn ?ses.Error
function lease.methods:take(owner, pid)
  local db = self.db
  local row, err = read(db)
  if not row then return nil, err end
  if not is_free(row, core.clock.now()) then return false end
  return self:_write(function()
    local now = core.clock.now()
    local current, failed = read(db)
    if not current then return nil, failed end
    if not is_free(current, now) then return false end
    local done
    done, failed = db:exec(("UPDATE lease SET owner = %s, process = %s, expires = %s"):format(quote(owner),
      quote(process_of(pid)), quote(now + SECONDS)))
    if not done then return nil, failed end
    return doubt(db, now)
  end)
end

-- → whether it is still ours | nil, err
local function renew(db, owner, now)
  local n, err = db:exec(("UPDATE lease SET expires = %s WHERE owner = %s"):format(quote(now + SECONDS), quote(owner)))
  return n and n > 0, err
end

-- ---- the work ----

local KEEPS_CONTENT = { queued = true, in_doubt = true }

-- Of a mail that this owner had in hand, though it may stand in doubt by now.
local function write_result(db, owner, result, now)
  local keeps = KEEPS_CONTENT[result.state]
  local n, err = db:exec(([[UPDATE mails SET state = %s, message_id = %s, code = %s, due = %s, attempts = attempts - %d,
    updated = %s%s WHERE n = %d AND owner = %s AND state IN ('sending', 'in_doubt')]]):format(quote(result.state),
    quote(result.message_id), quote(result.code), quote(now + (result.wait or 0)), result.untried and 1 or 0,
    quote(now), keeps and "" or ", bytes = 0", result.n, quote(owner)))
  if not n then return nil, err end
  if n == 0 or keeps then return true end
  return db:exec(("DELETE FROM contents WHERE n = %d"):format(result.n))
end

local function write_results(db, owner, results, now)
  for _, result in ipairs(results) do
    local done, err = write_result(db, owner, result, now)
    if not done then return nil, err end
  end
  return true
end

local function claim(db, owner, most, now)
  local rows, err = db:rows(([[SELECT mails.n AS n, id, attempts, body FROM mails JOIN contents ON contents.n = mails.n
    WHERE state = 'queued' AND due <= %s ORDER BY due, mails.n LIMIT %d]]):format(quote(now), most))
  if not rows or #rows == 0 then return rows, err end
  local numbers = {}
  for i, row in ipairs(rows) do numbers[i], row.attempts = row.n, row.attempts + 1 end
  local done
  done, err = db:exec(("UPDATE mails SET state = 'sending', attempts = attempts + 1, owner = %s, updated = %s "
    .. "WHERE n IN (%s)"):format(quote(owner), quote(now), table.concat(numbers, ",")))
  return done and rows, err
end

-- Seconds until there is something to send; nil where nothing is queued.
local function next_due(db, now)
  local due, err = db:value "SELECT due AS value FROM mails WHERE state = 'queued' ORDER BY due, n LIMIT 1"
  if err then return nil, err end
  return due and math.max(0, due - now)
end

-- Whether a look finds nothing to be written, so that it need not be a transaction.
local function is_idle(db, owner, most, now)
  local row, err = read(db)
  if not row then return nil, err end
  if row.owner ~= owner or row.expires < now + SECONDS / 2 then return false end
  if most == 0 then return true end
  local wait
  wait, err = next_due(db, now)
  if err then return nil, err end
  return wait == nil or wait > 0
end

local function write_work(db, owner, results, most)
  local now = core.clock.now()
  local ours, err = renew(db, owner, now)
  if ours == nil then return nil, err end
  local done
  done, err = write_results(db, owner, results, now)
  if not done then return nil, err end
  if not ours then return { lost = true, mails = {} } end
  if most == 0 then return { mails = {} } end
  local mails
  mails, err = claim(db, owner, most, now)
  return mails and { mails = mails }, err
end

--- Writes what became of mails, and takes the next ones, in one transaction: they are sending when it returns.
-- @tparam string owner as for `take`
-- @tparam table results each { n =, state =, message_id =, code =, wait = seconds until a queued one is due,
--   untried = true where it does not count as an attempt }
-- @tparam integer most how many mails it can take
-- @treturn table|nil `mails`: list of { n =, id =, attempts =, body = }; `lost`: true where another one has the lease;
--   `wait`: seconds until the next one is due, where there is one
-- @treturn ?ses.Error nothing of it is written
function lease.methods:work(owner, results, most)
  local db = self.db
  local idle, err
  if #results == 0 then idle, err = is_idle(db, owner, most, core.clock.now()) end
  if err then return nil, err end
  local found = { mails = {} }
  if not idle then
    found, err = self:_write(function() return write_work(db, owner, results, most) end)
    if not found then return nil, err end
  end
  found.wait, err = next_due(db, core.clock.now())
  if err then found.wait = 1 end
  return found
end

--- Writes what became of the last mails and gives the lease back.
-- @treturn boolean|nil
-- @treturn ?ses.Error
function lease.methods:release(owner, results)
  local db = self.db
  return self:_write(function()
    local done, err = write_results(db, owner, results, core.clock.now())
    if done then
      done, err = db:exec("UPDATE lease SET owner = NULL, process = NULL, expires = 0 WHERE owner = " .. quote(owner))
    end
    return done and true, err
  end)
end

return lease
