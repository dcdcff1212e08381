-- An nginx whose location /mail is the relay of ses.nginx.send, and requests to it.
local free_port = require "spec.support.free_port"
local http = require "socket.http"
local json = require "ses.model.json"
local ltn12 = require "ltn12"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"

local relay = { TOKEN = "token-of-the-shop", OTHER_TOKEN = "token-of-the-desk" }

local HTTP = [[
  lua_shared_dict ses_cache 1m;
  init_by_lua_block {
    require "ses"
    RELAY = {
      client = CLIENT, outbox = { path = "FILE", OUTBOX },
      tokens = { shop = { "token-of-the-shop" }, desk = "token-of-the-desk" }, max_body = 100000,
    }
  }
  init_worker_by_lua_block { require("ses.nginx").init_worker { client = RELAY.client, send = RELAY } }
  server {
    listen 127.0.0.1:PORT;
    listen SOCKET;
    add_header X-Worker $pid always;
    location /mail { content_by_lua_block { require("ses.nginx").send(RELAY) } }
    location = /counts {
      content_by_lua_block {
        local counts, err = require("ses.nginx").outbox(RELAY.outbox):counts()
        ngx.print(require("ses.model.json").encode(counts or { error = err.message }))
      }
    }
    LOCATIONS
  }
]]

local function client_text(options)
  local credentials = options.credentials
  return ([[{ region = "us-east-1", endpoint = "%s",
    credentials = { access_key_id = "%s", secret_access_key = "%s" }, %s }]]):format(options.endpoint,
    credentials.access_key_id, credentials.secret_access_key, options.more or "")
end

-- Starts it. `client`: as of spec.support.inbox, `more` being Lua text of more options; `file`: the outbox; `outbox`:
-- Lua text of its options; `locations`: more of nginx.conf; `workers` (4); `main`, `prefix`: as of spec.support.nginx.
function relay.start(options)
  local port = options.port or free_port()
  local values = {
    CLIENT = client_text(options.client), FILE = options.file, OUTBOX = options.outbox or "", PORT = port,
    LOCATIONS = options.locations or "",
  }
  local running = nginx.start((HTTP:gsub("%f[%u](%u+)%f[%U]", values)), {
    workers = options.workers or 4, main = options.main or "thread_pool ses threads=4;",
    prefix = options.prefix,
  })
  running.port = port

  -- → status, decoded answer, headers
  function running.request(method, path, body, headers)
    local out, sent = {}, { authorization = "Bearer " .. relay.TOKEN, ["content-type"] = "application/json" }
    if type(body) == "table" then body = assert(json.encode(body)) end
    if body then sent["content-length"] = #body end
    for name, value in pairs(headers or {}) do sent[name] = value or nil end
    local ok, status, answered = http.request {
      url = ("http://127.0.0.1:%d%s"):format(port, path), method = method, headers = sent,
      source = body and ltn12.source.string(body), sink = ltn12.sink.table(out),
    }
    if not ok then return nil, status end
    local text = table.concat(out)
    return status, text:find "^{" and json.decode(text) or text, answered
  end

  function running.mail(mail, headers) return running.request("POST", "/mail", mail, headers) end

  function running.state(id, headers) return select(2, running.request("GET", "/mail/" .. id, nil, headers)) end

  function running.counts() return select(2, running.request("GET", "/counts")) end

  -- The processes that are workers now, those that are ending among them.
  function running.worker_pids()
    local pids = {}
    for pid in process.shell("pgrep -P " .. running.pid):gmatch "%d+" do pids[#pids + 1] = tonumber(pid) end
    return pids
  end

  return running
end

-- A mail that is fine.
function relay.mail(to, more)
  local mail = { from = "letters@lantern.example", to = to, subject = "Hello", text = "It is here." }
  for name, value in pairs(more or {}) do mail[name] = value end
  return mail
end

return relay
