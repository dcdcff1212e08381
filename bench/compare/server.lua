-- An nginx that answers as SES does, whatever it is asked: over HTTP and over TLS, from one worker.
local free_port = require "spec.support.free_port"
local process = require "spec.support.process"

local server = {}

local ENTRIES = 50

local CONF = [[
daemon off;
worker_processes 1;
error_log FOLDER/error.log error;
pid FOLDER/nginx.pid;
events { worker_connections 4096; }
http {
  access_log off;
  default_type application/json;
  keepalive_requests 100000000;
  client_max_body_size 64m;
  client_body_temp_path FOLDER; proxy_temp_path FOLDER; fastcgi_temp_path FOLDER;
  uwsgi_temp_path FOLDER; scgi_temp_path FOLDER;
  ssl_certificate FOLDER/tls.pem;
  ssl_certificate_key FOLDER/tls.key;
  server {
    listen 127.0.0.1:HTTP backlog=4096;
    listen 127.0.0.1:HTTPS ssl backlog=4096;
    add_header x-amzn-RequestId $request_id;
    location = /v2/email/outbound-emails { return 200 '{"MessageId":"MESSAGE_ID"}'; }
    location = /v2/email/outbound-bulk-emails {
      set $entry '{"Status":"SUCCESS","MessageId":"MESSAGE_ID"}';
      return 200 '{"BulkEmailEntryResults":[BULK]}';
    }
  }
}
]]

local MESSAGE_ID = "0100018c4f2b6d1e-7f2b6d1e-4b9a-4f5e-9d0c-0123456789ab-000000"

local function answers(port)
  local one = require("socket").connect("127.0.0.1", port)
  if one then one:close() end
  return one ~= nil
end

--- Starts it. → { http =, https = (URLs), ca = (a PEM file to trust), env, stop() }
function server.start()
  local folder = process.folder()
  process.shell(("cd %s && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext "
    .. "subjectAltName=DNS:localhost -keyout tls.key -out tls.pem 2>/dev/null"):format(folder))
  local http, https = free_port(), free_port()
  local values = {
    FOLDER = folder, HTTP = tostring(http), HTTPS = tostring(https), MESSAGE_ID = MESSAGE_ID,
    BULK = ("$entry,"):rep(ENTRIES - 1) .. "$entry",
  }
  process.write(folder .. "/nginx.conf", (CONF:gsub("%f[%w_][%u_]+%f[^%w_]", values)))
  local pipe = assert(io.popen(("nginx -e %s/error.log -c %s/nginx.conf >/dev/null 2>&1"):format(folder, folder), "w"))
  process.eventually(function() return answers(http) end)
  return {
    http = "http://127.0.0.1:" .. http, https = "https://localhost:" .. https, ca = folder .. "/tls.pem",
    env = {
      AWS_REGION = "us-east-1", AWS_DEFAULT_REGION = "us-east-1", AWS_ACCESS_KEY_ID = "bench",
      AWS_SECRET_ACCESS_KEY = "bench", AWS_EC2_METADATA_DISABLED = "true", HOME = folder,
      AWS_CA_BUNDLE = folder .. "/tls.pem", NODE_EXTRA_CA_CERTS = folder .. "/tls.pem",
    },
    stop = function()
      os.execute(("kill $(cat %s/nginx.pid)"):format(folder))
      pipe:close()
      os.execute("rm -rf " .. folder)
    end,
  }
end

return server
