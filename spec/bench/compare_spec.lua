local process = require "spec.support.process"

describe("bench/compare", function()
  -- The processes are the same, whichever Lua this is.
  if jit then return end

  local folder

  setup(function()
    folder = process.folder()
    assert(os.execute("make -s --no-print-directory build/bench/responder build/bench/measure build/bench/bare "
      .. "build/bench/core build/bench/sign"))
  end)
  teardown(function() process.remove(folder) end)

  it("runs every client, and writes what they took", function()
    if not io.open "build/peers/installed" then
      pending "npm's packages are not there"
      return
    end
    local done = process.run { "build/ses", "bench/compare/run.lua", folder, "quick" }
    assert.equal(0, done.status, done.err)
    local page, drawing = process.read(folder .. "/results.md"), process.read(folder .. "/results.svg")
    for _, name in ipairs { "ses, Lua 5.4", "ses, LuaJIT", "ses, C core alone", "limit: libcurl, unsigned",
      "libcurl's CURLOPT_AWS_SIGV4", "AWS SDK for JavaScript", "botocore" } do
      local _, rows = page:gsub("| " .. name:gsub("%p", "%%%0") .. " | [%d,]+ %(", "")
      assert.is_true(rows >= 1, name)
      assert.truthy(drawing:find(name:match "^[^']+", 1, true), name)
    end
    assert.matches("| Signing 600 bytes against the hashes alone %(BearSSL%) | [%d.]+ × | at least 0.85 × | ", page)
    for _, name in ipairs { "npm aws4", "@smithy/signature-v4" } do assert.truthy(page:find(name, 1, true)) end
  end)
end)
