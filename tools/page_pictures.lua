-- Pictures of the inbox and of a campaign's report as browsers show them, to be looked at:
--
--   ses tools/page_pictures.lua FOLDER
--
-- On a wide and on a narrow screen, by day and in the dark; empty, with hundreds of mails, with the keyboard's mark.
local browser = require "spec.support.browser"
local inbox = require "spec.support.inbox"
local large_report = require "spec.support.large_report"
local many_mails = require "spec.support.many_mails"
local page = require "ses.campaign.page"
local process = require "spec.support.process"

local folder = assert(arg[1], "usage: ses tools/page_pictures.lua FOLDER")
process.shell("mkdir -p " .. process.quote(folder))

local SCREENS = { { "wide", 1280, 1 }, { "narrow", 360, 1.5 } }
-- No picture is higher.
local MOST = 3000

local chromium = browser.start(240)

local function save(name)
  process.write(("%s/%s.png"):format(folder, name), chromium:picture())
  print(("%s/%s.png"):format(folder, name))
end

-- The whole page at `url` on each screen.
local function shoot(name, url)
  for _, screen in ipairs(SCREENS) do
    for _, dark in ipairs { false, true } do
      local window = { width = screen[2], height = 800, scale = screen[3], dark = dark }
      chromium:window(window)
      chromium:open(url)
      window.height = math.min(MOST, math.max(800, chromium:eval "document.documentElement.scrollHeight"))
      chromium:window(window)
      save(("%s-%s%s"):format(name, screen[1], dark and "-dark" or ""))
    end
  end
end

local function shoot_report(name, report)
  local path = ("%s/%s.html"):format(folder, name)
  process.write(path, page.html(report))
  shoot(name, "file://" .. process.shell("realpath " .. process.quote(path)))
end

local function shoot_inbox(emulator)
  shoot("inbox-empty", emulator.url .. "/")
  local ids = many_mails.send(emulator.client, 500)
  shoot("inbox", emulator.url .. "/")
  shoot("inbox-nothing-found", emulator.url .. "/?q=nothing-of-this-kind")
  for i = 1, 5 do shoot("mail-" .. i, emulator.url .. "/messages/" .. ids[i]) end
  shoot("mail-headers", emulator.url .. "/messages/" .. ids[9] .. "?tab=headers")
  shoot("mail-source", emulator.url .. "/messages/" .. ids[4] .. "?tab=source")
  chromium:window { width = 1280, height = 800 }
  chromium:open(emulator.url .. "/")
  for _ = 1, 12 do chromium:key "Tab" end
  save "inbox-focus"
end

local emulator = inbox.start { rate = 100000 }
local ok, err = xpcall(function()
  shoot_report("report", large_report.large())
  shoot_report("report-empty", large_report.empty())
  shoot_inbox(emulator)
end, debug.traceback)
emulator.stop()
chromium:stop()
assert(ok, err)
