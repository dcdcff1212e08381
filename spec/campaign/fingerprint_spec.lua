local fingerprint = require "ses.campaign.fingerprint"
local tmp_dir = require "spec.support.tmp_dir"

describe("ses.campaign.fingerprint", function()
  after_each(tmp_dir.remove_all)

  it("is another where a file is another, be it by one byte far behind", function()
    local path = tmp_dir.new() .. "/x"
    local text = ("x"):rep(200000)
    tmp_dir.write(path, text)
    local first = fingerprint.file(path)
    assert.matches("^%x+$", first)
    assert.equal(64, #first)
    assert.equal(first, fingerprint.file(path))
    tmp_dir.write(path, text:sub(1, -2) .. "y")
    assert.not_equal(first, fingerprint.file(path))
    assert.is_nil(fingerprint.file(path .. ".missing"))
  end)

  it("is the same for a file and for its blocks as a reader saw them", function()
    local path = tmp_dir.write(tmp_dir.new() .. "/x", ("abc"):rep(50000))
    local file, made = io.open(path, "rb"), fingerprint.new()
    for block in function() return file:read(65536) end do made:add(block) end
    file:close()
    assert.equal(fingerprint.file(path), made:hex())
  end)

  it("tells where one text ends and the next begins", function()
    assert.not_equal(fingerprint.of("ab", "c"), fingerprint.of("a", "bc"))
  end)
end)
