--- Loads the modules that a client may come to need, so that no request reads a file; see `ses.preload`.
-- @module ses.preload
local lazy = require "ses.lazy"

local preload = {}

-- Those that are loaded by name within a function. What others name by ses.lazy comes by itself.
local MODULES = {
  "ses.bulk", "ses.bulk.suppression", "ses.client", "ses.credentials", "ses.dkim", "ses.dns", "ses.events",
  "ses.events.sqs", "ses.mail.header", "ses.mail.mime", "ses.model.endpoints", "ses.services.bulk_message",
  "ses.services.contact_opt_out", "ses.services.emails", "ses.services.identities", "ses.services.identity_lookup",
  "ses.services.jobs", "ses.services.template_lookup", "ses.template", "ses.template.methods", "ses.unsubscribe",
  "ses.utf8",
}

--- Loads them.
function preload.all()
  for _, name in ipairs(MODULES) do require(name) end
  require("ses.adapters.host").current()
  lazy.load_all()
  require("ses.model").load_all()
end

--- The same in nginx's init_by_lua, and makes there what the workers are to have in common.
function preload.before_fork()
  preload.all()
  require("ses.nginx").preload()
  require("ses.adapters.nginx_seal").make()
end

return preload
