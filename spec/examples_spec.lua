local csv = require "ses.campaign.csv"
local free_port = require "spec.support.free_port"
local inbox = require "spec.support.inbox"
local process = require "spec.support.process"
local ses = require "ses"
local unsubscribe = require "ses.unsubscribe"

local TOPIC = "arn:aws:sns:us-east-1:123456789012:ses-events"
local SECRET = "a secret of the lantern's letters"

describe("examples", function()
  local emulator

  setup(function() emulator = inbox.start() end)
  teardown(function() emulator.stop() end)

  local function run(...)
    local result = process.run({ ... }, { env = emulator.env })
    assert.equal("", result.err)
    assert.equal(0, result.status)
    return result.out
  end

  it("send_one.lua sends one message", function()
    local id = assert(run("build/ses", "examples/send_one.lua"):match("^sent as (%S+)\n$"))
    assert.equal("Your book is here 📚", emulator.message(id).subject)
  end)

  it("send_one.lua runs under the stock interpreters as well", function()
    local lua = jit and "luajit" or "lua5.4"
    local id = assert(run(lua, "examples/send_one.lua"):match("^sent as (%S+)\n$"))
    assert.equal("Your book is here 📚", emulator.message(id).subject)
  end)

  it("many.lua sends many at once", function()
    local before = emulator.count()
    assert.truthy(run("build/ses", "examples/many.lua", "40"):find("^40 sent, 0 failed"))
    assert.equal(before + 40, emulator.count())
  end)

  it("identity_setup.lua sets domains up and waits for them", function()
    process.shell("curl -sSf --noproxy '*' -d '{\"verify_after\":0}' " .. emulator.url .. "/_emulator/timing")
    local out = run("build/ses", "examples/identity_setup.lua", "lantern.example", "second.example")
    local _, records = ("\n" .. out):gsub("\n[^\n;]+ 3600 IN %u+ [^\n]+", "")
    assert.equal(2 * (3 + 2 + 1), records)
    assert.truthy(out:find("\nmail.lantern.example. 3600 IN MX 10 feedback-smtp.us-east-1.amazonses.com.\n", 1, true))
    assert.truthy(out:find("\nlantern.example: verified\nsecond.example: verified\n$"), out)
  end)

  it("testing/shop_spec.lua is a spec of a program that sends", function()
    local lua = jit and "luajit" or "lua5.4"
    local result = process.run { "tools/spec.sh", lua, "-o", "TAP", "examples/testing/shop_spec.lua" }
    assert.equal(0, result.status, result.out)
    assert.truthy(result.out:find("\nok 4 - ", 1, true), result.out)
  end)

  describe("openresty", function()
    local folder, server, url, port

    setup(function()
      -- The file as it is, but for a port and places of its own.
      folder = process.folder()
      local root = process.shell("pwd")
      port = free_port()
      local listen = ("unix:%s/s; listen 127.0.0.1:%d"):format(folder, port)
      local conf = process.read("examples/openresty/nginx.conf"):gsub("listen 127%.0%.0%.1:8080", "listen " .. listen)
        :gsub("%$prefix/%.%./%.%.", function() return root end)
      -- Events of the emulator are taken in the place of SNS's.
      process.write(folder .. "/webhook.lua", (process.read("examples/openresty/webhook.lua")
        :gsub("topics = ", ("emulator = %q, %%0"):format(emulator.url))))
      process.write(folder .. "/nginx.conf", (conf:gsub('lua_package_path "', "%0" .. folder .. "/?.lua;")))
      -- One process: workers of a root's nginx run as another user, who may not read this checkout.
      local env = { UNSUBSCRIBE_SECRET = SECRET, UNSUBSCRIBED = folder .. "/unsubscribed.txt",
        OUTBOX = folder .. "/outbox.db", UNDELIVERABLE = folder .. "/undeliverable.txt", EVENTS_TOPIC = TOPIC }
      for name, value in pairs(emulator.env) do env[name] = value end
      server = process.start({ "nginx", "-p", folder, "-c", folder .. "/nginx.conf", "-g",
        "master_process off;" }, { env = env })
      process.eventually(function() return io.open(folder .. "/nginx.pid", "r") end)
      url = "curl -s --unix-socket " .. folder .. "/s -w ' %{http_code}' http://localhost/contact "
    end)
    teardown(function()
      server.signal "TERM"
      server.wait()
      server.remove()
      process.remove(folder)
    end)

    it("sends what a visitor wrote", function()
      local before = emulator.count()
      local said = process.shell(url .. "-d 'name=Ana S%C3%A1' -d email=ana@example.com -d message=Hello")
      assert.equal("Thank you, it is on its way.\n 202", said)
      assert.equal(before + 1, emulator.count())
    end)

    it("confirms an order from the outbox, once though it came twice", function()
      local order = url:gsub("/contact", "/order")
      local before = emulator.count()
      local id = assert(process.shell(order .. "-d number=1042 -d email=ana@example.com"):match "^(%x+)\n 202$")
      assert.equal(id .. "\n 202", process.shell(order .. "-d number=1042 -d email=ana@example.com"))
      process.eventually(function()
        return process.shell(order:gsub("/order", "/order?id=" .. id)) == "sent\n 200"
      end, 30)
      assert.equal(before + 1, emulator.count())
      assert.equal("Your order 1042", emulator.messages()[1].subject)
      assert.truthy(process.shell(order .. "-d number=1043 -d email=nobody"):find("to has no @.* 400$"))
      assert.truthy(process.shell(order .. "-d email=ana@example.com"):find " 400$")
      assert.truthy(process.shell(order:gsub("/order", "/order?id=0")):find " 404$")
    end)

    it("writes down who bounced for good or complained, as SES's events tell", function()
      local client = assert(ses.client(emulator.client))
      assert(client.configuration_sets:create { configuration_set_name = "events" })
      assert(client.configuration_sets:create_event_destination {
        configuration_set_name = "events", event_destination_name = "sns", event_destination = {
          enabled = true, matching_event_types = { "BOUNCE", "COMPLAINT", "DELIVERY" },
          sns_destination = { topic_arn = TOPIC },
        },
      })
      process.shell(("curl -sSf --noproxy '*' -d %s %s/_emulator/subscriptions"):format(process.quote(
        ('{"topic_arn": "%s", "endpoint": "http://localhost:%d/ses-events"}'):format(TOPIC, port)), emulator.url))
      process.eventually(function()
        return process.shell("curl -sSf --noproxy '*' " .. emulator.url .. "/_emulator/subscriptions")
          :find('"confirmed"', 1, true)
      end, 30)
      for _, name in ipairs { "success", "bounce", "complaint" } do
        assert(client.emails:send {
          from = "letters@lantern.example", to = name .. "@simulator.amazonses.com", config_set = "events",
          subject = "Eight", text = "It is here.",
        })
      end
      client:close()
      local lines
      pcall(process.eventually, function()
        local file = io.open(folder .. "/undeliverable.txt")
        lines = file and file:read "*a" or ""
        if file then file:close() end
        return select(2, lines:gsub("\n", "")) >= 2
      end, 30)
      local seen = {}
      for line in lines:gmatch "[^\n]+" do seen[line] = true end
      assert.same({ ["bounce@simulator.amazonses.com"] = true, ["complaint@simulator.amazonses.com"] = true }, seen,
        server.err())
    end)

    describe("unsubscribing", function()
      local function request(link, options)
        return process.shell(("curl -s --unix-socket %s/s -w ' %%{http_code}' %s %s"):format(folder, options or "",
          process.quote((link:gsub("^https://shop.example", "http://localhost")))))
      end

      local function unsubscribed()
        local file = io.open(folder .. "/unsubscribed.txt")
        if not file then return "" end
        local text = file:read "*a"
        file:close()
        return text
      end

      -- The link of a mail that a campaign has sent.
      local function link_to(email)
        process.write(folder .. "/people.csv", "email\n" .. email .. "\n")
        process.write(folder .. "/letters.lua", [[return {
          name = "letters-7", audience = { csv = "people.csv" }, message = {
            from = "letters@lantern.example", subject = "Seven", text = "{{ses_unsubscribe_url}}",
            unsubscribe = {
              url = "https://shop.example/unsubscribe?t={{ses_unsubscribe_token}}", list = "letters",
              secret = { env = "UNSUBSCRIBE_SECRET" },
            },
          },
        }]])
        local env = { UNSUBSCRIBE_SECRET = SECRET }
        for name, value in pairs(emulator.env) do env[name] = value end
        local result = process.run({ "build/ses", "campaign", "run", folder .. "/letters.lua" }, { env = env })
        assert.equal(0, result.status, result.err)
        for _, mail in ipairs(emulator.messages()) do
          local whole = emulator.message(mail.id)
          if whole.subject == "Seven" and whole.to[1] == email then
            for _, header in ipairs(whole.headers) do
              if header[1] == "List-Unsubscribe" then return header[2]:match "^<(.*)>$" end
            end
          end
        end
      end

      it("takes whoever clicks once in the mail client off the list", function()
        local link = link_to "ann@example.com"
        assert.truthy(request(link):find('<form method="post">.* 200$'))
        assert.equal("", unsubscribed())
        assert.truthy(request(link, "-d List-Unsubscribe=One-Click")
          :find("a%*%*%*@example.com gets no more letters.* 200$"))
        assert.equal("ann@example.com\n", unsubscribed())
        link = link_to "bob@example.com"
        assert.truthy(request(link, "-F List-Unsubscribe=One-Click"):find " 200$")
        assert.equal("ann@example.com\nbob@example.com\n", unsubscribed())
      end)

      it("takes nobody off for a link that no campaign has sent, or that is of another list", function()
        local before = unsubscribed()
        local function link_of(secret, list)
          return "https://shop.example/unsubscribe?t="
            .. assert(unsubscribe.token(secret, { list = list, address = "eve@example.com" }))
        end
        for _, link in ipairs {
          link_of("another secret of 16", "letters"), link_of(SECRET, "offers"), link_of(SECRET, "letters") .. "x",
          "https://shop.example/unsubscribe", "https://shop.example/unsubscribe?t=a&t=b",
        } do
          assert.truthy(request(link, "-d List-Unsubscribe=One-Click"):find " 400$")
        end
        assert.truthy(request(link_of(SECRET, "letters"), "-d x=y"):find " 400$")
        assert.truthy(request(link_of(SECRET, "letters"), "-X DELETE"):find " 405$")
        assert.equal(before, unsubscribed())
      end)
    end)

    it("tells a visitor what is wrong, and lets no header be smuggled in", function()
      local before = emulator.count()
      assert.truthy(process.shell(url .. "-d email=nobody -d message=x"):find("reply_to has no @.* 400$"))
      assert.truthy(process.shell(url .. "-d name=a%0d%0aBcc:b@example.com -d email=a@example.com -d message=x")
        :find(" 400$"))
      assert.equal(before, emulator.count())
    end)
  end)

  describe("audiences", function()
    -- A dry run: how many mails it would send, and how many people it would leave out.
    local function dry_run(name)
      local out = run("build/ses", "campaign", "run", "examples/audiences/" .. name .. ".lua", "--dry-run",
        "--no-progress")
      return { tonumber(out:match "\n  to be sent%s+(%d+)\n"), tonumber(out:match "\n  suppressed%s+(%d+)\n"),
        tonumber(out:match "\n  duplicates%s+(%d+)\n") }
    end

    it("are of JSON lines, without those who have unsubscribed", function()
      assert.same({ 3, 1, 0 }, dry_run "jsonl")
    end)

    it("are of an SQL query", function()
      assert.same({ 2, 0, 1 }, dry_run "sql")
    end)

    it("are of a contact list at SES, without those who opted out", function()
      assert.equal("contact list lantern-readers is made\n",
        run("build/ses", "examples/audiences/make_contact_list.lua"))
      assert.same({ 2, 1, 0 }, dry_run "contact_list")
    end)

    it("are of any Lua", function()
      assert.same({ 2, 0, 0 }, dry_run "rows")
    end)
  end)

  describe("newsletter", function()
    it("has the readers that its generator makes", function()
      local made = process.shell((jit and "luajit" or "lua5.4") .. " examples/newsletter/make_recipients.lua")
      assert.equal(process.read("examples/newsletter/recipients.csv"), made .. "\n")
    end)

    it("has 1,000 readers, whose list has the cases of a real one", function()
      local reader = assert(csv.open "examples/newsletter/recipients.csv")
      local count, seen, twice, commas, quotes, beyond = 0, {}, 0, 0, 0, 0
      local email, name = reader.index.email, reader.index.name
      for record in function() return reader:next() end do
        count = count + 1
        local key = record[email]:lower()
        if seen[key] then twice = twice + 1 end
        seen[key] = true
        if record[name]:find(",", 1, true) then commas = commas + 1 end
        if record[name]:find('"', 1, true) then quotes = quotes + 1 end
        if record[name]:find("[\240-\244]") then beyond = beyond + 1 end
      end
      reader:close()
      assert.equal(1000, count)
      assert.equal(1, twice)
      assert.is_true(commas > 10 and quotes > 2 and beyond > 2)
    end)

    it("uploads its template, and uploads it again", function()
      for _ = 1, 2 do
        assert.equal("template lantern-letter is stored\n",
          run("build/ses", "examples/newsletter/upload_template.lua"))
      end
    end)

    it("passes a dry run", function()
      run("build/ses", "examples/newsletter/upload_template.lua")
      local before = emulator.count()
      assert.truthy(run("build/ses", "campaign", "run", "examples/newsletter/campaign.lua", "--dry-run",
        "--no-progress"):find("lantern%-letter%-42"))
      assert.equal(before, emulator.count())
    end)
  end)
end)
