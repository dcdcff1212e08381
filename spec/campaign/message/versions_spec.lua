local file = require "ses.campaign.file"
local message = require "ses.campaign.message"
local versions = require "ses.campaign.message.versions"

local function check(fields)
  local made = { from = "news@shop.example" }
  for key, value in pairs(fields) do made[key] = value end
  return file.check { name = "autumn", audience = { csv = "people.csv" }, message = made }
end

local function reason(fields)
  local made, err = check(fields)
  assert.is_nil(made)
  return (err.message:gsub("^campaign: ", ""))
end

local function by_key(spec)
  local found = {}
  for _, version in ipairs(assert(versions.of(spec))) do
    found[(version.variant or "-") .. "/" .. (version.language or "-")] = version.content
  end
  return found
end

describe("ses.campaign.message.versions", function()
  it("is one where a message has no languages and no variants", function()
    assert.same({ ["-/-"] = { template = "t" } }, by_key { template = "t" })
  end)

  it("takes a language's words from the language alone", function()
    assert.same({
      ["-/-"] = { subject = "Hello", text = "Hi", html = "<p>Hi" },
      ["-/de"] = { subject = "Hallo", text = "Hallo du" },
      ["-/fr"] = { template = "fr" },
    }, by_key {
      subject = "Hello", text = "Hi", html = "<p>Hi",
      languages = { de = { subject = "Hallo", text = "Hallo du" }, fr = { template = "fr" } },
    })
  end)

  it("completes a variant by the message, and by that language of it", function()
    assert.same({
      ["A/-"] = { subject = "Hello", text = "Hi", html = "<p>Hi" },
      ["A/de"] = { subject = "Hallo", text = "Hallo du" },
      ["B/-"] = { subject = "Hey", text = "Hi", html = "<p>Hi" },
      ["B/de"] = { subject = "He", text = "Hallo du" },
    }, by_key {
      subject = "Hello", text = "Hi", html = "<p>Hi",
      languages = { de = { subject = "Hallo", text = "Hallo du" } },
      variants = { { name = "A" }, { name = "B", subject = "Hey", languages = { de = { subject = "He" } } } },
    })
  end)

  it("takes neither text nor html from the message for a variant that has one of them", function()
    local found = by_key { subject = "x", text = "y", html = "z", variants = { { name = "A", text = "other" } } }
    assert.same({ subject = "x", text = "other" }, found["A/-"])
    found = by_key { subject = "x", text = "y", html = "z", variants = { { name = "A", html = "other" } } }
    assert.same({ subject = "x", html = "other" }, found["A/-"])
  end)

  it("lets every variant bring all its words", function()
    assert.same({ ["A/-"] = { template = "a" }, ["B/-"] = { template = "b" }, ["C/-"] = { subject = "x", html = "y" } },
      by_key { template = "c", variants = {
        { name = "A", template = "a" }, { name = "B", template = "b" }, { name = "C", subject = "x", html = "y" },
      } })
    assert.same({ ["A/-"] = { template = "a" } }, by_key { variants = { { name = "A", template = "a" } } })
  end)

  it("wants every language in every variant that has words of its own", function()
    assert.equal("message.variants[2].languages.de is missing: message has this language",
      reason { template = "t", languages = { de = { template = "d" } },
        variants = { { name = "A" }, { name = "B", template = "b" } } })
    assert.equal("message.variants[1].languages.fr is missing: message.variants[2] has this language",
      reason { template = "t",
        variants = { { name = "A" }, { name = "B", template = "b", languages = { fr = { template = "f" } } } } })
  end)

  it("names what is missing, or too much, by its path", function()
    assert.equal("message needs a template, or a subject with a text or an html", reason { text = "x" })
    assert.equal("message.languages.de needs a text or an html",
      reason { template = "t", languages = { de = { subject = "x" } } })
    assert.equal("message.variants[1] needs a text or an html",
      reason { variants = { { name = "A", subject = "x" } } })
    assert.equal("message.languages.de.subject comes from the template; take one of them out",
      reason { template = "t", languages = { de = { template = "d", subject = "x" } } })
    assert.equal("message.variants[2].html comes from the template; take one of them out",
      reason { template = "t", variants = { { name = "A" }, { name = "B", template = "b", html = "x" } } })
    assert.matches("^message.variants%[1%] changes a part of what is a template of SES: give it a template",
      reason { template = "t", variants = { { name = "A", subject = "x" } } })
    assert.equal("message.variants[2].languages.de.subjct is not known; did you mean 'subject'?",
      reason { template = "t", variants = { { name = "A" }, { name = "B", languages = { de = { subjct = "x" } } } } })
    assert.equal("message.languages.de.text must be a string, not a number",
      reason { template = "t", languages = { de = { subject = "x", text = 1 } } })
    assert.equal("message.languages.german is no language tag, such as de or de-AT",
      reason { template = "t", languages = { german = { template = "x" } } })
    assert.equal("message.languages.1 is no language tag, such as de or de-AT",
      reason { template = "t", languages = { { template = "x" } } })
    assert.matches("^message.languages.[dD][eE] is there twice",
      reason { template = "t", languages = { de = { template = "x" }, DE = { template = "x" } } })
  end)

  it("wants shares that can be shared out", function()
    local function of(...) return reason { template = "t", variants = { ... } } end
    assert.equal("message.variants[2].share is missing: others have one",
      of({ name = "A", share = 50 }, { name = "B" }))
    assert.matches("^message.variants%[2%].share must be a number, 0 or more",
      of({ name = "A", share = 50 }, { name = "B", share = -1 }))
    assert.matches("^message.variants%[1%].share must be", of { name = "A", share = "half" })
    assert.matches("^message.variants%[1%].share must be", of { name = "A", share = 0 / 0 })
    assert.equal("message.variants must have a share above 0, or nobody would get anything",
      of({ name = "A", share = 0 }, { name = "B", share = 0 }))
    assert.equal("message.variants[2].name is the name of another variant, too", of({ name = "A" }, { name = "A" }))
    assert.matches("^message.variants%[1%].name must be of letters", of { name = "the first" })
    assert.equal("message.variants[1].name is missing", of { share = 1 })
    assert.equal("message.variants[1].weight is not known", of { name = "A", weight = 1 })
    assert.matches("^message.variants must be a list", of())
    assert.matches("^message.variants must be a list", reason { template = "t", variants = { A = { template = "x" } } })
  end)

  it("leaves room for the campaign's own tags among the 50 that SES takes", function()
    local tags = {}
    for i = 1, 46 do tags["t" .. i] = "x" end
    assert(check { template = "t", tags = tags })
    tags.t47 = "x"
    assert.matches("^message.tags must be 46 at most", reason { template = "t", tags = tags })
    assert.matches("^message.tags.ses_variant is set by", reason { template = "t", tags = { ses_variant = "x" } })
  end)
end)

