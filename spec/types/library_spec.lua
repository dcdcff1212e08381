-- The types that are written by hand against the code that they describe.
local config = require "ses.config"
local errors = require "ses.errors"
local lua_types = require "tools.lua_types"
local model = require "ses.model"
local operations = require "ses.services.operations"
local process = require "spec.support.process"
local support = require "spec.types.support"
local testing = require "ses.testing"

local sorted, names_in, set = support.sorted, support.names_in, support.set

-- The functions that stand in a source file as `function OWNER:name` or `function OWNER.name`, below an LDoc comment.
local function documented(path, owner)
  local found, is_documented = {}, false
  for line in io.lines("lua/ses/" .. path) do
    if line:find "^%-%-%- " then is_documented = true end
    local name = line:match("^function " .. owner .. "[.:]([%a][%w_]*)")
    if name and is_documented then found[name] = true end
    if not line:find "^%-%-" then is_documented = false end
  end
  return found
end

-- What a module offers: its functions. `internal`: those that other modules of ses alone call.
local function functions_of(module, internal)
  local found = {}
  for name, value in pairs(require(module)) do
    if type(value) == "function" and not internal[name] then found[name] = true end
  end
  return found
end

local INTERNAL = {
  ["ses.observe"] = { of_process = true, traces_of_process = true },
  ["ses.template"] = {}, ["ses.client"] = {},
}

local MODULES = {
  "ses", "ses.campaign", "ses.client", "ses.config", "ses.credentials", "ses.dkim", "ses.dns", "ses.endpoint",
  "ses.errors", "ses.events", "ses.events.normalise", "ses.events.own_list", "ses.events.sns", "ses.mail.address",
  "ses.mail.charset", "ses.mail.encoding", "ses.mail.header", "ses.mail.mime", "ses.model", "ses.model.json",
  "ses.model.names", "ses.model.validate", "ses.nginx", "ses.observe", "ses.template", "ses.template.lint",
  "ses.testing", "ses.testing.credentials", "ses.unsubscribe",
}

-- Those of the reference whose functions are called by another name, as methods of what another module gives, or by
-- ses itself.
local BY_OTHERS = {
  ["ses.bulk"] = "client.emails", ["ses.campaign.control"] = "ses.campaign", ["ses.campaign.export"] = "ses.campaign",
  ["ses.campaign.page"] = "ses.campaign", ["ses.campaign.settle"] = "ses.campaign",
  ["ses.campaign.status"] = "ses.campaign", ["ses.credentials.provider"] = "a client",
  ["ses.nginx.health"] = "ses.nginx", ["ses.nginx.metrics"] = "ses.nginx", ["ses.nginx.outbox"] = "ses.nginx",
  ["ses.nginx.send"] = "ses.nginx", ["ses.nginx.tokens"] = "ses.nginx.send", ["ses.nginx.webhook"] = "ses.nginx",
  ["ses.observe.redact"] = "a client's log", ["ses.observe.registry"] = "ses.observe.metrics",
  ["ses.observe.traces"] = "ses.observe.traces", ["ses.pipeline.pages"] = "the services",
  ["ses.ports"] = "adapters", ["ses.services.bulk_message"] = "client.emails",
  ["ses.services.message"] = "client.emails", ["ses.services.service"] = "a client",
}

-- The methods of objects, each with the file and the name that it has there.
local OBJECTS = {
  ["ses.Client"] = { "client.lua", "methods" },
  ["ses.Task"] = { "adapters/loop.lua", "Task" },
  ["ses.Template"] = { "template/init.lua", "Template" },
  ["ses.MessageTemplate"] = { "template/init.lua", "Message" },
  ["ses.Traces"] = { "observe/traces.lua", "Traces" },
  ["ses.events.Poller"] = { "events/sqs.lua", "Poller" },
  ["ses.events.Receiver"] = { "events/sns.lua", "Receiver" },
  ["ses.events.OwnList"] = { "events/own_list.lua", "List" },
  ["ses.nginx.Outbox"] = { "nginx/outbox.lua", "Outbox" },
  ["ses.testing.Client"] = { "testing/client.lua", "doubles" },
}

local function both(a, b)
  return set(sorted(a, b))
end

