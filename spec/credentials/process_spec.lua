local aws_metadata_server = require "spec.support.aws_metadata_server"
local credentials_child = require "spec.support.credentials_child"
local process = require "spec.support.process"

-- What the program prints: the credentials with the number of the run in them.
local PRINTS = [[
#!/bin/sh
n=$(cat FOLDER/runs 2>/dev/null || echo 0)
n=$((n + 1))
echo $n > FOLDER/runs
expires=$(date -u -d "@$(( $(date +%s) + ${EXPIRES_IN:-3600} ))" +%Y-%m-%dT%H:%M:%SZ)
printf '{"Version": 1, "AccessKeyId": "ASIAPROC%s", "SecretAccessKey": "proc/secret+key", ' $n
printf '"SessionToken": "proc//session+token", "Expiration": "%s"}' $expires
]]

describe("credentials of a program", function()
  local server, folder

  setup(function() server = aws_metadata_server.start() end)
  teardown(function() server.stop() end)
  before_each(function()
    server:reset()
    folder = process.folder()
  end)
  after_each(function() process.remove(folder) end)

  local function program(text)
    process.write(folder .. "/program", (text:gsub("FOLDER", folder)))
    os.execute("chmod +x " .. folder .. "/program")
  end

  -- Runs a client whose profile names the program, or `command`.
  local function run(how)
    how = how or {}
    local command = how.command or folder .. "/program"
    process.write(folder .. "/config", "[default]\ncredential_process = " .. command .. "\n")
    how.env = how.env or {}
    how.env.AWS_CONFIG_FILE = folder .. "/config"
    local outcomes, printed = credentials_child.run(server, how)
    assert.is_nil(printed:find("secret+key", 1, true), printed)
    assert.is_nil(printed:find("session+token", 1, true), printed)
    return outcomes
  end

  local function runs()
    return tonumber(process.read(folder .. "/runs"))
  end

  local function fails(outcome, pattern)
    assert.is_false(outcome.ok)
    assert.equal("credentials", outcome.kind)
    assert.matches(pattern, outcome.message)
    assert.same({}, server:requests("ses"))
  end

  it("signs with what it prints", function()
    program(PRINTS)
    local outcome = run()[1]
    assert.is_true(outcome.ok, outcome.text)
    assert.equal("process", outcome.found_in)
    local request = server:requests("ses")[1]
    assert.equal("ASIAPROC1", credentials_child.key_of(request))
    assert.equal("proc//session+token", request.headers["x-amz-security-token"])
  end)

  it("splits the command as a shell would, and starts none", function()
    program(PRINTS .. "printf '%s|' \"$@\" > FOLDER/arguments")
    assert.is_true(run { command = folder .. [[/program 'a b' "c d" $HOME &&]] }[1].ok)
    assert.equal("a b|c d|$HOME|&&|", process.read(folder .. "/arguments"))
  end)

  it("is run once for many calls, and for many tasks", function()
    program("#!/bin/sh\nsleep 0.1\n" .. PRINTS)
    local outcomes = run { steps = "ses.run(function(spawn) for _ = 1, 20 do spawn(call) end end); call()" }
    assert.equal(21, #outcomes)
    for _, outcome in ipairs(outcomes) do assert.is_true(outcome.ok, outcome.text) end
    assert.equal(1, runs())
  end)

  it("is run again five minutes before they expire", function()
    program(PRINTS)
    run { steps = "call(); call()", env = { EXPIRES_IN = "290" } }
    local requests = server:requests("ses")
    assert.equal("ASIAPROC1", credentials_child.key_of(requests[1]))
    assert.equal("ASIAPROC2", credentials_child.key_of(requests[2]))
  end)

  it("lets the other tasks of a loop run meanwhile", function()
    program("#!/bin/sh\nsleep 0.5\n" .. PRINTS)
    local outcome = run { steps = [[
      local turns = 0
      ses.run(function(spawn)
        local done = false
        spawn(function() call(); done = true end)
        while not done do ses.sleep(0.01); turns = turns + 1 end
      end)
      assert(turns >= 10, "the others waited")
    ]] }[1]
    assert.is_true(outcome.ok, outcome.text)
  end)

  it("says that it failed, and shows nothing of what it said", function()
    program("#!/bin/sh\necho proc/secret+key; echo session+token >&2; exit 3\n")
    fails(run()[1], "3")
  end)

  it("says what is wrong with what it prints", function()
    for text, pattern in pairs {
      ["#!/bin/sh\n"] = ".", ["#!/bin/sh\necho 'proc/secret+key'\n"] = "JSON",
      ['#!/bin/sh\necho \'{"Version": 2, "SecretAccessKey": "secret+key"}\'\n'] = "Version",
      ['#!/bin/sh\necho \'{"Version": 1, "SecretAccessKey": "secret+key"}\'\n'] = "AccessKeyId",
      ['#!/bin/sh\necho \'{"Version": 1, "AccessKeyId": "A", "SecretAcc\'\n'] = "JSON",
      ["#!/bin/sh\nkill -9 $$\n"] = "137",
      ["#!/bin/sh\nhead -c 1000000 /dev/zero\n"] = "bytes",
    } do
      program(text)
      fails(run()[1], pattern)
    end
  end)

  it("does not take expired ones", function()
    program(PRINTS)
    fails(run { env = { EXPIRES_IN = "-60" } }[1], "expired")
  end)

  it("says that there is no such program", function()
    fails(run { command = folder .. "/missing" }[1], "program")
  end)

  it("does not hold up a call for longer than it may last, and ends the program", function()
    program("#!/bin/sh\necho $$ > FOLDER/pid\nsleep 60\n")
    local outcome = run { options = "{ operation_timeout_ms = 500 }" }[1]
    assert.is_false(outcome.ok)
    local pid = process.read(folder .. "/pid"):match("%d+")
    process.eventually(function()
      return process.shell("ps -o stat= -p " .. pid):find("^Z") or process.shell("ps -p " .. pid .. " -o pid=") == ""
    end)
  end)

  it("can be used alone", function()
    program(PRINTS)
    local outcome = run {
      env = { AWS_ACCESS_KEY_ID = "AKIAENVIRONMENT", AWS_SECRET_ACCESS_KEY = "x" },
      options = "{ credentials = require('ses.credentials').process() }",
    }[1]
    assert.is_true(outcome.ok, outcome.text)
    assert.equal("process", outcome.found_in)
  end)
end)
