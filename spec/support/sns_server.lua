--- The side of SNS that a receiver asks: an HTTPS server (nginx) as sns.eu-west-1.amazonaws.com, which serves
-- certificates and confirms subscriptions.
local free_port = require "spec.support.free_port"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"

local sns_server = {}

local HTTP = [[
  log_format asked '$request_method $request_uri';
  server {
    listen 127.0.0.1:PORT ssl;
    ssl_certificate FOLDER/chain.pem;
    ssl_certificate_key KEY;
    access_log FOLDER/asked.log asked;
    location / { root FOLDER/files; }
    location = / { return 200 "<ConfirmSubscriptionResponse/>"; }
  }
]]

--- Starts the server with a certificate of `authority` (spec.support.sns_certificates) for `host`, the real one by
-- default. `server.port`; `server.publish(name, pem)`; `server.asked()`: a line for each request; `server.stop()`.
function sns_server.start(authority, host)
  local port = free_port()
  local certificate = authority:issue { subject = host or "sns.eu-west-1.amazonaws.com", curve = "prime256v1" }
  local folder = process.folder()
  process.run { "mkdir", folder .. "/files" }
  process.run { "chmod", "-R", "a+rX", folder }
  process.write(folder .. "/chain.pem", certificate.pem .. authority.intermediate.pem)
  local values = { PORT = port, KEY = certificate.key, FOLDER = folder }
  local server = nginx.start((HTTP:gsub("%f[%u](%u+)%f[%U]", values))
    .. "\n  server { listen SOCKET; location / { return 204; } }\n")
  return {
    port = port,
    publish = function(name, pem) process.write(folder .. "/files/" .. name, pem) end,
    asked = function() return process.read(folder .. "/asked.log") or "" end,
    stop = function()
      server.stop()
      process.remove(folder)
    end,
  }
end

return sns_server
