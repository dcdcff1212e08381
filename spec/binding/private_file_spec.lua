local core = require "ses.core"
local process = require "spec.support.process"

describe("ses.core.private_file", function()
  local folder
  before_each(function() folder = process.folder() end)
  after_each(function() process.remove(folder) end)

  it("makes a file that its owner alone may read", function()
    local path = folder .. "/outbox.db"
    assert.is_true(core.private_file.make(path))
    assert.equal("600 0", process.shell("stat -c '%a %s' " .. path))
    assert.is_true(core.private_file.make(path))
  end)

  it("brings it to the disk", function()
    local path = folder .. "/outbox.db"
    local done, failure = core.private_file.sync(path)
    assert.same({ nil, "io" }, { done, failure.status })
    process.write(path, "mail")
    assert.is_true(core.private_file.sync(path))
    assert.is_true(core.private_file.sync_folder(path))
    assert.equal("io", select(2, core.private_file.sync_folder(folder .. "/none/outbox.db")).status)
  end)

  it("says what is wrong", function()
    process.write(folder .. "/open", "")
    process.shell("chmod 644 " .. folder .. "/open")
    local made, failure = core.private_file.make(folder .. "/open")
    assert.same({ nil, "state" }, { made, failure.status })
    assert.matches("open to others", failure.message)
    assert.equal("not_found", select(2, core.private_file.make(folder .. "/none/outbox.db")).status)
    assert.has_error(function() core.private_file.make "a\0b" end)
  end)
end)
