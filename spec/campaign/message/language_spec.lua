local language = require "ses.campaign.message.language"

describe("ses.campaign.message.language", function()
  it("finds the language that suits best, or none", function()
    local find = language.lookup { "de", "pt-BR", "zh-Hant", "de-CH" }
    assert.equal("de", find "de")
    assert.equal("de", find "de-AT")
    assert.equal("de-CH", find "de-CH")
    assert.equal("de-CH", find "de-ch-1996")
    assert.equal("de", find "DE_at")
    assert.equal("zh-Hant", find "zh-Hant-TW")
    assert.equal("pt-BR", find " pt-br ")
    assert.is_nil(find "pt")
    assert.is_nil(find "zh")
    assert.is_nil(find "den")
    assert.is_nil(find "")
    assert.is_nil(find(nil))
  end)

  it("knows a language tag", function()
    for _, tag in ipairs { "de", "de-AT", "zh-Hant-TW", "ast", "en-GB-oed" } do assert.is_true(language.is_tag(tag)) end
    for _, tag in ipairs { "", "d", "german", "de_AT", "de-", "de--AT", "de AT", 1, ("de" .. ("-x"):rep(20)) } do
      assert.is_false(language.is_tag(tag))
    end
  end)
end)
