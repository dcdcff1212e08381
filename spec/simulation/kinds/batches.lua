-- Mails of which many go in one call of SendBulkEmail, whose entries fail alone, or are in doubt as a whole.
local batches = {}

function batches.draw(self)
  local draw = self.draw
  local message = { from = "news@shop.example", template = "autumn" }
  if draw:chance(0.5) then message.call = "SendBulkEmail" end
  if draw:chance(0.3) then message.variants = { { name = "a" }, { name = "b", template = "winter" } } end
  self.spec.message = message
  self.spec.pace.rate = draw:between(20, 150)
  if self.account_rate then self.account_rate = math.max(20, self.account_rate) end
  self.weather.entry_failures, self.weather.short_answers = draw:one { 0.02, 0.1 }, draw:one { 0, 0.1 }
end

return batches
