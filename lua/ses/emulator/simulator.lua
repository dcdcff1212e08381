--- What becomes of mail to the addresses of SES's mailbox simulator.
-- Source: "Using the mailbox simulator manually" in the SES developer guide.
-- @module ses.emulator.simulator
local simulator = {}

local DOMAIN = "simulator.amazonses.com"

local OUTCOMES = {
  success = { status = "delivered" },
  bounce = { status = "bounced", reason = "550 5.1.1 user unknown (mailbox simulator)" },
  complaint = { status = "complained", reason = "the recipient reported it as spam (mailbox simulator)" },
  suppressionlist = { status = "suppressed", reason = "on the global suppression list (mailbox simulator)" },
  ooto = { status = "delivered", reason = "answered out of the office (mailbox simulator)" },
}

--- The outcome of mail to an address.
-- @tparam string email such as "bounce+label@simulator.amazonses.com"
-- @treturn ?table { status =, reason = }; nil where the address is none of the simulator's
function simulator.outcome(email)
  local name, domain = email:match("^([^@+]+)%+?[^@]*@([^@]+)$")
  if not name or domain:lower() ~= DOMAIN then return nil end
  return OUTCOMES[name:lower()]
end

--- Whether an address is at the simulator's domain, which mail from the sandbox may go to.
-- @tparam string email
-- @treturn boolean
function simulator.is_simulated(email)
  return email:lower():sub(-#DOMAIN - 1) == "@" .. DOMAIN
end

return simulator
