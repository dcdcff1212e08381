--- Mail addresses: read, checked, written, compared, hidden.
--
-- The rules are those of RFC 5321, 5322 and 6531 within what Amazon SES delivers to: the domain is a
-- name with a dot (no address literal), and the part before the @ is ASCII unless `smtputf8` says
-- otherwise. No reason given here repeats the address.
-- @module ses.mail.address
local charset = require "ses.mail.charset"
local core = require "ses.core"
local header = require "ses.mail.header"
local recent = require "ses.recent"

local address = {}

-- The most usual form by far, in which nothing has to be looked at twice: whether a text is an address as `format`
-- writes it, beyond doubt.
local is_plain = core.address.is_plain

--- Limits, in octets: RFC 5321 section 4.5.3.1 for the parts, Amazon SES for the whole, RFC 5322 for
-- a line of text that holds it.
address.MAX_LOCAL_PART = 64
address.MAX_DOMAIN = 253
address.MAX_EMAIL = 320
address.MAX_TEXT = 998

local ATEXT = "[%w!#$%%&'*+/=?^_`{|}~\128-\255-]"
local NOT_ATEXT = "[^%w!#$%%&'*+/=?^_`{|}~\128-\255-]"

local function check_quoted(local_part)
  local content = local_part:match('^"(.*)"$')
  if not content then return nil, "has a quote in the part before the @ that is not closed" end
  if content == "" then return nil, "has an empty part before the @" end
  if content:gsub("\\.", ""):find('["\\]') then
    return nil, "has an unescaped quote or backslash in the part before the @"
  end
  return true
end

local function check_local_part(local_part, options)
  if local_part == "" then return nil, "has nothing before the @" end
  if #local_part > address.MAX_LOCAL_PART then
    return nil, "has more than 64 octets before the @"
  end
  if local_part:find("^[%w_+-]+$") then return true end
  if local_part:find("[\128-\255]") and not (options and options.smtputf8) then
    return nil, "has non-ASCII characters before the @, which Amazon SES does not support (SMTPUTF8)"
  end
  if local_part:sub(1, 1) == '"' then return check_quoted(local_part) end
  if local_part:find("^%.") or local_part:find("%.$") then
    return nil, "begins or ends with a dot before the @"
  end
  if local_part:find("..", 1, true) then return nil, "has two dots in a row before the @" end
  if local_part:gsub("%.", ""):find(NOT_ATEXT) then
    return nil, "has a character before the @ that is not allowed there without quotes"
  end
  return true
end

-- The domain in its ASCII form, in lower case.
local function ascii_domain(domain)
  if domain == "" then return nil, "has nothing after the @" end
  if domain:find("^%[") then return nil, "has an address literal for a domain, which is not supported" end
  if domain:find("..", 1, true) or domain:find("^%.") then return nil, "has an empty label in its domain" end
  if domain:find("%.$") then return nil, "has a domain that ends with a dot" end
  if #domain > 4 * address.MAX_DOMAIN then return nil, "has a domain that is too long" end
  if domain:find("[\128-\255]") then
    local ascii = core.idna.to_ascii(domain)
    if not ascii then return nil, "has a domain that is no valid internationalised name" end
    domain = ascii
  end
  if #domain > address.MAX_DOMAIN then return nil, "has a domain longer than 253 octets" end
  return domain:lower()
end

local function check_domain(domain)
  local ascii, reason = ascii_domain(domain)
  if not ascii then return nil, reason end
  if ascii:find("[^%w.-]") then return nil, "has a character in its domain that is not allowed there" end
  for label in ascii:gmatch("[^.]+") do
    if #label > 63 then return nil, "has a label longer than 63 octets in its domain" end
    if label:find("^-") or label:find("-$") then
      return nil, "has a label in its domain that begins or ends with a hyphen"
    end
  end
  if not ascii:find(".", 1, true) then return nil, "has a domain without a dot" end
  if ascii:find("%.%d+$") then return nil, "has a domain that ends in a number" end
  return ascii
end

-- Splits at the @ that separates: the last one, since a domain holds none.
local function split(email)
  return email:match("^(.*)@([^@]*)$")
end

