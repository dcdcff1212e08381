local credential_sources = require "ses.credentials"
local credentials_contract = require "spec.support.credentials_contract"
local errors = require "ses.errors"
local fake_clock = require "ses.testing.clock"
local mock = require "ses.testing.credentials"
local process = require "spec.support.process"

-- The time that the credentials end is in a file, since the clock is not the machine's.
local PROGRAM = [[
#!/bin/sh
echo . >> FOLDER/runs
[ -e FOLDER/fails ] && exit 1
n=$(wc -l < FOLDER/runs)
printf '{"Version": 1, "AccessKeyId": "ASIAPROC%s", "SecretAccessKey": "secret/of/program", ' "$n"
printf '"SessionToken": "token", "Expiration": "%s"}' "$(sed -n "${n}p" FOLDER/expires)"
]]

local function iso(time) return os.date("!%Y-%m-%dT%H:%M:%SZ", math.floor(time)) end

describe("ses.credentials.process", function()
  local folder

  before_each(function() folder = process.folder() end)
  after_each(function() process.remove(folder) end)

  credentials_contract.define(it, function(clock, lifetime)
    process.write(folder .. "/program", (PROGRAM:gsub("FOLDER", folder)))
    os.execute("chmod +x " .. folder .. "/program")
    process.write(folder .. "/config", "[default]\ncredential_process = " .. folder .. "/program\n")
    process.write(folder .. "/expires", iso(clock.now() + lifetime) .. "\n"
      .. iso(clock.now() + 100 * 3600) .. "\n")
    process.write(folder .. "/runs", "")
    return {
      source = credential_sources.process { config_file = folder .. "/config" },
      fail = function() process.write(folder .. "/fails", "") end,
      fetches = function() return select(2, process.read(folder .. "/runs"):gsub("\n", "")) end,
    }
  end)
end)

describe("ses.testing.credentials", function()
  credentials_contract.define(it, function(clock, lifetime)
    local source = mock.refreshing { clock = clock, lifetime = lifetime }
    return {
      source = source, fail = function() source:fail() end, fetches = function() return source.fetches end,
    }
  end)

  it("has static ones, which do not expire", function()
    local source = mock.static()
    local first, second = source:get(), source:get()
    assert.equal("AKIDTESTING000000001", first.access_key_id)
    assert.same(first, second)
    assert.is_nil(first.expiration)
  end)

  it("has such as expire and are not renewed", function()
    local clock = fake_clock.new { now = 1000 }
    local source = mock.expiring { clock = clock, lifetime = 60 }
    assert.equal(1060, source:get().expiration)
    clock.advance(30)
    assert.equal(1060, source:get().expiration)
    assert.equal(2, source.fetches)
  end)

  it("has such as are new each time", function()
    local clock = fake_clock.new { now = 1000 }
    local source = mock.refreshing { clock = clock, lifetime = 60 }
    assert.same({ "AKIDTESTING000000001", 1060 }, { source:get().access_key_id, 1060 })
    clock.advance(30)
    local second = source:get()
    assert.same({ "AKIDTESTING000000002", 1090 }, { second.access_key_id, second.expiration })
  end)

  it("has such as fail, until they recover", function()
    local source = mock.failing "the vault is sealed"
    local found, err = source:get()
    assert.is_nil(found)
    assert.is_true(errors.is(err))
    assert.same({ "credentials", "the vault is sealed" }, { err.kind, err.message })
    source:recover()
    assert.is_table(source:get())
  end)

  it("shows no secret", function()
    local source = mock.static()
    source:get()
    assert.equal("ses.testing.Credentials (static, 1 fetches)", tostring(source))
  end)
end)
