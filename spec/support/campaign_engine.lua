-- The engine of a campaign on a real journal and a function in the place of SES.
local clock = require "ses.adapters.clock"
local engine = require "ses.campaign.engine"
local errors = require "ses.errors"
local journals = require "ses.campaign.journal"
local loop = require "ses.adapters.loop"
local tmp_dir = require "spec.support.tmp_dir"

local lab = {}

local Lab = {}
Lab.__index = Lab

-- A message whose mails say whom they go to; rows with the same last digit of their id are a group where `groups`.
function lab.message(groups)
  return {
    mail = function(_, row) return { to = row.email, id = row.id } end,
    group = function(_, row) return groups and tostring(row.id % groups) or "" end,
    bulk = function(_, rows)
      local request = { entries = {} }
      for i, row in ipairs(rows) do request.entries[i] = { to = row.email, id = row.id } end
      return request, rows, {}
    end,
  }
end

function lab.failure(fields)
  fields.message = fields.message or "no"
  return errors.new(fields)
end

--- A journal with recipients 1 … n; `each(recipient, i)` may change what is loaded.
function lab.new(n, each)
  local self = setmetatable({ path = tmp_dir.new() .. "/j.sqlite3" }, Lab)
  self.journal = assert(journals.open(self.path, { campaign = "x" }))
  local load = assert(self.journal:load())
  for i = 1, n do
    local recipient = { address = i .. "@example.com", row = i + 1, email = i .. "@example.com" }
    if each then each(recipient, i) end
    assert(load:add(recipient))
  end
  assert(load:finish())
  return self
end

--- Runs it: `ports` and `options` are of engine.run, over those of the lab.
function Lab:run(ports, options)
  local all_ports = { journal = self.journal, message = lab.message(), loop = loop, clock = clock }
  for name, value in pairs(ports) do all_ports[name] = value end
  local all = { rate = 1e6, concurrency = 8, sender = "news@shop.example", total = 0, patience = 0.3 }
  for name, value in pairs(options or {}) do all[name] = value end
  return engine.run(all_ports, all)
end

--- The journal with some methods of one's own; `others` go to the real one.
function Lab:journal_with(own)
  return setmetatable(own, { __index = function(_, name)
    local method = self.journal[name]
    if type(method) ~= "function" then return method end
    return function(_, ...) return method(self.journal, ...) end
  end })
end

--- How many recipients are in each state that any is in.
function Lab:states()
  local counts, found = assert(self.journal:counts()), {}
  for _, state in ipairs { "pending", "sending", "sent", "failed", "in_doubt", "suppressed" } do
    if counts[state] > 0 then found[state] = counts[state] end
  end
  return found
end

function Lab:close()
  self.journal:close()
  tmp_dir.remove_all()
end

return lab
