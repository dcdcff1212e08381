local pages = require "ses.pipeline.pages"

local op = { name = "ListThings", pagination = {
  input_token = "NextToken", output_token = "NextToken", limit_key = "PageSize", result_key = "Things" } }

-- A service of so many pages, which remembers what it was asked.
local function service(list)
  local asked = {}
  return function(params)
    asked[#asked + 1] = params.NextToken or "first"
    return list[#asked]
  end, asked
end

describe("ses.pipeline.pages", function()
  it("goes through all pages, and through empty ones", function()
    local call = service {
      { Things = { 1, 2 }, NextToken = "a" }, { Things = {}, NextToken = "b" }, { Things = { 3 } } }
    local seen = {}
    for item in pages.items(call, op, {}) do seen[#seen + 1] = item end
    assert.same({ 1, 2, 3 }, seen)
  end)

  it("asks for no page before it is needed", function()
    local call, asked = service { { Things = { 1 }, NextToken = "a" }, { Things = { 2 } } }
    local next_item = pages.items(call, op, {})
    assert.equal(1, next_item())
    assert.same({ "first" }, asked)
  end)

  it("leaves the caller's parameters as they are", function()
    local params = { PageSize = 10 }
    local call = service { { Things = {}, NextToken = "a" }, { Things = {} } }
    for _ in pages.pages(call, op, params) do end
    assert.same({ PageSize = 10 }, params)
  end)

  it("gives false and the error once, and ends", function()
    local count = 0
    local function call()
      count = count + 1
      if count == 2 then return nil, "broken" end
      return { Things = { 1 }, NextToken = "a" }
    end
    local seen = {}
    for item, err in pages.items(call, op, {}) do seen[#seen + 1] = { item, err } end
    assert.same({ { 1 }, { false, "broken" } }, seen)
  end)

  it("notices a service that would never end", function()
    local function call() return { Things = { 1 }, NextToken = "again" } end
    local last
    for item, err in pages.items(call, op, {}) do last = item == false and err or last end
    assert.equal("RepeatedNextToken", last.code)
  end)
end)
