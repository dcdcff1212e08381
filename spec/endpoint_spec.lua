local endpoint = require "ses.endpoint"
local json = require "ses.model.json"

local SHARED_CASES = "../shared/data/endpoint-tests.json"

local function read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read("*a")
  file:close()
  return text
end

-- What AWS's cases expect, in the form of `resolve`.
local function check(case)
  local params = case.params or {}
  local result, err = endpoint.resolve {
    region = params.Region, use_fips = params.UseFIPS, use_dualstack = params.UseDualStack,
    endpoint_id = params.EndpointId, endpoint = params.Endpoint,
  }
  if case.expect.error then
    assert.is_nil(result)
    assert.equal(case.expect.error, err.message)
    assert.equal("validation", err.kind)
    return
  end
  assert.is_nil(err)
  assert.equal(case.expect.endpoint.url, result.url)
  local schemes = (case.expect.endpoint.properties or {}).authSchemes
  if schemes then
    assert.same({
      name = schemes[1].name, service = schemes[1].signingName,
      region_set = table.concat(schemes[1].signingRegionSet, ","),
    }, result.signing)
  else
    assert.same({ name = "sigv4", service = "ses", region = params.Region }, result.signing)
  end
end

describe("ses.endpoint", function()
  it("passes all of AWS's published cases", function()
    local text = read(SHARED_CASES)
    if not text then return pending("no " .. SHARED_CASES) end
    local cases = json.decode(text).cases
    assert.is_true(#cases > 30)
    for _, case in ipairs(cases) do check(case) end
  end)

  -- { region, use_fips, use_dualstack, URL } by the published rules.
  local HOSTS = {
    { "us-east-1", false, false, "https://email.us-east-1.amazonaws.com" },
    { "eu-west-1", false, false, "https://email.eu-west-1.amazonaws.com" },
    { "us-east-1", true, false, "https://email-fips.us-east-1.amazonaws.com" },
    { "us-east-1", false, true, "https://email.us-east-1.api.aws" },
    { "us-east-1", true, true, "https://email-fips.us-east-1.api.aws" },
    { "cn-north-1", false, false, "https://email.cn-north-1.amazonaws.com.cn" },
    { "cn-north-1", false, true, "https://email.cn-north-1.api.amazonwebservices.com.cn" },
    { "us-gov-west-1", false, false, "https://email.us-gov-west-1.amazonaws.com" },
    { "us-iso-east-1", true, false, "https://email-fips.us-iso-east-1.c2s.ic.gov" },
    { "eusc-de-east-1", false, false, "https://email.eusc-de-east-1.amazonaws.eu" },
    -- A region newer than the rules: by its form.
    { "ap-southeast-99", false, false, "https://email.ap-southeast-99.amazonaws.com" },
    { "us-isob-north-7", false, false, "https://email.us-isob-north-7.sc2s.sgov.gov" },
    -- One of no known form is taken to be AWS's first partition.
    { "mars-north-1", false, false, "https://email.mars-north-1.amazonaws.com" },
  }

  it("finds the host of each partition, for FIPS and dual stack too", function()
    for _, row in ipairs(HOSTS) do
      check {
        params = { Region = row[1], UseFIPS = row[2], UseDualStack = row[3] },
        expect = { endpoint = { url = row[4] } },
      }
    end
  end)

  local SIGV4A = { authSchemes = { { name = "sigv4a", signingName = "ses", signingRegionSet = { "*" } } } }

  it("signs for every region where a multi-region endpoint is named", function()
    check {
      params = { Region = "us-west-2", EndpointId = "abc123.456def" },
      expect = { endpoint = {
        url = "https://abc123.456def.endpoints.email.amazonaws.com", properties = SIGV4A,
      } },
    }
    check {
      params = { Region = "us-west-2", EndpointId = "abc123.456def", UseDualStack = true },
      expect = { endpoint = {
        url = "https://abc123.456def.endpoints.email.global.api.aws", properties = SIGV4A,
      } },
    }
  end)

  it("says why there is no endpoint", function()
    check { expect = { error = "Invalid Configuration: Missing Region" } }
    check {
      params = { Region = "us-east-1", UseFIPS = true, Endpoint = "https://example.com" },
      expect = { error = "Invalid Configuration: FIPS and custom endpoint are not supported" },
    }
    check {
      params = { Region = "us-east-1", EndpointId = "abc", UseFIPS = true },
      expect = { error = "Invalid Configuration: FIPS is not supported with multi-region endpoints" },
    }
    check {
      params = { Region = "eu-west-2", EndpointId = "badactor.com?foo=bar" },
      expect = { error = "EndpointId must be a valid host label" },
    }
    for _, id in ipairs { "a..b", ".a", "a.", "", "-a", ("x"):rep(64), "a/b" } do
      assert.is_nil((endpoint.resolve { region = "eu-west-2", endpoint_id = id }), id)
    end
  end)

  it("takes an endpoint of one's own, a path and a port included", function()
    for given, url in pairs {
      ["http://127.0.0.1:8080"] = "http://127.0.0.1:8080", ["http://127.0.0.1:8080/"] = "http://127.0.0.1:8080",
      ["https://proxy.example.com/ses/"] = "https://proxy.example.com/ses", ["http://[::1]:9"] = "http://[::1]:9",
    } do
      assert.same({ url = url, signing = { name = "sigv4", service = "ses", region = "eu-west-1" } },
        endpoint.resolve { region = "eu-west-1", endpoint = given })
    end
  end)

  it("refuses an endpoint that is no plain URL, without quoting what may be a password", function()
    for _, given in ipairs {
      "localhost:8080", "ftp://example.com", "http://", "http://u:secret@example.com", "http://example.com?x=1",
      "http://example.com#x", "http://example.com:99999", "http://exa mple.com", "http://a\r\nb", "",
    } do
      local result, err = endpoint.resolve { region = "eu-west-1", endpoint = given }
      assert.is_nil(result, given)
      assert.equal("endpoint", err.field)
      assert.not_matches("secret", err.message)
    end
  end)

  it("lets nothing but a label become part of the host", function()
    for _, region in ipairs { "evil.com/", "a@b", "us-east-1.evil.com", "", "us east", ("x"):rep(64) } do
      local result, err = endpoint.resolve { region = region }
      assert.is_nil(result, region)
      assert.equal("region", err.field)
    end
    assert.equal("use_fips", select(2, endpoint.resolve { region = "eu-west-1", use_fips = "yes" }).field)
  end)
end)
