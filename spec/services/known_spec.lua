-- What a client knows of templates and identities, against the emulator.
local emulator = require "spec.support.emulator"
local nginx = require "spec.support.nginx"
local ses = require "ses"
local settings = require "ses.emulator.settings"

local CREDENTIALS = { access_key_id = settings.ACCESS_KEY_ID, secret_access_key = settings.SECRET_ACCESS_KEY }

describe("what a client knows", function()
  local sandbox, clients

  local function client_of(options)
    local all = {
      region = "us-east-1", endpoint = sandbox.url, credentials = CREDENTIALS, initial_backoff_ms = 1,
      max_backoff_ms = 5, max_retries = 0,
    }
    for name, value in pairs(options or {}) do all[name] = value end
    local client = assert(ses.client(all))
    clients[#clients + 1] = client
    return client
  end

  -- An emulator of its own each time: what is known is kept for the process, by the endpoint.
  before_each(function()
    clients = {}
    sandbox = emulator.start {}
  end)
  after_each(function()
    for _, client in ipairs(clients) do client:close() end
    sandbox:stop()
  end)

  -- Counts the requests of an operation from now on.
  local function counter(operation)
    local id = assert(sandbox:control("POST", "/faults", { operation = operation, delay_ms = 1 }).id)
    return function()
      for _, fault in ipairs(sandbox:control("GET", "/faults").faults) do
        if fault.id == id then return fault.hits end
      end
    end
  end

  local function create(client, name)
    assert(client.templates:create { template_name = name, template_content = { subject = "Hi", text = "Hello" } })
  end

  local function set_identity(name, status)
    assert(sandbox:control("POST", "/identities", { identity = name, status = status or "SUCCESS" }))
  end

  local function mail(more)
    local made = { from = "shop@news.example.com", to = "ada@example.org", subject = "Hi", text = "Hello" }
    for name, value in pairs(more or {}) do
      made[name] = value
      if name == "template" then made.subject, made.text = nil, nil end
    end
    return made
  end

  describe("of templates", function()
    it("is asked for once, and read from the cache after that", function()
      local client = client_of()
      create(client, "autumn")
      local asked = counter "GetEmailTemplate"
      local first = assert(client.templates:lookup { template_name = "autumn" })
      assert.same(assert(client.templates:get { template_name = "autumn" }), first)
      first.template_content.subject = "spoilt"
      assert.equal("Hi", client.templates:lookup({ template_name = "autumn" }).template_content.subject)
      assert.equal(2, asked())
      assert.same({ hits = 1, negative_hits = 0, misses = 1, shared = 0 }, client.templates:cache_stats())
    end)

    it("is asked for anew after a change, by whatever call of whatever client", function()
      local client, other = client_of(), client_of()
      create(client, "autumn")
      local function subject() return client.templates:lookup({ template_name = "autumn" }).template_content.subject end
      assert.equal("Hi", subject())
      assert(client.templates:update { template_name = "autumn", template_content = { subject = "Two", text = "x" } })
      assert.equal("Two", subject())
      assert(other:call("UpdateEmailTemplate", {
        TemplateName = "autumn", TemplateContent = { Subject = "Three", Text = "x" },
      }))
      assert.equal("Three", subject())
      assert(other.templates:delete { template_name = "autumn" })
      local found, err = client.templates:lookup { template_name = "autumn" }
      assert.is_nil(found)
      assert.equal("NotFoundException", err.code)
      create(client, "autumn")
      assert.equal("Hi", subject())
    end)

    it("remembers for a while that one is missing", function()
      local client = client_of { cache_negative_ttl_ms = 60000 }
      local asked = counter "GetEmailTemplate"
      for _ = 1, 3 do assert.is_nil(client.templates:lookup { template_name = "none" }) end
      assert.equal(1, asked())
      assert.equal(2, client.templates:cache_stats().negative_hits)
      local hasty = client_of { cache_negative_ttl_ms = 1 }
      hasty.templates:lookup { template_name = "other" }
      ses.sleep(0.01)
      hasty.templates:lookup { template_name = "other" }
      assert.equal(3, asked())
    end)

    it("belongs to one account", function()
      local client, stranger = client_of(), client_of {
        credentials = { access_key_id = "AKIASTRANGER", secret_access_key = "wrong" },
      }
      create(client, "autumn")
      assert(client.templates:lookup { template_name = "autumn" })
      local found, err = stranger.templates:lookup { template_name = "autumn" }
      assert.is_nil(found)
      assert.equal("credentials", err.kind)
    end)

    it("is asked for once by all tasks that want it at once", function()
      local client = client_of()
      create(client, "autumn")
      local asked = counter "GetEmailTemplate"
      ses.run(function(spawn)
        for _ = 1, 10 do spawn(function() assert(client.templates:lookup { template_name = "autumn" }) end) end
      end)
      assert.equal(1, asked())
      assert.equal(9, client.templates:cache_stats().shared)
    end)

    it("leaves wrong arguments to the validator", function()
      local client = client_of()
      for _, params in ipairs { {}, { template_name = 5 }, { template_nam = "x" } } do
        local found, err = client.templates:lookup(params)
        assert.is_nil(found)
        assert.equal("validation", err.kind)
      end
      client:close()
      assert.equal("ClientClosed", select(2, client.templates:lookup { template_name = "x" }).code)
    end)
  end)

  describe("of identities", function()
    it("is kept long where it is verified, and shortly where not", function()
      local client = client_of { cache_negative_ttl_ms = 1 }
      set_identity("example.com", "PENDING")
      local asked = counter "GetEmailIdentity"
      assert.is_false(client.identities:lookup({ email_identity = "example.com" }).verified_for_sending_status)
      ses.sleep(0.01)
      set_identity("example.com")
      for _ = 1, 3 do
        assert.is_true(client.identities:lookup({ email_identity = "example.com" }).verified_for_sending_status)
      end
      assert.equal(2, asked())
      assert.same({ hits = 2, negative_hits = 0, misses = 2, shared = 0 }, client.identities:cache_stats())
      -- Known for as long as it was, unless somebody looks for himself and finds otherwise.
      set_identity("example.com", "FAILED")
      assert.is_true(client.identities:lookup({ email_identity = "example.com" }).verified_for_sending_status)
      assert(client.identities:get { email_identity = "example.com" })
      assert.is_false(client.identities:lookup({ email_identity = "example.com" }).verified_for_sending_status)
      assert(client.identities:delete { email_identity = "example.com" })
      assert.is_nil(client.identities:lookup { email_identity = "example.com" })
    end)
  end)

  describe("with validate_template", function()
    it("refuses a send to a template that is not there, and says which may be meant", function()
      local client = client_of { validate_template = true }
      create(client, "autumn-letter")
      create(client, "welcome")
      local sends = counter "SendEmail"
      local sent, err = client.emails:send(mail { template = "autum-letter" })
      assert.is_nil(sent)
      assert.equal("validation", err.kind)
      assert.equal("NotFoundException", err.code)
      assert.equal("Content.Template.TemplateName", err.field)
      assert.equal("SendEmail: Content.Template.TemplateName 'autum-letter' is no template of this account in "
        .. "us-east-1; did you mean 'autumn-letter'? (NotFoundException)", tostring(err))
      assert.equal(0, sends())
      assert(client.emails:send(mail { template = "autumn-letter" }))
      assert(client.emails:send(mail()))
      assert.equal(2, sends())
    end)

    it("asks once for many sends, whether it is there or not", function()
      local client = client_of { validate_template = true }
      create(client, "autumn")
      local asked, listed = counter "GetEmailTemplate", counter "ListEmailTemplates"
      for _ = 1, 5 do
        assert(client.emails:send(mail { template = "autumn" }))
        assert.is_nil(client.emails:send(mail { template = "nowhere-near" }))
      end
      assert.equal(2, asked())
      assert.equal(1, listed())
      create(client, "nowhere-near")
      assert(client.emails:send(mail { template = "nowhere-near" }))
    end)

    it("stops a bulk send before its first batch", function()
      local client = client_of { validate_template = true }
      create(client, "autumn")
      local batches = counter "SendBulkEmail"
      local entries = {}
      for i = 1, 200 do entries[i] = "p" .. i .. "@example.org" end
      local sent = assert(client.emails:send_bulk { from = "a@example.com", template = "autum", entries = entries })
      assert.equal(200, sent.metrics.not_sent)
      assert.matches("did you mean 'autumn'", sent.stopped_by.message)
      assert.equal(0, batches())
      sent = assert(client.emails:send_bulk { from = "a@example.com", template = "autumn", entries = entries })
      assert.equal(200, sent.metrics.sent)
    end)

    it("lets a send go where it may not ask, or cannot", function()
      local client = client_of { validate_template = true, validate_identity = true }
      create(client, "autumn")
      for operation, fault in pairs {
        GetEmailTemplate = { status = 403, code = "AccessDeniedException" }, GetEmailIdentity = { status = 500 },
      } do
        fault.operation = operation
        assert(sandbox:control("POST", "/faults", fault).id)
      end
      assert(client.emails:send(mail { template = "autumn" }))
    end)

    it("does not look where it is not told to", function()
      local client = client_of()
      local asked = counter "GetEmailTemplate"
      local _, err = client.emails:send(mail { template = "none" })
      assert.equal("client", err.kind)
      assert.equal(0, asked())
    end)
  end)

  describe("with validate_identity", function()
    it("refuses a sender whose address and domains are not verified, and names them", function()
      local client = client_of { validate_identity = true }
      set_identity("news.example.com", "PENDING")
      local sends = counter "SendEmail"
      local sent, err = client.emails:send(mail { from = "Shop <shop@news.example.com>" })
      assert.is_nil(sent)
      assert.equal("validation", err.kind)
      assert.equal("IdentityNotVerified", err.code)
      assert.equal("FromEmailAddress", err.field)
      assert.equal("FromEmailAddress s***@news.example.com is not verified for sending in us-east-1: news.example.com "
        .. "is PENDING, s***@news.example.com is no identity, example.com is no identity", err.message)
      assert.equal(0, sends())
    end)

    for what, case in pairs {
      ["the address"] = { "shop@news.example.com", "shop@news.example.com" },
      ["the address without its label"] = { "shop@news.example.com", "shop+autumn@news.example.com" },
      ["the domain"] = { "news.example.com", "anyone@NEWS.example.com" },
      ["a domain above"] = { "example.com", "shop@a.news.example.com" },
      ["a domain that is not ASCII"] = { "xn--bcher-kva.example", "shop@bücher.example" },
    } do
      it("lets a sender through where " .. what .. " is verified", function()
        local client = client_of { validate_identity = true }
        local sent, err = client.emails:send(mail { from = case[2] })
        assert.is_nil(sent)
        assert.equal("IdentityNotVerified", err.code)
        set_identity(case[1])
        -- The identity is there already; but a call that may have changed it is enough to ask anew.
        client.identities:create { email_identity = case[1] }
        assert(client.emails:send(mail { from = case[2] }))
      end)
    end

    it("lets a sender through as soon as its verification has been waited for", function()
      local client = client_of { validate_identity = true }
      set_identity("news.example.com", "PENDING")
      assert.is_nil(client.emails:send(mail()))
      set_identity "news.example.com"
      assert.is_nil(client.emails:send(mail()))
      assert(client.identities:wait_until_verified("news.example.com"))
      assert(client.emails:send(mail()))
    end)

    it("does not ask again for every send", function()
      local client = client_of { validate_identity = true }
      set_identity "news.example.com"
      local asked = counter "GetEmailIdentity"
      for _ = 1, 5 do assert(client.emails:send(mail())) end
      assert.equal(1, asked())
    end)

    it("does not judge another account's identity", function()
      local client = client_of { validate_identity = true }
      assert(client.emails:send(mail {
        from_email_address_identity_arn = "arn:aws:ses:us-east-1:123456789012:identity/news.example.com",
      }))
    end)
  end)

  it("is shared by the workers of an nginx", function()
    local running = nginx.start("lua_shared_dict ses_cache 1m;\n" .. nginx.RUNS_LUA_IN_WORKER, { workers = 2 })
    finally(running.stop)
    create(client_of(), "autumn")
    local asked = counter "GetEmailTemplate"
    local function worker(id, code)
      local text, status = running.post("/worker/" .. id, ([[
        CLIENT = CLIENT or assert(require("ses").client {
          region = "us-east-1", endpoint = "%s", credentials = { access_key_id = "%s", secret_access_key = "%s" },
        })
        local templates = CLIENT.templates
        local function subject()
          local found, err = templates:lookup { template_name = "autumn" }
          local stats = templates:cache_stats()
          return (found and found.template_content.subject or err.code) .. " " .. stats.hits .. "/" .. stats.misses
            .. " in " .. ngx.worker.id()
        end
      ]]):format(sandbox.url, settings.ACCESS_KEY_ID, settings.SECRET_ACCESS_KEY) .. code)
      assert.equal(200, status, text)
      return text
    end
    assert.equal("Hi 0/1 in 0", worker(0, "return subject()"))
    assert.equal("Hi 1/0 in 1", worker(1, "return subject()"))
    assert.equal(1, asked())
    worker(1, [[
      assert(templates:update { template_name = "autumn", template_content = { subject = "Two", text = "x" } })
    ]])
    assert.equal("Two 0/2 in 0", worker(0, "return subject()"))
    assert.equal("Two 2/0 in 1", worker(1, "return subject()"))
    worker(0, [[ assert(templates:delete { template_name = "autumn" }) ]])
    assert.equal("NotFoundException 2/1 in 1", worker(1, "return subject()"))
  end)
end)
