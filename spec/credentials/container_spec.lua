local aws_metadata_server = require "spec.support.aws_metadata_server"
local credentials_child = require "spec.support.credentials_child"
local process = require "spec.support.process"
local provider_contract = require "spec.support.provider_contract"

describe("credentials of a container", function()
  local server

  setup(function() server = aws_metadata_server.start() end)
  teardown(function() server.stop() end)
  before_each(function() server:reset() end)

  local function env(more)
    local all = { AWS_CONTAINER_CREDENTIALS_FULL_URI = server.url .. "/container/role" }
    for name, value in pairs(more or {}) do all[name] = value end
    return all
  end

  provider_contract.define(it, function()
    return {
      server = server, endpoint = "container", source = "container", tag = "ASIACONT",
      env = server and env(),
    }
  end)

  it("brings the authorization token", function()
    server:set("container", { authorization = "Basic t0ken" })
    local outcome = credentials_child.run(server, {
      env = env { AWS_CONTAINER_AUTHORIZATION_TOKEN = "Basic t0ken" },
    })[1]
    assert.is_true(outcome.ok, outcome.text)
  end)

  it("reads the token's file anew at each fetch", function()
    local folder = process.folder()
    process.write(folder .. "/token", "Basic first")
    server:set("container", { expires_in = 290, times = 1 })
    local outcomes = credentials_child.run(server, {
      env = env { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE = folder .. "/token" },
      steps = ("call(); local f = io.open('%s/token', 'w'); f:write('Basic second'); f:close(); call()"):format(folder),
    })
    for _, outcome in ipairs(outcomes) do assert.is_true(outcome.ok, outcome.text) end
    local requests = server:requests("container")
    assert.equal("Basic first", requests[1].headers.authorization)
    assert.equal("Basic second", requests[2].headers.authorization)
    process.remove(folder)
  end)

  it("says that the token was refused, and not what it is", function()
    server:set("container", { authorization = "Basic right" })
    local outcomes, printed = credentials_child.run(server, {
      env = env { AWS_CONTAINER_AUTHORIZATION_TOKEN = "Basic wr0ng-token" },
    })
    assert.is_false(outcomes[1].ok)
    assert.matches("401", outcomes[1].message)
    assert.is_nil(printed:find("wr0ng", 1, true))
  end)

  it("goes to no other host over plain HTTP", function()
    local outcome = credentials_child.run(server, {
      env = { AWS_CONTAINER_CREDENTIALS_FULL_URI = "http://metadata.example/role" },
    })[1]
    assert.is_false(outcome.ok)
    assert.equal("container", outcome.tried[#outcome.tried].source)
  end)

  it("can be used alone", function()
    local outcome = credentials_child.run(server, {
      env = env { AWS_ACCESS_KEY_ID = "AKIAENVIRONMENT", AWS_SECRET_ACCESS_KEY = "x" },
      options = "{ credentials = require('ses.credentials').container() }",
    })[1]
    assert.is_true(outcome.ok, outcome.text)
    assert.equal("container", outcome.found_in)
  end)
end)
