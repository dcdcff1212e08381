local utf8_text = require "ses.campaign.utf8_text"

describe("ses.campaign.utf8_text", function()
  it("takes valid text of every length of character", function()
    for _, text in ipairs { "", "plain", "é", "漢字", "😀", "\0", "\244\143\191\191" } do
      assert.is_true(utf8_text.valid(text))
    end
  end)

  it("refuses what RFC 3629 refuses", function()
    for _, text in ipairs {
      "\128", "\195", "a\195", "\192\175",
      "\224\128\175", "\237\160\128", "\244\144\128\128", "\245\128\128\128",
      "\255", "é\195(",
    } do
      assert.is_false(utf8_text.valid(text))
    end
  end)
end)
