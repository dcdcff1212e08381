-- Chromium without a window, steered over its DevTools protocol by a pipe: what a page looks like and answers to.
local base64 = require("ses.core").base64
local json = require "ses.model.json"
local process = require "spec.support.process"

local Browser = {}
Browser.__index = Browser

local browser = {}

-- 3 is where Chromium reads its commands, 4 where it writes what they gave.
local COMMAND = "timeout %d chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --remote-debugging-pipe "
  .. "--no-first-run --user-data-dir=%s --disable-features=IsolateSandboxedIframes about:blank "
  .. "3<>%s 4>&1 >/dev/null 2>&1"

-- Whether a browser is here at all.
function browser.present() return process.shell("command -v chromium || true") ~= "" end

-- Starts a browser; `browser:stop()` ends it, and so does the end of `seconds` (120).
function browser.start(seconds)
  local folder = process.folder()
  process.shell("mkfifo " .. folder .. "/commands")
  local made = setmetatable({ folder = folder, id = 0 }, Browser)
  made.answers = assert(io.popen(COMMAND:format(seconds or 120, folder .. "/profile", folder .. "/commands"), "r"))
  made.commands = assert(io.open(folder .. "/commands", "r+"))
  made.commands:setvbuf "no"
  local target = made:call("Target.createTarget", { url = "about:blank" }).targetId
  made.session = made:call("Target.attachToTarget", { targetId = target, flatten = true }).sessionId
  made:call("Page.enable", {})
  return made
end

-- A message of the browser: they end with NUL.
function Browser:read()
  local parts = {}
  while true do
    local char = self.answers:read(1)
    if not char then error("the browser has ended", 0) end
    if char == "\0" then return assert(json.decode(table.concat(parts))) end
    parts[#parts + 1] = char
  end
end

-- One command and its result.
function Browser:call(method, params)
  self.id = self.id + 1
  local command = { id = self.id, method = method, params = next(params) and params or nil, sessionId = self.session }
  self.commands:write(assert(json.encode(command)), "\0")
  while true do
    local message = self:read()
    if message.id == self.id then
      if message.error then error(method .. ": " .. message.error.message, 2) end
      return message.result
    end
    self.loaded = self.loaded or message.method == "Page.loadEventFired"
  end
end

-- The window: `width` and `height` in CSS pixels, `scale` (1), `dark` (false).
function Browser:window(options)
  self:call("Emulation.setDeviceMetricsOverride", {
    width = options.width, height = options.height, deviceScaleFactor = options.scale or 1, mobile = false,
  })
  self:call("Emulation.setEmulatedMedia", { features = {
    { name = "prefers-color-scheme", value = options.dark and "dark" or "light" },
    { name = "prefers-reduced-motion", value = "reduce" },
  } })
end

-- Calls what goes to another page, and waits until that has loaded.
function Browser:turn(go)
  self.loaded = false
  go()
  while not self.loaded do self.loaded = self:read().method == "Page.loadEventFired" end
end

function Browser:open(url)
  self:turn(function() self:call("Page.navigate", { url = url }) end)
end

-- What an expression of JavaScript gives (a promise: what becomes of it).
function Browser:eval(expression)
  local answer = self:call("Runtime.evaluate", {
    expression = expression, returnByValue = true, awaitPromise = true, userGesture = true,
  })
  if answer.exceptionDetails then
    error(answer.exceptionDetails.exception and answer.exceptionDetails.exception.description or "exception", 2)
  end
  return answer.result.value
end

-- Waits until an expression is true.
function Browser:wait(expression)
  local deadline = os.time() + 30
  repeat
    if self:eval(expression) then return end
    process.shell "sleep 0.05"
  until os.time() > deadline
  error("still not so after 30 s: " .. expression, 2)
end

local CODES = { Tab = 9, Enter = 13, Escape = 27, Home = 36, End = 35 }
local TEXTS = { Enter = "\r" }

-- One key, by the name that an event of it carries: "Tab", "Enter", "/", "j".
function Browser:key(key, shift)
  local event = {
    key = key, code = key, windowsVirtualKeyCode = CODES[key] or key:upper():byte(), modifiers = shift and 8 or 0,
    text = TEXTS[key] or (#key == 1 and key or nil),
  }
  event.type = event.text and "keyDown" or "rawKeyDown"
  self:call("Input.dispatchKeyEvent", event)
  event.type, event.text = "keyUp", nil
  self:call("Input.dispatchKeyEvent", event)
end

-- The picture of the window as PNG.
function Browser:picture()
  return base64.decode(self:call("Page.captureScreenshot", { format = "png" }).data)
end

function Browser:stop()
  pcall(self.call, self, "Browser.close", {})
  self.commands:close()
  self.answers:close()
  process.remove(self.folder)
end

return browser
