-- The log of a client in nginx's own.
local emulator = require "spec.support.emulator"
local json = require "ses.model.json"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"

-- nginx has its own Lua, whichever runs the spec.
if not jit then return end

local CONF = [[
  error_log FOLDER/error.log debug;
  lua_shared_dict ses_cache 1m;
  init_by_lua_block { require 'ses' }
]] .. nginx.RUNS_LUA

describe("the log in nginx", function()
  local sandbox, running, prelude

  setup(function()
    sandbox = emulator.start { rate = 1000000, daily = -1, verify = false }
    running = nginx.start(CONF)
    prelude = ([[
      local ses = require "ses"
      local function client_of(log)
        return ses.client { region = "us-east-1", endpoint = "%s", log = log, max_retries = 0,
          credentials = { access_key_id = "%s", secret_access_key = "%s" } }
      end
      local MAIL = { from = "somebody@example.com", to = "b@example.com", subject = "xyzzyplugh", text = "xyzzyplugh" }
    ]]):format(sandbox.url, sandbox.emulator.access_key_id, sandbox.emulator.secret_access_key)
  end)
  teardown(function()
    running.stop()
    sandbox:stop()
  end)

  local function lua(code)
    local text, status = running.post("/lua", prelude .. code)
    assert.equal(200, status, text)
    return text
  end

  -- The lines that `code` makes the client log: each a level of nginx's, and what the line says.
  local function logged(code)
    local before = #running.error_log()
    local answer = lua(code)
    local list = {}
    for line in running.error_log():sub(before + 1):gmatch "[^\n]+" do
      local level, text = line:match "^%S+ %S+ %[(%l+)%].- ses: ({.*})"
      if text then list[#list + 1] = { level, assert(json.decode(text), line) } end
    end
    return list, answer
  end

  it("needs no file that was not read when nginx started", function()
    assert.equal("", running.post("/lua", [[
      local missing = ""
      for _, name in ipairs { "observe.logger", "observe.log_writer", "observe.log_sink", "adapters.nginx_log" } do
        if not package.loaded["ses." .. name] then missing = missing .. name end
      end
      return missing
    ]]))
  end)

  it("has the lines, each by its level", function()
    local list, answer = logged [[
      local client = client_of "debug"
      local sent = client.emails:send(MAIL)
      client:call("GetEmailTemplate", { TemplateName = "none" })
      client:call("SendEmail", {})
      return sent.message_id
    ]]
    local said = {}
    for i, one in ipairs(list) do said[i] = one[1] .. " " .. one[2].level .. " " .. one[2].message:match "^%S+ %S+" end
    assert.same({ "info info client made", "debug debug request sent", "debug debug answer received",
      "info info mail sent", "debug debug request sent", "debug debug answer received",
      "warn warn GetEmailTemplate failed:", "error error SendEmail was" }, said)
    assert.equal(answer, list[4][2].message_id)
    assert.is_nil(running.error_log():find("xyzzyplugh", 1, true))
  end)

  it("is cut by fields and not in the middle, where nginx would cut it", function()
    local headers = {}
    for i = 1, 60 do headers["X-Header-" .. i .. "-" .. ("x"):rep(30)] = "v" end
    sandbox:control("POST", "/faults", {
      operation = "SendEmail", status = 400, code = "MessageRejected", headers = headers, count = 1,
    })
    local list = logged 'client_of("debug").emails:send(MAIL)'
    local answered, failed = list[3][2], list[4][2]
    assert.same({ "answer received", true, 400 }, { answered.message, answered.truncated, answered.status })
    assert.is_nil(answered.response_headers)
    assert.same({ "error", nil }, { failed.level, failed.truncated })
  end)

  it("is written by a function where one is given", function()
    local list, answer = logged [[
      local lines = {}
      local client = client_of { sink = function(_, line) lines[#lines + 1] = line end }
      assert(client.emails:send(MAIL))
      return table.concat(lines, "\n")
    ]]
    assert.same({}, list)
    assert.matches('^{[^\n]+client made[^\n]+}\n{[^\n]+mail sent[^\n]+}$', answer)
  end)

  it("is no file, and not the standard error, which would hold up all requests", function()
    local path = running.folder .. "/ses.log"
    assert.matches("^nil\tlog.sink cannot be a file inside nginx", lua(([[
      local client, err = client_of { sink = { file = %q } }
      return tostring(client) .. "\t" .. err.message
    ]]):format(path)))
    assert.equal("", process.shell("ls " .. path .. " 2>/dev/null || true"))
    assert.matches("^log.sink cannot be stderr inside nginx", lua [[
      return select(2, client_of { sink = "stderr" }).message
    ]])
  end)
end)