local function without(names, ...)
  local rest = {}
  for name in pairs(names) do rest[name] = true end
  for _, name in ipairs { ... } do rest[name] = nil end
  return rest
end

local function with(names, ...)
  return both(names, set { ... })
end

local function members(shape) return model.shape(shape).by_snake end

-- The options that each class has, as the code that checks them has them.
local CHECKED = {
  ["ses.ClientOptions"] = function() return set(config.names()) end,
  ["ses.StaticCredentials"] = function() return names_in("config.lua", "CREDENTIAL_FIELDS") end,
  ["ses.LogOptions"] = function() return names_in("config.lua", "LOG_FIELDS") end,
  ["ses.CredentialOptions"] = function() return names_in("credentials/init.lua", "OPTIONS") end,
  ["ses.Mail"] = function() return both(names_in("services/message.lua", "PLAIN"), members "SendEmailRequest") end,
  ["ses.BulkMail"] = function()
    return both(require("ses.services.bulk_message").FIELDS, members "SendBulkEmailRequest")
  end,
  ["ses.BulkEntry"] = function()
    return both(names_in("services/bulk_message.lua", "ENTRY_PLAIN"), members "BulkEmailEntry")
  end,
  ["ses.Attachment"] = function() return names_in("services/plain.lua", "ATTACHMENT") end,
  ["ses.BulkOptions"] = function() return names_in("bulk/init.lua", "OPTIONS") end,
  ["ses.SuppressionOptions"] = function() return names_in("bulk/suppression.lua", "OPTIONS") end,
  ["ses.ByodkimOptions"] = function() return names_in("services/identities.lua", "BYODKIM") end,
  ["ses.DnsOptions"] = function() return names_in("services/identities.lua", "RECORDS") end,
  ["ses.IdentitiesOptions"] = function() return names_in("services/identities.lua", "PARALLEL") end,
  ["ses.IdentityWaitOptions"] = function()
    return without(names_in("services/identities.lua", "PARALLEL"), "concurrency")
  end,
  ["ses.events.PollerOptions"] = function() return names_in("events/sqs.lua", "OPTIONS") end,
  ["ses.events.ReceiverOptions"] = function() return names_in("events/sns.lua", "OPTIONS") end,
  ["ses.Campaign"] = function() return names_in("campaign/file.lua", "KEYS") end,
  ["ses.campaign.Message"] = function() return names_in("campaign/check/message.lua", "KEYS") end,
  ["ses.campaign.Words"] = function() return names_in("campaign/check/versions.lua", "WORDS") end,
  ["ses.campaign.Variant"] = function() return names_in("campaign/check/versions.lua", "VARIANT") end,
  ["ses.campaign.Unsubscribe"] = function() return names_in("campaign/check/unsubscribe.lua", "KEYS") end,
  ["ses.campaign.Schedule"] = function() return names_in("campaign/check/schedule.lua", "KEYS") end,
  ["ses.campaign.QuietHours"] = function() return names_in("campaign/check/schedule.lua", "QUIET_KEYS") end,
  ["ses.campaign.Pace"] = function() return names_in("campaign/check/pace.lua", "KEYS") end,
  ["ses.campaign.WarmUp"] = function() return names_in("campaign/check/daily.lua", "KEYS") end,
  ["ses.campaign.Reputation"] = function() return names_in("campaign/check/reputation.lua", "KEYS") end,
  ["ses.campaign.Rates"] = function() return names_in("campaign/check/reputation.lua", "RATES") end,
  ["ses.campaign.Events"] = function() return names_in("campaign/check/events.lua", "KEYS") end,
  ["ses.campaign.Source"] = function()
    local sources, names = require "ses.campaign.sources", { email = true }
    for _, kind in ipairs(sources.KINDS) do
      names = both(with(names, kind), set(sources.OPTIONS[kind]))
    end
    return names
  end,
  ["ses.campaign.Audience"] = function()
    return both(support.fields "ses.campaign.Source", names_in("campaign/check/audience.lua", "KEYS"))
  end,
  ["ses.nginx.SendOptions"] = function() return names_in("nginx/send.lua", "OPTIONS") end,
  ["ses.nginx.UnsubscribeOptions"] = function() return names_in("nginx/unsubscribe.lua", "OPTIONS") end,
  ["ses.nginx.MetricsOptions"] = function() return names_in("nginx/metrics.lua", "OPTIONS") end,
  ["ses.nginx.CampaignOptions"] = function() return names_in("nginx/campaign.lua", "KNOWN") end,
  ["ses.nginx.HealthOptions"] = function() return with(require("ses.observe.health").OPTIONS, "client") end,
  ["ses.nginx.OutboxOptions"] = function()
    return both(names_in("nginx/outbox.lua", "OPTIONS"), names_in("nginx/outbox.lua", "NUMBERS"))
  end,
  ["ses.nginx.WebhookOptions"] = function()
    return both(names_in("nginx/webhook.lua", "OPTIONS"), names_in("nginx/webhook.lua", "RECEIVER"))
  end,
  ["ses.testing.Expected"] = function()
    return without(with(support.fields "ses.testing.Mail", "times"), "time")
  end,
}

