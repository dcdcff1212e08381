-- What the simulated campaigns say, and to whom.
local newsletter = {}

newsletter.SPEC = {
  file = "simulated", name = "simulated",
  message = { from = "news@shop.example", subject = "Hello {{name}}", text = "Dear {{name}}, it is autumn." },
}

-- Loads people, given by their addresses, into a journal; `meta` is kept with the load.
function newsletter.load(journal, people, meta)
  local found, err = journal:load()
  if not found then return nil, err end
  for i, address in ipairs(people) do
    local added
    added, err = found:add {
      address = address, row = i + 1, email = address, data = ('{"name":"P %d"}'):format(i),
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
