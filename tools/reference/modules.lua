-- The Lua modules that a program calls, for LDoc. Those of services whose methods are written by hand come by
-- themselves.
return {
  "bulk/init.lua", "campaign/control.lua", "campaign/export.lua", "campaign/init.lua", "campaign/page/init.lua",
  "campaign/settle.lua", "campaign/status.lua", "client.lua", "config.lua", "credentials/init.lua",
  "credentials/provider.lua", "dkim.lua", "dns.lua", "endpoint.lua", "errors.lua", "events/normalise.lua",
  "events/sns.lua", "init.lua", "mail/address.lua", "mail/charset.lua", "mail/encoding.lua", "mail/header.lua",
  "mail/mime.lua", "model/init.lua", "model/json.lua", "model/names.lua", "model/validate.lua", "nginx/health.lua",
  "nginx/init.lua", "nginx/metrics.lua", "nginx/outbox.lua", "nginx/send.lua", "nginx/tokens.lua",
  "nginx/webhook.lua", "observe/init.lua", "observe/redact.lua", "observe/registry.lua", "observe/traces.lua",
  "pipeline/pages.lua", "ports.lua", "services/bulk_message.lua", "services/message.lua", "services/service.lua",
  "template/init.lua", "unsubscribe.lua",
}
