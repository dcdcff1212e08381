--- The prompt: reads lines, runs them, shows what they give.
-- @module ses.cli.prompt.session
local chunk = require "ses.cli.prompt.chunk"
local complete = require "ses.cli.prompt.complete"
local errors = require "ses.errors"
local help = require "ses.cli.prompt.help"
local history_of = require "ses.cli.prompt.history"
local mistake = require "ses.cli.prompt.mistake"
local output = require "ses.cli.output"
local reader_of = require "ses.cli.prompt.reader"
local show = require "ses.cli.prompt.show"
local terminal = require "ses.cli.terminal"

local session = {}

local FIRST, MORE = "ses> ", "...> "

local Session = {}
Session.__index = Session

-- The globals of what is typed: those of Lua, `ses`, and `client`, which is made when it is first used.
local function environment(options)
  local ses = require "ses"
  return setmetatable({ ses = ses }, { __index = function(env, name)
    if name ~= "client" then return _G[name] end
    local client, err = ses.client(options)
    if not client then error(err, 0) end
    rawset(env, "client", client)
    return client
  end })
end

-- A Ctrl-C from here on is an error in what runs.
local function watch_interrupts()
  local found, runtime = pcall(require, "ses.runtime")
  if found then runtime.raise_interrupts() end
end

function Session:say(text) output.write(text, "\n") end

function Session:complain(err)
  local text = mistake.is_interrupt(err) and "interrupted" or mistake.text(err, self.env, #self.lines <= 1)
  self:say(terminal.paint("red", text, self.colour))
end

-- Up to the first nil behind the first: calls give nil, and how often they were tried, behind what they give.
function Session:show_values(count, first, ...)
  if count == 0 then return end
  if (first == nil or first == false) and errors.is((...)) then return self:complain((...)) end
  local options = { colour = self.colour, width = terminal.width() }
  self:say(show.value(first, options))
  for i = 1, count - 1 do
    local value = (select(i, ...))
    if value == nil then break end
    self:say(show.value(value, options))
  end
  self.env._ = first
end

function Session:run(fn)
  local function finish(ran, ...)
    if ran then return self:show_values(select("#", ...), ...) end
    self:complain((...))
  end
  watch_interrupts()
  finish(pcall(fn))
end

function Session:forget()
  self.lines = {}
end

-- Lines that are whole, or wrong.
function Session:keep()
  if not self.history:add(self.lines) then return end
  for _, line in ipairs(self.lines) do
    if line:find "%S" then self.reader:remember(line) end
  end
end

-- Words that are no Lua. → whether the line was one, whether it ends the prompt
function Session:command(line)
  local word, topic = line:match "^%s*(%a+)%s*([%w_.]*)%s*$"
  if (word == "exit" or word == "quit") and topic == "" then return true, true end
  if word ~= "help" then return false end
  self:say(help.text(topic))
  return true
end

-- → true where the prompt is to end
function Session:take(line)
  if #self.lines == 0 then
    if not line:find "%S" then return false end
    local is_command, ends = self:command(line)
    if is_command then return ends end
  end
  self.lines[#self.lines + 1] = line
  local fn, reason = chunk.compile(table.concat(self.lines, "\n"), self.env)
  if not fn and not reason then return false end
  self:keep()
  if fn then self:run(fn) else self:complain(reason) end
  self:forget()
  return false
end

-- → true where the prompt is to end
function Session:step()
  watch_interrupts()
  local line = self.reader:read(#self.lines == 0 and FIRST or MORE)
  if line then return self:take(line) end
  output.write "\n"
  return true
end

-- A Ctrl-C while nothing runs drops what was typed.
function Session:loop()
  while true do
    local ran, ends = pcall(self.step, self)
    if ran and (ends or output.failure()) then return end
    if not ran then
      if not mistake.is_interrupt(ends) then error(ends, 0) end
      output.write "\n"
      self:forget()
    end
    output.flush()
  end
end

-- Within what goes on over several lines a Tab before all words is an indent: of what is pasted, most often.
function Session:completer()
  return function(before)
    if #self.lines == 0 then return complete.at(before, self.env) end
    if not before:find "%S" then return "  " end
    return complete.at(table.concat(self.lines, "\n") .. "\n" .. before, self.env)
  end
end

function Session:greet(no_editor, no_history)
  self:say(("ses %s: `client` is ready. Tab completes; help, exit."):format(require("ses").version))
  if no_editor then self:say "Lines cannot be edited without libedit (apt-get install libedit2)." end
  if no_history then self:say("The history is not kept: " .. no_history) end
end

--- Runs the prompt until its user ends it.
-- @tparam table options of the client
function session.run(options)
  local self = setmetatable({
    env = environment(options), lines = {}, colour = terminal.has_colour(),
  }, Session)
  local no_editor, no_history
  self.reader, no_editor = reader_of.new(self:completer())
  self.history, no_history = history_of.open(history_of.path())
  for _, line in ipairs(self.history.lines) do self.reader:remember(line) end
  self:greet(no_editor, no_history)
  local ran, err = pcall(self.loop, self)
  self.reader:close()
  local client = rawget(self.env, "client")
  if client and client.close then client:close() end
  if not ran then error(err, 0) end
end

return session
