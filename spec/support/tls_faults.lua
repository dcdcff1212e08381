--- Certificates with something wrong, and an nginx that serves each on a port of its own and counts.
local host = require "ses.emulator.host"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"

local tls_faults = {}

local NAMES = "DNS:localhost,DNS:127.0.0.1,IP:127.0.0.1"

local NEW_KEY = { "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes" }

local SERVERS = {
  { "good", certificate = "good" }, { "expired", certificate = "expired" },
  { "wrong_host", certificate = "wrong_host" }, { "self_signed", certificate = "self_signed" },
  { "tls11", certificate = "good", more = "ssl_protocols TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0;" },
}

local function openssl(folder, words, more)
  local argv = { "openssl" }
  for _, list in ipairs { words, more or {} } do
    for _, word in ipairs(list) do argv[#argv + 1] = word end
  end
  local result = process.run(argv, { cwd = folder })
  assert(result.status == 0, result.err)
end

-- A certificate and its key, in the files NAME.pem and NAME.key.
local function make_certificate(folder, name, names, days)
  process.write(folder .. "/names", "subjectAltName=" .. names .. "\n")
  openssl(folder, { "req", "-keyout", name .. ".key", "-out", name .. ".csr", "-subj", "/CN=" .. name }, NEW_KEY)
  openssl(folder, {
    "x509", "-req", "-in", name .. ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", days, "-extfile", "names",
    "-out", name .. ".pem",
  })
end

local function make_certificates()
  local folder = process.folder()
  for name, names in pairs { ca = "DNS:ca.test", self_signed = NAMES } do
    openssl(folder, {
      "req", "-x509", "-keyout", name .. ".key", "-out", name .. ".pem", "-days", "2", "-subj", "/CN=" .. name,
      "-addext", "subjectAltName=" .. names,
    }, NEW_KEY)
  end
  make_certificate(folder, "good", NAMES, "2")
  make_certificate(folder, "expired", NAMES, "-1")
  make_certificate(folder, "wrong_host", "DNS:other.example", "2")
  return folder
end

local function random_port(low, high)
  local file = assert(io.open("/dev/urandom", "rb"))
  local a, b, c = file:read(3):byte(1, 3)
  file:close()
  return low + (a * 65536 + b * 256 + c) % (high - low + 1)
end

local function render(folder, ports)
  local blocks = {}
  for _, server in ipairs(SERVERS) do
    local name = server[1]
    ports[name] = host.free_port(random_port)
    blocks[#blocks + 1] = ([[
      server {
        listen 127.0.0.1:%d ssl;
        access_log %s/%s.log;
        ssl_certificate %s/%s.pem;
        ssl_certificate_key %s/%s.key;
        %s
        location / { return 200 '{"MessageId":"m-1"}'; }
      }]]):format(ports[name], folder, name, folder, server.certificate, folder, server.certificate,
      server.more or "")
  end
  return table.concat(blocks, "\n")
end

--- Starts it.
-- @tparam string http more of nginx.conf's http block; CA in it is the file to trust
-- @treturn table { ports = name → port, ca_bundle =, post = of spec.support.nginx, requests = function(name) →
--   how many requests were read, stop = function }
function tls_faults.start(http)
  local folder, ports = make_certificates(), {}
  local ca = folder .. "/ca.pem"
  local started, running
  for _ = 1, 5 do
    -- A port may be taken between the look and the bind.
    started, running = pcall(nginx.start, render(folder, ports) .. http:gsub("%f[%u]CA%f[%U]", ca))
    if started then break end
  end
  assert(started, running)
  return {
    ports = ports, ca_bundle = ca, post = running.post, error_log = running.error_log,
    requests = function(name)
      local _, count = process.read(folder .. "/" .. name .. ".log"):gsub("\n", "")
      return count
    end,
    stop = function()
      running.stop()
      process.remove(folder)
    end,
  }
end

return tls_faults
