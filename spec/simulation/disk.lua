-- The campaign's real journal on a disk that refuses writes, and under a process that dies between two of them.
--
-- Faults come between the journal and SQLite: a statement is refused ("disk is full"), a commit fails though it
-- has reached the disk, the process dies before a statement or after it.
local journals = require "ses.adapters.journal_sqlite"

local disk = {}

local Faulty = {}
Faulty.__index = Faulty

local function refuse(reason) return nil, "LuaSQL: " .. reason end

-- Whether a fault that strikes once in so many statements strikes now.
local function strikes(self, name)
  return self.weather[name] > 0 and self.world.draw:chance(self.weather[name])
end

function Faulty:execute(sql)
  if self.world.crashed then return refuse "the process is dead" end
  local verb = sql:match "^%s*(%u+)"
  if verb == "SELECT" or verb == "ROLLBACK" then return self.connection:execute(sql) end
  if strikes(self, "dies") then
    self.world:crash("before " .. verb)
    return refuse "the process is dead"
  end
  if strikes(self, "refuses") then
    self.world:trace("the disk refuses %s", verb)
    return refuse "database or disk is full"
  end
  local result, reason = self.connection:execute(sql)
  if verb ~= "COMMIT" then return result, reason end
  if strikes(self, "dies_committed") then
    self.world:crash "after COMMIT"
    return refuse "the process is dead"
  end
  if strikes(self, "lies") then
    self.world:trace("a COMMIT that is on the disk fails")
    return refuse "disk I/O error"
  end
  return result, reason
end

function Faulty:close() return self.connection:close() end

local KINDS = {
  { dies = 0, dies_committed = 0, refuses = 0, lies = 0 },
  { dies = 0.01, dies_committed = 0.02, refuses = 0, lies = 0 },
  { dies = 0.002, dies_committed = 0.005, refuses = 0.01, lies = 0 },
  { dies = 0.005, dies_committed = 0.005, refuses = 0.005, lies = 0.02 },
}

function disk.drawn(draw)
  local found = {}
  for name, value in pairs(draw:one(KINDS)) do found[name] = value end
  return found
end

-- No fault any more.
function disk.clear_up(weather)
  for name in pairs(weather) do weather[name] = 0 end
end

-- What a dead process leaves: the file as it is, and no lock.
local function die(journal, connection)
  connection:close()
  if journal.lock then journal.lock:close() end
  journal.db, journal.lock = nil, nil
end

-- Opens the journal at a path, which waits by a clock where the disk is full. Its transactions need not outlive the
-- machine, as only processes die here.
function disk.open(world, weather, path, clock)
  local journal, err = journals.open(path, { campaign = "simulated", clock = clock })
  if not journal then return nil, err end
  assert(journal.db:exec "PRAGMA synchronous = OFF")
  local database = journal.db
  local connection = database.connection
  database.connection = setmetatable({ connection = connection, world = world, weather = weather }, Faulty)
  world.on_crash[#world.on_crash + 1] = function()
    die(journal, connection)
    -- Who still holds the database finds it dead, not closed.
    journal.db = database
  end
  return journal
end

return disk
