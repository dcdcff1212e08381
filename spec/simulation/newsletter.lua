-- What the simulated campaigns say, and to whom.
local newsletter = {}

newsletter.SPEC = {
  file = "simulated", name = "simulated",
  message = { from = "news@shop.example", subject = "Hello {{name}}", text = "Dear {{name}}, it is autumn." },
}

-- The same as ses.campaign.file gives it.
function newsletter.campaign()
  return {
    file = "simulated", name = "simulated", message = newsletter.SPEC.message, pace = { account = "simulated" },
    audience = { csv = "people.csv", email = "email" },
  }
end

-- Loads people, given by their addresses, into a journal; `meta` is kept with the load, `zones` has time zones by
-- address.
function newsletter.load(journal, people, meta, zones)
  local found, err = journal:load()
  if not found then return nil, err end
  for i, address in ipairs(people) do
    local added
    added, err = found:add {
      address = address, row = i + 1, email = address, data = ('{"name":"P %d"}'):format(i),
      zone = zones and zones[address],
    }
    if not added then
      found:abort()
      return nil, err
    end
  end
  local done
  done, err = found:finish(meta)
  if not done then found:abort() end
  return done, err
end

return newsletter
