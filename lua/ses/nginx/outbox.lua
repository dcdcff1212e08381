--- An outbox of mail in nginx: a request that has a mail to send puts it on disk, which takes about a millisecond, and
-- a timer of one worker sends it. What was accepted survives a reload, the end of a worker and a crash.
--
--     init_worker_by_lua_block { require("ses.nginx").init_worker { outbox = { path = "/var/lib/ses/outbox.db" } } }
--
--     local id, err = require("ses.nginx").outbox { path = "/var/lib/ses/outbox.db" }:put {
--       from = "letters@lantern.example", to = "siobhan@example.com", subject = "Hello", text = "It is here.",
--     }
--
-- All workers write to one file. Each gathers what its requests have for it while a transaction is under way, so that
-- one that reaches the disk carries many; SQLite lets one worker write at a time.
-- @module ses.nginx.outbox
local clients = require "ses.nginx.clients"
local core = require "ses.core"
local drain = require "ses.nginx.outbox_drain"
local errors = require "ses.errors"
local group = require "ses.nginx.group"
local hex = require "ses.hex"
local message = require "ses.services.message"
local model = require "ses.model"
local options_of = require "ses.nginx.options"
local serialise = require "ses.model.serialise"
local suggest = require "ses.suggest"
local validate = require "ses.model.validate"

local outbox = {}

-- The numbers, each with its default and the least that it may be.
local NUMBERS = {
  max_mails = { 100000, 1 }, max_bytes = { 1024 * 1024 * 1024, 1 }, keep_results = { 7 * 86400, 86400 },
  concurrency = { 10, 1 },
}
local OPTIONS = { path = true, client = true, thread_pool = true, cache_dict = true }
for name in pairs(NUMBERS) do OPTIONS[name] = true end

local THREAD = "ses.nginx.outbox_thread"

local Outbox = { __name = "ses.nginx.Outbox" }
Outbox.__index = Outbox

-- Those of this worker, by path.
local started = {}

-- ---- options ----

local function fault(field, text) return options_of.fault("outbox." .. field, text) end

local function check(options)
  for name in pairs(options) do
    if not OPTIONS[name] then
      return nil, fault(tostring(name), "is not known" .. suggest.hint(tostring(name), OPTIONS))
    end
  end
  if type(options.path) ~= "string" or options.path:sub(1, 1) ~= "/" or options.path:find "%c" then
    return nil, fault("path", "must be the path of a file, from the root on")
  end
  for name, limits in pairs(NUMBERS) do
    local value = options[name]
    if value ~= nil and (type(value) ~= "number" or value < limits[2] or value % 1 ~= 0) then
      return nil, fault(name, "must be a whole number from " .. limits[2] .. " on")
    end
  end
  return true
end

-- What an outbox cannot do without. No other way is taken instead, since it would hold up all requests.
local function check_host()
  if not ngx.run_worker_thread then
    return nil, errors.new {
      kind = "client", code = "ThreadsMissing", message = "the outbox needs nginx's threads: an nginx that was built "
        .. "--with-threads, and its Lua module from 0.10.23 on",
    }
  end
  if not pcall(require, "luasql.sqlite3") then
    return nil, errors.new {
      kind = "client", code = "MissingDriver",
      message = "the outbox needs LuaSQL's SQLite driver; install it with: apt-get install lua-sql-sqlite3",
    }
  end
  return true
end

-- ---- the thread ----

-- Calls a method of ses.adapters.outbox_sqlite in a thread.
function Outbox:_thread(method, ...)
  local ran, result, err = ngx.run_worker_thread(self.thread_pool, THREAD, "call", self.path, method, ...)
  if ran then return result, err and errors.new(err) end
  local reason = tostring(result)
  if reason:find("not found", 1, true) and reason:find("pool", 1, true) then
    reason = ("nginx.conf has no thread_pool of that name; add beside its events block: thread_pool %s threads=4;")
      :format(self.thread_pool)
  end
  return nil, errors.new { kind = "client", code = "ThreadFailed", message = "the outbox has no thread: " .. reason }
end

-- ---- what others see of it: how often a mail came, for whoever sends ----

function Outbox:_tell()
  if self.dict then self.dict:incr(self.told_key, 1, 0) end
  self.drain:wake()
end

function Outbox:_told()
  return self.dict and self.dict:get(self.told_key)
end

-- ---- mails ----

-- Twelve digits of the time, so that mails of one moment stand side by side in the file's index, and twenty that
-- nobody guesses.
local function new_id()
  return ("%012x"):format(math.floor(core.clock.now() * 1000)) .. hex.encode(core.random.bytes(10))
end

-- The mail as SES is to get it: what is wrong with it is found out here, and not when nobody waits for it any more.
local function body_of(client, mail)
  local request, err = message.request(mail, client.settings)
  if not request then return nil, err end
  local op = model.operation "SendEmail"
  local valid
  valid, err = validate.input(op, request)
  if not valid then return nil, err end
  return serialise.json("SendEmailRequest", request)
end

