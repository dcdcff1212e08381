-- The program runs Lua of its own, whatever Lua the spec runs on.
if jit then return end

local inbox = require "spec.support.inbox"
local json = require "ses.model.json"
local process = require "spec.support.process"

describe("ses alone at a terminal", function()
  local emulator, folder

  setup(function() emulator = inbox.start() end)
  teardown(function() emulator.stop() end)
  before_each(function() folder = process.folder() end)
  after_each(function() process.remove(folder) end)

  -- Types what the steps say, each once what it waits for was written. → what was written, exit status
  local function talk(steps, options)
    options = options or {}
    local env = { TERM = "xterm", LC_ALL = "C.UTF-8", XDG_STATE_HOME = folder, NO_COLOR = "1" }
    for _, more in ipairs { emulator.env, options.env or {} } do
      for name, value in pairs(more) do env[name] = value end
    end
    process.write(folder .. "/steps", json.encode(steps))
    local argv = { "python3", "spec/support/dialogue.py", folder .. "/steps", "build/ses" }
    for _, word in ipairs(options.words or {}) do argv[#argv + 1] = word end
    local result = process.run(argv, { env = env })
    local said = assert(json.decode(result.out), result.err)
    assert.is_nil(json.null ~= said.waiting and said.waiting or nil, said.out)
    return said.out, said.status
  end

  local END = { "ses> ", "exit\r" }

  it("sends a mail that is typed over two lines, and shows what came of it", function()
    local before = emulator.count()
    local out, status = talk {
      { "ses> ", "client.emails:send { from = 'shop@example.com', to = 'reader.1@example.com',\r" },
      { "...> ", "\tsubject = 'Hello', text = 'It is here.' }\r" }, { "message_id = \"", "" },
      { "ses> ", "_.attempts + 41\r" }, { "\n42", "" }, END,
    }
    assert.equal(0, status)
    assert.is_nil(out:find("\27%[3%dm"))
    assert.equal(before + 1, emulator.count())
  end)

  it("completes by Tab, and shows what there is", function()
    talk {
      { "ses> ", "client.acc\tget()\r" }, { "production_access_enabled = true", "" },
      { "ses> ", "client.suppression:put { email_address = 'x@example.com', rea\t\"B\t }\r" }, { "{}", "" },
      { "ses> ", "client.suppression:get { email_address = 'x@example.com' }\r" }, { 'reason = "BOUNCE"', "" },
      { "ses> ", "client:call('GetAc\t)\r" }, { "ProductionAccessEnabled = true", "" },
      { "ses> ", "client.templates:\t" }, { "test_render", "\3" }, { "\nses> ", "exit\r" },
    }
  end)

  it("tells errors in a line, with what was meant", function()
    talk {
      { "ses> ", "client.templates:get { template_name = 'missing' }\r" },
      { "GetEmailTemplate: Template missing does not exist. (NotFoundException, HTTP 404", "" },
      { "ses> ", "client.templates:get { template_nam = 'missing' }\r" }, { "did you mean", "" },
      { "ses> ", "client.templates:lst()\r" }, { "(method 'lst'); did you mean 'list'?", "" },
      { "ses> ", "foo bar\r" }, { "syntax error", "" }, { "ses> ", "help templats\r" },
      { "there is no service 'templats'; did you mean 'templates'?", "" }, END,
    }
  end)

  it("tells what keeps a client from being made, when it is used", function()
    talk({ { "ses> ", "1\r" }, { "\n1", "" }, { "ses> ", "client\r" }, { "AWS_MAX_ATTEMPTS", "" }, END },
      { env = { AWS_MAX_ATTEMPTS = "many" } })
  end)

  it("takes the options of the client, and is a command as well", function()
    local see = { "ses> ", "client:describe_config().region.value\r" }
    talk({ see, { '"eu-south-2"', "" }, END }, { words = { "--region", "eu-south-2" } })
    talk({ see, { '"eu-south-2"', "" }, END }, { words = { "prompt", "--region", "eu-south-2" } })
  end)

  it("drops a line by Ctrl-C, ends a call by it, and ends by Ctrl-D", function()
    emulator.fail { operation = "GetAccount", delay_ms = 60000, count = 1 }
    -- A call before it has found the credentials: who looks for them may take the Ctrl-C for a failure of its own.
    local _, status = talk {
      { "ses> ", "x = {\r" }, { "...> ", "\3" }, { "\nses> ", "#client.templates:list().templates_metadata\r" },
      { "\n0", "" }, { "ses> ", "print('by ' .. 'and by') client.account:get()\r" },
      { "\nby and by", "\3" }, { "interrupted", "" }, { "ses> ", "1 + 1\r" }, { "\n2", "" },
      { "ses> ", "\4" },
    }
    assert.equal(0, status)
  end)

  it("keeps its history for its owner alone, without secrets, and has it again", function()
    talk {
      { "ses> ", "x = 7 * 3\r" }, { "ses> ", "y = { secret_access_key = 'hidden' }\r" }, { "ses> ", "y\r" },
      { "secret_access_key = (not shown)", "" }, END,
    }
    local path = folder .. "/ses/history"
    assert.equal("600", process.shell("stat -c %a " .. path))
    assert.equal("x = 7 * 3\ny\n", process.read(path))
    -- Two lines up, and its value.
    talk { { "ses> ", "\27[A\27[A\r" }, { "ses> ", "x\r" }, { "\n21", "" }, END }
  end)

  it("colours at a terminal that has colours, without NO_COLOR", function()
    local out = talk({ { "ses> ", "1 + 1\r" }, { "\27[33m2\27[0m", "" }, END }, { env = { NO_COLOR = "" } })
    assert.truthy(out:find("\27[33m2", 1, true))
  end)

  it("does without libedit, and says so", function()
    process.write(folder .. "/libedit.so.2", "none")
    process.write(folder .. "/libedit.so.0", "none")
    local out, status = talk({ { "ses> ", "1 +\r" }, { "...> ", "1\r" }, { "\n2", "" }, { "ses> ", "\4" } },
      { env = { LD_LIBRARY_PATH = folder } })
    assert.equal(0, status)
    assert.truthy(out:find("apt-get install libedit2", 1, true))
  end)

  it("is the help where input or output is no terminal, and no command there", function()
    for _, command in ipairs { "build/ses </dev/null", "build/ses | cat" } do
      local out = process.shell(("script -q -e -c %s /dev/null </dev/null"):format(process.quote(command)))
      assert.truthy(out:find("Usage: ses COMMAND", 1, true), command)
    end
    local result = process.run { "build/ses", "prompt" }
    assert.equal(2, result.status)
    assert.equal("ses prompt: a prompt needs a terminal as its input and output; see 'ses prompt --help'\n", result.err)
  end)
end)
