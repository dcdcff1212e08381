local process = require "spec.support.process"

-- The processes are the same, whichever Lua this is.
if jit then return end

describe("ses emulator", function()
  local function url_of(job)
    return process.eventually(function() return job.out():match("SES emulator at (http://127%.0%.0%.1:%d+)") end)
  end

  it("says where it runs and how to send to it, and ends with Ctrl-C", function()
    local job = process.start { "build/ses", "emulator", "--port", "0", "--rate", "7" }
    local url = url_of(job)
    assert.truthy(process.shell("curl -sSf --noproxy '*' " .. url .. "/_emulator/state"):find('"rate":7', 1, true))
    assert.truthy(job.out():find("AWS_ENDPOINT_URL_SESV2=" .. url, 1, true))
    job.signal "INT"
    assert.equal(0, job.wait())
    assert.equal("", job.err())
    assert.equal("", process.shell("curl -s --noproxy '*' " .. url .. "/ || true"))
  end)

  it("runs on with --detach until its process is ended", function()
    local result = process.run { "build/ses", "emulator", "--port", "0", "--detach" }
    assert.equal(0, result.status)
    local pid = result.out:match("To end it: kill (%d+)")
    local url = result.out:match("http://127%.0%.0%.1:%d+")
    assert.truthy(process.shell("curl -sSf --noproxy '*' " .. url .. "/"):find("<html", 1, true))
    process.shell("kill " .. pid)
    process.eventually(function() return process.shell("curl -s --noproxy '*' " .. url .. "/ || true") == "" end)
  end)

  it("takes several verified identities in the sandbox", function()
    local job = process.start {
      "build/ses", "emulator", "--port", "0", "--sandbox", "--verified", "a@example.com", "--verified", "example.org",
    }
    local url = url_of(job)
    local state = process.shell("curl -sSf --noproxy '*' " .. url .. "/_emulator/state")
    job.signal "TERM"
    assert.equal(0, job.wait())
    assert.truthy(state:find('"identities":2', 1, true))
    assert.truthy(state:find('"sandbox":true', 1, true))
  end)

  it("takes how long a verification and a job last", function()
    local job = process.start {
      "build/ses", "emulator", "--port", "0", "--verify-after", "0.5", "--job-seconds", "7",
    }
    local url = url_of(job)
    local state = process.shell("curl -sSf --noproxy '*' " .. url .. "/_emulator/state")
    job.signal "TERM"
    assert.equal(0, job.wait())
    assert.truthy(state:find('"timing":{"job_seconds":7,"verify_after":0.5}', 1, true), state)
  end)

  it("ends with one line where it cannot start", function()
    local result = process.run { "build/ses", "emulator", "--port", "0", "--data", "/proc/nothing" }
    assert.equal(1, result.status)
    assert.truthy(result.err:find("^ses emulator: the data directory cannot be made[^\n]*\n$"))
    result = process.run { "build/ses", "emulator", "--prot", "1" }
    assert.equal(2, result.status)
    assert.truthy(result.err:find("did you mean '--port'", 1, true))
  end)
end)