describe("a message of several versions", function()
  local function prepare(spec, client)
    spec.from = "news@shop.example"
    return message.new({ file = "autumn.lua", name = "autumn", message = spec }, client)
  end

  local function local_message()
    return assert(prepare {
      subject = "Hello {{name}}", text = "Hi {{name}}",
      languages = { de = { subject = "Hallo {{name}}", text = "{{anrede}} {{name}}" } },
      variants = {
        { name = "A" }, { name = "B", subject = "{{name}}!", languages = { de = { subject = "{{name}}?" } } },
      },
    })
  end

  it("holds each recipient's data against the version that the recipient gets", function()
    local m = local_message()
    assert.is_true(m:check({ name = "Ann" }, "1", nil, "A"))
    assert.is_true(m:check({ name = "Ann", anrede = "Liebe" }, "11", "de", "B"))
    -- The same shape is seen anew for each version.
    local fine, variable = m:check({ name = "Ann" }, "1", "de", "A")
    assert.is_nil(fine)
    assert.equal("anrede", variable)
    assert.is_nil((m:check({ name = "Ann\nBcc: x" }, "1", nil, "B")))
    -- Whose variant is not known must be fit for each.
    assert.is_nil((m:check({ name = "Ann" }, nil, "de")))
    assert.is_true(m:check({ name = "Ann" }, nil, nil))
    local _, _, reason_ = m:check({}, nil, "fr", "A")
    assert.equal("the message has no such version", reason_)
  end)

  it("sends each recipient the version that was chosen, and tags it", function()
    local m = local_message()
    local mail = m:mail { id = 1, email = "a@example.com", language = "de", variant = "B",
      data = '{"name":"Ann","anrede":"Liebe"}' }
    assert.equal("Ann?", mail.subject)
    assert.equal("Liebe Ann", mail.text)
    assert.same({ ses_campaign = "autumn", ses_recipient = "1", ses_variant = "B", ses_language = "de" }, mail.tags)
    mail = m:mail { id = 2, email = "a@example.com", variant = "B", data = '{"name":"Ann"}' }
    assert.same({ ses_campaign = "autumn", ses_recipient = "2", ses_variant = "B" }, mail.tags)
    assert.equal("Ann!", mail.subject)
  end)

  it("chooses for a row that has no variant yet as it chooses at load", function()
    local m = local_message()
    local seen = {}
    for i = 1, 20 do
      local email = ("Reader-%d@Example.com"):format(i)
      local variant = m:mail { id = i, email = email, data = '{"name":"Ann"}' }.tags.ses_variant
      assert.equal(m:variant_of(email:lower()), variant)
      seen[variant] = true
    end
    assert.is_true(seen.A and seen.B)
    assert.equal("de", m:language_of "de-AT")
    assert.is_nil(m:language_of "fr")
  end)

  it("fetches every template once, and names the one that is not there", function()
    local fetched = {}
    local client = { settings = { region = "eu-west-1" }, templates = { get = function(_, params)
      local name = params.template_name
      fetched[name] = (fetched[name] or 0) + 1
      if name == "lost" then return nil, { code = "NotFoundException" } end
      return { template_content = { subject = "{{a}}", text = name == "broken" and "{{#if" or "x" } }
    end } }
    local spec = { template = "t", languages = { de = { template = "d" } },
      variants = { { name = "A" }, { name = "B", template = "t", languages = { de = { template = "d" } } } } }
    assert(prepare(spec, client))
    assert.same({ t = 1, d = 1 }, fetched)
    spec.variants[2].languages.de.template = "lost"
    local m, err = prepare(spec, client)
    assert.is_nil(m)
    assert.equal("autumn.lua: message.variants[2].languages.de.template 'lost' is no template of this account in "
      .. "eu-west-1; store it by: ses template push FOLDER --name lost", err.message)
    spec.variants[2].languages.de.template = "broken"
    m, err = prepare(spec, client)
    assert.is_nil(m)
    assert.matches("^autumn.lua: message.variants%[2%].languages.de.template does not compile: text: ", err.message)
  end)

  it("says where its languages reach nobody", function()
    local words = { subject = "x", text = "y" }
    local spec = { from = "a@shop.example", subject = "x", text = "y", languages = { de = words } }
    local function notes(audience)
      return assert(message.new { file = "a", name = "autumn", message = spec, audience = audience }):notes()
    end
    assert.matches("audience.language names no column", notes({ csv = "x" })[1])
    assert.same({}, notes { csv = "x", language = "lang" })
    spec.languages = nil
    assert.same({}, notes { csv = "x" })
  end)

  it("has another fingerprint where any version or any share is another", function()
    local function print_of(change)
      local spec = {
        subject = "a", text = "b", languages = { de = { subject = "c", text = "d" } },
        variants = { { name = "A", share = 1 }, { name = "B", share = 1, text = "e",
          languages = { de = { text = "f" } } } },
      }
      if change then change(spec) end
      return assert(prepare(spec)):fingerprint()
    end
    local first, seen = print_of(), {}
    assert.equal(first, print_of())
    for _, change in ipairs {
      function(s) s.languages.de.text = "D" end, function(s) s.variants[2].text = "E" end,
      function(s) s.variants[2].languages.de.text = "F" end, function(s) s.variants[1].share = 2 end,
      function(s) s.variants[2].name = "C" end,
      function(s) s.languages.fr, s.variants[2].languages.fr = s.languages.de, s.languages.de end,
    } do
      local other = print_of(change)
      assert.is_nil(seen[other])
      assert.not_equal(first, other)
      seen[other] = true
    end
  end)
end)
