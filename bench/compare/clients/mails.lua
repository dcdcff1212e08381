-- What the clients in Lua send: the same mail to one reader after the other, or the same call to fifty.
local mails = {}

local TEXT = ("A few more words of the letter, as letters have them. "):rep(7)
local ENTRIES = 50

--- Makes a sender. → a function that makes one call, and how it stands: { failed = calls }
function mails.sender(client, bulk)
  local n, state = 0, { failed = 0 }

  local function send()
    n = n + 1
    return client.emails:send {
      from = "The Shop <news@shop.example>", to = "reader-" .. n .. "@example.com", subject = "Your order has left",
      text = TEXT,
    }
  end

  local function send_bulk()
    local entries = {}
    for i = 1, ENTRIES do
      n = n + 1
      entries[i] = {
        Destination = { ToAddresses = { "reader-" .. n .. "@example.com" } },
        ReplacementEmailContent = { ReplacementTemplate = {
          ReplacementTemplateData = ('{"name":"Reader %d","town":"Lisbon"}'):format(n),
        } },
      }
    end
    return client:call("SendBulkEmail", {
      FromEmailAddress = "The Shop <news@shop.example>",
      DefaultContent = { Template = { TemplateName = "letter", TemplateData = '{"name":"","town":""}' } },
      BulkEmailEntries = entries,
    })
  end

  local one = bulk and send_bulk or send
  return function()
    if not one() then state.failed = state.failed + 1 end
  end, state
end

return mails
