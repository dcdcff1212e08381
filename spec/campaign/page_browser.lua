local audit = require "spec.support.page_audit"
local browser = require "spec.support.browser"
local large_report = require "spec.support.large_report"
local page = require "ses.campaign.page"
local process = require "spec.support.process"

describe("a campaign's report in a browser", function()
  local chromium, folder

  setup(function()
    folder = process.folder()
    process.write(folder .. "/large.html", page.html(large_report.large()))
    process.write(folder .. "/empty.html", page.html(large_report.empty()))
    chromium = browser.start()
  end)
  teardown(function()
    if chromium then chromium:stop() end
    process.remove(folder)
  end)

  local function open(name, window)
    chromium:window(window)
    chromium:open(("file://%s/%s.html"):format(folder, name))
    chromium:eval "document.querySelectorAll('details').forEach((d) => { d.open = true; })"
  end

  for _, width in ipairs { 1000, 360 } do
    for _, dark in ipairs { false, true } do
      it(("can be read %s pixels wide%s"):format(width, dark and ", in the dark" or ""), function()
        for _, name in ipairs { "large", "empty" } do
          open(name, { width = width, height = 800, dark = dark })
          assert.same({}, audit.faint(chromium))
          assert.same({}, audit.nameless(chromium))
          assert.same({}, audit.sticking_out(chromium))
        end
      end)
    end
  end

  it("opens its numbers by the keyboard", function()
    open("large", { width = 1000, height = 800 })
    chromium:eval "document.querySelectorAll('details').forEach((d) => { d.open = false; })"
    while chromium:eval "document.activeElement.tagName" ~= "SUMMARY" do chromium:key "Tab" end
    assert.is_true(audit.focus(chromium).marked)
    chromium:key "Enter"
    chromium:wait "document.activeElement.parentElement.open"
  end)
end)
