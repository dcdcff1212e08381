local clock = require "ses.adapters.clock"
local engines = require "spec.support.campaign_engine"
local loop = require "ses.adapters.loop"

local failure = engines.failure

describe("ses.campaign.engine, several recipients a call", function()
  local lab, calls, by_id
  after_each(function()
    if lab then lab:close() end
    lab = nil
  end)

  -- SendBulkEmail by a function: `answer(entry, n, call)` gives what becomes of an entry that came for the nth time.
  local function server(answer)
    calls, by_id = {}, {}
    return function(request)
      calls[#calls + 1] = { at = clock.monotonic(), n = #request.entries }
      loop.sleep(math.random() * 0.004)
      local answers = {}
      for i, entry in ipairs(request.entries) do
        by_id[entry.id] = (by_id[entry.id] or 0) + 1
        answers[i] = answer and answer(entry, by_id[entry.id], #calls) or { message_id = "m-" .. entry.id }
      end
      return answers
    end
  end

  local function run(send_bulk, options, ports)
    local all = { bulk = true, batch = 10 }
    for name, value in pairs(options or {}) do all[name] = value end
    local all_ports = { send_bulk = send_bulk, send = function() error "not by SendEmail" end }
    for name, value in pairs(ports or {}) do all_ports[name] = value end
    return lab:run(all_ports, all)
  end

  it("sends to each once, in full calls but the last", function()
    lab = engines.new(304)
    local done = run(server())
    assert.same({ sent = 304 }, lab:states())
    assert.equal(304, done.tally.sent)
    local sizes = {}
    for _, call in ipairs(calls) do sizes[call.n] = (sizes[call.n] or 0) + 1 end
    assert.same({ [10] = 30, [4] = 1 }, sizes)
    for _, n in pairs(by_id) do assert.equal(1, n) end
    local ids = {}
    assert(lab.journal:each("sent", function(row) ids[#ids + 1] = row.message_id end))
    assert.equal("m-1", ids[1])
    assert.equal("m-304", ids[304])
  end)

  it("has state sending on the disk for all of a call before it leaves, in one transaction", function()
    lab = engines.new(60)
    local marked = {}
    local journal = lab:journal_with { commit = function(_, sending, results, claims)
      if #sending > 0 then marked[#marked + 1] = #sending end
      return lab.journal:commit(sending, results, claims)
    end }
    local send = server()
    run(function(request)
      for _, entry in ipairs(request.entries) do
        local state = lab.journal.db:value("SELECT state AS value FROM recipients WHERE id = " .. entry.id)
        assert(state == "sending", state)
      end
      return send(request)
    end, { concurrency = 1 }, { journal = journal })
    assert.same({ 10, 10, 10, 10, 10, 10 }, marked)
  end)

  it("settles each recipient by its own verdict", function()
    lab = engines.new(50)
    local done = run(server(function(entry, n)
      if entry.id == 7 then return { err = failure { kind = "client", code = "MESSAGE_REJECTED" } } end
      if entry.id == 8 then return { err = failure { kind = "parse", code = "NoVerdict", in_doubt = true } } end
      if entry.id == 9 and n < 3 then
        return { err = failure { kind = "service", code = "TRANSIENT_FAILURE", retryable = true } }
      end
      if entry.id == 10 and n < 2 then
        return { err = failure { kind = "throttling", code = "ACCOUNT_THROTTLED", retryable = true } }
      end
    end))
    assert.same({ sent = 48, failed = 1, in_doubt = 1 }, lab:states())
    assert.same({ 1, 1, 3, 2 }, { by_id[7], by_id[8], by_id[9], by_id[10] })
    assert.is_nil(done.stopped_by)
    assert.equal("MESSAGE_REJECTED", lab.journal:failures(1, 1)[1].code)
  end)

  it("leaves to the next run whom SES cannot take for long", function()
    lab = engines.new(20)
    local done = run(server(function(entry)
      if entry.id == 3 then return { err = failure { kind = "service", code = "FAILED", retryable = true } } end
    end))
    assert.same({ pending = 1, sent = 19 }, lab:states())
    assert.same({ 4, 1 }, { by_id[3], done.tally.deferred })
  end)

  it("ends where an entry's verdict is the account's, and sends no more", function()
    lab = engines.new(200)
    local done = run(server(function(entry)
      if entry.id > 20 then return { err = failure { kind = "client", code = "ACCOUNT_SENDING_PAUSED" } } end
    end), { concurrency = 1 })
    assert.equal("ACCOUNT_SENDING_PAUSED", done.stopped_by.code)
    assert.same({ pending = 180, sent = 20 }, lab:states())
    assert.equal(3, #calls)
  end)

  it("has all of a call in doubt that was cut off", function()
    lab = engines.new(30)
    local send = server()
    run(function(request)
      local answers = send(request)
      if request.entries[1].id == 11 then return nil, failure { kind = "network", code = "Reset", in_doubt = true } end
      return answers
    end, { concurrency = 1 })
    assert.same({ sent = 20, in_doubt = 10 }, lab:states())
    for _, n in pairs(by_id) do assert.equal(1, n) end
  end)

  it("tries those alone whose call was refused as a whole", function()
    lab = engines.new(40)
    local send = server()
    run(function(request)
      for _, entry in ipairs(request.entries) do
        if entry.id == 15 then return nil, failure { kind = "client", code = "BadRequestException" } end
      end
      return send(request)
    end)
    assert.same({ sent = 39, failed = 1 }, lab:states())
    for id, n in pairs(by_id) do assert.same({ id, 1 }, { id, n }) end
  end)

  it("fails a recipient alone whose mail cannot be made", function()
    lab = engines.new(30)
    local message = engines.message()
    local bulk = message.bulk
    function message.bulk(self, rows)
      local kept, refused = {}, {}
      for _, row in ipairs(rows) do
        if row.id == 12 then
          refused[1] = { row = row, err = failure { kind = "validation", code = "InvalidRenderingParameter" } }
        else
          kept[#kept + 1] = row
        end
      end
      local request = bulk(self, kept)
      return #kept > 0 and request or nil, kept, refused
    end
    run(server(), {}, { message = message })
    assert.same({ sent = 29, failed = 1 }, lab:states())
    assert.is_nil(by_id[12])
  end)

  it("drops a recipient alone whom another process has taken over", function()
    lab = engines.new(30)
    local journal = lab:journal_with { commit = function(_, sending, results)
      local mine, lost = {}, {}
      for i, id in ipairs(sending) do
        if id % 7 == 0 then lost[i] = true else mine[#mine + 1] = id end
      end
      local written, err = lab.journal:commit(mine, results)
      return written, written and lost or err
    end }
    local done = run(server(), {}, { journal = journal })
    assert.same({ pending = 4, sent = 26 }, lab:states())
    assert.equal(26, done.tally.sent)
    assert.is_nil(by_id[7] or by_id[14] or by_id[21] or by_id[28])
  end)

  it("puts only rows of one group into a call, and fills the calls all the same", function()
    lab = engines.new(200)
    local send = server()
    run(function(request)
      for _, entry in ipairs(request.entries) do assert(entry.id % 4 == request.entries[1].id % 4) end
      return send(request)
    end, {}, { message = engines.message(4) })
    assert.same({ sent = 200 }, lab:states())
    assert.equal(20, #calls)
  end)

  it("sends one a call where there is no time for more, and SendBulkEmail is wanted", function()
    lab = engines.new(5)
    run(server(), { batch = 1 })
    assert.equal(5, #calls)
  end)

  it("writes to no more than the limit", function()
    lab = engines.new(50)
    run(server(), { limit = 13 })
    assert.same({ pending = 37, sent = 13 }, lab:states())
  end)

  it("keeps to its pace", function()
    lab = engines.new(60)
    -- 105 a second are ten full calls.
    run(server(), { rate = 105 })
    assert.equal(6, #calls)
    -- One that is a tenth of a second late leaves all the same.
    assert.is_true(calls[6].at - calls[1].at >= 0.39)
  end)
end)
