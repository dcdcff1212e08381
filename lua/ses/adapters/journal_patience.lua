--- How a journal waits where it cannot be written for a while: the database is gone, the disk is full.
--
-- Nothing is sent meanwhile, as no recipient can be marked as sending. It goes on by itself once that is over; what
-- lasts longer than the journal's `patience` (seconds) is given up, and then is not waited for again.
-- @module ses.adapters.journal_patience
local patience = {}

-- The least and the longest pause between two tries.
local FIRST_RETRY, LAST_RETRY = 0.1, 2

-- What to tell while it lasts, and afterwards.
local TROUBLES = {
  DatabaseGone = {
    "the journal's database cannot be reached, nothing is sent until it is back",
    "the journal's database could not be reached",
  },
  DatabaseLocked = {
    "another process keeps the journal locked, nothing is sent until it is free",
    "another process kept the journal locked",
  },
  DiskFull = {
    "the journal's disk is full, nothing is sent until there is room", "the journal's disk was full",
  },
  DiskFailed = { "the journal cannot be written, nothing is sent until it can", "the journal could not be written" },
}

-- What whoever shows the progress is told.
local function tell(self)
  self.trouble, self.trouble_code = nil, nil
  for _, waiting in pairs(self.waiting) do
    if waiting.trouble then self.trouble, self.trouble_code = waiting.trouble, waiting.code end
  end
end

--- Calls a function, again and again while its error is one that may pass.
-- @tparam string name of what is done, which is done once at a time
-- @tparam function fn takes whether it is called again; gives something, or nil and an error
-- @return what it gave
-- @treturn ?ses.Error
function patience:_persist(name, fn)
  local clock, pause, again = self.clock, FIRST_RETRY, false
  self.waiting = self.waiting or {}
  while true do
    local result, err = fn(again)
    local trouble = result == nil and err and TROUBLES[err.code]
    if not trouble then
      self.waiting[name] = nil
      tell(self)
      return result, err
    end
    local now = clock.monotonic()
    local waiting = self.waiting[name]
    if not waiting then
      if next(self.waiting) == nil then self.outages, self.outage = (self.outages or 0) + 1, trouble[2] end
      waiting = { since = now }
      self.waiting[name] = waiting
    end
    local over = now - waiting.since >= self.patience
    waiting.trouble, waiting.code = not over and trouble[1] .. "; " .. err.message or nil, err.code
    tell(self)
    if over or not clock.sleep(pause) then return nil, err end
    pause, again = math.min(LAST_RETRY, pause * 2), true
  end
end

return patience
