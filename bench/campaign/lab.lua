-- What the measurements of campaigns share: an audience, a server that answers as SES does, campaign files, and
-- `ses campaign run` as real processes whose time and memory are told.
local free_port = require "spec.support.free_port"
local json = require "ses.model.json"
local process = require "spec.support.process"

local lab = {}

local PROGRAMS = "build/bench/"

-- A letter of about 2 kB, in the three ways that a campaign can send it.
local SUBJECT = "{{first_name}}, how is {{town}}?"
local TEXT = "Dear {{name}},\n\n{{#if town}}The {{plan}} plan is there for {{town}}.{{/if}}\n\n"
  .. ("A few more words of the letter, as letters have them. "):rep(10) .. "\n"
local HTML = "<p>Dear {{name}},</p><p>The {{plan}} plan is there for {{town}}.</p>"
  .. ("<p>A few more words of the letter, as letters have them.</p>"):rep(20)

lab.CALLS = {
  own = "SendEmail, rendered by ses", single = "SendEmail, a template of SES", bulk = "SendBulkEmail, 50 a call",
}

local function literal(value)
  return type(value) == "string" and ("%q"):format(value) or tostring(value)
end

local function message_of(call)
  if call == "own" then
    return ("subject = %s, text = %s, html = %s"):format(literal(SUBJECT), literal(TEXT), literal(HTML))
  end
  return ('template = "letter", data = { "name", "first_name", "town", "plan" }, call = %s'):format(
    literal(call == "bulk" and "SendBulkEmail" or "SendEmail"))
end

--- Makes a folder with an audience for each of some sizes.
function lab.new()
  local self = { folder = process.folder(), n = 0 }
  process.write(self.folder .. "/template.json", assert(json.encode {
    TemplateName = "letter", TemplateContent = { Subject = SUBJECT, Text = TEXT, Html = HTML },
  }))
  return setmetatable(self, { __index = lab })
end

--- The path of a CSV of so many recipients, all of them fit and none twice.
function lab:audience(recipients)
  local path = ("%s/%d.csv"):format(self.folder, recipients)
  local there = io.open(path)
  if there then
    there:close()
  else
    assert(os.execute(("lua5.4 tools/make_csv.lua %d 1 fit > %s"):format(recipients, path)))
  end
  return path
end

--- Writes a campaign file. Options: `recipients`, `call` ("own", "single", "bulk"), `rate` (1e6), `concurrency` (50; of
-- calls that carry 50 recipients 10).
function lab:campaign(options)
  self.n = self.n + 1
  local path = ("%s/campaign-%d.lua"):format(self.folder, self.n)
  process.write(path, ([[
return {
  name = "bench-%d",
  audience = { csv = %s, email = "email", name = "name" },
  message = { from = { name = "The Shop", email = "news@shop.example" }, %s },
  pace = { rate = %s, concurrency = %d },
}
]]):format(self.n, literal(self:audience(options.recipients)), message_of(options.call), options.rate or 1e6,
    options.concurrency or (options.call == "bulk" and 10 or 50)))
  return path
end

local TLS = [[
daemon on;
worker_processes 1;
error_log FOLDER/tls.log;
pid FOLDER/tls.pid;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path FOLDER; proxy_temp_path FOLDER; fastcgi_temp_path FOLDER;
  uwsgi_temp_path FOLDER; scgi_temp_path FOLDER;
  client_body_buffer_size 1m;
  keepalive_requests 1000000000;
  upstream responder { server 127.0.0.1:TO; keepalive 256; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:FROM ssl backlog=1024;
    ssl_certificate FOLDER/tls.pem;
    ssl_certificate_key FOLDER/tls.key;
    location / {
      proxy_pass http://responder;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
    }
  }
}
]]

-- Puts nginx in front of the responder's port, which speaks TLS by a certificate of its own: its URL.
function lab:_front(port)
  local folder, from = self.folder, free_port()
  assert(os.execute(("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "
    .. "/CN=localhost -addext subjectAltName=DNS:localhost -keyout %s/tls.key -out %s/tls.pem 2>/dev/null"):format(
    folder, folder)))
  process.write(folder .. "/tls.conf", (TLS:gsub("FOLDER", folder):gsub("FROM", from):gsub("TO", port)))
  assert(os.execute(("nginx -p %s -c %s/tls.conf"):format(folder, folder)))
  return "https://localhost:" .. from