describe("the types for editors", function()
  it("are annotations throughout, and name no type that there is not", function()
    assert.same({}, support.read().faults)
  end)

  it("have every option that the code takes, and no other", function()
    for class, expected in pairs(CHECKED) do
      assert.same(sorted(expected()), sorted(support.fields(class)), class)
    end
  end)

  it("have every service and every method that a client has, and no other", function()
    local client = testing.client()
    local services = {}
    for name in pairs(support.read().classes["ses.Client"].fields) do services[name] = true end
    assert.same(sorted(operations), sorted(without(services, "metrics", "traces")))
    for name in pairs(operations) do
      local class = getmetatable(client[name]).__index
      local found = {}
      for method, value in pairs(class) do
        if type(value) == "function" and not method:find "^__" then found[method] = true end
      end
      assert.same(sorted(found), sorted(support.methods("ses.services." .. name)), name)
    end
    client:close()
  end)

  it("have every function of the modules, and no other", function()
    for _, module in ipairs(MODULES) do
      assert.same(sorted(functions_of(module, INTERNAL[module] or {})), sorted(support.methods(module)), module)
    end
  end)

  it("have every value of the modules, and no other", function()
    for _, module in ipairs(MODULES) do
      local found = {}
      for name, value in pairs(require(module)) do
        if type(value) ~= "function" then found[name] = true end
      end
      assert.same(sorted(found), sorted(support.fields(module)), module)
    end
  end)

  it("have every module of the reference", function()
    local known = set(MODULES)
    for _, path in ipairs(require "tools.reference.modules") do
      local name = ("ses/" .. path):gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", ".")
      assert.is_true(known[name] ~= (BY_OTHERS[name] and true), name)
    end
  end)

  it("have every method of the objects, and no other", function()
    for class, place in pairs(OBJECTS) do
      assert.same(sorted(documented(place[1], place[2])), sorted(support.methods(class)), class)
    end
  end)

  it("have the kinds of errors", function()
    local kinds = {}
    for _, kind in ipairs(support.read().aliases["ses.ErrorKind"]) do kinds[kind] = true end
    assert.same(errors.kinds, kinds)
  end)

  it("have every type that an example or a document names", function()
    local paths = support.find "examples docs -name '*.lua' -o -name '*.md'"
    assert.same({}, lua_types.check_uses(support.read(), paths))
    local read = support.read()
    for row in process.read "docs/editors.md":gmatch "\n(| `ses[^\n|]+)" do
      for name in row:gmatch "`([%w_.]+)`" do assert.truthy(read.classes[name] or read.aliases[name], name) end
    end
  end)

  it("tell of what is wrong with them", function()
    local folder = process.folder()
    local path = folder .. "/wrong.lua"
    process.write(path, table.concat({
      "---@class a.Thing", "---@field name strin", "---@field name string", "---@fild other string",
      "local Thing = {}", "",
      "---@param a table<string", "function Thing:method(b) end", "",
    }, "\n"))
    local faults = lua_types.read { path }.faults
    process.remove(folder)
    assert.same({
      path .. ":3: a second field name", path .. ":4: @fild is not known here", path .. ":7: expects > at ''",
      path .. ":8: has the parameters (b), and tells of (a)", path .. ":2: no type strin",
    }, faults)
  end)
end)
