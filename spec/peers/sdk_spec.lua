-- Every operation of SES v2, called by AWS's SDK for JavaScript and by ses with the same inputs against one
-- recording server: the same requests; and the same answers and errors, read by both.
--
-- Inputs are made from the model: required members only, every member, and ten (two on LuaJIT) drawn from all
-- that is valid, by SDK_SEED or a fixed seed. What differs is listed in sdk_differences.lua.
local cases = require "spec.peers.sdk_cases"
local compare = require "spec.peers.sdk_compare"
local model = require "ses.model"
local run = require "spec.peers.sdk_run"
local sdk_tally = require "spec.peers.sdk_tally"

local SEED = tonumber(os.getenv "SDK_SEED") or 20190927
local DRAWS = jit and 2 or 10

local function starts_with(text, start) return text:sub(1, #start) == start end

describe("every operation, by AWS's SDK for JavaScript and by ses", function()
  local reason = run.missing()
  if reason then
    pending(reason)
    return
  end
  local list = cases.list(SEED, DRAWS)
  local tally = sdk_tally.new(cases.PARTS)
  local sdk, ses

  setup(function()
    sdk, ses = run.both(list)
    assert(#sdk == #list and #ses == #list, "not every case has its outcome")
    for i, case in ipairs(list) do tally:add(case, compare.differences(case, sdk[i], ses[i])) end
  end)

  teardown(function()
    io.stderr:write(("\nAWS's SDK for JavaScript and ses, seed %d:\n%s\n"):format(SEED, tostring(tally)))
  end)

  for _, part in ipairs(cases.PARTS) do
    it("agrees in " .. part .. ", but for what is listed", function()
      local found = {}
      for _, text in ipairs(tally.unknown) do
        if starts_with(text, part .. ",") then found[#found + 1] = text end
      end
      assert.equal(0, #found, table.concat(found, "\n", 1, math.min(#found, 5)))
    end)
  end

  it("differs in all that is listed", function()
    assert.equal("", tally:unmet())
  end)

  it("is every operation and every error", function()
    local total = #model.operations()
    for _, part in ipairs { "requests", "answers" } do
      assert.equal(total, tally:counts(part).operations)
    end
    local with_errors, tried = 0, {}
    for _, case in ipairs(list) do
      if case.part == "errors" then tried[case.operation .. "/" .. case.variant:match("^%w+")] = true end
    end
    for _, name in ipairs(model.operations()) do
      local codes = model.operation(name).errors
      if #codes > 0 then with_errors = with_errors + 1 end
      for _, code in ipairs(codes) do assert.is_true(tried[name .. "/" .. code], name .. " " .. code) end
    end
    assert.equal(with_errors, tally:counts("errors").operations)
    assert.equal(total * (DRAWS + 2), tally:counts("requests").calls)
  end)

  it("is signed for every region where an endpoint of several is named", function()
    local seen = {}
    for i, case in ipairs(list) do
      if case.part == "requests" then
        local algorithm = case.input.EndpointId and "AWS4-ECDSA-P256-SHA256 " or "AWS4-HMAC-SHA256 "
        assert.is_true(starts_with(sdk[i].request.headers.authorization, algorithm), case.operation)
        assert.is_true(starts_with(ses[i].request.headers.authorization, algorithm), case.operation)
        if case.input.EndpointId then seen[case.operation] = true end
      end
    end
    assert.same({ SendBulkEmail = true, SendEmail = true }, seen)
  end)
end)
