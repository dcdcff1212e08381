local history = require "ses.cli.prompt.history"
local process = require "spec.support.process"
local secrets = require "ses.cli.prompt.secrets"

describe("ses.cli.prompt.history", function()
  local folder, path

  before_each(function()
    folder = process.folder()
    path = folder .. "/state/ses/history"
  end)
  after_each(function() process.remove(folder) end)

  it("is a file that its owner alone may read, with the folders above it", function()
    local kept = history.open(path)
    kept:add { "1 + 1" }
    assert.equal("600", process.shell("stat -c %a " .. path))
    assert.equal("1 + 1\n", process.read(path))
  end)

  it("has what was typed before, the oldest first", function()
    history.open(path):add { "a = {", "}" }
    history.open(path):add { "b" }
    assert.same({ "a = {", "}", "b" }, history.open(path).lines)
  end)

  it("has no lines that may hold a secret, nor those typed with them", function()
    local kept = history.open(path)
    assert.is_false(kept:add { "client = ses.client {", "  credentials = { secret_access_key = 'x' } }" })
    assert.is_false(kept:add { "   " })
    assert.is_true(kept:add { "client.account:get()" })
    assert.equal("client.account:get()\n", process.read(path))
  end)

  it("is cut to its last lines when it has grown long", function()
    local kept, lines = history.open(path), {}
    for i = 1, 2500 do lines[i] = "x = " .. i end
    kept:add(lines)
    history.open(path)
    local again = history.open(path).lines
    assert.equal(1000, #again)
    assert.equal("x = 2500", again[#again])
    assert.equal("600", process.shell("stat -c %a " .. path))
  end)

  it("is not kept where others may read it, or there is no place", function()
    history.open(path)
    process.shell("chmod 644 " .. path)
    local kept, reason = history.open(path)
    assert.truthy(reason)
    assert.is_true(kept:add { "1" })
    assert.equal("", process.read(path))
    assert.truthy(select(2, history.open(nil)))
  end)

  it("takes for a secret what looks like one", function()
    for _, line in ipairs {
      "x = 'AKIAIOSFODNN7EXAMPLE'", "ASIAIOSFODNN7EXAMPLE", "'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'",
      "secret_access_key = key", "os.getenv 'AWS_SECRET_ACCESS_KEY'", "-----BEGIN PRIVATE KEY-----", "password = 'x'",
      "session_token = t",
    } do
      assert.is_true(secrets.in_line(line), line)
    end
    for _, line in ipairs {
      "client.templates:get { template_name = 'autumn' }",
      "client.suppression:delete { email_address = 'a@b.example' }",
      "'010001a213831b7a-9d088096-fc92-4ca9-981a-6c784ea5c522-000000'",
      "PutAccountDedicatedIpWarmupAttributes",
    } do
      assert.is_false(secrets.in_line(line), line)
    end
  end)
end)
