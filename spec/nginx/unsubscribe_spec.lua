local campaign = require "ses.campaign"
local free_port = require "spec.support.free_port"
local http = require "socket.http"
local inbox = require "spec.support.inbox"
local ltn12 = require "ltn12"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"
local ses = require "ses"
local tokens = require "ses.unsubscribe"

local SECRET, OLD_SECRET = "a secret of the lantern's letters", "the one of the year before"
local ONE_CLICK = "List-Unsubscribe=One-Click"

local HTTP = [[
  lua_shared_dict ses_cache 1m;
  lua_shared_dict told 1m;
  init_by_lua_block {
    require "ses"
    EARLY = assert(require("ses.unsubscribe").secret(os.getenv "UNSUBSCRIBE_SECRET"))
    CLIENT = {
      region = "us-east-1", endpoint = "EMULATOR", max_retries = 0,
      credentials = { access_key_id = "KEY_ID", secret_access_key = "SECRET_KEY" },
    }
    IN_FILE = { secret = { file = "SECRET_PATH" }, contact_list = "readers", client = CLIENT }
    function HANDLE(options)
      options.secret = options.secret or { { env = "UNSUBSCRIBE_SECRET" }, { env = "OLD_SECRET" } }
      require("ses.nginx").unsubscribe(options)
    end
  }
  init_worker_by_lua_block {
    assert(require("ses.nginx").init_worker { client = CLIENT, unsubscribe = IN_FILE })
  }
  server {
    listen 127.0.0.1:PORT;
    listen SOCKET;
    lua_socket_log_errors off;
    location = /letters {
      content_by_lua_block { HANDLE { contact_list = "readers", topic = "letters", list = "letters", client = CLIENT } }
    }
    location = /all { content_by_lua_block { HANDLE { contact_list = "readers", client = CLIENT } } }
    location = /file { content_by_lua_block { HANDLE(IN_FILE) } }
    location = /early { content_by_lua_block { HANDLE { secret = EARLY, contact_list = "readers", client = CLIENT } } }
    location = /suppress { content_by_lua_block { HANDLE { suppress = true, client = CLIENT } } }
    location ~ "^/own/(?<token>[^/]*)$" {
      content_by_lua_block {
        HANDLE { token = ngx.var.token, on_unsubscribe = function(who)
          local times = ngx.shared.told:incr(who.list .. " " .. who.address, 1, 0)
          if who.list == "raises" and times == 1 then error("no row for " .. who.address) end
          if who.list == "fails" and times == 1 then return nil, "the database is gone" end
        end }
      }
    }
    location = /words {
      content_by_lua_block {
        HANDLE { suppress = true, client = CLIENT, texts = {
          nl = { title = "Afmelden", question = "Geen brieven meer voor {address}?" }, de = { button = "Weg <damit>" },
        } }
      }
    }
    location = /german { content_by_lua_block { HANDLE { suppress = true, client = CLIENT, language = "de" } } }
    location = /gone {
      content_by_lua_block {
        HANDLE { contact_list = "readers", client = {
          region = "us-east-1", endpoint = "http://127.0.0.1:1", max_retries = 0, credentials = CLIENT.credentials,
        } }
      }
    }
    location = /no-list { content_by_lua_block { HANDLE { contact_list = "nobody", client = CLIENT } } }
    location ~ "^/wrong/(?<n>\d)$" {
      content_by_lua_block {
        HANDLE(({
          { contactlist = "readers" }, {}, { contact_list = "readers", secret = {} },
          { contact_list = "readers", secret = "short" }, { topic = "letters", suppress = true },
          { suppress = "yes" }, { suppress = true, texts = { de = { titel = "x" } } },
          { suppress = true, language = "xx" }, { suppress = true, secret = { file = "SECRET_PATH.other" } },
        })[tonumber(ngx.var.n)])
      }
    }
    location = /told { content_by_lua_block { ngx.print(ngx.shared.told:get(ngx.unescape_uri(ngx.var.arg_key)) or 0) } }
  }
]]

