--- `ses identity`: domains and addresses to send from, and the DNS records that they need.
-- @module ses.cli.identity
local args = require "ses.cli.args"
local output = require "ses.cli.output"

local OK, FAILED = 0, 1

local TITLES = { dkim = "DKIM", mail_from = "MAIL FROM", spf = "SPF of the MAIL FROM domain", dmarc = "DMARC" }

-- Records for reading: under their purpose, what to enter as name and as value.
local function print_records(records)
  local last
  for _, record in ipairs(records) do
    if record.purpose ~= last then
      local status = record.status and " (" .. record.status .. ")" or ""
      output.write(last and "\n" or "", TITLES[record.purpose], status, "\n")
      last = record.purpose
    end
    local value = record.value or "(" .. record.missing .. ")"
    if record.priority then value = record.priority .. " " .. value end
    output.write(("  %-5s  %s\n         %s\n"):format(record.type, record.name, value))
  end
end

local function show(parsed, records)
  if parsed.json then
    output.write(#records == 0 and "[]" or require("ses.cli.pretty").json(records), "\n")
  elseif parsed.zone then
    output.write(require("ses.dns").zone(records))
  else
    print_records(records)
  end
end

-- What the options say of the records.
local function record_options(parsed)
  if parsed.zone and parsed.json then return nil, args.fault "--zone and --json exclude each other" end
  local options = { ttl = parsed.ttl, mail_from_domain = parsed.mail_from }
  if parsed.no_dmarc then
    if parsed.dmarc or parsed.rua then return nil, args.fault "--no-dmarc excludes --dmarc and --rua" end
    options.dmarc = false
  else
    options.dmarc = { policy = parsed.dmarc, rua = parsed.rua }
  end
  return options
end

local function load_key(path)
  if not path then return nil end
  return require("ses.dkim").load(path)
end

-- Runs fn(client, …) with a client that is closed in the end.
local function with_client(parsed, fn, ...)
  local client, err = require("ses").client(args.client_options(parsed))
  if not client then return nil, err end
  local result, failure = fn(client, ...)
  client:close()
  return result, failure
end

local function dns(parsed)
  local options, fault = record_options(parsed)
  if not options then return nil, fault end
  local key, err = load_key(parsed.key)
  if err then return nil, err end
  options.dkim_key = key
  local records
  records, err = with_client(parsed, function(client) return client.identities:dns_records(parsed.domain, options) end)
  if key then key:close() end
  if not records then return nil, err end
  show(parsed, records)
  return OK
end

-- ---- create ----

local function check_create(parsed, options)
  if parsed.key and parsed.new_key then return args.fault "--key and --new-key exclude each other" end
  local has_key = parsed.key or parsed.new_key
  if has_key and not parsed.selector then return args.fault "a key of your own needs a name: --selector" end
  if parsed.selector and not has_key then
    return args.fault "--selector needs --key FILE, or --new-key FILE to make one"
  end
  if parsed.identity:find("@", 1, true) and (parsed.selector or options.mail_from_domain) then
    return args.fault "--selector and --mail-from are for domains, not for addresses"
  end
end

local function create_with_key(client, parsed)
  local key, err = load_key(parsed.key)
  if err then return nil, err end
  local made
  made, err = client.identities:create_byodkim(parsed.identity, {
    selector = parsed.selector, key = key, save_to = parsed.new_key, configuration_set_name = parsed.config_set,
  })
  return made and made.key, err
end

local function create_plain(client, parsed)
  return client.identities:create { email_identity = parsed.identity, configuration_set_name = parsed.config_set }
end

local function create_domain(client, parsed, options)
  local made, err
  if parsed.selector then
    made, err = create_with_key(client, parsed)
    options.dkim_key = made
  else
    made, err = create_plain(client, parsed)
  end
  if made and parsed.mail_from then
    made, err = client.identities:put_mail_from_attributes {
      email_identity = parsed.identity, mail_from_domain = parsed.mail_from,
    }
  end
  if not made then return nil, err end
  return client.identities:dns_records(parsed.identity, options)
end

local function create(parsed)
  local options, fault = record_options(parsed)
  fault = fault or check_create(parsed, options)
  if fault then return nil, fault end
  if parsed.identity:find("@", 1, true) then
    local made, err = with_client(parsed, create_plain, parsed)
    if not made then return nil, err end
    output.write("SES has written to ", parsed.identity,
      "; the address is verified when the link in that mail is followed\n")
    return OK
  end
  local records, err = with_client(parsed, create_domain, parsed, options)
  if options.dkim_key then options.dkim_key:close() end
  if not records then return nil, err end
  show(parsed, records)
  return OK
end

-- ---- verify ----

-- Tells each status once, where somebody watches.
local function progress()
  if not require("ses.cli.terminal").is_interactive "stderr" then return nil end
  local last = {}
  return function(state, told)
    local status = state.verification_status
    if last[told.identity] ~= status then
      io.stderr:write(told.identity, ": ", tostring(status), "\n")
      last[told.identity] = status
    end
  end
end

local function show_verified(parsed, results)
  local list = {}
  for i, result in ipairs(results) do
    local err = result.error
    if parsed.json then
      list[i] = {
        email_identity = result.email_identity, verified = result.verified, created = result.created,
        error = err and { code = err.code, message = err.message },
      }
    else
      local what = result.verified and "verified" or require("ses.cli").one_line(err)
      output.write(result.email_identity, ": ", what, "\n")
    end
  end
  if parsed.json then output.write(require("ses.cli.pretty").json(list), "\n") end
end

local function verify(parsed)
  local results, err = with_client(parsed, function(client)
    return client.identities:verify_identities_parallel(parsed.identity, {
      timeout = parsed.timeout, concurrency = parsed.concurrency, dkim = parsed.dkim, on_progress = progress(),
    })
  end)
  if not results then return nil, err end
  show_verified(parsed, results)
  return results.failed == 0 and OK or FAILED
end

-- ---- the commands ----

local JSON = { name = "json", type = "flag", help = "print JSON" }

local RECORD_OPTIONS = {
  { name = "mail-from", value = "SUBDOMAIN", help = "the records of this MAIL FROM domain as well" },
  { name = "dmarc", value = "POLICY", choices = { "none", "quarantine", "reject" },
    help = "the policy of the DMARC record" },
  { name = "rua", value = "ADDRESS", multiple = true, help = "where DMARC reports go; may be repeated" },
  { name = "no-dmarc", type = "flag", help = "leave the DMARC record out" },
  { name = "ttl", value = "SECONDS", type = "integer", min = 0, max = 2147483647, default = 3600,
    help = "how long resolvers keep a record" },
  { name = "zone", type = "flag", help = "print lines of a zone file" },
  JSON,
}

local function options_of(own, more)
  local all = {}
  for _, list in ipairs { own, more or {} } do
    for _, option in ipairs(list) do all[#all + 1] = option end
  end
  return args.with_client(all)
end

return {
  name = "identity",
  summary = "domains and addresses to send from, and their DNS records",
  commands = {
    {
      name = "dns",
      summary = "show the DNS records that a domain is to publish",
      usage = [[
Prints the records for DKIM, the MAIL FROM domain and DMARC, with what SES has found of them.

  ses identity dns example.com
  ses identity dns example.com --zone --rua dmarc@example.com >> example.com.zone]],
      interrupts = "raise",
      options = options_of({
        { positional = "domain", value = "DOMAIN", required = true, help = "an identity that is there" },
        { name = "key", value = "FILE",
          help = "the domain's own DKIM key, in PEM, whose public half SES does not tell" },
      }, RECORD_OPTIONS),
      run = dns,
    },
    {
      name = "create",
      summary = "create an identity, and show what a domain is to publish",
      usage = [[
A domain is signed for by Easy DKIM, or by a key of your own with --selector. --new-key makes one of 2,048
bits and keeps it in a file that only you can read.

  ses identity create example.com --mail-from mail.example.com
  ses identity create example.com --selector mail2026 --new-key mail2026.pem]],
      interrupts = "raise",
      options = options_of({
        { positional = "identity", value = "IDENTITY", required = true, help = "a domain or an address" },
        { name = "selector", value = "NAME", help = "sign by a key of your own, under NAME._domainkey" },
        { name = "key", value = "FILE", help = "that key, in PEM" },
        { name = "new-key", value = "FILE", help = "make that key, and write it to a new file" },
        { name = "config-set", value = "NAME", help = "its configuration set" },
      }, RECORD_OPTIONS),
      run = create,
    },
    {
      name = "verify",
      summary = "wait until identities are verified, and create those that are missing",
      usage = [[
Ends with status 1 where one has failed, or was not verified in time.

  ses identity verify example.com example.org --timeout 3600]],
      interrupts = "raise",
      options = options_of {
        { positional = "identity", value = "IDENTITY", required = true, multiple = true,
          help = "a domain or an address; may be repeated" },
        { name = "timeout", value = "SECONDS", type = "number", min = 0, default = 600, help = "give up after that" },
        { name = "dkim", type = "flag", help = "wait for DKIM as well" },
        { name = "concurrency", value = "N", type = "integer", min = 1, default = 5,
          help = "requests at once" },
        JSON,
      },
      run = verify,
    },
  },
}
