-- The same files and the same environment, read by botocore and by ses: the same credentials, region
-- and endpoint. The cases, and where the two differ, are botocore_cases.lua and botocore_source_cases.lua.
--
-- Runs against Debian's botocore and, where the `python3` of the PATH has another one, that too.
local cases = {}
for _, name in ipairs { "spec.peers.botocore_cases", "spec.peers.botocore_source_cases" } do
  for _, case in ipairs(require(name)) do cases[#cases + 1] = case end
end
local cjson = require "cjson"
local core = require "ses.core"
local endpoint = require "ses.endpoint"
local run = require "spec.peers.botocore_run"

local SOURCES = {
  env = "environment", ["shared-credentials-file"] = "profile", ["config-file"] = "profile",
  ["custom-process"] = "process", ["assume-role"] = "assume_role",
  ["assume-role-with-web-identity"] = "web_identity", sso = "sso", ["container-role"] = "container",
  ["iam-role"] = "imds",
}

local function number(version)
  local major, minor = version:match("^(%d+)%.(%d+)")
  return tonumber(major) * 1000 + tonumber(minor)
end

local function knows(peer, case)
  return not case.since or number(peer.version) >= number(case.since)
end

-- ---- comparing ----

local NOTHING = cjson.null

local function expected_of(case)
  local expected = { region = "eu-west-1", token = NOTHING }
  for name, value in pairs(case.gives) do expected[name] = value end
  expected.url = expected.url or ("https://email.%s.amazonaws.com"):format(expected.region)
  expected.secret = case.secret or "secret/of+" .. expected.key
  return expected
end

-- What botocore is to give: our own, unless the case says otherwise.
local function expected_of_botocore(case)
  local theirs = case.botocore or {}
  if theirs.fails then return theirs end
  local expected = case.gives and expected_of(case) or {}
  for name, value in pairs(theirs) do expected[name] = value end
  if not case.gives then expected = expected_of { gives = theirs, secret = case.secret } end
  if theirs.key then expected.secret = case.secret or "secret/of+" .. theirs.key end
  if theirs.region and not theirs.url then
    expected.url = ("https://email.%s.amazonaws.com"):format(theirs.region)
  end
  return expected
end

local PATH = "/v2/email/account"

-- What only some cases say.
local function check_rest(expected, answer)
  if expected.attempts then assert.equal(expected.attempts, answer.attempts) end
  if expected.account then assert.equal(expected.account, answer.account) end
  if expected.mode then assert.equal(expected.mode, answer.mode) end
  if expected.ca then assert.equal(expected.ca, answer.ca:match("[^/]+$")) end
end

local function check_botocore(case, answer)
  local expected = expected_of_botocore(case)
  if expected.fails then
    assert.equal(expected.fails, answer.error or cjson.encode(answer))
    return
  end
  assert.is_nil(answer.error, answer.message)
  assert.same({
    key = expected.key, secret = expected.secret, token = expected.token, from = expected.from,
    region = expected.region, url = expected.url .. PATH,
  }, {
    key = answer.key, secret = answer.secret, token = answer.token, from = SOURCES[answer.from],
    region = answer.region, url = answer.url,
  })
  check_rest(expected, answer)
end

local function headers_of(wire, url)
  local headers = { { "Host", url:match("^%w+://([^/]+)") } }
  for name, value in wire:gmatch("([^:\r\n]+): ([^\r\n]*)\r\n") do headers[#headers + 1] = { name, value } end
  return headers
end

-- ses gives no secret away: what it signed with them tells whether they are the right ones.
local function check_ses(case, answer)
  if case.fails then
    assert.equal(case.fails, (answer.error or cjson.encode(answer)):match("^[^/]+"), answer.message)
    return
  end
  assert.is_nil(answer.error, answer.message)
  local expected = expected_of(case)
  check_rest(expected, answer)
  assert.equal(expected.url .. PATH, answer.url)
  assert.equal(expected.key, answer.key)
  assert.equal(expected.from, answer.from)
  assert.equal(expected.from, answer.found_in)
  assert.equal("", answer.without_origin)
  local token = expected.token ~= NOTHING and expected.token or nil
  local ok, claim = core.sigv4.verify {
    method = answer.method, path = answer.url:match("^%w+://[^/]+(.*)$"), body = "",
    headers = headers_of(answer.wire, answer.url), time = os.time(), access_key_id = expected.key,
    secret_access_key = expected.secret, session_token = token, region = expected.region, service = "ses",
  }
  assert.is_true(ok, not ok and claim.message)
  assert.equal(expected.region, claim.region)
  assert.equal(token, answer.wire:match("[Tt]oken: ([^\r\n]*)"))
end

-- What the case says that is to be asked for. Where botocore differs in more than how it is read, its
-- requests are its own.
local function check_requests(case, number_of_case, peer)
  if not case.asks or (peer.python and case.why) then return end
  local expected = {}
  for i, line in ipairs(case.asks) do expected[i] = (line:gsub("%$case", number_of_case)) end
  assert.same(expected, peer.asked[number_of_case] or {})
end

-- ---- the endpoint rules ----

-- Every region that AWS has published, and some that it has not, in all variants.
local function rule_inputs()
  local regions = { { "eu-nowhere-7", "aws" }, { "cn-nowhere-1", "aws-cn" }, { "mars-north-1", "aws" } }
  for _, partition in ipairs(require("ses.model.endpoints").partitions) do
    for _, region in ipairs(partition.regions) do regions[#regions + 1] = { region, partition.id } end
  end
  local list = {}
  for _, region in ipairs(regions) do
    for variant = 0, 7 do
      local id = variant >= 4 and "abc123.d1e" or nil
      list[#list + 1] = {
        partition = region[2], since = id and "1.36",
        rules = { Region = region[1], UseFIPS = variant % 2 == 1, UseDualStack = variant % 4 >= 2, EndpointId = id },
      }
    end
  end
  return list
end

-- Partitions that Debian's botocore does not have, or whose facts have changed since.
local PARTITION_SINCE = {
  ["aws-iso"] = "1.40", ["aws-iso-b"] = "1.40", ["aws-iso-e"] = "1.40", ["aws-iso-f"] = "1.40", ["aws-eusc"] = "1.40",
}

-- The rules that we carry are newer than botocore 1.43: they have multi-region endpoints in GovCloud.
local function is_newer(input)
  return input.rules.EndpointId ~= nil and input.partition == "aws-us-gov"
end

local function comparable(peer, input)
  return knows(peer, input) and knows(peer, { since = PARTITION_SINCE[input.partition] }) and not is_newer(input)
end

local function check_rules(input, answer)
  local rules = input.rules
  local title = cjson.encode(rules)
  local found, err = endpoint.resolve {
    region = rules.Region, use_fips = rules.UseFIPS, use_dualstack = rules.UseDualStack,
    endpoint_id = rules.EndpointId,
  }
  if not found then return assert.equal(answer.message, err.message, title) end
  assert.equal(answer.url or answer.message, found.url, title)
  local scheme = answer.schemes[1] or {}
  assert.equal(scheme.name or "sigv4", found.signing.name, title)
  assert.equal(scheme.signingName or "ses", found.signing.service, title)
  if scheme.name == "sigv4a" then
    assert.equal(table.concat(scheme.signingRegionSet, ","), found.signing.region_set, title)
  else
    assert.equal(scheme.signingRegion or rules.Region, found.signing.region, title)
  end
end

describe("a configuration, as botocore and ses read it", function()
  local ses, peers
  local rules = rule_inputs()

  setup(function() ses, peers = run.all(cases, rules) end)

  it("has at least sixty cases, each of another name", function()
    local seen = {}
    for _, case in ipairs(cases) do
      assert.is_nil(seen[case[1]], case[1])
      seen[case[1]] = true
      assert.is_true((case.gives ~= nil) ~= (case.fails ~= nil), case[1])
      local differs = case.botocore and not (case.fails and case.botocore.fails)
      assert.equal(differs or false, case.why ~= nil and case.follows ~= nil, case[1])
    end
    assert.is_true(#cases >= 60)
  end)

  for i, case in ipairs(cases) do
    it(case[1], function()
      check_ses(case, ses.answers[i])
      check_requests(case, i, ses)
      for _, peer in ipairs(peers) do
        if knows(peer, case) then
          check_botocore(case, peer.answers[i])
          check_requests(case, i, peer)
        end
      end
    end)
  end

  it("finds the endpoint of every region, plain, with FIPS, with dual stack and with an EndpointId", function()
    for _, peer in ipairs(peers) do
      local compared = 0
      for i, input in ipairs(rules) do
        if comparable(peer, input) then
          check_rules(input, peer.answers[#cases + i])
          compared = compared + 1
        end
      end
      assert.is_true(compared >= 100)
    end
  end)

  it("is compared with botocore", function()
    if #peers == 0 then pending("botocore is not installed") end
  end)
end)
