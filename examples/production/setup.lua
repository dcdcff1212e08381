-- Makes what the shop sends with, and mends what is there already; it may run at every deployment:
--
--   ses examples/production/setup.lua arn:aws:sns:eu-west-1:123456789012:ses-events
--
-- A pool of dedicated IP addresses that SES manages (it costs money while it is there), a configuration set that sends
-- by it, and an event destination, so that a topic of SNS hears what became of the mail.
local ses = require "ses"

local POOL, SET, DESTINATION = "lantern-pool", "lantern-letters", "sns"

local topic = ...
if not topic then error("say which topic: ses examples/production/setup.lua ARN", 0) end

local client = assert(ses.client())

-- → whether it has been made just now
local function made(result, err)
  if result then return true end
  if err.code == "AlreadyExistsException" then return false end
  error(err, 0)
end

-- SES finds, warms up and adds the addresses of a MANAGED pool; a STANDARD one has those that you lease. One that is
-- STANDARD already becomes MANAGED, and there is no way back.
if not made(client.dedicated_ips:create_pool { pool_name = POOL, scaling_mode = "MANAGED" }) then
  assert(client.dedicated_ips:put_pool_scaling_attributes { pool_name = POOL, scaling_mode = "MANAGED" })
end

-- One table for each call that mends a part; creating takes them all.
local delivery = { sending_pool_name = POOL, tls_policy = "REQUIRE" }
local reputation = { reputation_metrics_enabled = true }
local suppression = { suppressed_reasons = { "BOUNCE", "COMPLAINT" } }
local sets = client.configuration_sets
if not made(sets:create {
  configuration_set_name = SET, delivery_options = delivery, reputation_options = reputation,
  suppression_options = suppression,
}) then
  delivery.configuration_set_name, reputation.configuration_set_name, suppression.configuration_set_name = SET, SET, SET
  assert(sets:put_delivery_options(delivery))
  assert(sets:put_reputation_options(reputation))
  assert(sets:put_suppression_options(suppression))
end

local destination = {
  configuration_set_name = SET, event_destination_name = DESTINATION,
  event_destination = {
    enabled = true, sns_destination = { topic_arn = topic },
    matching_event_types = {
      "SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "REJECT", "RENDERING_FAILURE", "DELIVERY_DELAY",
    },
  },
}
if not made(sets:create_event_destination(destination)) then assert(sets:update_event_destination(destination)) end

client:close()
print("configuration set " .. SET .. " is ready")
