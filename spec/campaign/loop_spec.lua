-- What becomes of a campaign's mails comes back to it. `make loop` has 5,000 recipients.
local feedback_loop = require "spec.support.feedback_loop"
local process = require "spec.support.process"

local RECIPIENTS = tonumber(os.getenv "LOOP_RECIPIENTS" or "300")
local PATIENCE = 240

describe("a campaign whose events come back", function()
  local lab
  after_each(function()
    if lab then lab:stop() end
    lab = nil
  end)

  it("settles doubt, fills the lists, pauses itself, and ends once it is resumed", function()
    lab = feedback_loop.new(RECIPIENTS)
    lab:start()
    local paused = lab:wait_for(function(status) return status.paused and status.sending == 0 end, PATIENCE)
    assert.equal("paused", paused.standing)
    assert.matches("^paused by itself: [%d.]+ %% of the [%d,]+ mails within 1 day bounced for good, more than 6 %%$",
      paused.pause_reason)
    assert.is_true(paused.sent >= RECIPIENTS / 5 and paused.pending > 0)
    assert.equal(1, paused.processes)
    local before = lab.emulator.count()
    process.shell "sleep 1"
    assert.equal(before, lab.emulator.count())

    lab:data("pace", "2000")
    assert.is_true(lab:data("resume").changed)
    local report = lab:finish(PATIENCE)
    assert.same({ "finished", RECIPIENTS, 0, 0, 0 },
      { report.status, report.sent, report.failed, report.in_doubt, report.pending })
    assert.equal(RECIPIENTS, lab.emulator.count())
    assert.is_true(report.events.bounced > 0)

    -- What comes after the run has ended. A message that it received and did not deal with is hidden for half a minute.
    local status
    process.eventually(function()
      lab:data("events", "--for", "1s")
      status = lab:data "report"
      return status.delivery.delivered + lab.bounces + lab.complaints >= RECIPIENTS
    end, PATIENCE)
    assert.same({ lab.bounces, lab.complaints, RECIPIENTS - lab.bounces - lab.complaints, 0 }, {
      status.delivery.bounced_hard, status.delivery.complained, status.delivery.delivered, status.in_doubt,
    })
    assert.equal(lab.bounces + lab.complaints, lab:listed())
    assert.equal(lab.bounces + lab.complaints, lab:suppressed())
    local kinds = {}
    for _, line in ipairs(status.logged) do kinds[line.kind] = (kinds[line.kind] or 0) + 1 end
    assert.same({ 1, 1 }, { kinds.pause, kinds.resume })
  end)
end)
