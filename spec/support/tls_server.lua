--- An HTTPS server (openssl s_server) whose certificate, made for this run, is good for localhost and
-- 127.0.0.1, and for no other address that it can be reached by.
local process = require "spec.support.process"

local tls_server = {}

--- Starts the server: `server.port`, `server.ca_bundle` (the PEM file to trust), `server.key`, `server.stop()`.
function tls_server.start()
  local folder = process.folder()
  local cert, key = folder .. "/cert.pem", folder .. "/key.pem"
  local made = process.run {
    "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert,
    "-days", "2", "-subj", "/CN=localhost",
    -- The DNS entry is for nginx, which compares an address as if it were a name.
    "-addext", "subjectAltName=DNS:localhost,DNS:127.0.0.1,IP:127.0.0.1",
  }
  assert(made.status == 0, made.err)
  local job = process.start { "openssl", "s_server", "-accept", "0", "-4", "-www", "-cert", cert, "-key", key }
  local port = process.eventually(function() return job.out():match("ACCEPT %S-:(%d+)\n") end)
  return {
    port = tonumber(port), ca_bundle = cert, key = key,
    stop = function()
      job.signal "TERM"
      job.wait()
      job.remove()
      process.remove(folder)
    end,
  }
end

return tls_server
