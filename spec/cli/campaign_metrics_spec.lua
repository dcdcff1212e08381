-- `ses campaign run --metrics PATH`.
local inbox = require "spec.support.inbox"
local process = require "spec.support.process"
local text_format = require "spec.support.metrics_text"

-- The processes are the same, whichever Lua this is.
if jit then return end

describe("ses campaign run --metrics", function()
  local emulator, folder

  setup(function() emulator = inbox.start { rate = 10000, verify = false } end)
  teardown(function() emulator.stop() end)
  before_each(function() folder = process.folder() end)
  after_each(function() process.remove(folder) end)

  local function write(count, rate)
    local people = { "email" }
    for i = 1, count do people[#people + 1] = ("reader.%d@example.com"):format(i) end
    process.write(folder .. "/people.csv", table.concat(people, "\n") .. "\n")
    process.write(folder .. "/autumn.lua", ([[return {
      name = "autumn", audience = { csv = "people.csv" },
      message = { from = "news@shop.example", subject = "s", text = "t" }, pace = { rate = %d },
    }]]):format(rate))
  end

  local function argv(path, ...)
    return { "build/ses", "campaign", "run", folder .. "/autumn.lua", "--no-progress", "--metrics", path, ... }
  end

  local function read() return text_format.parse(process.read(folder .. "/ses.prom")) end

  it("leaves a file that agrees with the inbox", function()
    write(40, 1000)
    emulator.fail { operation = "SendEmail", status = 503, code = "ServiceUnavailable", count = 2 }
    local before = emulator.count()
    local result = process.run(argv(folder .. "/ses.prom"), { env = emulator.env })
    assert.equal(0, result.status, result.err)
    local found = read()
    assert.equal(40, emulator.count() - before)
    assert.equal(40, found.sum "ses_emails_sent_total")
    assert.equal(40, found.sum("ses_recipients_total", { type = "to" }))
    assert.equal(2, found.sum("ses_errors_total", { operation = "SendEmail", error_type = "service" }))
    assert.is_nil(process.shell("ls -A " .. folder):find(".tmp", 1, true))
  end)

  it("writes it from the beginning and every five seconds, and names itself in the command that goes on", function()
    write(1000, 20)
    local job = process.start(argv(folder .. "/ses.prom"), { env = emulator.env })
    local function sent()
      local exists = process.shell("ls " .. folder):find("ses.prom", 1, true)
      return exists and read().sum "ses_emails_sent_total"
    end
    process.eventually(sent)
    process.eventually(function() return sent() > 0 end, 30)
    local first = sent()
    process.eventually(function() return sent() > first end, 30)
    assert.equal(1, read().value "ses_connection_pool_size" / 100)
    job.signal "INT"
    assert.equal(130, job.wait(30))
    assert.is_truthy(job.err():find("--metrics " .. folder .. "/ses.prom", 1, true), job.err())
    assert.is_nil(read().value "ses_connection_pool_size")
    job.remove()
  end)

  it("sends nothing where the file cannot be written", function()
    write(3, 1000)
    local before = emulator.count()
    for path, message in pairs {
      [folder .. "/missing/ses.prom"] = "No such file or directory", [folder .. "/ses.txt"] = "ends in .prom",
    } do
      local result = process.run(argv(path), { env = emulator.env })
      assert.equal(1, result.status)
      assert.is_truthy(result.err:find(message, 1, true), result.err)
    end
    assert.equal(before, emulator.count())
  end)
end)
