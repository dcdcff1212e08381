--- Which variant of a message an address gets.
--
-- The choice is made of a hash of the campaign's name and the address: the same in every run and on every machine,
-- and of no pattern that an audience's order or another campaign's choice could have.
-- @module ses.campaign.message.split
local core = require "ses.core"

local split = {}

-- So many hexadecimal digits of the hash a number holds exactly.
local DIGITS = 13

--- A function that chooses.
-- @tparam string campaign its name
-- @tparam ?table variants list of { name =, share = }; the shares are weights, one each where none is given
-- @treturn function address (normalised) → the name of its variant; nil where there are no variants
function split.new(campaign, variants)
  if not variants then return function() return nil end end
  local total, bounds = 0, {}
  for i, variant in ipairs(variants) do
    total = total + (variant.share or 1)
    bounds[i] = total
  end
  return function(address)
    local at = tonumber(core.digest.sha256(campaign .. "\0" .. address):sub(1, DIGITS), 16) / 16 ^ DIGITS * total
    for i, bound in ipairs(bounds) do
      if at < bound then return variants[i].name end
    end
  end
end

return split