describe("ses.nginx.unsubscribe", function()
  local emulator, client, running, port, folder

  setup(function()
    emulator = inbox.start { rate = 1000 }
    client = assert(ses.client(emulator.client))
    folder = process.folder()
    process.write(folder .. "/secret", SECRET .. "\n")
    assert(client.contact_lists:create {
      contact_list_name = "readers", topics = {
        { topic_name = "letters", display_name = "Letters", default_subscription_status = "OPT_IN" },
        { topic_name = "offers", display_name = "Offers", default_subscription_status = "OPT_IN" },
      },
    })
    port = free_port()
    local values = {
      PORT = port, EMULATOR = emulator.url, KEY_ID = emulator.env.AWS_ACCESS_KEY_ID,
      SECRET_KEY = emulator.env.AWS_SECRET_ACCESS_KEY, SECRET_PATH = folder .. "/secret",
    }
    running = nginx.start((HTTP:gsub("%f[%u_](%u[%u_]+)%f[^%u_]", values)), {
      workers = 2, env = { UNSUBSCRIBE_SECRET = SECRET, OLD_SECRET = OLD_SECRET },
    })
  end)
  teardown(function()
    running.stop()
    client:close()
    emulator.stop()
    process.remove(folder)
  end)

  -- → status, page, headers
  local function request(method, path, body, headers)
    local out, sent = {}, { ["content-type"] = "application/x-www-form-urlencoded" }
    sent["content-length"] = body and #body
    for name, value in pairs(headers or {}) do sent[name] = value end
    local ok, status, answered = http.request {
      url = ("http://127.0.0.1:%d%s"):format(port, path), method = method, headers = sent,
      source = body and ltn12.source.string(body), sink = ltn12.sink.table(out),
    }
    assert(ok, status)
    return status, table.concat(out), answered
  end

  local n = 0
  local function somebody(fields)
    n = n + 1
    local email = "reader." .. n .. "@example.com"
    assert(client.contacts:create { contact_list_name = "readers", email_address = email,
      topic_preferences = fields or { { topic_name = "offers", subscription_status = "OPT_IN" } } })
    return email
  end

  local function path(at, email, list, secret)
    local token = assert(tokens.token(secret or SECRET, { list = list or "letters", address = email }))
    return at .. "?t=" .. token, token
  end

  local function standing(email)
    local found = assert(client.contacts:get { contact_list_name = "readers", email_address = email })
    local by_topic = {}
    for _, one in ipairs(found.topic_preferences or {}) do by_topic[one.topic_name] = one.subscription_status end
    return { by_topic, found.unsubscribe_all }
  end

  local UNTOUCHED = { { offers = "OPT_IN" }, false }

  it("takes a campaign's recipient off by one click, and the next campaign leaves them out", function()
    somebody()
    somebody()
    local function run(name)
      local before = emulator.count()
      local result = assert(campaign.run {
        campaign = {
          name = name, audience = { contact_list = "readers", topic = "letters" }, journal = folder .. "/" .. name,
          message = {
            from = "letters@lantern.example", subject = name, text = "Hello. No more: {{ses_unsubscribe_url}}",
            unsubscribe = {
              url = "https://lantern.example/letters?t={{ses_unsubscribe_token}}", list = "letters", secret = SECRET,
            },
          },
        },
        client = emulator.client,
      })
      assert.equal("finished", result.status)
      return emulator.count() - before
    end
    local people = run "autumn"
    assert.is_true(people >= 2)
    local mail = emulator.message(emulator.messages()[1].id)
    local url
    for _, header in ipairs(mail.headers) do
      if header[1] == "List-Unsubscribe" then url = header[2]:match "^<https://lantern.example([^>]+)>" end
    end
    assert.equal(200, (request("POST", url, ONE_CLICK)))
    assert.equal("OPT_OUT", standing(mail.to[1])[1].letters)
    assert.equal(people - 1, run "winter")
    for _, other in ipairs(emulator.messages()) do
      if other.subject == "winter" then assert.not_equal(mail.to[1], other.to[1]) end
    end
  end)

  it("does nothing on a GET but show a page with a button", function()
    local email = somebody()
    for _, method in ipairs { "GET", "HEAD" } do
      local status, page, headers = request(method, (path("/letters", email)))
      assert.equal(200, status)
      if method == "GET" then
        assert.truthy(page:find('<form method="post"><button name="List-Unsubscribe" value="One-Click">', 1, true))
        assert.truthy(page:find("r***@example.com", 1, true))
        assert.is_nil(page:find("https?://"))
      end
      assert.same({ "no-store", "no-referrer", "noindex" },
        { headers["cache-control"], headers["referrer-policy"], headers["x-robots-tag"] })
      assert.matches("default%-src 'none'", headers["content-security-policy"])
    end
    assert.same(UNTOUCHED, standing(email))
  end)

  it("takes the page's button and a mail client's form, and either again", function()
    local email = somebody()
    local multipart = '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
    for _, sent in ipairs {
      { ONE_CLICK }, { multipart, { ["content-type"] = "multipart/form-data; boundary=x" } }, { ONE_CLICK },
    } do
      local status, page = request("POST", (path("/letters", email)), sent[1], sent[2])
      assert.equal(200, status)
      assert.truthy(page:find("r***@example.com gets no more of these mails.", 1, true))
      assert.is_nil(page:find("<form", 1, true))
      assert.same({ { offers = "OPT_IN", letters = "OPT_OUT" }, false }, standing(email))
    end
  end)

  it("takes somebody off the whole list, off all mail, or does what a function does", function()
    local email = somebody()
    assert.equal(200, (request("POST", path("/all", email, "any list"), ONE_CLICK)))
    assert.same({ { offers = "OPT_IN" }, true }, standing(email))
    assert.equal(200, (request("POST", (path("/suppress", email)), ONE_CLICK)))
    assert.equal("COMPLAINT", assert(client.suppression:get { email_address = email }).suppressed_destination.reason)
    local _, token = path("", email, "own")
    for times = 1, 2 do
      assert.equal(200, (request("POST", "/own/" .. token, ONE_CLICK)))
      assert.equal(tostring(times), select(2, request("GET", "/told?key=own%20" .. email)))
    end
  end)

  it("opens secrets before the first request: in a file, in init_by_lua", function()
    for _, at in ipairs { "/file", "/early" } do
      local email = somebody()
      for _ = 1, 6 do assert.equal(200, (request("POST", (path(at, email)), ONE_CLICK))) end
      assert.is_true(standing(email)[2])
      assert.equal(400, (request("POST", path(at, email, "letters", OLD_SECRET), ONE_CLICK)))
    end
  end)

  it("takes mails of the secret before, and nothing that is forged, cut off or another list's", function()
    local email = somebody()
    local good, token = path("/letters", email)
    local forged = {
      (path("/letters", email, "letters", "somebody else's secret")), (path("/letters", email, "offers")),
      good:sub(1, -3), good .. "A", "/letters", "/letters?t=", "/letters?t", "/letters?t=x&t=y",
      "/letters?t=" .. token .. "&t=" .. token, "/letters?t=" .. ("A"):rep(5000), "/letters?token=" .. token,
    }
    for _, at in ipairs(forged) do
      for _, method in ipairs { "GET", "POST" } do
        local status, page = request(method, at, method == "POST" and ONE_CLICK or nil)
        assert.same({ at, 400 }, { at, status })
        assert.truthy(page:find("no longer valid", 1, true))
        assert.is_nil(page:find("<form", 1, true))
      end
    end
    assert.same(UNTOUCHED, standing(email))
    assert.equal(200, (request("POST", path("/letters", email, "letters", OLD_SECRET), ONE_CLICK)))
    assert.equal("OPT_OUT", standing(email)[1].letters)
  end)

  it("takes no other request for one to unsubscribe", function()
    local email = somebody()
    local at = path("/letters", email)
    for _, body in ipairs { "", "x=1", "List-Unsubscribe=Two-Clicks" } do
      assert.equal(400, (request("POST", at, body)))
    end
    assert.equal(413, (request("POST", at, ONE_CLICK .. "&x=" .. ("x"):rep(5000))))
    local status, _, headers = request("PUT", at, ONE_CLICK)
    assert.same({ 405, "GET, HEAD, POST" }, { status, headers.allow })
    assert.same(UNTOUCHED, standing(email))
  end)

  it("says that it is not done where SES or the function fails, and does it the next time", function()
    local email = somebody()
    for _, at in ipairs { "/gone", "/no-list" } do
      local status, page, headers = request("POST", (path(at, email)), ONE_CLICK)
      assert.same({ 503, "30" }, { status, headers["retry-after"] })
      assert.truthy(page:find("That did not work", 1, true) and page:find("<form", 1, true))
    end
    emulator.fail { operation = "UpdateContact", count = 1, status = 500, code = "InternalFailure" }
    assert.equal(503, (request("POST", (path("/letters", email)), ONE_CLICK)))
    assert.same(UNTOUCHED, standing(email))
    assert.equal(200, (request("POST", (path("/letters", email)), ONE_CLICK)))
    for _, list in ipairs { "raises", "fails" } do
      local _, token = path("", email, list)
      assert.equal(503, (request("POST", "/own/" .. token, ONE_CLICK)))
      assert.equal(200, (request("POST", "/own/" .. token, ONE_CLICK)))
    end
  end)

  it("logs why, with neither address nor token", function()
    local function has(text)
      process.eventually(function() return running.error_log():find(text, 1, true) end)
    end
    has "somebody could not be unsubscribed: GetContact (ConnectionRefused)"
    has "somebody could not be unsubscribed: CreateContact (NotFoundException, request id "
    has "somebody could not be unsubscribed: UpdateContact (InternalFailure"
    has "no row for r***@example.com"
    has "somebody could not be unsubscribed: the database is gone"
    local log = running.error_log()
    assert.is_nil(log:find "reader%.%d+@")
    -- All tokens begin alike with the version; a request's line has the token.
    for _, text in ipairs { "?t=A", "/own/A", "request:" } do assert.is_nil(log:find(text, 1, true)) end
  end)

  it("speaks the reader's language, or as it is told to", function()
    local email = somebody()
    local function title(at, accepts)
      local _, page = request("GET", (path(at, email)), nil, { ["accept-language"] = accepts })
      return page:match '<html lang="([%a-]+)">' .. " " .. page:match "<h1>(.-)</h1>", page
    end
    assert.equal("en Unsubscribe", (title "/suppress"))
    assert.equal("de Abmelden", (title("/suppress", "de-AT,en;q=0.5")))
    assert.equal("fr Se désabonner", (title("/suppress", "en;q=0.3, xx, fr;q=0.8")))
    assert.equal("es Darse de baja", (title("/suppress", "de;q=0,es-419")))
    assert.equal("en Unsubscribe", (title("/suppress", "tlh, *;q=0.1")))
    assert.equal("de Abmelden", (title("/german", "fr")))
    local shown, page = title("/words", "nl")
    assert.equal("nl Afmelden", shown)
    assert.truthy(page:find("Geen brieven meer voor r***@example.com?", 1, true))
    assert.truthy(select(2, title("/words", "de")):find(">Weg &lt;damit&gt;</button>", 1, true))
  end)

  it("names in the log what is wrong with the options, and does nothing", function()
    local email = somebody()
    for i, text in ipairs {
      "contactlist is not known; did you mean 'contact_list'?", "contact_list is missing, and so are suppress",
      "secret must have one of env and file", "secret must have 16 bytes or more", "topic is one of a contact_list",
      "suppress must be true or false", "texts.de.titel is not known; did you mean 'title'?",
      "language has no texts", "secret.file is a file, which no request reads",
    } do
      assert.equal(503, (request("POST", (path("/wrong/" .. i, email)), ONE_CLICK)))
      process.eventually(function() return running.error_log():find("wrong options: " .. text, 1, true) end)
    end
    assert.same(UNTOUCHED, standing(email))
  end)
end)
