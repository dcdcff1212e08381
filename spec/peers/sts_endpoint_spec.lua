-- STS is asked where botocore asks it: in every region that AWS has published, regional and legacy,
-- plain, with FIPS and with dual stack.
--
-- Runs against Debian's botocore and, where the `python3` of the PATH has another one, that too.
local cjson = require "cjson"
local core = require "ses.core"
local process = require "spec.support.process"
local run = require "spec.peers.botocore_run"

local CONFIG = [[
[profile %s]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = %s
aws_access_key_id = AKIDBASE
aws_secret_access_key = secret
sts_regional_endpoints = %s
]]

local function cases_of(settings)
  local cases = {}
  local function add(region, setting)
    -- What stands for a global endpoint is no region and has no variants; China has none for STS.
    if region == "aws-cn-global" then return end
    for variant = 0, region == "aws-global" and 0 or 3 do
      cases[#cases + 1] = { region = region, setting = setting, fips = variant % 2 == 1, dualstack = variant >= 2 }
    end
  end
  for _, setting in ipairs(settings) do
    for _, partition in ipairs(require("ses.model.endpoints").partitions) do
      -- Debian's botocore knows these two as they are now; the others have no legacy regions.
      if partition.id == "aws" or partition.id == "aws-cn" then
        for _, region in ipairs(partition.regions) do add(region, setting) end
      end
    end
  end
  return cases
end

describe("the endpoint of STS", function()
  local folder, cases, peers

  setup(function()
    folder = process.folder()
    cases, peers = cases_of { "legacy", "regional" }, run.pythons()
    process.write(folder .. "/config", CONFIG:format("legacy", "legacy", "legacy")
      .. CONFIG:format("regional", "regional", "regional"))
    local lines = {}
    for i, case in ipairs(cases) do lines[i] = cjson.encode(case) end
    process.write(folder .. "/cases", table.concat(lines, "\n") .. "\n")
    for _, peer in ipairs(peers) do
      peer.answers = {}
      local output = process.shell(("%s spec/peers/sts_endpoint_peer.py <%s/cases"):format(peer.python, folder))
      for line in output:gmatch("[^\n]+") do peer.answers[#peer.answers + 1] = cjson.decode(line) end
    end
  end)

  teardown(function() process.remove(folder) end)

  local function ask(case)
    local resolver = assert(core.credentials.resolver {
      profile = case.setting, config_file = folder .. "/config", credentials_file = folder .. "/none",
      region = case.region, use_fips = case.fips, use_dualstack = case.dualstack, sources = { "profile" },
    })
    local kind, effect = resolver:next(os.time())
    assert.equal("http", kind)
    local wire = effect.request:wire_secrets() .. effect.request:wire_headers()
    return { url = effect.request:url(), region = wire:match("Credential=[^/]+/%d+/([^/]+)/") }
  end

  it("is where botocore has it", function()
    for _, peer in ipairs(peers) do
      assert.equal(#cases, #peer.answers)
      for i, case in ipairs(cases) do
        assert.same(peer.answers[i], ask(case), peer.version .. " " .. cjson.encode(case))
      end
    end
  end)

  it("is compared with botocore", function()
    if #peers == 0 then pending("botocore is not installed") end
  end)
end)
