-- Mails of every kind that an inbox may get: long, of other scripts, without a subject, to many, failed.
local ses = require "ses"

local many_mails = {}

local LONG = "Your order of three pairs of winter boots, a lantern and 12 m of rope has left our house in Hamburg and "
  .. "should be with you by Thursday, unless the ferries stand still again, of which we shall tell you at once"

local KINDS = {
  { to = "Ann Lee <ann@example.com>", subject = "Welcome, Ann", tags = { campaign = "welcome", variant = "A" } },
  { to = "bounce@simulator.amazonses.com", subject = LONG, tags = { campaign = "orders" } },
  { to = ("a.very.long.name"):rep(3) .. "@" .. ("subdomain."):rep(8) .. "example.com", subject = LONG:gsub(" ", "-") },
  { to = "山田太郎 <yamada@example.jp>", subject = "ご注文ありがとうございます（注文番号 1024）" },
  { to = "ליאור כהן <lior@example.il>", subject = "ההזמנה שלך בדרך (1024)" },
  { to = "سارة علي <sara@example.ae>", subject = "طلبك رقم 1024 في الطريق" },
  { to = "Владимир Константинопольский-Задунайский <vladimir@example.ru>", subject = "Спасибо за покупку" },
  { to = "nosubject@example.com", subject = "" },
  { to = "complaint@simulator.amazonses.com", subject = "Emoji 👩‍👩‍👧‍👦 🎉 and <b>angle brackets</b> & \"quotes\"",
    tags = { campaign = "a-campaign-with-quite-a-long-name", language = "en", variant = "B", wave = "3" } },
  { to = "suppressionlist@simulator.amazonses.com", subject = "Suppressed" },
  { to = "one@example.com", cc = { "two@example.com", "three@example.com" }, subject = "To three people" },
}

local HTML = [[<h1 style="font-family:sans-serif">Hello</h1>
<p>A paragraph with a <a href="https://example.com/">link</a>
that is long enough to be broken on a narrow screen, and a table 600 pixels wide.</p>
<table width="600" style="background:#eee"><tr><td>left</td><td align="right">right</td></tr></table>]]

-- Sends `n` mails to the emulator at `url`, whose client options are `options`; → their ids, in order.
function many_mails.send(options, n)
  local client, ids = assert(ses.client(options)), {}
  for i = 1, n do
    local kind = KINDS[(i - 1) % #KINDS + 1]
    local sent = assert(client.emails:send {
      from = "Märchenbuch Versand <shop@example.com>", to = kind.to, cc = kind.cc, subject = kind.subject,
      tags = kind.tags, text = "Number " .. i .. "\n" .. LONG, html = i % 2 == 1 and HTML or nil,
      attachments = i % 11 == 1 and { { filename = "a-rather-long-file-name-of-a-bill-for-2026-11-" .. i .. ".pdf",
        data = "x", content_type = "application/pdf" } } or nil,
    })
    ids[i] = sent.message_id
  end
  client:close()
  return ids
end

return many_mails