-- The parts of a valid address: its local part and the ASCII form of its domain.
local function check_email(email, options)
  if type(email) ~= "string" then return nil, "must be a string" end
  if is_plain(email) then return split(email) end
  if email == "" then return nil, "is empty" end
  local ok, reason = header.check_value(email)
  if not ok then return nil, reason end
  if #email > address.MAX_EMAIL then return nil, "is longer than 320 octets" end
  local local_part, domain = split(email)
  if not local_part then return nil, "has no @" end
  ok, reason = check_local_part(local_part, options)
  if not ok then return nil, reason end
  local ascii
  ascii, reason = check_domain(domain)
  if not ascii then return nil, reason end
  if #local_part + 1 + #ascii > address.MAX_EMAIL then return nil, "is longer than 320 octets" end
  return local_part, ascii
end

--- Whether `email` is an address (without display name) that mail can be sent to.
-- @tparam any email
-- @tparam ?table options `smtputf8` = true allows a local part that is not ASCII
-- @treturn boolean|nil true
-- @treturn ?string the reason otherwise, to be read after the name of the field: "has no @"
function address.validate(email, options)
  local local_part, reason = check_email(email, options)
  if not local_part then return nil, reason end
  return true
end

-- One token of an address header from `position`: kind, value, position after it.
-- Kinds: "atom", "quoted" (value unescaped, raw text as a fourth result), "comment", a special
-- character itself, "end", or nil and a reason.
local function next_token(text, position)
  position = text:find("[^ \t]", position)
  if not position then return "end", nil, #text + 1 end
  local char = text:sub(position, position)
  if char == '"' then
    local last = position + 1
    while last <= #text and text:sub(last, last) ~= '"' do
      last = last + (text:sub(last, last) == "\\" and 2 or 1)
    end
    if last > #text then return nil, "has a quote that is not closed" end
    local raw = text:sub(position, last)
    return "quoted", (raw:sub(2, -2):gsub("\\(.)", "%1")), last + 1, raw
  end
  if char == "(" then
    local depth, last = 0, position
    while true do
      local at = text:find("[()\\]", last)
      if not at then return nil, "has a comment that is not closed" end
      char = text:sub(at, at)
      last = at + (char == "\\" and 2 or 1)
      if char ~= "\\" then depth = depth + (char == "(" and 1 or -1) end
      if depth == 0 then
        return "comment", (text:sub(position + 1, at - 1):gsub("\\(.)", "%1")), last
      end
    end
  end
  local atom = text:match("^" .. ATEXT .. "+", position)
  if atom then return "atom", atom, position + #atom end
  return char, char, position + 1
end

