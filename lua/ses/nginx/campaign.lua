--- SES's events into a campaign's journal, from the webhook of an nginx.
--
--     thread_pool ses threads=4;                   # beside the events block
--
--     content_by_lua_block {
--       local ses = require "ses.nginx"
--       ses.webhook { topics = { "arn:aws:sns:…" }, on_event = ses.campaign { file = "/srv/mail/autumn.lua" } }
--     }
--
-- The campaign file is read and the journal written in a thread of nginx's; what cannot be written is posted again by
-- SNS. Events of other campaigns and of other mail change nothing but who is left out.
-- @module ses.nginx.campaign
local errors = require "ses.errors"
local json = require "ses.model.json"
local options_of = require "ses.nginx.options"
local suggest = require "ses.suggest"

local campaign = {}

local KNOWN = { file = "string", journal = "string", thread_pool = "string" }

local THREAD, POOL = "ses.nginx.campaign_thread", "ses"

local function check(options)
  for name, value in pairs(options) do
    local kind = KNOWN[name]
    if not kind then
      return nil, options_of.fault(tostring(name), "is not known" .. suggest.hint(tostring(name), KNOWN))
    end
    if type(value) ~= kind then return nil, options_of.fault(name, "must be a " .. kind) end
  end
  if not options.file or options.file:sub(1, 1) ~= "/" then
    return nil, options_of.fault("file", "must be the path of a campaign file, from the root on")
  end
  if ngx.run_worker_thread then return true end
  return nil, errors.new {
    kind = "client", code = "ThreadsMissing", message = "a campaign's events need nginx's threads: an nginx that was "
      .. "built --with-threads, and its Lua module from 0.10.23 on",
  }
end

--- Makes a handler of events, to be given to `webhook` as `on_event`.
-- @tparam table options `file`: path of the campaign file; `journal`: another one than it names; `thread_pool`: the
--   name of one in nginx.conf ("ses")
-- @treturn function(event) → what it came to (see ses.campaign.settle's `take_event`) | nil, ses.Error
function campaign.handler(options)
  local fine, wrong = check(options)
  return function(event)
    if not fine then return nil, wrong end
    local ran, what, err = ngx.run_worker_thread(options.thread_pool or POOL, THREAD, "take", options.file,
      options.journal, json.encode(event.raw))
    if ran then return what, err and errors.new(err) end
    return nil, errors.new {
      kind = "client", code = "ThreadFailed", message = ("no thread of nginx's takes the event (%s); nginx.conf needs, "
        .. "beside its events block: thread_pool %s threads=4;"):format(tostring(what), options.thread_pool or POOL),
    }
  end
end

return campaign
