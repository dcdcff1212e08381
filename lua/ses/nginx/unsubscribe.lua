--- The other end of the links that people unsubscribe by, in a campaign's mails (ses.unsubscribe): one click in the
-- mail client (RFC 8058), or a page with a button.
--
--     location = /unsubscribe {
--         access_log off;
--         lua_socket_log_errors off;
--         content_by_lua_block {
--             require("ses.nginx").unsubscribe {
--                 secret = { env = "UNSUBSCRIBE_SECRET" },
--                 contact_list = "readers", topic = "letters",
--             }
--         }
--     }
--
-- A GET changes nothing, since filters follow the links of mails: it shows the page. A POST with
-- `List-Unsubscribe=One-Click`, by the mail client or by the page's button, does what the options say, as often as it
-- comes.
--
-- Answers, each a page in the reader's language: 200; 400 for a token that is not whole, or made with none of the
-- secrets, or for another list, and for a POST that is no request to unsubscribe; 503 with Retry-After where SES could
-- not be reached, or the function failed: nobody is told that it is done before it is.
--
-- The token names a person. What this handler logs has neither it nor an address, and comes from a timer, as nginx
-- writes the request's line beside all that is logged in it: the two directives above keep nginx's own lines out.
-- @module ses.nginx.unsubscribe
local address = require "ses.mail.address"
local answer = require "ses.nginx.answer"
local body = require "ses.nginx.body"
local callback = require "ses.nginx.callback"
local clients = require "ses.nginx.clients"
local errors = require "ses.errors"
local options_of = require "ses.nginx.options"
local pages = require "ses.nginx.unsubscribe_page"
local tokens = require "ses.unsubscribe"

local unsubscribe = {}

local OPTIONS = {
  secret = "kept", list = "kept", argument = "kept", contact_list = "kept", topic = "kept", suppress = "kept",
  client = "kept", language = "kept", texts = "kept", token = "own", on_unsubscribe = "own",
}

local ARGUMENT = "t"
-- A form with one field, in any of its two forms.
local MAX_BODY = 4096
local MAX_ARGUMENTS = 20

local fault = options_of.fault

local function log(level, ...)
  local text = table.concat { "ses unsubscribe: ", ... }
  ngx.timer.at(0, function() ngx.log(level, text) end)
end

-- ---- the options ----

-- A worker that answers requests reads no files.
local function may_read_files()
  local phase = ngx.get_phase()
  return phase == "init" or phase == "init_worker"
end

local function open_secrets(given)
  if given == nil then return nil, fault("secret", "is missing") end
  local list = type(given) == "table" and given[1] ~= nil and given or { given }
  local secrets = {}
  for i, one in ipairs(list) do
    if type(one) == "table" and one.file and not may_read_files() then
      return nil, fault("secret.file", "is a file, which no request reads: give the same options to "
        .. "ses.nginx's init_worker { unsubscribe = { … } }")
    end
    local secret, err = tokens.secret(one)
    if not secret then return nil, err end
    secrets[i] = secret
  end
  return secrets
end

-- The names of the lists whose tokens count; nil: of every one.
local function names_of(list)
  if list == nil then return nil end
  local names = {}
  for _, name in ipairs(type(list) == "table" and list or { list }) do
    if type(name) ~= "string" then return nil, fault("list", "must be a name, or a list of names") end
    names[name] = true
  end
  if next(names) == nil then return nil, fault("list", "must be a name, or a list of names") end
  return names
end

local function check_texts(options)
  for _, name in ipairs { "argument", "contact_list", "topic", "language" } do
    local value = options[name]
    if value ~= nil and (type(value) ~= "string" or value == "") then return nil, fault(name, "must be a text") end
  end
  if options.topic and not options.contact_list then return nil, fault("topic", "is one of a contact_list") end
  if options.suppress ~= nil and type(options.suppress) ~= "boolean" then
    return nil, fault("suppress", "must be true or false")
  end
  return true
end

local function texts_of(options)
  local texts, field, message = pages.texts(options.texts)
  if not texts then return nil, fault(field, message) end
  if options.language and not texts[options.language:lower()] then
    return nil, fault("language", "has no texts: give them by `texts`")
  end
  return texts
end

local function make(options)
  local fine, err = check_texts(options)
  if not fine then return nil, err end
  local made = {
    argument = options.argument or ARGUMENT, contact_list = options.contact_list, topic = options.topic,
    suppress = options.suppress, client = options.client, language = options.language and options.language:lower(),
  }
  made.texts, err = texts_of(options)
  if not made.texts then return nil, err end
  made.lists, err = names_of(options.list)
  if err then return nil, err end
  made.secrets, err = open_secrets(options.secret)
  if not made.secrets then return nil, err end
  return made