-- Reads the address up to the closing ">": its text, the position after it.
local function scan_angle(text, position)
  local parts, ended_at = {}, nil
  while true do
    local kind, value, after, raw = next_token(text, position)
    if not kind then return nil, value end
    if kind == "end" then return nil, "has a < that is not closed" end
    if kind == ">" then return table.concat(parts), after end
    if kind == "<" then return nil, "has two < in a row" end
    if kind ~= "comment" then
      local start = after - #(raw or value)
      if ended_at and start > position then return nil, "has a space in it" end
      ended_at = after
      parts[#parts + 1] = raw or value
    end
    position = after
  end
end

-- The display name that a phrase spells: words joined by single spaces, encoded words decoded.
local function phrase_text(tokens)
  local out = {}
  for i, token in ipairs(tokens) do
    if i > 1 and token.space then out[#out + 1] = " " end
    out[#out + 1] = token.value
  end
  return header.decode(table.concat(out))
end

-- Reads the tokens before "<", "," , ";" or the end.
local function scan_phrase(text, position)
  local tokens, comment = {}, nil
  while true do
    local kind, value, after, raw = next_token(text, position)
    if not kind then return nil, value end
    if kind == "end" or kind == "<" or kind == "," or kind == ";" then
      return tokens, comment, kind, after
    end
    if kind == "comment" then
      comment = comment or value
    else
      local start = after - #(raw or value)
      tokens[#tokens + 1] = { kind = kind, value = value, raw = raw or value, space = start > position }
    end
    position = after
  end
end

local function bare_email(tokens)
  local out = {}
  for i, token in ipairs(tokens) do
    if i > 1 and token.space then return nil, "has a space in it" end
    out[i] = token.raw
  end
  return table.concat(out)
end

local function check_phrase(tokens)
  for _, token in ipairs(tokens) do
    if token.kind ~= "atom" and token.kind ~= "quoted" and token.kind ~= "." then
      return nil, "has a character in its display name that needs quotes"
    end
  end
  return true
end

-- Reads what follows a "<": the address, the separator after it, the position after that.
local function scan_named(text, position)
  local email, after = scan_angle(text, position)
  if not email then return nil, after end
  local rest, comment, kind, next_position = scan_phrase(text, after)
  if not rest then return nil, comment end
  if #rest > 0 or kind == "<" then return nil, "has text after the >" end
  return email, kind, next_position
end

-- Reads one mailbox: the mailbox, the separator after it, the position after that.
local function scan_mailbox(text, position, options)
  local tokens, comment, kind, after = scan_phrase(text, position)
  if not tokens then return nil, comment end
  local name, email, ok, reason
  if kind == "<" then
    ok, reason = check_phrase(tokens)
    if not ok then return nil, reason end
    email, kind, after = scan_named(text, after)
    if not email then return nil, kind end
    if #tokens > 0 then name = phrase_text(tokens) end
  else
    email, reason = bare_email(tokens)
    if not email then return nil, reason end
    -- The old form `a@example.com (Name)`.
    if comment then name = header.decode(comment) end
  end
  ok, reason = check_email(email, options)
  if not ok then return nil, reason end
  local local_part, domain = split(email)
  if name and not name:find("[^ \t]") then name = nil end
  return { name = name, email = email, local_part = local_part, domain = domain }, kind, after
end

local function check_text(text)
  local ok, reason = header.check_value(text)
  if not ok then return nil, reason end
  if not text:find("[^ \t]") then return nil, "is empty" end
  return true
end

--- Reads one address: `a@example.com`, `Name <a@example.com>`, `"Name, quoted" <…>`, with encoded
-- words decoded and comments passed over.
-- @tparam string text UTF-8, at most 998 octets
-- @tparam ?table options as for `validate`
-- @treturn table|nil { name = UTF-8 or nil, email =, local_part =, domain = } as written (not
--   normalised, domain perhaps not ASCII)
-- @treturn ?string the reason otherwise, to be read after the name of the field
function address.parse(text, options)
  if type(text) == "string" and is_plain(text) then
    local local_part, domain = split(text)
    return { email = text, local_part = local_part, domain = domain }
  end
  local ok, reason = check_text(text)
  if not ok then return nil, reason end
  if #text > address.MAX_TEXT then return nil, "is longer than 998 octets" end
  local mailbox, separator, after = scan_mailbox(text, 1, options)
  if not mailbox then return nil, separator end
  if separator ~= "end" or text:find("[^ \t]", after) then
    return nil, "has more than one address"
  end
  return mailbox
end

--- Reads a list of addresses separated by commas, as a To header holds it. Empty items are passed
-- over; group syntax is refused.
-- @tparam string text UTF-8
-- @tparam ?table options as for `validate`
-- @treturn table|nil an array of what `parse` returns
-- @treturn ?string the reason otherwise, with the position of the faulty address in the list
function address.parse_list(text, options)
  local ok, reason = check_text(text)
  if not ok then return nil, reason end
  local list, position, count = {}, 1, 0
  while position <= #text do
    local empty = text:match("^[ \t]*,()", position)
    if empty then
      position = empty
    elseif not text:find("[^ \t]", position) then
      break
    else
      count = count + 1
      local mailbox, separator, after = scan_mailbox(text, position, options)
      if not mailbox then return nil, ("address %d %s"):format(count, separator) end
      if separator == ";" then return nil, ("address %d is followed by a semicolon"):format(count) end
      list[count] = mailbox
      position = after
    end
  end
  if count == 0 then return nil, "is empty" end
  return list
end

-- Encoded words of this length fit beside the name of any address field.
local MAX_WORD = 64

-- A display name as a phrase: bare where it can be, quoted where it has specials, encoded otherwise.
local function format_name(name)
  if name:find("[^ -~]") or name:find("=?", 1, true) or #name > header.MAX_LINE_HARD / 2 then
    return header.encode_word(name, MAX_WORD)
  end
  local bare = not name:find("[^%w!#$%%&'*+/=?^_`{|}~ -]") and not name:find("^ ") and not name:find(" $")
    and not name:find("  ", 1, true)
  if bare then return name end
  return '"' .. name:gsub('[\\"]', "\\%0") .. '"'
end

-- The last texts that `format` has written, so that what comes back is not read again.
local written = recent.new(256)

local function remember(text)
  if #text > address.MAX_TEXT or is_plain(text) or text:find("[\128-\255]") then return end
  written:add(text)
end

--- Whether a text is beyond doubt an address as `format` writes it: a plain one, or one that it wrote a short while
-- ago, all of it ASCII. False says nothing.
-- @tparam string text
-- @treturn boolean
function address.is_written(text)
  return written.has[text] == true or is_plain(text)
end

--- Writes an address for a header or for a field of SES: the domain in its ASCII form, the name
-- quoted or encoded (RFC 2047) as it needs. The result is one line of ASCII (with `smtputf8`, the
-- local part may be UTF-8).
-- @tparam table|string mailbox { name = ?string, email = string }, or text that `parse` reads
-- @tparam ?table options as for `validate`
-- @treturn string|nil
-- @treturn ?string the reason otherwise, to be read after the name of the field
function address.format(mailbox, options)
  if type(mailbox) == "string" then
    if address.is_written(mailbox) then return mailbox end
    local parsed, reason = address.parse(mailbox, options)
    if not parsed then return nil, reason end
    mailbox = parsed
  end
  local local_part, domain = check_email(mailbox.email, options)
  if not local_part then return nil, domain end
  local text = local_part .. "@" .. domain
  local name = mailbox.name
  if name ~= nil and name ~= "" then
    local ok, reason = header.check_value(name)
    if not ok then return nil, "has a display name that " .. reason end
    if #name > address.MAX_TEXT then return nil, "has a display name longer than 998 octets" end
    text = format_name(name) .. " <" .. text .. ">"
  end
  remember(text)
  return text
end

--- The key under which two spellings of one address are the same: the domain in ASCII and lower
-- case, the local part in lower case (ASCII letters) and without quotes that it does not need.
-- @tparam string email without display name; white space around it is passed over
-- @tparam ?table options as for `validate`
-- @treturn string|nil
-- @treturn ?string the reason otherwise
function address.normalise(email, options)
  if type(email) == "string" then email = email:match("^[ \t]*(.*[^ \t])") or "" end
  local local_part, domain = check_email(email, options)
  if not local_part then return nil, domain end
  if local_part:sub(1, 1) == '"' then
    local content = local_part:sub(2, -2):gsub("\\(.)", "%1")
    if check_local_part(content, options) and content:sub(1, 1) ~= '"' then
      local_part = content
    else
      local_part = '"' .. content:gsub('[\\"]', "\\%0") .. '"'
    end
  end
  return local_part:lower() .. "@" .. domain
end

--- An address as logs and errors may show it: `j***@example.com`. Works on any text, valid or not;
-- control characters and bytes that are no UTF-8 do not come through.
-- @tparam any text an address, with or without display name
-- @treturn string
function address.mask(text)
  if type(text) ~= "string" or text == "" then return "***" end
  local email = text:match("<([^<>]*)>%s*$") or text
  local local_part, domain = split(email)
  local last = charset.sequence_end(local_part or email, 1)
  local first = last and (local_part or email):sub(1, last):gsub("[%c\"]", "") or ""
  if not domain then return first .. "***" end
  -- A quoted local part may hold an @ of its own, but what follows the last one is the domain.
  domain = charset.scrub(domain:sub(1, address.MAX_DOMAIN)):gsub("%c", "?")
  return first .. "***@" .. domain
end

--- A text with every address in it masked.
-- @tparam string text
-- @treturn string
function address.mask_within(text)
  return (text:gsub("[%w.!#$%%&'*+/=?^_`{|}~\128-\255-]+@[%w.\128-\255-]+", address.mask))
end

return address
