local audit = require "spec.support.page_audit"
local browser = require "spec.support.browser"
local inbox = require "spec.support.inbox"
local many_mails = require "spec.support.many_mails"

local DESKTOP = { width = 1280, height = 900 }
local NARROW = { width = 360, height = 640 }

-- How many mails the list says that there are.
local COUNT = "Number(document.querySelector('.filter b').textContent)"

local function dark(window) return { width = window.width, height = window.height, dark = true } end

describe("the inbox in a browser", function()
  local chromium, emulator, ids

  setup(function()
    emulator = inbox.start { rate = 100000 }
    chromium = browser.start(280)
  end)
  teardown(function()
    if chromium then chromium:stop() end
    if emulator then emulator.stop() end
  end)

  local function open(path, window)
    chromium:window(window or DESKTOP)
    chromium:open(emulator.url .. path)
  end

  local function check(path)
    for _, window in ipairs { DESKTOP, dark(DESKTOP), NARROW, dark(NARROW) } do
      open(path, window)
      assert.same({}, audit.faint(chromium), path)
      assert.same({}, audit.nameless(chromium), path)
      assert.same({}, audit.sticking_out(chromium), path)
    end
  end

  local function focused()
    return chromium:eval "document.activeElement.getAttribute('href') || document.activeElement.id"
  end

  it("can be read while it is empty, and shows the first mail by itself", function()
    check "/"
    assert.is_true(chromium:eval "document.body.textContent.includes('No mail yet')")
    ids = many_mails.send(emulator.client, 1)
    chromium:wait "document.querySelectorAll('.messages li').length === 1"
  end)

  it("can be read with hundreds of mails, and where nothing is found", function()
    ids = many_mails.send(emulator.client, 500)
    check "/"
    check "/?offset=450"
    check "/?q=nothing-of-this-kind"
  end)

  it("shows each kind of mail, in all its parts", function()
    for i = 1, 11 do check("/messages/" .. ids[i]) end
    for _, tab in ipairs { "text", "headers", "source" } do check("/messages/" .. ids[5] .. "?tab=" .. tab) end
    check "/messages/none"
  end)

  it("goes by Tab through all that can be chosen, and shows where it is", function()
    for _, window in ipairs { DESKTOP, NARROW } do
      open("/", window)
      local order = {}
      for i = 1, 30 do
        chromium:key "Tab"
        local focus = audit.focus(chromium)
        assert.is_true(focus.seen, focus.text)
        assert.is_true(focus.marked, focus.text)
        order[i] = focus.id ~= "" and focus.id or focus.href:match "^/messages/" or focus.href
      end
      assert.same({ "#main", "/", "q", "/", "/?status=delivered" }, { table.unpack(order, 1, 5) })
      assert.same({ "/messages/", "/messages/" }, { order[10], order[30] })
      -- Backwards, where the header could hide what is above.
      for _ = 1, 20 do
        chromium:key("Tab", true)
        local focus = audit.focus(chromium)
        assert.is_true(focus.seen, focus.text)
      end
    end
  end)

  it("is walked by arrows, opened by Enter, left by Escape", function()
    open "/"
    chromium:key "/"
    assert.equal("q", focused())
    chromium:key "ArrowDown"
    chromium:key "ArrowDown"
    chromium:key "ArrowUp"
    local first = chromium:eval "document.querySelector('.messages a').getAttribute('href')"
    assert.equal(first, focused())
    chromium:turn(function() chromium:key "Enter" end)
    assert.equal(first, chromium:eval "location.pathname")
    chromium:turn(function() chromium:key "Escape" end)
    assert.equal("/", chromium:eval "location.pathname")
  end)

  it("leads back to the page and the mail that one comes from", function()
    open "/?q=example&offset=100"
    local mail = chromium:eval "document.querySelectorAll('.messages a')[3].getAttribute('href')"
    chromium:turn(function() chromium:eval "document.querySelectorAll('.messages a')[3].click()" end)
    chromium:turn(function() chromium:eval "document.querySelector('.tab[href$=headers]').click()" end)
    chromium:turn(function() chromium:key "Escape" end)
    assert.equal("?q=example&offset=100", chromium:eval "location.search")
    assert.equal(mail, focused())
    assert.is_true(audit.focus(chromium).seen)
  end)

  it("searches while one types, and forgets the search by Escape", function()
    open "/"
    local all = chromium:eval(COUNT)
    chromium:key "/"
    for char in ("welcome"):gmatch "." do chromium:key(char) end
    chromium:wait(COUNT .. " < " .. all .. " && " .. COUNT .. " > 0")
    assert.equal("?q=welcome", chromium:eval "location.search")
    chromium:key "Escape"
    chromium:wait(COUNT .. " === " .. all)
    assert.equal("q", focused())
    chromium:key "Escape"
    assert.equal("", focused())
  end)

  it("says when the emulator has stopped, on a narrow screen, too", function()
    local other = inbox.start {}
    chromium:window(NARROW)
    chromium:open(other.url .. "/")
    assert.is_false(chromium:eval "document.getElementById('live').checkVisibility()")
    other.stop()
    chromium:wait "document.getElementById('live').textContent === 'Emulator stopped'"
    assert.is_true(chromium:eval "document.getElementById('live').checkVisibility()")
    assert.same({}, audit.faint(chromium))
    assert.same({}, audit.sticking_out(chromium))
  end)

  it("keeps the focus where it is when mail comes", function()
    open "/"
    for _ = 1, 12 do chromium:key "Tab" end
    local before, all = focused(), chromium:eval(COUNT)
    many_mails.send(emulator.client, 1)
    chromium:wait(COUNT .. " === " .. all + 1)
    assert.equal(before, focused())
  end)
end)