end

--- Starts the responder. Options: `rate` (of the account), `latency` (milliseconds), `tls` (behind an nginx that
-- speaks it). → { env = (for a process that is to use it), counts(), stop() }
function lab:respond(options)
  options = options or {}
  local told = self.folder .. "/port"
  os.remove(told)
  local pipe = assert(io.popen(("%sresponder %s/template.json %d %d > %s"):format(PROGRAMS, self.folder,
    options.rate or 1000000, options.latency or 0, told), "w"))
  local port = process.eventually(function()
    local file = io.open(told)
    local line = file and file:read "*a"
    if file then file:close() end
    return line and line:match "^listening on (%d+)\n"
  end)
  local url = "http://127.0.0.1:" .. port
  return {
    env = {
      AWS_ENDPOINT_URL_SESV2 = options.tls and self:_front(port) or url, AWS_REGION = "us-east-1",
      AWS_ACCESS_KEY_ID = "bench", AWS_SECRET_ACCESS_KEY = "bench", HOME = "/nonexistent",
      AWS_CA_BUNDLE = options.tls and self.folder .. "/tls.pem" or nil,
    },
    counts = function() return assert(json.decode(process.shell("curl -sSf --noproxy '*' " .. url .. "/counts"))) end,
    stop = function()
      if options.tls then os.execute(("kill $(cat %s/tls.pid)"):format(self.folder)) end
      pipe:close()
    end,
  }
end

--- Starts `ses campaign run`, measured, with `more` words. → a job; `job.taken()` waits for it
function lab:start(campaign, journal, env, more)
  self.n = self.n + 1
  local measured = ("%s/measured-%d"):format(self.folder, self.n)
  local argv = {
    PROGRAMS .. "measure", measured, "build/ses", "campaign", "run", campaign, "--json", "--no-progress", "--journal",
    journal,
  }
  for _, word in ipairs(more or {}) do argv[#argv + 1] = word end
  local job = process.start(argv, { env = env })
  -- { status =, seconds =, user =, system =, memory = (kB), result = (of the run) }
  function job.taken(patience)
    job.wait(patience or 36000)
    local numbers = {}
    for text in process.read(measured):gmatch "%S+" do numbers[#numbers + 1] = tonumber(text) end
    local taken = {
      status = numbers[1], seconds = numbers[2], user = numbers[3], system = numbers[4], memory = numbers[5],
      result = json.decode(job.out()),
    }
    if taken.status ~= 0 then error("ses campaign run: " .. job.err() .. job.out(), 0) end
    job.remove()
    return taken
  end
  return job
end

--- The machine that a measurement runs on, in a line.
function lab.machine()
  local processor = process.shell "sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1"
  return ("%s processors (%s), %s, Linux %s, load %s"):format(process.shell "nproc", processor,
    process.shell ". /etc/os-release; echo $PRETTY_NAME", process.shell "uname -r",
    process.shell "cut -d ' ' -f 1-3 /proc/loadavg")
end

--- Raises unless each of so many recipients had one mail.
function lab.check(counts, recipients)
  if counts.mails == recipients and counts.addresses == recipients and counts.twice == 0 and counts.refused == 0 then
    return
  end
  error(("%d recipients, but %d mails to %d addresses, %d of them a second one, %d requests refused"):format(
    recipients, counts.mails, counts.addresses, counts.twice, counts.refused), 0)
end

local function size_of(path)
  local file = assert(io.open(path, "rb"))
  local size = file:seek "end"
  file:close()
  return size
end

--- A whole campaign: each recipient had one mail. `call` as of `campaign`; with `tls` the server speaks TLS.
-- → what `taken()` of `start` gives, with `counts` of the server and `journal`, the bytes of its file
function lab:run(call, recipients, tls)
  local journal = self.folder .. "/journal.sqlite3"
  local server = self:respond { tls = tls }
  local ran, taken = pcall(function()
    return self:start(self:campaign { recipients = recipients, call = call }, journal, server.env).taken()
  end)
  local counts = ran and server.counts()
  server.stop()
  if not ran then error(taken, 0) end
  lab.check(counts, recipients)
  taken.counts, taken.journal = counts, size_of(journal)
  os.remove(journal)
  return taken
end

function lab:stop()
  process.remove(self.folder)
end

return lab