local function check_put(options)
  local key, holder = options.key, options.holder
  if key ~= nil and (type(key) ~= "string" or #key < 1 or #key > 255) then
    return nil, errors.validation { { path = "key", message = "must be text of 1 to 255 bytes" } }
  end
  if holder ~= nil and (type(holder) ~= "string" or holder:find("\0", 1, true)) then
    return nil, errors.validation { { path = "holder", message = "must be text" } }
  end
  return true
end

local function entry_of(body, options)
  local entry = { id = new_id(), body = body, holder = options.holder }
  if options.key then
    entry.key = core.digest.sha256((options.holder or "") .. "\0" .. options.key)
    entry.digest = core.digest.sha256(body)
  end
  return entry
end

local function refusal(result)
  if result.full then
    return errors.new {
      kind = "client", code = "OutboxFull", retryable = true, retry_after = 30,
      message = "the outbox holds as many mails as it may",
    }
  end
  return errors.new {
    kind = "validation", code = "IdempotencyKeyReused", field = "key",
    message = "key was given with another mail within a day",
  }
end

--- Puts a mail into the outbox. It is on disk when this returns an id, and will be sent once.
-- @tparam table mail as `client.emails:send` takes it; the client's `default_from_address` and the like hold as they
--   are now
-- @tparam ?table options `key`: the same key within a day, with the same mail, is the mail that was put first;
--   `holder`: a name of whoever it is from, to whom a key belongs
-- @treturn string|nil the mail's id
-- @treturn ?ses.Error kind "validation" where the mail is wrong, with its `field`; code "OutboxFull"; "DiskFull",
--   "DiskFailed" and the like where it cannot be written. `in_doubt` is true where it may be in the outbox all the same
function Outbox:put(mail, options)
  options = options or {}
  local valid, err = check_put(options)
  if not valid then return nil, err end
  local body
  body, err = body_of(self.client, mail)
  if not body then return nil, err end
  local result
  result, err = self.puts:call(entry_of(body, options), #body)
  if not result then return nil, err end
  if result.id then return result.id end
  return nil, refusal(result)
end

local function not_found()
  return errors.new { kind = "client", code = "NotFound", message = "the outbox knows no such mail" }
end

--- What became of a mail.
-- @tparam string id
-- @treturn table|nil `id`; `state`: "queued", "sending", "sent", "failed" or "in_doubt"; `message_id` once it is sent;
--   `code` of the last error, where there was one; `attempts`; `accepted` and `updated`, in seconds since 1970;
--   `holder` as it was put
-- @treturn ?ses.Error code "NotFound" where it never was, or was long ago (`keep_results`)
function Outbox:state(id)
  if type(id) ~= "string" or not id:find "^%x+$" then return nil, not_found() end
  local found, err = self.looks:call(id)
  if err then return nil, err end
  if not found then return nil, not_found() end
  return found
end

--- How many mails there are.
-- @treturn table|nil `queued`, `sending`, `sent`, `failed`, `in_doubt`; `bytes` of content in the file
-- @treturn ?ses.Error
function Outbox:counts() return self:_thread "counts" end

-- ---- the outboxes of a worker ----

local function put_all(self, entries)
  local results, err = self:_thread("put", entries, self.limits)
  if results then self:_tell() end
  return results, err
end

local function look_all(self, ids)
  local found, err = self:_thread("states", ids)
  if not found then return nil, err end
  local list = {}
  for i, id in ipairs(ids) do list[i] = found[id] or false end
  return list
end

local function number(options, name) return options[name] or NUMBERS[name][1] end

local function new(options, client)
  local self = setmetatable({
    path = options.path, client = client, thread_pool = options.thread_pool or "ses",
    concurrency = number(options, "concurrency"), keep_results = number(options, "keep_results"),
    limits = { mails = number(options, "max_mails"), bytes = number(options, "max_bytes") },
    dict = ngx.shared[options.cache_dict or "ses_cache"], told_key = "outbox " .. options.path,
  }, Outbox)
  self.puts = group.new(function(entries) return put_all(self, entries) end)
  self.looks = group.new(function(ids) return look_all(self, ids) end)
  self.drain = drain.new(self)
  return self
end

--- Begins an outbox in a worker, in `init_worker_by_lua`: mails can be put into it from then on, and one worker of all
-- sends them.
-- @tparam table options
--
-- - `path`: of the file (required). Its folder must be there, and belong to the user of the workers alone
-- - `client`: options of `ses.client`, or a client
-- - `max_mails`: how many may wait (100,000); `max_bytes`: how much content the file may hold (1 GiB)
-- - `concurrency`: how many are sent at once (10)
-- - `keep_results`: seconds that a result is kept (604,800), a day at least
-- - `thread_pool`: which of nginx.conf's (`ses`); `cache_dict`: which lua_shared_dict (`ses_cache`), where there is one
-- @treturn boolean|nil true
-- @treturn ?ses.Error
function outbox.start(options)
  local valid, err = check(options)
  if valid then valid, err = check_host() end
  if not valid then return nil, err end
  if started[options.path] then return nil, fault("path", "is started twice") end
  local client
  client, err = clients.get(options.client)
  if not client then return nil, err end
  started[options.path] = new(options, client)
  started[options.path].drain:start()
  return true
end

--- An outbox that was started.
-- @tparam table options `path`
-- @treturn ses.nginx.Outbox
-- @treturn[2] nil
-- @treturn[2] ses.Error code "OutboxNotStarted": nobody would send what is put into it
function outbox.get(options)
  local found = started[options.path or false]
  if found then return found end
  return nil, errors.new {
    kind = "client", code = "OutboxNotStarted", message = "no outbox was started on this path: "
      .. "init_worker_by_lua must call require(\"ses.nginx\").init_worker { outbox = { path = … } }",
  }
end

return outbox
