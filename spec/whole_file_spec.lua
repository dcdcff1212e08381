local errors = require "ses.errors"
local process = require "spec.support.process"
local whole_file = require "ses.whole_file"

describe("ses.whole_file", function()
  local folder, path

  before_each(function()
    folder = process.folder()
    path = folder .. "/page.html"
    process.write(path, "what was there")
  end)
  after_each(function() process.remove(folder) end)

  local function is_as_before()
    assert.equal("what was there", process.read(path))
    assert.equal("page.html", process.shell("ls " .. folder))
  end

  it("takes the place of what was there once it is written", function()
    local meanwhile
    assert.is_true(whole_file.write(path, function(write)
      assert(write "new ")
      meanwhile = process.read(path)
      return write "words"
    end))
    assert.equal("what was there", meanwhile)
    assert.equal("new words", process.read(path))
    assert.equal("page.html", process.shell("ls " .. folder))
  end)

  it("leaves what was there where it fails, with an error in any case", function()
    local written, err = whole_file.write(path, function() return nil, "No space left on device" end)
    assert.same({ nil, "CannotWrite" }, { written, err.code })
    assert.equal(("cannot write %s: No space left on device"):format(path), err.message)
    is_as_before()
    local own = errors.new { kind = "client", code = "Mine", message = "why" }
    written, err = whole_file.write(path, function() return nil, own end)
    assert.same({ nil, own }, { written, err })
    is_as_before()
    written, err = whole_file.write(folder .. "/none/page.html", function(write) return write "words" end)
    assert.same({ nil, "CannotWrite" }, { written, err.code })
    is_as_before()
  end)
end)
