package.path = "tools/?.lua;" .. package.path
local lua_pattern = require "lua_pattern"

local function matches(regex, text)
  for _, pattern in ipairs(assert(lua_pattern.translate(regex))) do
    if text:find(pattern) then return true end
  end
  return false
end

-- { regular expression, what it matches, what it does not }
local CASES = {
  { "^[\\w\\-_]+$", { "a", "A_b-9" }, { "", "a b", "é", "a\n" } },
  { "^[!-9;-@A-~]+$", { "X-A", "!" }, { "a:b", "a b", "" } },
  { "[ -~]*", { "", "all printable" }, { "tab\t", "é" } },
  { "^[a-zA-Z0-9+\\/]+={0,2}$", { "ab/+", "a=", "a==" }, { "a===", "=", "a-" } },
  { "^(([a-z]|[a-z][a-z\\-]*[a-z]))$", { "a", "ab", "a-b" }, { "-a", "a-", "" } },
  { "^(.+)@(.+)$", { "a@b", "a@b@c" }, { "@b", "a@", "a" } },
  { "^s3:\\/\\/([^\\/]+)\\/(.*?([^\\/]+)\\/?)$", { "s3://b/k", "s3://b/a/k/" }, { "s3://b/", "s3:/b/k" } },
  { "^(us|eu|ap)\\-\\w+\\-\\d+$", { "us-east-1", "eu-x_y-12" }, { "us-east-", "xx-east-1", "us-e-1-" } },
  { "^a{2,3}b?.$", { "aac", "aaabc" }, { "ac", "aaaac", "aa\n" } },
  { "^(?:a|b)c|d$", { "ac", "bc", "d" }, { "c", "ad" } },
  { "^[%a^]+$", { "%", "a^" }, { "b" } },
  { "^\\d{3}$", { "123" }, { "12", "1234" } },
  { "^a+?b*?c$", { "ac", "aabbc" }, { "bc" } },
}

describe("tools/lua_pattern.lua", function()
  it("matches what the regular expression matches, and no more", function()
    for _, case in ipairs(CASES) do
      for _, text in ipairs(case[2]) do assert.is_true(matches(case[1], text), case[1] .. " on " .. text) end
      for _, text in ipairs(case[3]) do assert.is_false(matches(case[1], text), case[1] .. " on " .. text) end
    end
  end)

  it("refuses what Lua cannot express, or could match only in exponential time", function()
    for _, regex in ipairs {
      "^(ab)*$", "^([a-z]:)?x$", "^[a-z]{24,62}$", "^^a$", "^a", "a$", "^(?=a)b$", "^\\bx$", "^(a$", "^a)$",
      "^[a$", "^é+$", "^.{2}$", "^a\\1$", "^" .. ("(a|b)"):rep(8) .. "$",
    } do
      local patterns, reason = lua_pattern.translate(regex)
      assert.is_nil(patterns, regex)
      assert.is_string(reason)
    end
  end)
end)
