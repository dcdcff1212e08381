-- AWS's SDK for JavaScript drives the emulator.
local run = require "spec.peers.sdk_run"
local story = require "spec.peers.emulator_story"

describe("AWS's SDK for JavaScript at the emulator", function()
  local reason = run.missing()
  if reason then
    pending(reason)
    return
  end
  local busted = { setup = setup, teardown = teardown, it = it }
  local seen = story.define(busted, { "node", "spec/peers/emulator_peer.js", "build/peers" }, "SESv2ServiceException")

  it("uses what is newer: tenants, export jobs, multi-region endpoints, message insights", function()
    local newer = seen().newer
    assert.same({ "acme", "best", "calm" }, newer.tenants)
    assert.same({ 1e12, 1, "CREATING" }, { newer.job, newer.jobs, newer.endpoint })
    assert.same({ "SEND", "DELIVERY" }, newer.events)
    assert.same({ "SESv2ServiceException", "NotImplementedException", 501 },
      { newer.missing.class, newer.missing.code, newer.missing.status })
  end)
end)
