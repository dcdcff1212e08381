local campaign = require "ses.campaign"
local csv = require "ses.campaign.csv"
local journals = require "ses.campaign.journal"
local json = require "ses.model.json"
local tmp_dir = require "spec.support.tmp_dir"

local FORMULAS = { "=1+1", "+44", "-2", "@SUM(A1)", "\tx", "\rx" }

describe("ses.campaign.export", function()
  local folder, path

  before_each(function()
    folder = tmp_dir.new()
    path = folder .. "/j.sqlite3"
  end)
  after_each(tmp_dir.remove_all)

  local function fill(people, results)
    local journal = assert(journals.open(path, { campaign = "autumn" }))
    local load = assert(journal:load())
    for i, person in ipairs(people) do
      assert(load:add {
        address = "p" .. i .. "@example.com", row = i + 1, email = person.email or "p" .. i .. "@example.com",
        name = person.name, language = person.language, variant = person.variant, state = person.state,
        code = person.code, reason = person.reason,
      })
    end
    assert(load:finish())
    if results then
      local rows = assert(journal:claim(#people))
      for i, result in ipairs(results) do result.id = rows[i].id end
      assert(journal:commit({}, results))
    end
    return journal
  end

  local function export(fields)
    local out = {}
    local options = {
      campaign = {
        name = "autumn", audience = { csv = "p.csv" }, message = { from = "a@shop.example", subject = "x", text = "x" },
        journal = path,
      },
      write = function(text)
        out[#out + 1] = text
        return true
      end,
    }
    for key, value in pairs(fields or {}) do options[key] = value end
    local n, err = campaign.export(options)
    return n and table.concat(out), n or err
  end

  local function read(text)
    tmp_dir.write(folder .. "/out.csv", text)
    local reader = assert(csv.open(folder .. "/out.csv"))
    local rows = {}
    while true do
      local fields, err = reader:next()
      assert.is_nil(err)
      if not fields then break end
      rows[#rows + 1] = fields
    end
    reader:close()
    return rows
  end

  it("writes a line for each recipient, in the audience's order, with all that is known", function()
    local people = { { name = "Ann", language = "de", variant = "A" }, { name = 'Bob, "the second"\nline' }, {}, {} }
    local journal = fill(people, {
      { state = "sent", message_id = "m1", latency_ms = 42, at = 1790000000 },
      { state = "failed", code = "MessageRejected", reason = "no, never", at = 1790000001 },
      { state = "in_doubt", code = "RequestTimeout", reason = " no answer", at = 1790000002 },
    })
    assert(journal:record { {
      id = 1, state = "sent", delivery = "bounced", bounce_type = "Permanent", subtype = "General", time = 1790000003,
    } })
    journal:close()
    local text, n = export()
    assert.equal(4, n)
    assert.equal(table.concat({
      "row,email,name,state,code,reason,message_id,updated,latency_ms,language,variant,delivery,"
        .. "delivery_at,bounce_type,bounce_subtype",
      "2,p1@example.com,Ann,sent,,,m1,2026-09-21T14:13:20Z,42,de,A,bounced,2026-09-21T14:13:23Z,Permanent,General",
      '3,p2@example.com,"Bob, ""the second""\nline",failed,MessageRejected,"no, never",,2026-09-21T14:13:21Z,,,,,,,',
      '4,p3@example.com,,in_doubt,RequestTimeout," no answer",,2026-09-21T14:13:22Z,,,,,,,',
      "5,p4@example.com,,pending,,,,,,,,,,,", "",
    }, "\r\n"), text)
  end)

  it("puts a ' before what a spreadsheet would compute, unless it is to be verbatim", function()
    local people = {}
    for i, text in ipairs(FORMULAS) do people[i] = { name = text, email = text .. "@example.com" } end
    fill(people):close()
    local function names(text)
      local found = {}
      for i, fields in ipairs(read(text)) do found[i] = fields[3] end
      return found
    end
    local guarded = {}
    for i, text in ipairs(FORMULAS) do guarded[i] = "'" .. text end
    local text = export()
    assert.same(guarded, names(text))
    assert.is_nil(text:find("\n%d+,\"?[=+@-]"))
    assert.same(FORMULAS, names((export { verbatim = true })))
  end)

  it("writes JSON lines, as they are, without what is not known", function()
    fill({ { name = '=1+1 "Ann"\n' }, {} }, { { state = "sent", message_id = "m1", latency_ms = 5, at = 1790000000 } })
      :close()
    local text = export { format = "jsonl" }
    local lines = {}
    for line in text:gmatch "[^\n]+" do lines[#lines + 1] = json.decode(line) end
    assert.same({
      { row = 2, email = "p1@example.com", name = '=1+1 "Ann"\n', state = "sent", message_id = "m1", latency_ms = 5,
        updated = "2026-09-21T14:13:20Z" },
      { row = 3, email = "p2@example.com", state = "pending" },
    }, lines)
  end)

  it("writes those of one state alone, and tells those who are gone from the file as such", function()
    local journal = fill({ {}, {}, { state = "suppressed", reason = "asked" }, {} },
      { { state = "sent", message_id = "m1", at = 1 } })
    local load = assert(journal:load())
    for i = 1, 2 do assert(load:add { address = "p" .. i .. "@example.com", row = i + 1, email = "x" }) end
    assert(load:finish())
    journal:close()
    local function states(state)
      local text, n = export { state = state }
      local list = {}
      for _, fields in ipairs(read(text)) do list[#list + 1] = fields[1] .. fields[4] end
      assert.equal(n, #list)
      return table.concat(list, " ")
    end
    assert.equal("2sent 3pending 4removed 5removed", states(nil))
    assert.equal("3pending", states "pending")
    assert.equal("2sent", states "sent")
    assert.equal("4removed 5removed", states "removed")
    assert.equal("", states "suppressed")
    local text, err = export { state = "lost" }
    assert.is_nil(text)
    assert.matches("state must be one of pending, .*, not 'lost'", err.message)
  end)

  it("ends with the reason where it cannot write", function()
    fill({ {}, {} }):close()
    local n = 0
    local text, err = export { write = function()
      n = n + 1
      if n == 2 then return nil, "No space left on device" end
      return true
    end }
    assert.is_nil(text)
    assert.equal("cannot write: No space left on device", err.message)
    assert.equal(2, n)
  end)

  it("holds no more in memory for many than for few", function()
    local function many()
      local people = {}
      for i = 1, 5000 do people[i] = { name = ("Somebody with a name %d"):format(i) } end
      return people
    end
    fill(many()):close()
    collectgarbage()
    local before, most, n = collectgarbage "count", 0, 0
    assert(export { write = function()
      n = n + 1
      if n % 100 == 0 then
        collectgarbage()
        most = math.max(most, collectgarbage "count")
      end
      return true
    end })
    assert.equal(5001, n)
    assert.is_true(most - before < 200, ("%.0f KB more"):format(most - before))
  end)
end)