end

local function read(options)
  local made, err = options_of.read("unsubscribe", OPTIONS, options, make)
  if not made then return nil, err end
  local own = options.on_unsubscribe
  if own ~= nil and type(own) ~= "function" then return nil, fault("on_unsubscribe", "must be a function") end
  if not (made.contact_list or made.suppress or own) then
    return nil, fault("contact_list", "is missing, and so are suppress and on_unsubscribe: nothing would happen")
  end
  return made
end

--- Opens the secrets and makes the client when a worker starts, where files may be read.
-- @tparam table options as of `handle`
-- @treturn boolean|nil true
-- @treturn ?ses.Error
function unsubscribe.start(options)
  local made, err = read(options)
  if not made then return nil, err end
  if not (made.contact_list or made.suppress) then return true end
  local client
  client, err = clients.get(made.client)
  if not client then return nil, err end
  return true
end

-- ---- what is done ----

-- With SES: off the contact list, onto the suppression list.
local function tell_ses(made, who)
  if not (made.contact_list or made.suppress) then return true end
  local client, err = clients.get(made.client)
  if not client then return nil, err end
  local done = true
  if made.contact_list then
    done, err = client.contacts:opt_out {
      contact_list_name = made.contact_list, topic_name = made.topic, email_address = who.address,
    }
  end
  if done and made.suppress then
    -- SES knows no other reason for somebody who asks for no more mail.
    done, err = client.suppression:put { email_address = who.address, reason = "COMPLAINT" }
  end
  return done, err
end

-- Why it failed, as the log may have it.
local function reason_of(err, who)
  if errors.is(err) then
    return ("%s (%s%s)"):format(err.operation or err.kind, err.code or err.kind,
      err.request_id and ", request id " .. err.request_id or "")
  end
  local text, plain = tostring(err), who.address:gsub("%p", "%%%0")
  return (text:gsub(plain, (address.mask(who.address):gsub("%%", "%%%%"))))
end

-- ---- answers ----

local function show(made, status, name, who, form)
  local language = made.language or pages.language(made.texts, ngx.var.http_accept_language)
  if status == 503 then ngx.header["Retry-After"] = answer.RETRY_AFTER end
  pages.answer(status, {
    texts = made.texts[language], language = language, name = name, address = who and address.mask(who.address),
    form = form,
  })
end

local function who_of(made, options)
  local token = options.token or ngx.req.get_uri_args(MAX_ARGUMENTS)[made.argument]
  local who = tokens.verify(made.secrets, token)
  if who and (not made.lists or made.lists[who.list]) then return who end
end

local function post(made, options, who)
  local text, status = body.read(MAX_BODY, log)
  if not text or not tokens.is_one_click(text) then
    return show(made, status or 400, "rejected", who, true)
  end
  local done, err = tell_ses(made, who)
  if done and options.on_unsubscribe then done, err = callback.run(options.on_unsubscribe, who) end
  if done then return show(made, 200, "done", who) end
  log(ngx.ERR, "somebody could not be unsubscribed: ", reason_of(err, who))
  show(made, 503, "failed", who, true)
end

--- Answers the current request, as a content handler.
-- @tparam table options
--
-- - `secret`: what the tokens are signed with, as for `ses.unsubscribe.secret`, or a list of such: when a new one takes
--   over, mails with the old one are still out there (required). One in a file is opened when a worker starts, by
--   `init_worker { unsubscribe = { the same options } }`
-- - `list`: the name of the tokens' list, or a list of names (every list)
-- - `argument`: of the query, which holds the token ("t"); `token`: the token, where it is elsewhere
-- - `contact_list`, `topic`: takes the contact off this topic of SES's contact list, or, without a topic, off all of
--   it; whoever is no contact becomes one
-- - `suppress`: true puts the address on the account's suppression list, for all mail
-- - `on_unsubscribe`: function({ list =, address = }), called after those; one that raises an error, or returns nil and
--   a reason, has the request fail. One at least of these three
-- - `client`: options of `ses.client`, or a client
-- - `texts`: texts of the page by language, in place of those of ses.nginx.unsubscribe_page, or besides; `language`:
--   the one of all pages, in place of what the browser asks for
function unsubscribe.handle(options)
  local made, err = read(options)
  if not made then
    log(ngx.ERR, "wrong options: ", err.message)
    return answer.error(503, "Unavailable", "this endpoint is not set up")
  end
  if not answer.allows({ "GET", "HEAD", "POST" }, "links are followed by GET, and unsubscribed by POST") then return end
  local who = who_of(made, options)
  if not who then return show(made, 400, "invalid") end
  if ngx.req.get_method() == "POST" then return post(made, options, who) end
  show(made, 200, "question", who, true)
end

return unsubscribe
