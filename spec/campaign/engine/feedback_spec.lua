-- What events tell while a run is at work.
local campaign_engine = require "spec.support.campaign_engine"
local journals = require "ses.campaign.journal"
local loop = require "ses.adapters.loop"
local reputation = require "ses.campaign.reputation"

describe("a run that hears of its mails", function()
  local lab
  after_each(function()
    if lab then lab:close() end
    lab = nil
  end)

  -- A function in the place of SES; `then_do(n, mail)` is called before each answer.
  local function send(then_do)
    local sent = {}
    return function(mail)
      sent[#sent + 1] = mail.to
      if then_do then then_do(#sent, mail) end
      return { message_id = "m-" .. mail.id }
    end, sent
  end

  it("does not write to whom an event leaves out, also where it has claimed them", function()
    lab = campaign_engine.new(40)
    local desk
    local answer, sent = send(function(n)
      if n > 1 then return end
      desk = assert(journals.open(lab.path, { campaign = "x", control = true }))
      assert.equal(3, desk:suppress({ "2@example.com", "3@example.com", "40@example.com" }, "Bounce"))
      desk:close()
    end)
    local done = lab:run({ send = answer }, { concurrency = 1 })
    assert.is_nil(done.stopped_by)
    assert.equal(37, #sent)
    assert.same({ sent = 37, suppressed = 3 }, lab:states())
    for _, to in ipairs(sent) do assert.is_nil(({ ["2@"] = 1, ["3@"] = 1, ["40@"] = 1 })[to:match "^%d+@"]) end
  end)

  it("pauses by itself where too much comes back, tells of it once, and goes on when it is resumed", function()
    lab = campaign_engine.new(60)
    local warned, resumed, at_pause, deadline = {}, false, nil, os.time() + 60
    local policy = reputation.policy { minimum = 10 }
    local answer, sent = send(function(n)
      if n == 1 then assert(lab.journal:set_meta_once("events", "1")) end
      -- The rest leaves after the pause, however long that takes to come.
      while n == 20 and not at_pause and os.time() < deadline do loop.sleep(0.02) end
    end)
    local ports = {
      send = answer, warn = function(text) warned[#warned + 1] = text end,
      judge = function() return reputation.judge(lab.journal, policy, os.time()) end,
    }
    -- Whatever has been taken bounces.
    local function bounce_all()
      local events = {}
      assert(lab.journal:each("sent", function(row)
        events[#events + 1] = { id = row.id, state = "sent", delivery = "bounced", bounce_type = "Permanent" }
      end))
      assert(lab.journal:record(events))
    end
    local done = lab:run(ports, { concurrency = 1, on_progress = function(shown)
      if shown.paused and not resumed then
        if not at_pause then
          at_pause = { n = #sent, at = os.time(), note = shown.note }
        elseif os.time() - at_pause.at >= 2 then
          resumed = true
          assert(reputation.begin_anew(lab.journal, os.time()))
          assert(lab.journal:set_control { paused = false })
        end
      elseif not resumed then
        bounce_all()
      end
    end })
    assert.is_nil(done.stopped_by)
    assert.is_truthy(at_pause)
    assert.equal(20, at_pause.n)
    assert.matches("^paused by itself: [%d.]+ %% of the %d+ mails .*; ses campaign resume goes on$", at_pause.note)
    assert.same({ sent = 60 }, lab:states())
    assert.equal(1, #warned, table.concat(warned, "\n"))
    assert.is_nil(lab.journal:control().reason)
  end)
end)
