--- Ready handlers for nginx, each one line of nginx.conf.
--
--     init_by_lua_block        { require "ses" }
--     init_worker_by_lua_block { require("ses.nginx").init_worker { client = { region = "eu-west-1" } } }
--
-- Every handler takes a table of options. It may be written anew in every request: what is made of the options is
-- made once for the same content, in each worker. `client`, which most of them take, holds the options of
-- `ses.client`, or is a client.
-- @module ses.nginx
local nginx = {}

-- Each is a module of this folder with a function `handle(options)`, which answers the current request, and, where
-- it has something to begin when a worker starts, `start(options)`.
local HANDLERS = { "health", "metrics", "send", "unsubscribe", "webhook" }

-- Those with a function `start(options)`, and what is no handler but has one.
local STARTS = { "outbox", "send", "unsubscribe" }

--- Loads all handlers, so that no request does.
function nginx.preload()
  require "ses.nginx.init_worker"
  require "ses.nginx.outbox"
  require "ses.nginx.campaign"
  for _, name in ipairs(HANDLERS) do require("ses.nginx." .. name) end
end

--- To be called in `init_worker_by_lua`: loads what a request would load otherwise, makes the client, whose
-- configuration files are read here, and looks after its credentials in a timer, so that no request waits for them:
-- of all workers one fetches them.
-- @tparam ?table options `client`; and for each that begins with the worker its own options, by its name: `outbox`,
--   `send`, `unsubscribe`
-- @treturn boolean|nil true
-- @treturn ?ses.Error where the client's options are wrong; it is logged as well
function nginx.init_worker(options)
  return require("ses.nginx.init_worker").run(options or {}, STARTS)
end

--- The outbox that `init_worker` has begun on a path, for a handler of your own: `outbox:put(mail)`.
-- @tparam table options `path`
-- @treturn ses.nginx.Outbox
-- @treturn[2] nil
-- @treturn[2] ses.Error
function nginx.outbox(options) return require("ses.nginx.outbox").get(options or {}) end

--- A handler of SES's events that takes them into a campaign's journal, for `webhook`'s `on_event`.
-- @tparam table options `file`, and see ses.nginx.campaign
-- @treturn function
function nginx.campaign(options) return require("ses.nginx.campaign").handler(options or {}) end

for _, name in ipairs(HANDLERS) do
  nginx[name] = function(options) return require("ses.nginx." .. name).handle(options or {}) end
end

return nginx
