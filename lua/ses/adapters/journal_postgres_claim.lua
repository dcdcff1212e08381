--- The part of a PostgreSQL journal that claims recipients for a worker; see ses.adapters.journal_postgres_work.
-- @module ses.adapters.journal_postgres_claim
local postgres = require "ses.adapters.postgres"
local zones = require "ses.adapters.journal_zones"

local claim = {}

local quote = postgres.quote

-- How often a recipient in others' hands is looked for; no more than a part of the time goes into that.
local LOOK_SECONDS = 0.25
local LOOK_SHARE = 10

local CLAIMABLE = [[campaign = %d AND state = 'pending' AND worker IS NULL AND NOT deferred
  AND load = (SELECT load FROM ses_campaigns WHERE id = %d)]]

-- What a claimed row tells.
local ROW = "r.id, r.row, r.email, r.name, r.data, r.language, r.variant, r.zone"

function claim:_keep(rows)
  for _, row in ipairs(rows) do
    row.id, row.row, row.claim = tonumber(row.id), tonumber(row.row), self.worker
    self.held[row.id] = self.worker
  end
  table.sort(rows, function(a, b) return a.id < b.id end)
  return rows
end

-- What a claim took whose answer was lost on the way.
function claim:_claimed_unheard()
  local rows, err = self.db:rows(([[SELECT %s FROM ses_recipients r WHERE worker = %d AND state = 'pending']]):format(
    ROW, self.worker))
  if not rows then return nil, err end
  local unheard = {}
  for _, row in ipairs(rows) do
    if self.held[tonumber(row.id)] ~= self.worker then unheard[#unheard + 1] = row end
  end
  self.unsure = false
  return self:_keep(unheard)
end

-- How many mails the day has left for: those that left on it, and those that any worker may send yet, are gone.
function claim:_room(options)
  return ([[%d - (SELECT coalesce(sum(n), 0) FROM ses_days WHERE campaign = %d AND day = %s)
    - (SELECT count(*) FROM ses_workers w JOIN ses_recipients r ON r.worker = w.id
       WHERE w.campaign = %d AND NOT w.gone AND r.state IN ('pending', 'sending'))]]):format(options.most, self.id,
    quote(options.day), self.id)
end

function claim:_claim_after(last, n, options)
  local claimable = CLAIMABLE:format(self.id, self.id)
  local statements = {}
  local picked = ([[SELECT id FROM ses_recipients WHERE %s AND id > %d%s AND %s
      ORDER BY id LIMIT %d FOR UPDATE SKIP LOCKED]]):format(claimable, last,
    zones.awake(options.asleep, quote), self:_alive(), n)
  if options.most then
    -- One at a time: each sees what the one before it took. The limit that the planner cannot foresee comes outside
    -- of the one that it can, or it would go through the whole table for fear of finding many.
    statements[1] = ("SELECT 1 FROM ses_campaigns WHERE id = %d FOR NO KEY UPDATE"):format(self.id)
    picked = ("SELECT id FROM (%s) AS free LIMIT (SELECT greatest(0, %s))"):format(picked, self:_room(options))
  end
  statements[#statements + 1] = self:_renewal()
  statements[#statements + 1] = ([[WITH picked AS MATERIALIZED (%s)
    UPDATE ses_recipients r SET worker = %d FROM picked WHERE r.id = picked.id RETURNING %s]]):format(picked,
    self.worker, ROW)
  local rows, err = self.db:rows(table.concat(statements, ";\n"))
  if not rows then
    self.unsure = err.code == "DatabaseGone"
    return nil, err
  end
  self:_keep(rows)
  if #rows > 0 then self.last = rows[#rows].id end
  return rows
end

-- Why a claim came back empty: `more` are free, `awake` of them may be claimed now, but for the day's `room`, which
-- may become `possible`; `others` hold some.
function claim:_look(options)
  local claimable = CLAIMABLE:format(self.id, self.id)
  local exists = "EXISTS (SELECT 1 FROM ses_recipients WHERE " .. claimable .. "%s)"
  local found, err = self.db:row(([[SELECT %s AS alive, %s AS more, %s AS awake, %s AS room, %s AS possible,
    EXISTS (SELECT 1 FROM ses_recipients r JOIN ses_workers w ON w.id = r.worker
      WHERE w.campaign = %d AND NOT w.gone AND w.id <> %d AND r.state IN ('pending', 'sending')) AS others]])
    :format(self:_alive(), exists:format "", exists:format(zones.awake(options.asleep, quote)),
      options.most and self:_room(options) .. " > 0" or "true",
      options.most and ("(SELECT coalesce(sum(n), 0) FROM ses_days WHERE campaign = %d AND day = %s) < %d"):format(
        self.id, quote(options.day), options.most) or "true",
      self.id, self.worker))
  if not found then return nil, err end
  for name, value in pairs(found) do found[name] = value == "t" end
  return found
end

-- A look that took long, at a long list that sleeps, is not taken again so soon.
local function look_again(self, began)
  return math.max(LOOK_SECONDS, LOOK_SHARE * (self.clock.monotonic() - began))
end

-- The answer to a claim that found nothing behind the last one.
function claim:_claim_again(n, options)
  local began = self.clock.monotonic()
  local found, err = self:_look(options)
  if not found then return nil, err end
  if not found.alive then
    self.worker = nil
    return self:_claim(n, options)
  end
  local rows = {}
  if found.awake and found.room then
    -- Given back by another, or in another's hands this very moment.
    rows, err = self:_claim_after(0, n, options)
    if not rows or #rows > 0 then return rows, err end
    rows.wait = look_again(self, began)
  elseif found.others then
    found.others, err = self:recover()
    if not found.others then return nil, err end
    rows.wait = look_again(self, began)
  end
  if found.more and not (found.awake and found.room) then
    rows.more = true
    if not found.possible then
      rows.wait = nil
    elseif found.awake then
      rows.wait = look_again(self, began)
    end
  end
  return rows
end

function claim:_claim(n, options)
  if not self.worker then
    local done, err = self:_register()
    if not done then return nil, err end
  end
  if self.unsure then
    local rows, err = self:_claimed_unheard()
    if not rows or #rows > 0 then return rows, err end
  end
  local rows, err = self:_claim_after(self.last, n, options)
  if not rows or #rows > 0 then return rows, err end
  return self:_claim_again(n, options)
end

--- Claims recipients for this worker.
-- @tparam integer n how many at most
-- @tparam ?table options see ses.campaign.journal
-- @treturn table|nil list of { id =, row =, email =, name =, data =, language =, variant =, zone =, claim = }. Where
--   it is empty, its `wait` is after how many seconds to ask again, because others hold recipients that may come
--   back; `more` says that `options` exclude some; neither at the end
-- @treturn ?ses.Error
function claim:claim(n, options)
  options = options or {}
  self.day = options.day
  if zones.have_woken(self, options.asleep) then self.last = 0 end
  return self:_persist("claim", function() return self:_claim(n, options) end)
end

return claim
