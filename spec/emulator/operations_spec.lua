local json = require "ses.model.json"
local model = require "ses.model"
local operations = require "ses.emulator.operations"
local support = require "spec.support.emulator"
local values = require "spec.support.model_values"

-- The operations that SES has and the emulator has not.
local MISSING = {
  "BatchGetMetricData", "CreateDeliverabilityTestReport", "GetBlacklistReports", "GetDeliverabilityDashboardOptions",
  "GetDeliverabilityTestReport", "GetDomainDeliverabilityCampaign", "GetDomainStatisticsReport",
  "GetEmailAddressInsights", "ListDeliverabilityTestReports", "ListDomainDeliverabilityCampaigns",
  "ListRecommendations", "PutDeliverabilityDashboardOption",
}

describe("the emulator's operations", function()
  local client

  setup(function() client = support.start {} end)
  teardown(function() client:stop() end)

  it("are SES's, all but those which are named", function()
    local missing = {}
    for _, name in ipairs(model.operations()) do
      if not operations[name] then missing[#missing + 1] = name end
    end
    table.sort(missing)
    assert.same(MISSING, missing)
    for name in pairs(operations) do assert.is_table(model.operation(name), name) end
  end)

  -- Whatever the input, an operation answers, with an error of SES's where it cannot do otherwise.
  local function check(name, make)
    local op = model.operation(name)
    local input = op.input and make(model.shape(op.input)) or {}
    local result, code, message, status = client:perform(name, input)
    assert.is_true(result ~= nil or (status ~= 500 and code ~= "NotImplementedException"),
      ("%s: %s: %s for %s"):format(name, tostring(code), tostring(message), json.encode(input)))
    return result ~= nil
  end

  it("answer minimal, full and random inputs", function()
    local answered = 0
    for _, name in ipairs(model.operations()) do
      if operations[name] then
        for _, make in ipairs { values.minimal, values.full, values.random, values.random } do
          if check(name, make) then answered = answered + 1 end
        end
      end
    end
    assert.is_true(answered > 50, answered)
  end)
end)
