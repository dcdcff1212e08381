-- What ses.campaign.status reports of a large campaign in which much happened, and of one to nobody.
local ZONE = { name = "Europe/Berlin", offset = function() return 7200 end }
local START = 1790000000

local large_report = {}

local function timeline()
  local buckets = { seconds = 60 }
  for i = 0, 100 do
    if i < 20 or i > 40 then
      buckets[#buckets + 1] = { at = START + i * 60, sent = 9000 + i * 20, failed = i % 7 * 100, in_doubt = 0 }
    end
  end
  return buckets
end

local function breakdown()
  local rows = {}
  for _, language in ipairs { "de", "en", "日本語", "ar", "pt-BR" } do
    for _, variant in ipairs { "A", "B" } do
      rows[#rows + 1] = { language = language, variant = variant, state = "sent", n = 120000 }
      rows[#rows + 1] = { language = language, variant = variant, state = "failed", n = 3000 }
    end
  end
  return rows
end

function large_report.large()
  local doubts, latencies, logged = {}, {}, {}
  for i = 1, 50 do
    doubts[i] = { row = i * 1000, email = "p***@example.com", reason = "no answer within 30 s", at = START + i }
  end
  for i = 1, 12 do latencies[i] = { below_ms = 2 ^ (i + 2), n = 1000 * (13 - i) } end
  for i = 1, 6 do
    logged[i] = { at = START + i * 60, kind = "pause", text = "paused by hand: the shop is closed until tomorrow, and "
      .. "nobody would answer what readers write back" }
  end
  return {
    campaign = "autumn-letter-to-all-readers-of-the-northern-branch-2026", standing = "finished", workers = 0,
    journal = "/data/campaigns/autumn-letter-to-all-readers/journal.sqlite3", at = START + 7000, zone = ZONE,
    counts = {
      total = 1234567, sent = 1200000, failed = 30000, in_doubt = 60, suppressed = 4000, pending = 507, sending = 0,
      removed = 2, duplicates = 3, suppressed_by = { AccountSuppressionList = 4000 },
      delivery = { delivered = 900000, delayed = 12, bounced_hard = 3000, bounced_soft = 100, complained = 40 },
    },
    failures = {
      { code = "MessageRejected", count = 20000, rows = {}, reason = "Email address is not verified. The following "
        .. "identities failed the check in region EU-WEST-1: " .. ("long-address"):rep(4) .. "@subdomain.example.com" },
      { code = "AccountSendingPausedException", reason = "sending is paused", count = 10000, rows = {} },
    },
    in_doubt = doubts, timeline = timeline(), limits = { { at = START, rate = 200 } },
    pauses = { { from = START + 1200, to = START + 2400 } }, latencies = latencies, breakdown = breakdown(),
    logged = logged,
  }
end

function large_report.empty()
  return {
    campaign = "empty", journal = "journal.sqlite3", at = START, zone = ZONE, standing = "finished", workers = 0,
    counts = {
      total = 0, sent = 0, failed = 0, in_doubt = 0, suppressed = 0, pending = 0, sending = 0, removed = 0,
      duplicates = 0, suppressed_by = {},
    },
    failures = {}, in_doubt = {}, timeline = { seconds = 1 }, limits = {}, pauses = {}, latencies = {}, breakdown = {},
    logged = {},
  }
end

return large_report
