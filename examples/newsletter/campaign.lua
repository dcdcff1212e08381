-- The letter of a small bookshop to its 1,000 readers.
--
--   ses campaign run examples/newsletter/campaign.lua --dry-run
--   ses campaign run examples/newsletter/campaign.lua
--
-- The template is stored at SES by upload_template.lua.

-- What the shop lays aside for a reader goes by the script of the favourite book.
local SUGGESTIONS = {
  latin = {
    { title = "The Book of Disquiet", author = "Fernando Pessoa", colour = "#5b2a3c", mark = "✶",
      note = "A clerk in Lisbon looks out of his window, and one reads on for months." },
    { title = "Kitchen", author = "Banana Yoshimoto", colour = "#2f4f6b", mark = "☾",
      note = "Small, warm, and sadder than it looks. Best after ten at night." },
    { title = "The Summer Book", author = "Tove Jansson", colour = "#4c6b3a", mark = "❦",
      note = "A grandmother, a child, an island. Nothing happens, and then it is over too soon." },
  },
  other = {
    { title = "边城", author = "沈从文", colour = "#3a5a6b", mark = "❦",
      note = "A ferry, a girl, a river town. Translated as Border Town." },
    { title = "夢十夜", author = "夏目漱石", colour = "#3b2f5b", mark = "☾",
      note = "Ten nights, ten dreams. The third one stays." },
    { title = "Вечори на хуторі", author = "Микола Гоголь", colour = "#7a3b1d", mark = "✶",
      note = "Village tales told by a beekeeper, to be read aloud." },
  },
}

local function suggestions_for(book)
  return SUGGESTIONS[book:find "^[\32-\126\194-\197]" and "latin" or "other"]
end

---@type ses.Campaign
return {
  name = "lantern-letter-42",
  audience = { csv = "recipients.csv", email = "email", name = "name" },
  message = {
    from = { name = "The Lantern Bookshop", email = "letters@lantern.example" },
    template = "lantern-letter",
    data = function(reader)
      return {
        first_name = reader.first_name,
        city = reader.city,
        favourite_book = reader.favourite_book,
        suggestions = suggestions_for(reader.favourite_book),
        issue = "No. 42",
        evening = "Friday the 30th, half past seven",
      }
    end,
  },
  pace = { concurrency = 16 },
}
