-- Every piece of code in docs/ and in the README: run, or loaded by what loads its kind.
local campaign_file = require "ses.campaign.file"
local emulator = require "spec.support.emulator"
local json = require "ses.model.json"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"
local settings = require "ses.emulator.settings"
local snippets = require "spec.support.snippets"

-- So many blocks may be left out, each with its reason above it.
local MOST_NOT_RUN = 20

-- What is shown and not code of ours: output, and other languages.
local SHOWN = { [""] = true, console = true, text = true, python = true, javascript = true, php = true, go = true }
local RUN = { lua = true, sh = true, nginx = true, json = true, ini = true, c = true }

local GIVEN = "From: letters@lantern.example\nTo: siobhan@example.com\nSubject: Hello\n\nIt is here.\n"

local C_HEAD = [[
#include <ses/ses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
]]

local function place(snippet) return ("%s:%d"):format(snippet.path, snippet.line) end

-- An ellipsis stands for what the reader would write there.
local function whole(code) return (code:gsub("…", "")) end

local function of_campaign(snippet)
  local code = snippet.code:gsub("^%-%-[^\n]*\n", "")
  return code:find "^[%l_]+ = {" and "part" or code:find "^return {" and "file" or nil
end

local function each(lang)
  local list = {}
  for _, snippet in ipairs(snippets.all(lang)) do
    if not snippet.not_run then list[#list + 1] = snippet end
  end
  return ipairs(list)
end

describe("the pieces of code in the guides", function()
  it("are of languages that are known, and few are not run, each for a reason", function()
    local not_run = 0
    for path in process.shell("ls README.md docs/*.md"):gmatch("[^\n]+") do
      for _, snippet in ipairs(snippets.of(path)) do
        assert.is_true(SHOWN[snippet.lang] or RUN[snippet.lang], place(snippet) .. ": " .. snippet.lang)
        if snippet.not_run then
          assert.is_true(#snippet.not_run > 10, place(snippet))
          not_run = not_run + 1
        end
      end
    end
    assert.is_true(not_run <= MOST_NOT_RUN, not_run .. " are not run")
  end)

  it("are campaign files that are taken, or parts of one", function()
    local count = 0
    for _, snippet in each "lua" do
      local kind = of_campaign(snippet)
      if kind then
        local code = kind == "part" and "return {" .. snippet.code .. "}" or snippet.code
        local made = assert(load(whole(code), "=" .. place(snippet)))()
        made.name = made.name or "autumn"
        made.audience = made.audience or { csv = "people.csv" }
        made.message = made.message or { from = "news@shop.example", subject = "x", text = "y" }
        local ok, err = campaign_file.check(made)
        assert.is_truthy(ok, place(snippet) .. ": " .. tostring(err))
        count = count + 1
      end
    end
    assert.is_true(count >= 16, count)
  end)

  it("are C that the headers know", function()
    if jit then return end -- once is enough
    local before = {}
    for _, snippet in each "c" do
      -- A program stands alone; another piece goes on from those before it in its guide.
      local code = snippet.code
      if not code:find "int main" then
        code = (before[snippet.path] or C_HEAD) .. code
        before[snippet.path] = code
      end
      local ran = process.run({ "sh", "-c", "cc -std=c11 -D_GNU_SOURCE -Wall -Werror -Wno-unused-function -Iinclude "
        .. "$(pkg-config --cflags lua5.4) -fsyntax-only -x c -" }, { stdin = code })
      assert.same({ 0, "" }, { ran.status, ran.err }, place(snippet))
    end
  end)

  it("are JSON that can be read", function()
    for _, snippet in each "json" do
      local value, err = json.decode(snippet.code)
      assert.is_truthy(value, place(snippet) .. ": " .. tostring(err))
    end
  end)
end)

describe("the pieces of Lua and of shell in the guides", function()
  local server, folder, env
  local root = process.shell "pwd"

  setup(function()
    server = emulator.start {}
    server:control("POST", "/timing", { verify_after = 0 })
    folder = process.folder()
    process.shell(("cd %s && mkdir -p bin var/log var/lib/prometheus/node-exporter && ln -s /bin/true bin/xdg-open && "
      .. "ln -s %s/examples ."):format(
      folder, root))
    env = {
      AWS_ENDPOINT_URL_SESV2 = server.url, AWS_REGION = "us-east-1", HOME = folder, REPOSITORY = root,
      AWS_ACCESS_KEY_ID = settings.ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY = settings.SECRET_ACCESS_KEY,
      LUA_PATH = ("%s/lua/?.lua;%s/lua/?/init.lua;%s/?.lua;;"):format(root, root, root),
      LUA_CPATH = ("%s/build/%s/?.so;;"):format(root, jit and "luajit" or "lua5.4"),
      PATH = ("%s/bin:%s/build:%s"):format(folder, root, os.getenv "PATH"),
    }
    server:ok("CreateEmailTemplate", { TemplateName = "lantern-letter", TemplateContent = {
      Subject = "A letter", Text = "Hello {{#if first_name}}{{first_name}}{{/if}} in {{city}}",
    } })
    assert(server:sqs("CreateQueue", { QueueName = "ses-events" }))
    for i = 1, 2 do
      assert(server:sqs("SendMessage", {
        QueueUrl = server.url .. "/123456789012/ses-events", MessageBody = ([[{"eventType": "Bounce",
          "mail": {"messageId": "0100-%d", "destination": ["gone@example.com"]},
          "bounce": {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": "gone@example.com"}]}}
        ]]):format(i),
      }))
    end
  end)

  teardown(function()
    server:stop()
    process.remove(folder)
  end)

  -- What the commands work on: a campaign that has run, and a template.
  local function prepare()
    process.write(folder .. "/autumn.lua", [[return {
      name = "autumn", audience = { csv = "people.csv" },
      message = { from = "letters@lantern.example", subject = "Autumn", text = "Hello" },
    }]])
    process.write(folder .. "/people.csv", "email\nann@example.com\nbob@example.com\n")
    process.write(folder .. "/events.jsonl", "")
    assert.equal(0, process.run({ "build/ses", "campaign", "run", folder .. "/autumn.lua" }, { env = env }).status)
    server:ok("CreateEmailTemplate", {
      TemplateName = "welcome", TemplateContent = { Subject = "Welcome", Text = "Hi" },
    })
  end

  -- A guide's queue is the emulator's, its files are below a folder that is removed, and a poller does one round.
  local function here(code)
    return (whole(code):gsub("https://sqs%.eu%-west%-1%.amazonaws%.com", server.url)
      :gsub('"/var/', '"' .. folder .. "/var/"):gsub("poller:run%(%)", "poller:poll()")
      :gsub("queue_url = ", "wait_time_seconds = 0, %0"))
  end

  it("are Lua that does what it says", function()
    local argv, count = { jit and "luajit" or "lua5.4", root .. "/spec/support/run_snippets.lua" }, 0
    for i, snippet in each "lua" do
      if not of_campaign(snippet) then
        local path = ("%s/%d.lua"):format(folder, i)
        process.write(path, here(snippet.code))
        argv[#argv + 1], argv[#argv + 2] = place(snippet), path
        count = count + 1
      end
    end
    -- One of them sends what it is given.
    local ran = process.run(argv, { env = env, cwd = folder, stdin = GIVEN })
    assert.equal("", ran.out)
    -- What is logged on the standard error is JSON, a line each.
    assert.equal("", (ran.err:gsub("{[^\n]*}\n", "")))
    assert.equal(0, ran.status)
    assert.is_true(count >= 20, count)
  end)

  it("are commands that succeed", function()
    if jit then return end -- they are those of build/ses, which has its own Lua
    local count = 0
    prepare()
    for _, snippet in each "sh" do
      -- Several guides create it.
      if snippet.code:find "identity create" then
        server:perform("DeleteEmailIdentity", { EmailIdentity = "lantern.example" })
      end
      local ran = process.run({ "sh", "-eu", "-c", here(snippet.code) }, { env = env, cwd = folder })
      assert.same({ 0, "" }, { ran.status, ran.err }, place(snippet))
      count = count + 1
    end
    assert.is_true(count >= 5, count)
  end)

  it("are profiles that are read", function()
    for _, snippet in each "ini" do
      local path = folder .. "/config"
      process.write(path, snippet.code)
      for name in snippet.code:gmatch "%[profile ([^%]]+)%]" do
        local ran = process.run({ jit and "luajit" or "lua5.4", "-e",
          ("assert(require('ses.config').resolve { profile = %q })"):format(name) }, {
          env = { LUA_PATH = env.LUA_PATH, LUA_CPATH = env.LUA_CPATH, AWS_CONFIG_FILE = path },
        })
        assert.same({ 0, "" }, { ran.status, ran.err }, place(snippet))
      end
    end
  end)
end)

describe("the pieces of nginx's configuration in the guides", function()
  if not jit then return end -- nginx has its own Lua, whichever runs the spec

  -- Which block of nginx.conf a directive stands in.
  local function block_of(word)
    if word == "env" or word == "thread_pool" or word == "http" then return word == "http" and "whole" or "main" end
    if word:find "^location" then return "server" end
    if word:find "^content_by_lua" or word:find "^access_by_lua" or word:find "^log_by_lua" then return "location" end
    return "http"
  end

  -- Each directive of a piece, by the block that it stands in.
  local function sorted(code)
    local parts = { main = "", http = "", server = "", location = "", whole = "" }
    local depth, block = 0, nil
    for line in whole(code):gmatch("([^\n]*)\n") do
      if depth == 0 then block = block_of(line:match "^%s*(%S*)") end
      if line:find "%S" then parts[block] = parts[block] .. line .. "\n" end
      local _, opened = line:gsub("{", "")
      local _, closed = line:gsub("}", "")
      depth = depth + opened - closed
    end
    return parts
  end

  local CONF = "pid FOLDER/pid;\nerror_log stderr warn;\nMODULES\nMAIN\nevents {}\n%s\n"
  local HTTP = [[http {
    PATHS
    HTTP
    server { listen unix:FOLDER/socket; SERVER
      location = /its { LOCATION }
    }
  }]]
  local PATHS = [[
    lua_package_path "ROOT/lua/?.lua;ROOT/lua/?/init.lua;;";
    lua_package_cpath "ROOT/build/luajit/?.so;;";
  ]]

  local function conf_of(code, folder)
    local parts = sorted(code)
    local root = process.shell "pwd"
    local paths = PATHS:gsub("ROOT", root)
    local http = parts.whole ~= "" and parts.whole:gsub("^http {", "http {\n" .. paths) or HTTP
    return (CONF:format("BODY"):gsub("BODY", function() return http end):gsub("%f[%w](%u+)%f[%W]", {
      FOLDER = folder, MODULES = nginx.load_modules(), MAIN = parts.main, PATHS = paths, HTTP = parts.http,
      SERVER = parts.server, LOCATION = parts.location,
    }))
  end

  it("are taken by nginx, and their Lua by LuaJIT", function()
    local count = 0
    for _, snippet in each "nginx" do
      local folder = process.folder()
      process.write(folder .. "/nginx.conf", conf_of(snippet.code, folder))
      local ran = process.run { "nginx", "-t", "-p", folder, "-c", folder .. "/nginx.conf" }
      process.remove(folder)
      assert.equal(0, ran.status, place(snippet) .. ": " .. ran.err)
      for code in whole(snippet.code):gmatch "_by_lua_block%s*(%b{})" do
        local ok, err = load(code:sub(2, -2), "=" .. place(snippet))
        assert.is_truthy(ok, err)
      end
      count = count + 1
    end
    assert.is_true(count >= 10, count)
  end)
end)
