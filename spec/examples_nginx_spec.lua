-- examples/nginx as it is, but for its port, in Debian's layout and in OpenResty's.
local cjson = require "cjson"
local free_port = require "spec.support.free_port"
local inbox = require "spec.support.inbox"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"
local ses = require "ses"

-- nginx has its own Lua, whichever runs the spec.
if not jit then return end

local SECRET = "a secret of the lantern's letters"
local TOKEN = "the-token-of-the-till"

-- The main file, and what is to be said besides: OpenResty has built in what Debian's nginx has to load.
local LAYOUTS = {
  ["nginx.conf"] = "", ["openresty.conf"] = nginx.load_modules():gsub("\n", " "),
}

-- Workers of a root's nginx are another user, who may not enter the folder.
local AS_ROOT = process.shell "id -u" == "0" and " user root;" or ""

for conf, globals in pairs(LAYOUTS) do
  describe("examples/nginx with " .. conf, function()
    local emulator, client, folder, server, port

    local function curl(words, path)
      local url = ("http://127.0.0.1:%d%s"):format(port, path)
      return process.shell(("curl -sS --noproxy '*' -w ' %%{http_code}' %s %s"):format(words, process.quote(url)))
    end

    setup(function()
      emulator = inbox.start {}
      client = assert(ses.client(emulator.client))
      assert(client.contact_lists:create { contact_list_name = "readers", topics = {
        { topic_name = "letters", display_name = "Letters", default_subscription_status = "OPT_IN" },
      } })
      folder, port = process.folder(), free_port()
      process.shell("mkdir -m 700 " .. folder .. "/outbox")
      for _, name in ipairs { "nginx.conf", "openresty.conf", "ses.conf", "site.lua" } do
        local text = process.read("examples/nginx/" .. name):gsub("127%.0%.0%.1:8080", "127.0.0.1:" .. port)
        process.write(folder .. "/" .. name, (text:gsub("\nuser [^\n]*", "")))
      end
      local root = process.shell "pwd"
      local env = {
        UNSUBSCRIBE_SECRET = SECRET, LUA_PATH = ("%s/lua/?.lua;%s/lua/?/init.lua;;"):format(root, root),
        LUA_CPATH = root .. "/build/luajit/?.so;;", OUTBOX = folder .. "/outbox/outbox.db",
        RELAY_TOKEN = TOKEN,
      }
      for name, value in pairs(emulator.env) do env[name] = value end
      local argv = { "nginx", "-p", folder, "-c", conf }
      if globals .. AS_ROOT ~= "" then
        argv[#argv + 1] = "-g"
        argv[#argv + 1] = globals .. AS_ROOT
      end
      server = process.start(argv, { env = env })
      local answered = pcall(process.eventually, function() return curl("2>/dev/null", "/ping"):find "200$" end)
      assert(answered, server.err())
    end)
    teardown(function()
      server.signal "TERM"
      server.wait()
      server.remove()
      client:close()
      emulator.stop()
      process.remove(folder)
    end)

    it("takes a program's mail with its token, sends it, and tells that", function()
      local words = "-H 'Content-Type: application/json' -d " .. process.quote(cjson.encode {
        from = "letters@lantern.example", to = "ann@example.com", subject = "Your book is here", text = "It waits.",
      })
      assert.truthy(curl(words, "/mail"):find '"Unauthorized".* 401$')
      local token = "-H 'Authorization: Bearer " .. TOKEN .. "' "
      local id = assert(curl(token .. words, "/mail"):match '^{"id":"(%x+)"} 202$')
      local said = process.eventually(function()
        local text = curl(token, "/mail/" .. id)
        return text:find('"state":"sent"', 1, true) and text
      end, 20)
      local mail = emulator.message(cjson.decode(said:match "^(.*) 200$").message_id)
      assert.same({ "Your book is here", "ann@example.com" }, { mail.subject, mail.to[1] })
    end)

    it("sends what a visitor wrote, and takes so many a minute", function()
      local before = emulator.count()
      local words = "-d 'name=Ana S%C3%A1' -d email=ana@example.com -d message=Hello"
      assert.equal("Thank you, it is on its way.\n 202", curl(words, "/contact"))
      process.eventually(function() return emulator.count() == before + 1 end, 20)
      assert.truthy(curl("-d email=ana@example.com", "/contact"):find " 400$")
      assert.truthy(curl("-d email=x -d message=x", "/contact"):find "reply_to has no @.* 400$")
      local last
      for _ = 1, 6 do last = curl("-d email=ana@example.com", "/contact") end
      assert.truthy(last:find " 429$")
      assert.equal("pong\n 200", curl("", "/ping"))
    end)

    it("takes a reader off the list by one click", function()
      local token = assert(require("ses.unsubscribe").token(SECRET, { list = "letters", address = "ann@example.com" }))
      assert.truthy(curl("", "/unsubscribe?t=" .. token):find "<form.* 200$")
      assert.truthy(curl("-d List-Unsubscribe=One-Click", "/unsubscribe?t=" .. token):find " 200$")
      local contact = assert(client.contacts:get { contact_list_name = "readers", email_address = "ann@example.com" })
      assert.equal("OPT_OUT", contact.topic_preferences[1].subscription_status)
      assert.is_nil(process.read(folder .. "/access.log"):find("unsubscribe", 1, true))
    end)

    it("takes no event that SNS has not sent", function()
      local message = process.quote(cjson.encode { Type = "Notification", MessageId = "1", Message = "{}",
        TopicArn = "arn:aws:sns:eu-west-1:123456789012:other", Timestamp = os.date "!%Y-%m-%dT%H:%M:%SZ",
        SignatureVersion = "2", Signature = "AAAA", SigningCertURL = "https://sns.eu-west-1.amazonaws.com/x.pem" })
      assert.truthy(curl("--data-binary " .. message, "/ses-events"):find '"UnknownTopic".* 403$')
    end)

    it("shows metrics and health", function()
      process.eventually(function()
        return curl("", "/metrics"):find 'ses_requests_total{operation="SendEmail",status="success".-} 1\n'
      end)
      assert.truthy(curl("", "/health"):find '"status":"healthy".* 200$')
    end)

    it("logs nothing to worry about", function()
      local log = server.err():gsub("[^\n]*limiting requests[^\n]*\n", ""):gsub("[^\n]*UnknownTopic[^\n]*\n", "")
      assert.equal("", log)
    end)
  end)
end
