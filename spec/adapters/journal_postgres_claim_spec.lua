-- What a claim costs a large table: how the server goes about it.
local json = require "ses.model.json"
local journals = require "ses.adapters.journal_postgres"
local postgres = require "spec.support.postgres"

local PEOPLE, CLAIMED = 100000, 100

-- Of the first part everybody is done with, as in a campaign that has run for long.
local FILL = [[INSERT INTO ses_recipients (campaign, address, row, load, state, email)
  SELECT %d, 'p' || i || '@example.com', i, 0, CASE WHEN i <= %d THEN 'sent' ELSE 'pending' END,
    'p' || i || '@example.com' FROM generate_series(1, %d) AS i]]

describe("ses.adapters.journal_postgres_claim", function()
  if postgres.missing() then
    pending("not tried: " .. postgres.missing())
    return
  end

  local server, journal
  setup(function()
    server = postgres.start()
    journal = assert(journals.open(server.url(server.database()), { campaign = "autumn" }))
    assert(journal.db:exec(FILL:format(journal.id, PEOPLE / 2, PEOPLE)))
    assert(journal.db:exec "VACUUM ANALYZE ses_recipients")
  end)
  teardown(function()
    if journal then journal:close() end
    server.stop()
  end)

  -- All steps of a plan.
  local function steps_of(plan, list)
    list = list or {}
    list[#list + 1] = plan
    for _, inner in ipairs(plan.Plans or {}) do steps_of(inner, list) end
    return list
  end

  -- Claims, and gives the steps by which the server did it.
  local function explained(options)
    local db, found = journal.db, nil
    local rows = db.rows
    function db.rows(self, sql)
      local before, claim = sql:match "^(.*)(WITH picked AS.*)$"
      if claim then
        local explained_rows = assert(rows(self, before .. "EXPLAIN (ANALYZE, FORMAT JSON) " .. claim))
        found = steps_of(json.decode(explained_rows[1]["QUERY PLAN"])[1].Plan)
        return {}
      end
      return rows(self, sql)
    end
    journal:claim(CLAIMED, options)
    db.rows = nil
    assert(db:exec "UPDATE ses_recipients SET worker = NULL WHERE worker IS NOT NULL")
    return found
  end

  -- How many recipients the server looked at, and by which indexes.
  local function reads(steps)
    local n, indexes = 0, {}
    for _, step in ipairs(steps) do
      if step["Relation Name"] == "ses_recipients" and step["Node Type"]:find "Scan" then
        local seen = step["Actual Rows"] + (step["Rows Removed by Filter"] or 0)
        n = n + seen * step["Actual Loops"]
        indexes[step["Index Name"] or step["Node Type"]] = true
      end
    end
    return n, indexes
  end

  -- The claim, the update of who was claimed, and the count of who is in hand: each looks at no more than those.
  local function check(options)
    local n, indexes = reads(explained(options))
    assert.is_true(indexes.ses_recipients_claimable)
    assert.is_nil(indexes["Seq Scan"])
    assert.is_true(n >= CLAIMED and n <= 4 * CLAIMED, n)
  end

  it("reads no more recipients than it claims, whatever the size of the table", function() check() end)

  it("reads no more where the mails of a day are limited", function()
    check { day = "2026-12-01", most = PEOPLE }
  end)
end)
