local process = require "spec.support.process"

-- The same processes whichever Lua runs this spec: once is enough.
if jit then return end

local function alive(pid)
  return process.shell("kill -0 " .. pid .. " 2>/dev/null && echo yes || echo no") == "yes"
end

describe("make demo", function()
  local function demo(environment)
    environment.DEMO_RATE = "3000"
    local result = process.run({ "tools/demo.sh" }, { env = environment })
    assert.equal(0, result.status, result.err)
    return result.out
  end

  it("sends to every valid reader, and the inbox agrees with the report", function()
    local out = demo {}
    for state, count in pairs { sent = 996, failed = 2, suppressed = 1, duplicates = 1, ["in doubt"] = 0 } do
      assert.truthy(out:find(("\n  %s +%d\n"):format(state, count)), state)
    end
    assert.truthy(out:find("Yes: 996 sent by the report, 996 mails in the inbox", 1, true))
  end)

  it("leaves the inbox open with KEEP=1 until it is told to end, whatever the user's AWS settings", function()
    local out = demo { KEEP = "1", AWS_ENDPOINT_URL = "http://127.0.0.1:1", AWS_PROFILE = "none",
      SES_MAX_RETRIES = "x" }
    local url = assert(out:match("The inbox stays open: (http://127%.0%.0%.1:%d+/)\n"))
    local pid = assert(out:match("To end it: kill (%d+)\n"))
    assert.truthy(process.shell("curl -sSf --noproxy '*' " .. url):find("<title>", 1, true))
    os.execute("kill " .. pid)
    process.eventually(function() return not alive(pid) end)
  end)
end)

describe("make demo-nginx", function()
  local function demo(environment)
    environment.DEMO_PORT = "18080"
    local result = process.run({ "tools/demo_nginx.sh" }, { env = environment })
    assert.equal(0, result.status, result.err)
    return result.out
  end

  it("sends mail through nginx and shows it in the inbox, the metrics and the health, and ends", function()
    local out = demo {}
    for _, text in ipairs {
      '{"id":"', "Thank you, it is on its way.", "\n2 mails\n", "  Reply-To: Ana <ana@example.com>\n",
      "Do you have Moby-Dick?\n", "  To: siobhan@example.com\n", '"status":"healthy"',
      'ses_emails_sent_total{config_set="",region="us-east-1"} 2\n',
    } do
      assert.truthy(out:find(text, 1, true), text)
    end
    local url = assert(out:match "nginx answers on (%S+)")
    assert.equal("7", process.shell("curl -s --noproxy '*' " .. url .. "/ping; echo $?"))
  end)

  it("leaves both open with KEEP=1, on another port where one is taken", function()
    local first = demo { KEEP = "1", AWS_PROFILE = "none" }
    local out = demo { KEEP = "1" }
    local pids = {}
    for _, text in ipairs { first, out } do
      local site = assert(text:match "Both stay open: (http://127%.0%.0%.1:%d+/)")
      assert.equal("pong", process.shell("curl -sSf --noproxy '*' " .. site .. "ping"))
      for pid in assert(text:match "To end them: kill ([%d ]+)\n"):gmatch "%d+" do pids[#pids + 1] = pid end
    end
    assert.not_equal(first:match "Both stay open: (%S+)", out:match "Both stay open: (%S+)")
    os.execute("kill " .. table.concat(pids, " "))
    for _, pid in ipairs(pids) do process.eventually(function() return not alive(pid) end) end
  end)
end)
